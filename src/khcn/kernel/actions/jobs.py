"""Removes the keys of requests that nobody can repeat any more."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions.models import ActionRun
from khcn.kernel.jobs.daily import daily

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

DAYS: Final = timedelta(days=30)  # longer than any session, so longer than a dialog can stay open

daily(
    "khcn.kernel.actions.jobs.forget_runs", at=time(3, 40), title=_("Xóa dấu của các lần gửi biểu mẫu đã cũ")
)


def forget_runs(context: JobContext) -> None:
    """Remove requests that were carried out weeks ago; their effects stay, and are in the change log."""
    ActionRun.objects.filter(recorded_at__lt=context.now() - DAYS).delete()
