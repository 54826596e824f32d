"""Daily work of the science division: what was decided for a later day takes effect on that day."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.daily import daily
from khcn.science.operations.amendments import take_effect_by

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

daily(
    "khcn.science.jobs.take_effect_today",
    at=time(0, 1),
    title=_("Cho hiệu lực thay đổi chủ nhiệm, tổ chức chủ trì"),
)


def take_effect_today(context: JobContext) -> None:
    """New investigators, hosts and budgets become the tasks' own on the day of effect."""
    take_effect_by(on=timezone.localtime(context.now()).date())
