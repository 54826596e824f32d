"""What a telephone offers to choose from in the diary of lots."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Max, Q

from khcn.goods.enums import ADDS, NEEDS_NO_AMOUNT, EntryKind
from khcn.goods.models import Location, Lot, ProcessStep
from khcn.kernel.access.scopes import CHOOSE
from khcn.kernel.registers.registry import register_of
from khcn.trace.models import TraceParty

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.kernel.actors import Actor

_MOST: Final = 300
"""Lots, places or receivers on a telephone: among more nobody finds one on it."""

_STAYS: Final = timedelta(days=30)
"""How long a lot can be chosen after its last entry when nothing is left in it: what was refused is mended, what was forgotten is entered."""


def choices_of_diary(actor: Actor, *, on: date) -> dict[str, list[dict[str, Any]]]:
    """What an organisation can choose in its diary: its lots that are open, what is done with them, its places in use, who receives goods.

    A lot lists the keys of the steps by which its goods are made, in their order; `steps` has each once.
    """
    lots = list(_open_lots(actor, on))
    of_group = _steps_by_group(actor, {lot.item.group_id for lot in lots})
    steps = {lot.pk: [each for each in of_group[lot.item.group_id] if _has(each, lot)] for lot in lots}
    return {
        "lots": [
            {
                "id": lot.pk,
                "number": lot.number,
                "item": lot.item.name,
                "gtin": lot.trade_number,
                "label": lot.label_number,
                "unit": lot.item.get_unit_display(),
                "made_on": lot.made_on,
                "amount": format(lot.amount.normalize(), "f"),
                "steps": [each.pk for each in steps[lot.pk]],
            }
            for lot in lots
        ],
        "steps": [
            {"id": each.pk, "name": each.name, "kind": each.kind, "asked": each.asked}
            for each in {step.pk: step for found in steps.values() for step in found}.values()
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


def _open_lots(actor: Actor, on: date) -> Iterable[Any]:
    """Lots in which something is left or into which nothing has come yet, and those that were used up of late."""
    stands = Q(entries__wrong_on__isnull=True)
    came = Count("entries", filter=stands & Q(entries__kind__in=ADDS))
    last = Max("entries__done_on", filter=stands)
    rows: Any = register_of(Lot).visible(actor)
    found = rows.with_amount().annotate(came=came, last=last)
    found = found.filter(Q(amount__gt=0) | Q(came=0) | Q(last__gte=on - _STAYS))
    return found.select_related("item").order_by("-made_on", "-pk")[:_MOST]


def _steps_by_group(actor: Actor, groups: set[int]) -> defaultdict[int, list[ProcessStep]]:
    found: defaultdict[int, list[ProcessStep]] = defaultdict(list)
    rows: Any = register_of(ProcessStep).visible(actor, CHOOSE).filter(group__in=groups)
    for step in rows.order_by("ordinal", "code"):
        found[step.group_id].append(step)
    return found


def _has(step: ProcessStep, lot: Lot) -> bool:
    """Is the step in force on the day on which the lot was made, and one that is entered here?"""
    is_over = step.valid_to is not None and step.valid_to <= lot.made_on
    return step.valid_from <= lot.made_on and not is_over and step.kind != EntryKind.RECEIVE


def _places_in_use(actor: Actor, on: date) -> Iterable[Location]:
    rows = register_of(Location).visible(actor).filter(since_on__lte=on)
    return rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on)).order_by("sort_key")[:_MOST]


def _receivers(actor: Actor) -> Iterable[TraceParty]:
    """Who takes part in traceability, but for the organisation itself."""
    rows = register_of(TraceParty).visible(actor, CHOOSE).filter(is_authority=False)
    return rows.exclude(organisation=actor.organisation_id).order_by("sort_key")[:_MOST]
