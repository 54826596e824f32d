"""What is recalled, and might be so no more, when the department changes whose a code is, who is an authority, or a party's GLN."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, LineageEdgeEnd
from khcn.trace.queries.graph.packings import MOST_LEVELS
from khcn.trace.queries.packages.named_receivers import GLN_OF_PLACE, places_named
from khcn.trace.queries.recalls.graph_recalls import AskedHolders, recalls_in_graph
from khcn.trace.queries.recalls.recall_terms import Rank
from khcn.trace.queries.walks.trusted_contents import may_hold
from khcn.trace.store.code_owners import CodeOwners, codes_of
from khcn.trace.store.database.sql import after_prefix
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.stored_codes import GOODS_ROLES, EdgeKind, EdgeSide, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.recalls.recall_terms import Recall

MOST_PARTS: Final = 1000
"""So many objects of a recalled lot, and lots and objects of a recalled product, are looked at."""

_PREFIX: Final = object_row_name("", EventRole.RECALL)
_BATCH_SIZE: Final = 500
_SAYINGS: Final = ("recalled", "confirmed", "whole")


class RecallInForce(NamedTuple):
    """A recall in force, and whether by an authority or by whose the code is: the word of others may be outweighed any time."""

    recall: Recall
    is_confirmed: bool


def things_affected(
    codes: Collection[str],
    authorities: Collection[int],
    renumbered: Collection[int] = (),
    glns: Collection[str] = (),
) -> list[str]:
    """All things whose recalls depend on some changes of the register of parties.

    Things of which somebody ever reported a recall, with their parts and contents; whether the recalls are in force is not asked here.

    Args:
        codes: those that other parties are confirmed for.
        authorities: the parties that are authorities only before, or only afterwards.
        renumbered: the parties whose GLN changes.
        glns: the numbers that name another party than before, or none: who holds goods follows from the numbers that events name.
    """
    rows = EventObject.objects.filter(
        thing__gte=_PREFIX, thing__lt=after_prefix(_PREFIX), role=EventRole.RECALL
    )
    names = [
        thing.removeprefix(_PREFIX) for thing in rows.order_by().values_list("thing", flat=True).distinct()
    ]
    spoken_of = _spoken_of(names, authorities) | _handled(names, renumbered, glns)
    under = {name for name in names if not codes_of(name).isdisjoint(codes)}
    found = under | spoken_of
    found |= _parts(found)
    inside = _contents({one for one in (names if codes else spoken_of) if may_hold(one)})
    if codes:
        of_spoken = _contents({one for one in spoken_of if may_hold(one)})
        inside = of_spoken | {one for one in inside if not codes_of(one).isdisjoint(codes)}
    return sorted(found | inside)


def recalls_in_force(things: Collection[str]) -> list[RecallInForce]:
    """The recalls of some things that are in force by the register as it is now; of a thing recalled by those who are always trusted, not all."""
    return _in_force({one: frozenset(_SAYINGS) for one in things})


def recalls_ended_by_change(before: Iterable[RecallInForce]) -> list[Recall]:
    """The recalls of things that are not recalled any more by the register as it is now, or not as a whole, or not by a party whose word is confirmed."""
    listed = list(before)
    stated: dict[str, set[str]] = defaultdict(set)
    for one in listed:
        stated[one.recall.subject] |= _says(one)
    left: dict[str, set[str]] = defaultdict(set)
    for one in _in_force(stated):
        left[one.recall.subject] |= _says(one)
    return [one.recall for one in listed if not left[one.recall.subject].issuperset(_says(one))]


def _says(one: RecallInForce) -> set[str]:
    """What a recall says of its thing."""
    are_so = (True, one.is_confirmed, not one.recall.is_of_part)
    return {each for each, is_so in zip(_SAYINGS, are_so, strict=True) if is_so}


def _in_force(wanted: Mapping[str, Collection[str]]) -> list[RecallInForce]:
    """The recalls of some things that are in force.

    ``wanted``: by thing, what has to be found out of it. Where the recalls by authorities and makers answer that, its holders, which
    cost the most to find, are not looked up.
    """
    owners = CodeOwners()

    def in_force(recall: Recall) -> RecallInForce:
        known = owners.of(recall.subject) | owners.of(recall.named)
        is_confirmed = recall.rank is Rank.AUTHORITY or (recall.rank is Rank.MAKER and recall.party in known)
        return RecallInForce(recall, is_confirmed)

    def is_enough(thing: str, found: Collection[Recall]) -> bool:
        return set(wanted[thing]) <= set().union(*(_says(in_force(one)) for one in found))

    asked = AskedHolders(_BATCH_SIZE, is_enough)
    return [
        in_force(one)
        for part in chunks(sorted(wanted), _BATCH_SIZE)
        for one in recalls_in_graph(part, (), asked)[0]
    ]


def _handled(names: Collection[str], parties: Collection[int], glns: Collection[str]) -> set[str]:
    """Those of some things that some parties reported or were sent, or something around them or in them, or what that was in."""
    if not parties and not glns:
        return set()
    inside = {*names, *_contents({one for one in names if may_hold(one)})}
    related = inside | _packages(inside)
    named = _spoken_of(related, parties) | _sent_to(related, glns)
    reached = named | _contents(named)
    return set(names) & (reached | _packages(reached))


def _sent_to(things: Collection[str], glns: Collection[str]) -> set[str]:
    """Those of some things of which an event names one of the numbers as destination."""
    found: set[str] = set()
    for part in chunks(sorted(things), _BATCH_SIZE) if glns else ():
        about = EventObject.objects.filter(thing__in=part, role__in=GOODS_ROLES)
        events: dict[int, set[str]] = defaultdict(set)
        for event, thing in about.order_by().values_list("event", "thing"):
            events[event].add(thing)
        for some in chunks(sorted(events), _BATCH_SIZE):
            for event, named in places_named(some).items():
                places = (GLN_OF_PLACE.fullmatch(place) for place in named)
                if any(place is not None and place[1] in glns for place in places):
                    found |= events[event]
    return found


def _spoken_of(names: Collection[str], parties: Collection[int]) -> set[str]:
    """Those of some things that some parties named in events."""
    found: set[str] = set()
    for part in chunks(sorted(names), _BATCH_SIZE) if parties else ():
        asked = [*part, *(_PREFIX + name for name in part)]
        rows = EventObject.objects.filter(thing__in=asked, owner__in=sorted(parties))
        found.update(rows.order_by().values_list("thing", flat=True).distinct())
    return {thing.removeprefix(_PREFIX) for thing in found}


def _parts(names: Iterable[str]) -> set[str]:
    """Of lots their objects, of products their lots and objects."""
    found: set[str] = set()
    for name in names:
        if is_lot(name):
            members = LineageEdgeEnd.objects.filter(kind=EdgeKind.MEMBERSHIP)
            of_lot = members.filter(thing=name, side=EdgeSide.SOURCE).order_by("event").values("event")
            events = [row["event"] for row in of_lot[:MOST_PARTS]]
            for part in chunks(events, _BATCH_SIZE):
                ends = members.filter(event__in=part, side=EdgeSide.PRODUCT)
                found.update(ends.order_by("event").values_list("thing", flat=True)[:MOST_PARTS])
        elif is_product_class(name):
            rows = EventObject.objects.filter(thing__gte=f"{name}/", thing__lt=after_prefix(f"{name}/"))
            found.update(rows.order_by().values_list("thing", flat=True).distinct()[:MOST_PARTS])
    return found


def _contents(packages: Collection[str]) -> set[str]:
    """What any party ever packed in packages, directly or in packages inside them."""
    return _packed_with(packages, EdgeSide.PRODUCT, EdgeSide.SOURCE)


def _packages(things: Collection[str]) -> set[str]:
    """In what any party ever packed things, and in what it packed that."""
    return _packed_with(things, EdgeSide.SOURCE, EdgeSide.PRODUCT)


def _packed_with(things: Collection[str], side: EdgeSide, other: EdgeSide) -> set[str]:
    """What is on the other side of packings with things on one side, step by step."""
    found: set[str] = set()
    reached = set(things)
    packed = LineageEdgeEnd.objects.filter(kind=EdgeKind.CONTAINMENT)
    for _level in range(MOST_LEVELS):
        events: set[int] = set()
        for part in chunks(sorted(reached), _BATCH_SIZE):
            events.update(packed.filter(thing__in=part, side=side).values_list("event", flat=True))
        reached = set()
        for some in chunks(sorted(events), _BATCH_SIZE):
            reached.update(packed.filter(event__in=some, side=other).values_list("thing", flat=True))
        reached -= found
        found |= reached
        if not reached:
            break
    return found
