"""The background worker."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import time
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from khcn.kernel.deadlines.startup_checks import refuse_start_without_rules
from khcn.kernel.jobs.worker import FIRST_PAUSE, Background

if TYPE_CHECKING:
    from types import FrameType

log = logging.getLogger(__name__)

_M_ARENA_MAX: Final = -8  # of malloc.h
_ARENAS: Final = 2


def _share_memory() -> None:
    """Let the threads share what they have freed: by itself glibc keeps a store for each of them."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


class Command(BaseCommand):
    help = "Chạy công việc nền: hàng đợi, ghi nhận sự kiện, gửi webhook, việc hằng ngày / background worker"
    requires_system_checks = ()  # they load the addresses and all screens, which no worker needs; `serve` makes them

    def add_arguments(self, parser: CommandParser) -> None:
        """How `serve` starts it."""
        parser.add_argument("--parent", type=int, help="dừng khi tiến trình cha này không còn")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT; a second one ends it at once. Killing it does no harm either."""
        _share_memory()
        background = Background(timezone.now)

        def stop(number: int, frame: FrameType | None) -> None:
            if background.asked:
                os._exit(1)
            background.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)  # says each step of an idle queue
        self._check_rules(background)
        log.info("worker %s started", os.getpid())
        if not background.run(options["parent"]):
            log.warning("worker %s ends in the middle of its work, which will be done again", os.getpid())
            os._exit(0)  # threads that do not end must not hold the process
        log.info("worker %s stopped", os.getpid())

    @staticmethod
    def _check_rules(background: Background) -> None:
        """Refuse to start where deadlines miss a rule; a database that is away is waited for, as the work itself does."""
        while not background.asked:
            try:
                refuse_start_without_rules(on=timezone.localdate())
            except (OperationalError, InterfaceError) as problem:
                log.warning("database: %s", str(problem).strip())
                time.sleep(FIRST_PAUSE.total_seconds())
            else:
                return
