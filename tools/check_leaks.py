"""Refuse files that name the place they were made in: a package registry's host, or a path of somebody's machine.

Looks at what git tracks or would add. The locks may hold no address at all.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "drill/fuzz-requirements.lock",
    "package-lock.json",
    ".npmrc",
)
ADDRESS = re.compile(r"[a-z+]+://|@?\bgit\+|--(?:index-url|extra-index-url|find-links)\b")
# written so that this file does not name what it looks for
REGISTRY = re.compile(
    r"\b(?:[\w-]+\.)*(?:pyp[i]|pythonhoste[d]|npmj[s]|deb\.debia[n])\.(?:org|com)\b", re.IGNORECASE
)
MACHINE_PATH = re.compile(r"(?<![\w.~*)}-])/(?:roo[t]|wor[k]|home/[a-z][\w-]*|Users/[A-Za-z][\w-]*)/[\w.]")


def listed(root: Path) -> list[Path]:
    """Files that git tracks or would add, or every file where there is no repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode == 0 and done.stdout:
        return [root / name for name in done.stdout.split("\0") if name]
    own = {".ci", ".editorconfig", ".gitignore", ".npmrc"}
    files = [path for path in sorted(root.rglob("*")) if "node_modules" not in path.parts]
    parts = {path: path.relative_to(root).parts for path in files}
    return [
        path for path in files if not any(part.startswith(".") and part not in own for part in parts[path])
    ]


def check_file(path: Path, root: Path) -> list[str]:
    """Complaints about one text file, each with its line; a file that is not text has none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError):
        return []
    name = str(path.relative_to(root))
    patterns = {"a package registry's host": REGISTRY, "a path of one machine": MACHINE_PATH}
    if name in LOCKS:
        patterns["an address in a lock file"] = ADDRESS
    return [
        f"{name}:{number}: {what}: {match.group(0)}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in patterns.items()
        if (match := pattern.search(line))
    ]


def check_tree(root: Path) -> list[str]:
    """Complaints about everything that would be committed."""
    return [complaint for path in listed(root) if path.is_file() for complaint in check_file(path, root)]


def main() -> int:
    complaints = check_tree(ROOT)
    print("\n".join(complaints) or "leaks: none")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
