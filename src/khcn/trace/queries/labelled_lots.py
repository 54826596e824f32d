"""What is on a label and nobody reported as made; and the lot on the label of a single object: whether the object belongs to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from khcn.trace.models import EventObject
from khcn.trace.queries.makers.makers_and_trust import maker_of
from khcn.trace.queries.page_notices import Notice
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.stores import exists_anywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.statements.first_reports import first_commissions
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from khcn.trace.queries.journey_terms import Journey

_LOT_IS_MADE = (EventRole.CREATED_LOT, EventRole.OUTPUT_QUANTITY)


def notice_of_label(goods: Journey, lot: str | None, trusted: frozenset[int]) -> Notice | None:
    """What to warn of where the producer did not report what a label names, or a label gives an object another lot.

    `goods`: the journey of the object, or of the lot where nobody reported the object. `lot`: on the label.
    """
    is_object = not is_lot(goods.thing)
    if lot is not None and is_object and goods.lots:  # which only those say whose say it is: `LotDeciders`
        return None if lot in goods.lots else Notice.OTHER_LOT
    if is_without_maker(goods) or is_made_by_stranger(goods, lot if is_object else None, trusted):
        return Notice.UNREPORTED_SERIAL if is_object else Notice.UNREPORTED_LOT
    return None


def is_without_maker(goods: Journey) -> bool:
    """Whether nobody, trusted or not, reported that a lot or a single object was made, and no trusted report gives the object a lot.

    Where serial numbers are only printed, what others report of an object says nothing about its lot. What others report of goods
    that nobody made does not make their label a genuine one: each holder of a key may report any number that he printed.
    """
    if is_lot(goods.thing):
        made = EventObject.objects.filter(thing=goods.thing, role__in=_LOT_IS_MADE)
        return not exists_anywhere(made)
    return (
        not goods.lots
        and not first_commissions([goods.thing], None, 1)
        and not exists_anywhere(EventObject.objects.filter(thing=goods.thing, role=EventRole.OUTPUT))
    )


def is_made_by_stranger(goods: Journey, lot: str | None, trusted: frozenset[int]) -> bool:
    """Whether another party made the lot or the single object than those whose the code is; where the department knows none of these, than
    the maker of the `lot` on the label. Such a report says nothing of that lot: each holder of a key may make any number that is printed.
    """
    made_by = goods.makers.get(goods.thing)
    if code_owners := CodeOwners().of(goods.thing):
        return made_by not in code_owners
    maker = None if lot is None else maker_of(lot, authorities=trusted)
    return maker is not None and maker != made_by


def with_lot(goods: Journey, lot: Journey) -> Journey:
    """What is shown of a single object that the maker of the lot on its label did not report: its steps, and those of the lot.

    Days and origin are those of the lot, and not what a stranger says who made the object. Not for its recalls: no report says that
    the object is of the lot.
    """
    known = {event.event for event in goods.events}
    events = [*goods.events, *(event for event in lot.events if event.event not in known)]
    return replace(
        goods,
        events=tuple(sorted(events, key=lambda one: (one.event_time, one.event_time_rest, one.event_id))),
        made=lot.made if goods.thing in goods.makers else {**lot.made, **goods.made},
        makers={**{one: maker for one, maker in goods.makers.items() if one != goods.thing}, **lot.makers},
        lots=(lot.thing,),
        is_whole=goods.is_whole and lot.is_whole,
        lacks_steps=goods.lacks_steps or lot.lacks_steps,
        left_out=goods.left_out + lot.left_out,
        has_next=goods.has_next or lot.has_next,
        elsewhere=goods.elsewhere | lot.elsewhere,
        knows_elsewhere=goods.knows_elsewhere and lot.knows_elsewhere,
    )
