"""How old the last good backup is, for pages, mail and monitoring. Loads nothing of what makes one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.backup.models import BackupAction, BackupRun

if TYPE_CHECKING:
    from pathlib import Path

LATE: Final = timedelta(hours=26)
"""After this time without a good backup, or without a good rehearsal, a warning is shown and mailed."""


@dataclass(frozen=True, slots=True)
class BackupCondition:
    """The condition of backups at a moment."""

    folder: Path | None
    last_backup: BackupRun | None
    last_rehearsal: BackupRun | None
    found: tuple[tuple[BackupAction, str], ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong, in words."""
        return tuple(text for _action, text in self.found)


def backup_condition(*, at: datetime) -> BackupCondition:
    """The last good backup into the operator's folder and the last good rehearsal, and what is wrong."""
    folder = settings.BACKUP_FOLDER
    if folder is None:
        text = _("Chưa đặt nơi sao lưu hằng đêm (KHCN_BACKUP_FOLDER): hỏng máy chủ là mất hết dữ liệu.")
        return BackupCondition(None, None, None, ((BackupAction.BACKUP, text),))
    # A run that was noted while the clock of the machine was wrong must not count as the last one for years.
    possible = BackupRun.objects.filter(folder=str(folder), finished_at__lt=at + timedelta(days=1))
    runs = possible.order_by("-pk")
    found: list[tuple[BackupAction, str]] = []
    good = {}
    for action in BackupAction:
        latest = runs.filter(action=action).first()
        good[action] = (
            latest if latest and latest.is_good else runs.filter(action=action, is_good=True).first()
        )
        last = good[action]
        if last is None:
            found.append((action, _("%(action)s: chưa có lần nào đạt.") % {"action": action.label}))
        elif at - last.finished_at > LATE:
            when = timezone.localtime(last.finished_at)
            values = {
                "action": action.label,
                "when": f"{when:%H:%M %d/%m/%Y}",
                "hours": LATE // timedelta(hours=1),
            }
            text = _("%(action)s: lần đạt gần nhất là %(when)s, đã quá %(hours)d giờ.")
            found.append((action, text % values))
        if latest is not None and not latest.is_good:
            text = _("%(action)s: lần gần nhất không đạt: %(why)s")
            found.append((action, text % {"action": action.label, "why": latest.problem}))
    return BackupCondition(folder, good[BackupAction.BACKUP], good[BackupAction.REHEARSAL], tuple(found))
