"""Find a Chromium that really draws a page: the one named, the system's, or the one from the npm package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Enough for a container and for root, and nothing leaves this machine: every other name fails to resolve.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
# without a window, the shell does the same work with a third less
SYSTEM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The packed build knows only the old headless mode. (Its own advice, --single-process, dies with the first context.)
WRAPPER = """#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
export FONTCONFIG_FILE="$here/fonts.conf"
{libraries}exec "$here/chromium" --headless=shell --no-zygote "$@"
"""
# the package's own points at a folder of that cloud; without any font a page has no text at all
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{home}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/font-cache</cachedir>
</fontconfig>
"""
OWN_LIBRARIES = 'export LD_LIBRARY_PATH="$here/al2023/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n'


# in a process of its own: the caller may be running an event loop, or Playwright itself
PROBE = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=sys.argv[2:], timeout=30_000)
    page = browser.new_context().new_page()
    page.set_content("<p>khcn</p>")
    print(page.inner_text("p"))
    browser.close()
"""


def draws(program: Path) -> bool:
    """Whether the browser starts under Playwright and shows the page it was given."""
    command = [sys.executable, "-c", PROBE, str(program), *FLAGS]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == "khcn"


def unpack() -> Path | None:
    """Unpack Chromium from node_modules into .khcn/ once; None where the package is missing or does not run here."""
    package = ROOT / "node_modules" / "@sparticuz" / "chromium"
    node = ROOT / ".venv" / "bin" / "node"
    if not package.is_dir() or not node.exists():
        return None
    lock = (ROOT / "package-lock.json").stat()
    home = ROOT / ".khcn" / f"chromium-{int(lock.st_mtime)}"
    program = home / "chrome"
    if program.exists():
        return program if draws(program) else None
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    script = (
        f'import chromium from "{(package / "build" / "index.js").as_uri()}";'
        "console.log(await chromium.executablePath());"
    )
    # the package unpacks into the temporary folder, and its libraries only where it believes itself in that cloud
    env = {**os.environ, "TMPDIR": str(home), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}
    command = [str(node), "--input-type=module", "--eval", script]
    try:
        subprocess.run(command, env=env, capture_output=True, timeout=300, check=True)
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(home, ignore_errors=True)
        return None
    (home / "fonts.conf").write_text(FONTS.format(home=home), encoding="utf-8")
    for libraries in ("", OWN_LIBRARIES):  # the system's libraries where it has them
        program.write_text(WRAPPER.format(libraries=libraries), encoding="utf-8")
        program.chmod(0o755)
        if draws(program):
            return program
    shutil.rmtree(home, ignore_errors=True)
    return None


def find_chromium() -> Path | None:
    """A Chromium that draws, or None. CHROME names one outright and is then the only one tried."""
    requested = os.environ.get("CHROME")
    if requested:
        return Path(requested) if draws(Path(requested)) else None
    for name in SYSTEM:
        found = shutil.which(name)
        if found and draws(Path(found)):
            return Path(found)
    return unpack()
