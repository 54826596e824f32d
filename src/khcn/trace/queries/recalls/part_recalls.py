"""The recalls of lots and objects of a product, and of objects of a lot: a page of the whole says that a part of it is recalled.

Who has only the bar code of the product in hand (an EAN-13 has no lot) learns that he has to look at the lot on the label.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from khcn.trace.models import EventObject
from khcn.trace.queries.makers.makers_and_trust import LotDeciders, creations_of, first_makers
from khcn.trace.queries.recalls.public_recalls import PublicRecall, public_recalls
from khcn.trace.queries.recalls.recall_terms import RecallScope
from khcn.trace.queries.recalls.recalled_contents import recalls_in_force
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.classes_and_lots import class_of, is_lot
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.store.statements.recall_statements import members_of_lot
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_REPORTS: Final = 5000
"""So many reports of recalls of lots and objects of a product are read, and of those of authorities and of whose the code is as many
more; the latest ones.
"""

MOST_NAMES: Final = 500
"""Of so many lots and objects it is asked whether their recalls are in force, those recalled latest first."""


@dataclass(frozen=True, slots=True)
class PartRecalls:
    """The recalls of parts; `is_whole`: whether these are all."""

    recalls: tuple[PublicRecall, ...] = ()
    is_whole: bool = True


def recalls_of_parts(thing: str, authorities: Collection[int]) -> PartRecalls:
    """The recalls in force, by authorities and makers, of the lots and objects of a product, or of the objects of a lot."""
    kind = class_of(thing)
    if kind is None or not (thing == kind or is_lot(thing)):
        return PartRecalls()
    names, is_whole = _recalled_names(kind, authorities)
    if is_lot(thing):
        names = [one for one in names if not is_lot(one)]
    if not names:
        return PartRecalls(is_whole=is_whole)
    makers = first_makers(creations_of({thing, *names} if is_lot(thing) else names, authorities))
    if is_lot(thing):
        deciders = LotDeciders(makers, authorities)
        members = members_of_lot(thing, names)
        names = [one for one in names if members.get(one, set()) & deciders.deciding(thing, one)]
    found = recalls_in_force({one: {one} for one in names[:MOST_NAMES]}, makers, authorities)
    recalls = [
        replace(one, scope=RecallScope.LOT if is_lot(one.named) else RecallScope.OBJECT)
        for _things, some in found
        for one in some
    ]
    return PartRecalls(public_recalls(recalls), is_whole and len(names) <= MOST_NAMES)


def _recalled_names(kind: str, authorities: Collection[int]) -> tuple[list[str], bool]:
    """The lots and objects of a product of which a recall was reported, the latest first; and whether these are all.

    Where the department has confirmed whose the code is, only by these and the authorities.
    """
    prefix = object_row_name("", EventRole.RECALL)
    start = f"{prefix}{kind}/"
    rows = EventObject.objects.filter(thing__gte=start, thing__lt=start[:-1] + "0", role=EventRole.RECALL)
    owners = CodeOwners().of(kind)
    trusted = rows.filter(owner__in={*authorities, *owners})
    latest: dict[str, int] = {}
    is_whole = True
    for some in (trusted,) if owners else (trusted, rows):
        read = values_everywhere(some.order_by("-event"), "thing", "event", first=MOST_REPORTS + 1)
        is_whole &= len(read) <= MOST_REPORTS
        for name, event in read[:MOST_REPORTS]:
            thing = name.removeprefix(prefix)
            latest[thing] = max(event, latest.get(thing, event))
    return sorted(latest, key=lambda one: (-latest[one], one)), is_whole
