"""Finishes approvals whose program was killed between the number and the files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from khcn.kernel.jobs.recurring import recurring
from khcn.reports.freezing.approval import finish_reports

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

# The person who approved makes the files; only after this time somebody else does it.
WAIT: Final = timedelta(seconds=30)


def print_approved(context: JobContext) -> None:
    """Make the files that are still missing."""
    finish_reports(before=context.now() - WAIT)


recurring("khcn.reports.jobs.print_approved", every=timedelta(seconds=10))
