"""Finishes papers whose program was killed between the number and the file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.recurring import recurring
from khcn.kernel.papers.printing import finish_waiting

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

# The process that took the number makes the file itself; only after this time another one does it.
WAIT: Final = timedelta(seconds=15)


def finish_papers(context: JobContext) -> None:
    """Make the files that are still missing."""
    finish_waiting(before=context.now() - WAIT)


recurring("khcn.kernel.papers.jobs.finish_papers", every=timedelta(seconds=5), title=_("In giấy tờ còn dở"))
