"""Other people's programs for the same work, each in an environment and a process of its own; never imported by us.

They come from the package index when they are first measured. `quartet.txt` and `event_hash.txt` say what is installed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class PeerAbsentError(RuntimeError):
    """The peer could not be installed or does not run here; the text is the end of what was said."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A script of this folder, and the environment that its requirements describe, made below ``folder``."""

    name: str
    folder: Path

    def run(self, *arguments: str, given: Any = None) -> Any:
        """What the script answers (JSON) to its arguments and to ``given`` on standard input.

        Raises PeerAbsentError when it cannot be installed or fails.
        """
        python = self._environment()
        return json.loads(
            _run([str(python), "-W", "ignore", str(HERE / f"{self.name}.py"), *arguments], json.dumps(given))
        )

    def _environment(self) -> Path:
        wanted = HERE / f"{self.name}.txt"
        home = self.folder / self.name
        python, installed = home / "bin" / "python", home / "installed.txt"
        if not installed.exists() or installed.read_text() != wanted.read_text():
            uv = str(Path(sys.executable).with_name("uv"))
            _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)])
            _run([uv, "pip", "install", "--quiet", "--python", str(python), "--requirement", str(wanted)])
            installed.write_text(wanted.read_text())
        return python


def _run(command: list[str], given: str = "") -> str:
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)  # noqa: S603 -- ours
    except OSError as fault:
        raise PeerAbsentError(str(fault)) from fault
    if done.returncode:
        raise PeerAbsentError(done.stderr.strip()[-500:])
    return done.stdout
