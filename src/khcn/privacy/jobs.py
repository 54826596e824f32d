"""Nightly: what is over is erased."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.daily import daily
from khcn.kernel.text.language import in_vietnamese
from khcn.privacy.operations.retention import erase_due

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

daily("khcn.privacy.jobs.erase_due_job", at=time(1, 40), title=_("Xóa dữ liệu cá nhân hết thời hạn lưu giữ"))


@in_vietnamese
def erase_due_job(context: JobContext) -> None:
    """After the backup of the night has begun and before the log is verified."""
    erase_due(on=timezone.localtime(context.now()).date())
