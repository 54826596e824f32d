"""Work of the import in the background."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khcn.kernel.intake.operations import end_left_previews, plan_in_background
from khcn.kernel.jobs.daily import daily

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

daily(
    "khcn.kernel.intake.jobs.end_left_previews_job",
    at=time(1, 50),
    title=_("Bỏ bản xem trước bị bỏ dở của sửa hàng loạt, sửa dạng bảng"),
)


def plan_file(*, plan: int) -> None:
    """Plan a long file for the person who waits for it."""
    plan_in_background(plan)


def end_left_previews_job(context: JobContext) -> None:
    """Put aside what was typed on a page of many records, previewed, and left without a decision."""
    end_left_previews(on=timezone.localtime(context.now()).date())
