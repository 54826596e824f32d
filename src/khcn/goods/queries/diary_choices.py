"""What a telephone offers to choose from in the diary of lots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q

from khcn.goods.enums import ADDS, NEEDS_NO_AMOUNT, EntryKind
from khcn.goods.models import Location, Lot
from khcn.kernel.access.scopes import CHOOSE
from khcn.kernel.registers.registry import register_of
from khcn.trace.models import TraceParty

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.kernel.actors import Actor

_MOST: Final = 300
"""Lots, places or receivers on a telephone: among more nobody finds one on it."""


def choices_of_diary(actor: Actor, *, on: date) -> dict[str, list[dict[str, Any]]]:
    """What an organisation can choose in its diary: its lots that are open, the steps, its places in use, who receives goods."""
    return {
        "lots": [
            {
                "id": lot.pk,
                "number": lot.number,
                "item": lot.item.name,
                "gtin": lot.item.number,
                "unit": lot.item.get_unit_display(),
                "made_on": lot.made_on,
                "amount": format(lot.amount.normalize(), "f"),
            }
            for lot in _open_lots(actor)
        ],
        "kinds": [
            {
                "value": kind.value,
                "label": str(kind.label),
                "needs_amount": kind not in NEEDS_NO_AMOUNT,
                "also": {EntryKind.USE: "into", EntryKind.SHIP: "receiver"}.get(kind),
            }
            for kind in EntryKind
            if kind != EntryKind.RECEIVE  # which is entered by confirming what was sent
        ],
        "locations": [{"id": each.pk, "name": each.name} for each in _places_in_use(actor, on)],
        "receivers": [{"id": each.pk, "name": each.name} for each in _receivers(actor)],
    }


def _open_lots(actor: Actor) -> Iterable[Any]:
    """Lots in which something is left, or into which nothing has come yet."""
    came = Count("entries", filter=Q(entries__wrong_on__isnull=True, entries__kind__in=ADDS))
    rows: Any = register_of(Lot).visible(actor)
    found = rows.with_amount().annotate(came=came).filter(Q(amount__gt=0) | Q(came=0))
    return found.select_related("item").order_by("-made_on", "-pk")[:_MOST]


def _places_in_use(actor: Actor, on: date) -> Iterable[Location]:
    rows = register_of(Location).visible(actor).filter(since_on__lte=on)
    return rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on)).order_by("sort_key")[:_MOST]


def _receivers(actor: Actor) -> Iterable[TraceParty]:
    """Who takes part in traceability, but for the organisation itself."""
    rows = register_of(TraceParty).visible(actor, CHOOSE).filter(is_authority=False)
    return rows.exclude(organisation=actor.organisation_id).order_by("sort_key")[:_MOST]
