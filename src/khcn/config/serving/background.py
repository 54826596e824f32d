"""The background worker, as a process of its own (``./khcn work``) or below the supervisor."""

from __future__ import annotations

import logging
import os
import signal
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from khcn.config.monitoring.statements import watch_statements
from khcn.kernel.deadlines.startup_checks import refuse_start_without_rules
from khcn.kernel.jobs.recurring import all_recurring
from khcn.kernel.jobs.worker import FIRST_PAUSE, Background

if TYPE_CHECKING:
    from types import FrameType

log = logging.getLogger(__name__)


def load_background_work() -> None:
    """Import what the worker would import when it first does each piece of work."""
    for work in all_recurring():
        import_string(work.path)


def do_background_work(parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT; a second one ends it at once. Killing it does no harm either."""
    watch_statements(settings.SLOW_STATEMENT_MS)
    background = Background(timezone.now)

    def stop(number: int, frame: FrameType | None) -> None:
        if background.asked:
            os._exit(1)
        background.stop()

    stopping = {signal.SIGTERM} if parent else {signal.SIGTERM, signal.SIGINT}
    for each in stopping:
        signal.signal(each, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, stopping)
    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)  # says each step of an idle queue
    _check_rules(background)
    log.info("worker %s started", os.getpid())
    if not background.run(parent):
        log.warning("worker %s ends in the middle of its work, which will be done again", os.getpid())
        os._exit(0)  # threads that do not end must not hold the process
    log.info("worker %s stopped", os.getpid())


def _check_rules(background: Background) -> None:
    """Refuse to start where deadlines miss a rule; a database that is away is waited for, as the work itself does."""
    while not background.asked:
        try:
            refuse_start_without_rules(on=timezone.localdate())
        except (OperationalError, InterfaceError) as problem:
            log.warning("database: %s", str(problem).strip())
            time.sleep(FIRST_PAUSE.total_seconds())
        else:
            connections.close_all()  # the lanes have their own
            return
