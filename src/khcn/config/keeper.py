"""Keeps one background worker alive beside the web server, and ends it with the server. Standard library only.

    python -m khcn.config.keeper SERVER_PID COMMAND …

`serve` starts this and then becomes the server, so this process is the server's child: when it is handed to another
parent the server is gone, however it went. The worker watches this process in the same way.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

LOOK = 0.3  # seconds between two looks at the server and the worker
SHORT_LIFE = 10.0  # seconds: a worker that died sooner is started again after a pause that grows
LONGEST_PAUSE = 10.0
GRACE = 30.0  # seconds a worker has to end; it gives itself less


class Keeper:
    """The life of the worker, for as long as the server's."""

    def __init__(self, server: int, command: list[str]) -> None:
        self.server = server
        self.command = [*command, str(os.getpid())]
        self.asked = False  # a plain flag: locks are not safe in a signal handler

    def ask(self, *_arguments: Any) -> None:
        """Signal handler."""
        self.asked = True

    def over(self) -> bool:
        """Whether the worker is to end."""
        return self.asked or os.getppid() != self.server

    def keep(self) -> None:
        """Run the worker, and again when it has died, until the server is gone."""
        pause = LOOK
        while not self.over():
            started = time.monotonic()
            worker = subprocess.Popen(self.command)  # noqa: S603 -- our own worker, no shell
            while worker.poll() is None:
                if self.over():
                    self.end(worker)
                    return
                time.sleep(LOOK)
            pause = LOOK if time.monotonic() - started > SHORT_LIFE else min(LONGEST_PAUSE, pause * 2)
            until = time.monotonic() + pause
            while not self.over() and time.monotonic() < until:
                time.sleep(LOOK)

    @staticmethod
    def end(worker: subprocess.Popen[bytes]) -> None:
        """Ask the worker to end, and make it end if it does not."""
        worker.terminate()
        try:
            worker.wait(GRACE)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


if __name__ == "__main__":
    keeper = Keeper(int(sys.argv[1]), sys.argv[2:])
    signal.signal(signal.SIGTERM, keeper.ask)
    signal.signal(signal.SIGINT, keeper.ask)
    keeper.keep()
