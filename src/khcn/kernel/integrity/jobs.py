"""The nightly run of all rules."""

from __future__ import annotations

import logging
from datetime import time, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity.models import IntegrityCheck
from khcn.kernel.integrity.running import ask_all, store_check
from khcn.kernel.jobs.daily import daily

log = logging.getLogger(__name__)

CHECK_DATA: Final = "khcn.kernel.integrity.jobs.check_data_job"
STORED_FOR: Final = timedelta(days=90)

# After the nightly comparisons, which correct what they find.
daily(CHECK_DATA, at=time(4, 30), title=_("Kiểm tra dữ liệu"))


def check_data_job() -> None:
    """Ask all rules, store what they found, and forget runs of months ago."""
    began = timezone.now()  # noqa: TID251 -- the job is where the clock is read; it runs from the queue as well
    check = store_check(ask_all(began), started_at=began, finished_at=timezone.now())  # noqa: TID251 -- the same
    IntegrityCheck.objects.filter(finished_at__lt=began - STORED_FOR).delete()
    if check.errors or check.failed:
        log.error("%s rules of integrity are broken, %s could not be asked", check.errors, check.failed)
