"""Runs one background worker beside the web server, and ends it together with the server. Standard library only.

    python -m khcn.config.supervisor SERVER_PID COMMAND …

`serve` starts this process and then replaces itself by the server (exec), so the server is the parent of this process.
When this process gets another parent, the server has ended, for whatever reason. The worker watches this process in
the same way.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

POLL_INTERVAL = 0.3  # seconds between two checks of the server and the worker
SHORT_LIFE = 10.0  # seconds: a worker that ended sooner is restarted after a pause that doubles each time
LONGEST_PAUSE = 10.0
GRACE_PERIOD = 30.0  # seconds that a worker gets to end; it limits itself to less


class Supervisor:
    """Starts the worker again whenever it ends, until the server ends."""

    def __init__(self, server: int, command: list[str]) -> None:
        self.server = server
        self.command = [*command, str(os.getpid())]
        self.stop_requested = False  # a plain flag: locks are not safe in a signal handler

    def request_stop(self, *_arguments: Any) -> None:
        """Signal handler."""
        self.stop_requested = True

    def must_stop(self) -> bool:
        """Whether the worker has to end."""
        return self.stop_requested or os.getppid() != self.server

    def run(self) -> None:
        """Run the worker, and restart it when it ends, until the server has ended."""
        pause = POLL_INTERVAL
        while not self.must_stop():
            started = time.monotonic()
            worker = subprocess.Popen(self.command)  # noqa: S603 -- our own worker, no shell
            while worker.poll() is None:
                if self.must_stop():
                    self.stop(worker)
                    return
                time.sleep(POLL_INTERVAL)
            lived = time.monotonic() - started
            pause = POLL_INTERVAL if lived > SHORT_LIFE else min(LONGEST_PAUSE, pause * 2)
            until = time.monotonic() + pause
            while not self.must_stop() and time.monotonic() < until:
                time.sleep(POLL_INTERVAL)

    @staticmethod
    def stop(worker: subprocess.Popen[bytes]) -> None:
        """Ask the worker to end; kill it when it does not end in time."""
        worker.terminate()
        try:
            worker.wait(GRACE_PERIOD)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


if __name__ == "__main__":
    supervisor = Supervisor(int(sys.argv[1]), sys.argv[2:])
    signal.signal(signal.SIGTERM, supervisor.request_stop)
    signal.signal(signal.SIGINT, supervisor.request_stop)
    supervisor.run()
