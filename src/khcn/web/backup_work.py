"""Items in the work list of administrators, and so in their morning mail: the last backup is old, failed, or could not be restored."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.backup.condition import backup_condition
from khcn.kernel.ui.work_items import ProvidedItems, WorkItem

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.backup.condition import BackupCondition

_AFTER_THE_NIGHT: Final = time(6)

_administrator = has_role(Role.ADMIN)


def condition_of_morning(on: date) -> BackupCondition:
    """The condition of backups on a day, after those of the night."""
    return backup_condition(at=datetime.combine(on, _AFTER_THE_NIGHT, timezone.get_current_timezone()))


def backup_work(actor: Actor, on: date) -> ProvidedItems:
    """A line for each thing that is wrong, with a key of its own each day, so that the mail of each morning names it."""
    if not _administrator.test(actor, None):
        return ProvidedItems(())
    url = reverse("backup-list")
    return ProvidedItems(
        tuple(
            WorkItem(
                what=_("Kiểm tra sao lưu"), title=text, url=url, icon="database", key=f"backup {on} {number}"
            )
            for number, text in enumerate(condition_of_morning(on).warnings)
        )
    )
