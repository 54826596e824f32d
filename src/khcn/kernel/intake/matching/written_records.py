"""The records that a file has written, with links: so that the file can be compared with the registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import registers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.models import Batch
    from khcn.kernel.registers.spec import Register

MOST: Final = 200  # of one register


class WrittenRecord(NamedTuple):
    """One record, and whether the file added it."""

    title: str
    address: str
    is_new: bool


class WrittenRegister(NamedTuple):
    """The first records of one register, and how many there are besides."""

    register: Register
    records: Sequence[WrittenRecord]
    more: int


def written_records(batch: Batch, actor: Actor) -> list[WrittenRegister]:
    """What the file added and changed, by register, as far as the actor may see it; without what has been deleted since."""
    if batch.act is None:
        return []
    entries = ChangeEntry.objects.filter(
        batch=batch.act, action__in=(LoggedAction.CREATE, LoggedAction.UPDATE)
    )
    touched = set(entries.order_by().values_list("model", flat=True).distinct())
    found = []
    for register in registers():
        if register.name in touched and register.may("read", actor):
            of_register = _records(register, entries.filter(model=register.name), actor)
            if of_register.records:
                found.append(of_register)
    return found


def _records(register: Register, entries: QuerySet[ChangeEntry], actor: Actor) -> WrittenRegister:
    rows = entries.order_by("pk").values_list("object_id", "action")
    keys: dict[Any, bool] = {}
    for key, action in rows:
        pk = register.model._meta.pk.to_python(key)
        keys[pk] = keys.get(pk, False) or action == LoggedAction.CREATE
    first = list(keys)[:MOST]
    stored = register.visible(actor).in_bulk(first)
    seen = register.seen_by(actor)
    records = [
        WrittenRecord(record_title(seen, stored[pk]), register.detail_url(pk), keys[pk])
        for pk in first
        if pk in stored
    ]
    return WrittenRegister(register, records, max(len(keys) - MOST, 0))
