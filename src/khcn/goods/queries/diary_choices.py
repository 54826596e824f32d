"""What a telephone offers to choose from in the diary of lots."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Max, Q

from khcn.goods.enums import ADDS, BEFORE_LOT, COUNTED, MOVES, NEEDS_NO_AMOUNT, TAKES, EntryKind
from khcn.goods.models import Location, Lot, LotEntry, ProcessStep, TradeItem
from khcn.goods.models.packages import with_packed
from khcn.kernel.access.scopes import CHOOSE, CREATE
from khcn.kernel.registers.registry import register_of
from khcn.trace.models import TraceParty

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.kernel.actors import Actor

_MOST: Final = 300
"""Lots, products, places or receivers on a telephone: among more nobody finds one on it."""

_STAYS: Final = timedelta(days=30)
"""How long a lot can be chosen after its last entry when nothing is left in it: what was refused is mended, what was forgotten is entered."""


def writes_diary(actor: Actor) -> bool:
    """Whether the account enters what is done with goods: entries become events of the trace party of its organisation."""
    if not (actor.is_outside and register_of(LotEntry).may(CREATE, actor)):
        return False
    return TraceParty.objects.filter(organisation=actor.organisation_id).exists()


def choices_of_diary(actor: Actor, *, on: date) -> dict[str, list[Any]]:
    """What an organisation can choose in its diary: its lots that are open, its products of which a lot may begin, what is done with them,
    its places in use, who receives goods.

    The amount of a lot is what is loose: packed goods are not sold, used or thrown away before they are unpacked.
    A lot lists the keys of the steps by which its goods are made, in their order, and those of them that make goods of other lots and are
    work in this one; one that was received has none by which goods would come into it. A product lists those of a lot that begins today;
    `steps` has each once.
    """
    lots, items = list(_open_lots(actor, on)), _items(actor)
    of_group = _steps_by_group(actor, {each.group_id for each in (*items, *(lot.item for lot in lots))})

    def steps_of(item: TradeItem, made_on: date) -> list[ProcessStep]:
        return [each for each in of_group[item.group_id] if _is_entered(each, made_on)]

    lots_with_steps = [(each, _not_making(each, steps_of(each.item, each.made_on))) for each in lots]
    items_with_steps = [(each, steps_of(each, on)) for each in items]
    steps = {step.pk: step for _row, found in (*lots_with_steps, *items_with_steps) for step in found}
    return {
        "lots": [
            {
                "id": lot.pk,
                "path": lot.public_path,
                "number": lot.number,
                "item": lot.item.name,
                "item_id": lot.item_id,
                "gtin": lot.trade_number,
                "label": lot.label_number,
                "unit": lot.item.get_unit_display(),
                "pieces": lot.item.unit in COUNTED,
                "made_on": lot.made_on,
                "expires_on": lot.last_day(),
                "received": bool(lot.source_path),
                "amount": _plain(max(lot.loose, Decimal(0))),
                "packed": _plain(lot.packed or Decimal(0)),
                **_keys_of(found, lot.item),
            }
            for lot, found in lots_with_steps
        ],
        "items": [
            {
                "id": each.pk,
                "name": each.name,
                "gtin": each.number,
                "unit": each.get_unit_display(),
                "pieces": each.unit in COUNTED,
                **_keys_of(found, each),
            }
            for each, found in items_with_steps
        ],
        "steps": [
            {"id": each.pk, "name": each.name, "kind": each.kind, "asked": each.asked}
            for each in steps.values()
        ],
        "kinds": _kinds(),
        "locations": [{"id": each.pk, "name": each.name} for each in _places_in_use(actor, on)],
        "receivers": [{"id": each.pk, "name": each.name} for each in _receivers(actor)],
        "declared_wrong": _declared_wrong(actor),
    }


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _open_lots(actor: Actor, on: date) -> Iterable[Any]:
    """Lots in which something is left or into which nothing has come yet, and those that were used up of late."""
    stands = Q(entries__wrong_on__isnull=True)
    came = Count("entries", filter=stands & Q(entries__kind__in=ADDS))
    last = Max("entries__done_on", filter=stands)
    rows: Any = register_of(Lot).visible(actor)
    found = rows.with_amount().annotate(came=came, last=last)
    found = found.filter(Q(amount__gt=0) | Q(came=0) | Q(last__gte=on - _STAYS))
    return with_packed(found).select_related("item").order_by("-made_on", "-pk")[:_MOST]


def _items(actor: Actor) -> list[TradeItem]:
    """Products of which the account may begin a lot."""
    if not register_of(Lot).may(CREATE, actor):
        return []
    return list(register_of(TradeItem).visible(actor).order_by("sort_key")[:_MOST])


def _kinds() -> list[dict[str, Any]]:
    return [
        {
            "value": kind.value,
            "label": str(kind.label),
            "needs_amount": kind not in NEEDS_NO_AMOUNT,
            "change": (kind in ADDS) - (kind in TAKES),
            "moves_on": kind in MOVES - {EntryKind.SHIP},  # goods may be sent back
            "before_lot": kind in BEFORE_LOT,
            "also": {EntryKind.USE: "into", EntryKind.SHIP: "receiver"}.get(kind),
        }
        for kind in EntryKind
        if kind != EntryKind.RECEIVE  # which begins with what is on its way (`phone_receipts`)
    ]


def _steps_by_group(actor: Actor, groups: set[int]) -> defaultdict[int, list[ProcessStep]]:
    found: defaultdict[int, list[ProcessStep]] = defaultdict(list)
    rows: Any = register_of(ProcessStep).visible(actor, CHOOSE).filter(group__in=groups)
    for step in rows.order_by("ordinal", "code"):
        found[step.group_id].append(step)
    return found


def _keys_of(steps: list[ProcessStep], item: TradeItem) -> dict[str, list[int]]:
    elsewhere = [each.pk for each in steps if each.makes_goods_elsewhere(item)]
    return {"steps": [each.pk for each in steps], "goods_elsewhere": elsewhere}


def _is_entered(step: ProcessStep, made_on: date) -> bool:
    """Is the step in force on the day on which a lot was made, and one that is entered here?"""
    is_over = step.valid_to is not None and step.valid_to <= made_on
    return step.valid_from <= made_on and not is_over and step.kind != EntryKind.RECEIVE


def _not_making(lot: Lot, steps: list[ProcessStep]) -> list[ProcessStep]:
    """Of some steps those that are entered in a lot: nothing is made into one that came from another party."""
    return [each for each in steps if not (lot.source_path and each.adds_to(lot.item))]


def _places_in_use(actor: Actor, on: date) -> Iterable[Location]:
    rows: Any = register_of(Location).visible(actor)
    return rows.in_use(on).order_by("sort_key")[:_MOST]


def _receivers(actor: Actor) -> Iterable[TraceParty]:
    """Who takes part in traceability and has an organisation that can confirm it, but for the organisation itself."""
    rows = register_of(TraceParty).visible(actor, CHOOSE)
    rows = rows.filter(is_authority=False, organisation__isnull=False)
    return rows.exclude(organisation=actor.organisation_id).order_by("sort_key")[:_MOST]


def _declared_wrong(actor: Actor) -> list[str]:
    """Ids of entries that came from telephones and were declared wrong, the last ones: more are not shown there."""
    rows = register_of(LotEntry).visible(actor).filter(wrong_on__isnull=False, received_at__isnull=False)
    found = rows.order_by("-received_at", "-pk")[:_MOST].values_list("event", flat=True)
    return [str(each) for each in found]
