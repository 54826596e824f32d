"""Work on a file that somebody sent, in a short-lived process with limits of time, memory and output.

A parser can crash, hang or fill the memory on a file made to do so. Here the worst file costs one ended process and
never a thread of the web server. The module that does the work has one function, ``answer(request) -> bytes``; it is
loaded by `khcn.kernel.bounded_process.child`, which sets the limits first.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from khcn.kernel.bounded_process.child import TOO_LARGE
from khcn.kernel.bounded_process.places import PLACES

CHILD: Final = Path(__file__).with_name("child.py")
_LOGGED: Final = 2_000  # characters of what a process said before it died, for the program's own log

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What one process may take. ``seconds`` counts waiting as well, ``cpu_seconds`` work alone; sizes are bytes."""

    seconds: float
    cpu_seconds: int
    memory: int
    answer: int


class ProcessFailed(Exception):  # noqa: N818 -- mostly the fault of the file; the caller turns it into a refusal
    """The process was ended by its limits, or died."""


class AnswerTooLarge(ProcessFailed):
    """The work was done, and its result has more bytes than the caller takes."""


def run_bounded(module: str, request: bytes, limits: ProcessLimits) -> bytes:
    """What ``module.answer(request)`` returns, worked out in a process of its own.

    Raises :class:`ProcessFailed` when it took too much of anything, or died, and :class:`~.places.Busy` when too many such
    processes run already.
    """
    numbers = [str(each) for each in (limits.cpu_seconds, limits.memory, limits.answer)]
    with PLACES.one():
        try:
            done = subprocess.run(  # noqa: S603 -- our own program, no shell, the file goes in by a pipe
                [sys.executable, "-I", str(CHILD), module, *numbers],
                input=request,
                capture_output=True,
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            log.warning("%s was ended after %s seconds", module, limits.seconds)
            raise ProcessFailed from None
    if done.returncode:
        reported = done.stderr.decode(errors="replace")[-_LOGGED:]
        log.warning("%s ended with status %s: %s", module, done.returncode, reported)
        raise AnswerTooLarge if done.returncode == TOO_LARGE else ProcessFailed
    return done.stdout
