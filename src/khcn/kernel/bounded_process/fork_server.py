"""The program that bounded processes are forked from: it has loaded one module and waits for work.

    python -I fork_server.py MODULE DESCRIPTOR

Loading what fills a template takes four times as long as filling it, so it is loaded once. Started with ``python -I``,
so that neither the environment nor the current folder says what is loaded. DESCRIPTOR is a Unix socket; with each byte
that comes through it comes the connection of one piece of work. When the program at its other end has ended, this one
ends too. (The fork server of ``multiprocessing`` would load the caller's main program in every process as well.)
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import socket
import struct
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS: Final = struct.Struct(
    "!dQQQB"
)  # seconds, processor seconds, bytes of memory, bytes of the answer, niceness
ANSWER: Final = struct.Struct("!BQ")  # one of the three below, and how many bytes follow
DONE, TOO_LARGE, FAULT = range(3)


def serve(control: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    """Fork for each connection that comes, until nobody can send one any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a process ended: its connection says it
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # of the terminal; the program at the other end decides when to end
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends a process whose seconds are over
    gc.freeze()  # what is loaded is never garbage, and stays shared with the processes
    while True:
        _byte, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
        if not descriptors:
            return
        with socket.socket(fileno=descriptors[0]) as connection:
            if os.fork() == 0:
                control.close()
                work(connection, answer)
                os._exit(0)


def work(connection: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    """Limits and request from the connection, the answer back to it. A limit that is passed ends this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with connection.makefile("rb") as sent:
        seconds, cpu_seconds, memory, longest, niceness = LIMITS.unpack(sent.read(LIMITS.size))
        _set_limits(seconds, cpu_seconds, memory)
        os.nice(niceness)
        request = sent.read()
    try:
        kind, content = DONE, answer(request)
    except Exception:  # noqa: BLE001 -- written to the log by the program that asked
        kind, content = FAULT, traceback.format_exc(limit=-5).encode()
    if kind == DONE and len(content) > longest:
        kind, content = TOO_LARGE, b""
    connection.sendall(ANSWER.pack(kind, len(content)) + content)


def _set_limits(seconds: float, cpu_seconds: int, memory: int) -> None:
    """From here on the system ends this process when it takes too much."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    for what, most in ((resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_AS, memory)):
        with contextlib.suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Load the module, then serve."""
    module, descriptor = sys.argv[1:]
    sys.path.insert(0, str(Path(__file__).parents[3]))  # the folder that holds this package
    with socket.socket(fileno=int(descriptor)) as control:
        serve(control, import_module(module).answer)


if __name__ == "__main__":
    main()
