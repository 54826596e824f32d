"""What happened without a record being written, in the same log: sign-ins, sessions that were ended, files that were taken away.

The log names such an entry by a kind of its own, so that nobody who reads the history of records meets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actors import current_act
from khcn.kernel.audit.log_entries import LONGEST_LABEL, LONGEST_REASON, append_entries
from khcn.kernel.audit.models import ChangeEntry, LoggedAction

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

OF_ACCOUNT: Final = "event.account"
OF_FILE: Final = "event.file"
OF_PERSON: Final = "event.person"
OF_SECURITY: Final = "event.security"
EVENT_KINDS: Final[dict[str, StrOrPromise]] = {
    OF_ACCOUNT: _("Đăng nhập"),
    OF_FILE: _("Tệp tải về"),
    OF_PERSON: _("Dữ liệu cá nhân đã xem"),
    OF_SECURITY: _("Bị từ chối"),
}


def log_event(
    kind: str, action: LoggedAction, *, label: str, at: datetime, object_id: object = "", text: str = ""
) -> None:
    """Append the event. What cannot be logged is not done: the caller does it afterwards."""
    act = current_act()
    entry = ChangeEntry(
        at=at,
        actor_id=act.actor.user_id,
        actor_label=(act.actor.own_label or act.actor.label)[:LONGEST_LABEL],
        on_behalf_of=act.actor.on_behalf_of[:LONGEST_LABEL],
        reason=text[:LONGEST_REASON],
        batch=act.batch,
        action=action,
        model=kind,
        object_id=str(object_id),
        object_label=label[:300],
    )
    with transaction.atomic():
        append_entries([entry])


def log_download(name: str, *, at: datetime, text: str = "", of: str = "") -> None:
    """Somebody takes a file away: an export, a report, a paper, an attachment. ``of``: by which `downloads` finds it again."""
    log_event(OF_FILE, LoggedAction.DOWNLOAD, label=name, at=at, text=text, object_id=of)


def downloads(of: str) -> QuerySet[ChangeEntry]:
    """Who took files of this away, the latest first."""
    return ChangeEntry.objects.filter(model=OF_FILE, object_id=of, action=LoggedAction.DOWNLOAD).order_by(
        "-pk"
    )
