"""What Python has no function for. Where the system knows it not, nothing happens."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import resource
import signal
import socket
import termios
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # of linux/prctl.h


def end_with(parent: int) -> None:
    """Let the system kill this process as soon as its parent is gone, whatever this process does then."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        os._exit(1)


def name_process(name: str) -> None:
    """Show this name in ``ps`` and ``top``: the command line is the same for all processes of ``./khcn serve``."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(name, encoding="ascii")


def allow_open_files(count: int) -> None:
    """Raise the number of files and connections that a process may have open, as far as the system lets it."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if most == resource.RLIM_INFINITY else min(count, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def count_threads() -> int:
    """All threads of this process, those of libraries included; 1 where the system does not say."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.exists() else 1


def unacknowledged_bytes(connection: socket.socket) -> int:
    """What was handed to the system for this connection and has not been acknowledged by the other side (SIOCOUTQ, see tcp(7))."""
    count = ctypes.c_int()
    with contextlib.suppress(OSError):
        fcntl.ioctl(connection, termios.TIOCOUTQ, count)
    return count.value


def notify_service_manager(state: str) -> None:
    """Tell systemd how far the start has come (sd_notify(3)), so that `systemctl restart` returns when pages are answered."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, contextlib.suppress(OSError):
        manager.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
