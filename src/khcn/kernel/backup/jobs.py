"""The nightly backup, where the operator has named a folder for it."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.daily import daily

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

daily("khcn.kernel.backup.jobs.nightly_backup", at=time(1, 30), title=_("Sao lưu và phục hồi thử"))


def nightly_backup(context: JobContext) -> None:
    """Save, rehearse the restore, remove old sets. What it raises is shown to people, and it is tried again in an hour."""
    if settings.BACKUP_FOLDER is not None:
        from khcn.kernel.backup.runs import run_nightly  # local: slow import

        run_nightly(settings.BACKUP_FOLDER, clock=context.now)
