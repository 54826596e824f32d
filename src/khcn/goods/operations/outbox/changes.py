"""Lots that changed, about which the national portal may have to be sent something, where their producers have agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.goods.models import Lot, OutboxAccount
from khcn.goods.rules import shortest_gtin
from khcn.kernel.jobs.enqueueing import enqueue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from khcn.parties.models import Organisation

NOTE_JOB: Final = "khcn.goods.jobs.note_for_portal"


def account_of(organisation: Organisation, *, on: date) -> OutboxAccount | None:
    """The agreement by which something about the goods of a producer may be sent on a day."""
    return OutboxAccount.objects.in_force(on=on).filter(organisation=organisation).first()


def lots_changed(lots: Iterable[Lot], *, on: date) -> None:
    """Have it looked at what the portal has to be sent about some lots; asked for in the transaction of the change, done after it."""
    rows = {each.pk: each.item.organisation_id for each in lots}
    accounts = OutboxAccount.objects.in_force(on=on).filter(organisation__in=set(rows.values()))
    agreed = set(accounts.values_list("organisation", flat=True))
    for lot, producer in sorted(rows.items()):
        if producer in agreed:
            enqueue(NOTE_JOB, lot=lot, on=on.isoformat())


def paths_changed(paths: Collection[str], *, on: date) -> None:
    """The same for lots by the paths of their pages, of producers that have agreed."""
    agreed = OutboxAccount.objects.in_force(on=on).values("organisation")
    numbers = {shortest_gtin(path.split("/")[2]) for path in paths if path.startswith("/01/")}
    lots = Lot.objects.filter(item__organisation__in=agreed, source_path="").select_related("item")
    found = [each for each in lots.filter(item__gtin__in=numbers) if each.public_path in paths]
    lots_changed(found, on=on)
