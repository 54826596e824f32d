"""Work on a file that somebody sent, in a short-lived process with limits of time, memory and output.

A parser can crash, hang or fill the memory on a file made to do so. Here the worst file costs one ended process and
never a thread of the web server. The module that does the work has one function, ``answer(request) -> bytes``; the
processes are forked from one that has loaded it (:mod:`khcn.kernel.bounded_process.fork_server`) and set the limits first.
"""

from __future__ import annotations

import atexit
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from khcn.kernel.bounded_process.fork_server import ANSWER, DONE, LIMITS, TOO_LARGE
from khcn.kernel.bounded_process.places import PLACES, Places

PROGRAM: Final = Path(__file__).with_name("fork_server.py")
_LOGGED: Final = 2_000  # characters of what was raised in a process, for the program's own log
_STARTING: Final = 20.0  # seconds that a fork server may take to load its module, on a busy machine

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What one process may take. ``seconds`` counts waiting as well, ``cpu_seconds`` work alone; sizes are bytes.

    ``niceness`` (0 to 19) is what nice(2) adds: the higher, the more of the processor others get.
    """

    seconds: float
    cpu_seconds: int
    memory: int
    answer: int
    niceness: int = 0


class ProcessFailed(Exception):  # noqa: N818 -- mostly the fault of the file; the caller turns it into a refusal
    """The process was ended by its limits, or died."""


class NotDoneNow(ProcessFailed):
    """No process could be started, or its ``seconds`` were over, in which it also waited for the processor: another time it may end well."""


class AnswerTooLarge(ProcessFailed):
    """The work was done, and its result has more bytes than the caller takes."""


class ForkServer:
    """The process that has loaded one module; started when it is first asked for, and again when it has ended."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def connect(self) -> socket.socket:
        """A connection to a new process. Raises OSError when none can be started."""
        ours, its = socket.socketpair()
        with its, self._lock:
            try:
                if self._control is None or self._process is None or self._process.poll() is not None:
                    self._start()
                assert self._control is not None  # noqa: S101 -- for mypy
                socket.send_fds(self._control, [b"+"], [its.fileno()])
            except BaseException:
                ours.close()
                self._end()  # whatever it is, the next one begins with a new process
                raise
        return ours

    def _start(self) -> None:
        self._end()
        self._control, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(  # noqa: S603 -- our own program, no shell
                [sys.executable, "-I", str(PROGRAM), self._module, str(its.fileno())],
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def _end(self) -> None:
        """The processes that were forked from it finish their work."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None

    def stop(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            self._end()


# A program that was forked off this one starts its own: the key holds whose they are.
_SERVERS: Final[dict[tuple[int, str], ForkServer]] = {}


def fork_server_of(module: str) -> ForkServer:
    """The fork server of this program that has loaded the module; not started yet where nobody has asked it for work."""
    return _SERVERS.setdefault((os.getpid(), module), ForkServer(module))


@atexit.register
def _stop_servers() -> None:
    for (pid, _module), server in _SERVERS.items():
        if pid == os.getpid():
            server.stop()


def run_bounded(module: str, request: bytes, limits: ProcessLimits, places: Places = PLACES) -> bytes:
    """What ``module.answer(request)`` returns, worked out in a process of its own.

    Raises :class:`ProcessFailed` when it took too much of anything, or died (:class:`NotDoneNow`: when it did not start, or of time), and
    :class:`~.places.Busy` when too many such processes run already in these places.
    """
    with places.one():
        begun = time.monotonic()
        try:
            connection = fork_server_of(module).connect()
        except OSError as fault:  # no memory, no more processes or files
            log.warning("%s: not started: %r", module, fault)
            raise NotDoneNow from fault
        try:
            kind, content = _ask(connection, request, limits)
        except OSError as fault:  # it died with the request half read, or takes its time to no end
            log.warning("%s: %r", module, fault)
            ran_out = time.monotonic() - begun >= limits.seconds
            raise (NotDoneNow if ran_out else ProcessFailed) from fault
    if kind == TOO_LARGE:
        raise AnswerTooLarge
    if kind != DONE:
        log.warning("%s: %s", module, content.decode(errors="replace")[-_LOGGED:])
        raise ProcessFailed
    return content


def _ask(connection: socket.socket, request: bytes, limits: ProcessLimits) -> tuple[int, bytes]:
    """Kind and content of the answer of a process. Raises OSError when there is none."""
    head = LIMITS.pack(limits.seconds, limits.cpu_seconds, limits.memory, limits.answer, limits.niceness)
    with connection:
        connection.settimeout(limits.seconds + _STARTING)  # the process itself ends after its seconds
        connection.sendall(head + request)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            kind, length = ANSWER.unpack(_read(answer, ANSWER.size))
            return kind, _read(answer, length)


def _read(answer: BinaryIO, length: int) -> bytes:
    content = answer.read(length)
    if len(content) < length:
        raise ConnectionError("the process ended before it had answered")
    return content
