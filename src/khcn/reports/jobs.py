"""Finishes approvals whose program was killed between the number and the files, and signs what is to be signed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.recurring import recurring
from khcn.reports.freezing.approval import finish_reports
from khcn.reports.freezing.department_signing import sign_waiting_reports

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

# The person who approved makes the files; only after this time somebody else does it.
WAIT: Final = timedelta(seconds=30)


def print_approved(context: JobContext) -> None:
    """Make the files that are still missing."""
    finish_reports(before=context.now() - WAIT)


def sign_approved(context: JobContext) -> None:
    """Put the department's signature on approved reports for which it was ordered; what fails is tried again later."""
    sign_waiting_reports(at=context.now())


recurring(
    "khcn.reports.jobs.print_approved", every=timedelta(seconds=10), title=_("In báo cáo đã duyệt còn dở")
)
# A token or a time-stamping authority that does not answer keeps nothing else waiting.
recurring(
    "khcn.reports.jobs.sign_approved",
    every=timedelta(seconds=10),
    lane="signatures",
    title=_("Ký số báo cáo đã duyệt"),
)
