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

    from django.db.models import QuerySet

LATE: Final = timedelta(hours=26)
"""After this time without a good backup, or without a good rehearsal, a warning is shown and mailed."""


@dataclass(frozen=True, slots=True)
class BackupCondition:
    """The condition of backups at a moment."""

    folder: Path | None
    last_backup: BackupRun | None
    last_rehearsal: BackupRun | None
    found: tuple[tuple[BackupAction, str], ...]
    is_beside_data: bool = False  # no set is on another disk than the data

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
    possible_runs = BackupRun.objects.filter(finished_at__lt=at + timedelta(days=1))
    runs = possible_runs.filter(folder=str(folder)).order_by("-pk")
    found: list[tuple[BackupAction, str]] = []
    good = {}
    for action in BackupAction:
        good[action], texts = _last_good(runs.filter(action=action), str(action.label), at)
        found += [(action, text) for text in texts]
    if (second := settings.BACKUP_SECOND_FOLDER) is not None and good[BackupAction.BACKUP] is not None:
        copies = possible_runs.filter(folder=str(second), action=BackupAction.BACKUP).order_by("-pk")
        _last, texts = _last_good(
            copies, str(_("Bản sao ở nơi thứ hai (%(folder)s)") % {"folder": second}), at
        )
        found += [(BackupAction.BACKUP, text) for text in texts]
    return BackupCondition(
        folder,
        good[BackupAction.BACKUP],
        good[BackupAction.REHEARSAL],
        tuple(found),
        is_beside_data=all(_is_on_disk_of_data(each) for each in (folder, second) if each is not None),
    )


def _last_good(runs: QuerySet[BackupRun], name: str, at: datetime) -> tuple[BackupRun | None, list[str]]:
    """The last good one of these runs, and what is wrong with them."""
    texts = []
    latest = runs.first()
    last = latest if latest and latest.is_good else runs.filter(is_good=True).first()
    if last is None:
        texts.append(_("%(action)s: chưa có lần nào đạt.") % {"action": name})
    elif at - last.finished_at > LATE:
        when = timezone.localtime(last.finished_at)
        values = {"action": name, "when": f"{when:%H:%M %d/%m/%Y}", "hours": LATE // timedelta(hours=1)}
        texts.append(_("%(action)s: lần đạt gần nhất là %(when)s, đã quá %(hours)d giờ.") % values)
    if latest is not None and not latest.is_good:
        texts.append(
            _("%(action)s: lần gần nhất không đạt: %(why)s") % {"action": name, "why": latest.problem}
        )
    return last, texts


def _is_on_disk_of_data(folder: Path) -> bool:
    """Whether a folder lies on the device of the data; one that is not there is of another machine that is not mounted."""
    try:
        return folder.stat().st_dev == settings.DATA.stat().st_dev
    except OSError:
        return False
