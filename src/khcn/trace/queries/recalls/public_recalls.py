"""What the public sees of a recall: who recalled what, when and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from khcn.epcis.ids.digital_link import CANONICAL_STEM, DigitalLink
from khcn.epcis.store import thing_of
from khcn.trace.models import TraceParty
from khcn.trace.queries.holders.makers_and_holders import holders_of, package_makers
from khcn.trace.queries.makers.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.names.display_names import display_text
from khcn.trace.queries.names.local_times import local_time
from khcn.trace.queries.recalls.recall_terms import Rank, RecallScope
from khcn.trace.queries.recalls.recalled_contents import recalls_of_contents
from khcn.trace.queries.recalls.recalls import RecallSearch, recalls_of_goods
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.stores import all_stores, records_everywhere
from khcn.trace.store.statements.declarations import all_authorities

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from khcn.trace.queries.journey_terms import Journey
    from khcn.trace.queries.recalls.recall_terms import Recall


@dataclass(frozen=True, slots=True)
class PublicRecall:
    """A recall in force. `named`: what it names, by its canonical id; `since`: in local time; texts may be empty.

    `rank`: as what the party recalled; None for a maker that the department has not confirmed for the code.
    """

    scope: RecallScope
    named: str
    party: str
    rank: Rank | None
    since: datetime
    reason: str
    is_of_part: bool


class PageRecalls(NamedTuple):
    """The recalls on a page, of goods or a package, and whether these are all."""

    recalls: tuple[PublicRecall, ...] = ()
    is_whole: bool = True


def public_recalls(recalls: Iterable[Recall]) -> tuple[PublicRecall, ...]:
    """The recalls: those of authorities, of makers and of holders, each the latest first.

    One that names what an object and a part of its lot are in is one, of the object.
    """
    ordered = sorted(recalls, key=lambda one: (-one.rank, -one.since, one.named, one.party))
    parties = {
        party.pk: party
        for party in records_everywhere(TraceParty.objects.filter(pk__in={one.party for one in ordered}))
    }
    owners = CodeOwners()
    are_of_part: dict[PublicRecall, bool] = {}
    for one in ordered:
        is_confirmed = one.rank is not Rank.MAKER or one.party in owners.of(one.subject) | owners.of(
            one.named
        )
        party = parties.get(one.party)
        shown = PublicRecall(
            one.scope,
            one.named,
            display_text(party.name) if party else "",
            one.rank if is_confirmed else None,
            local_time(one.since),
            display_text(one.reason),
            is_of_part=False,
        )
        are_of_part[shown] = are_of_part.get(shown, True) and one.is_of_part
    return tuple(replace(shown, is_of_part=of_part) for shown, of_part in are_of_part.items())


def is_of_contents(recalls: Iterable[PublicRecall]) -> bool:
    """Whether recalls are of nothing but what is in a package."""
    return all(one.scope in {RecallScope.CONTENTS, RecallScope.FORMER_PACKAGE} for one in recalls)


def recalls_on_page(goods: Journey, authorities: Collection[int], labelled: Collection[str]) -> PageRecalls:
    """The recalls of the goods of a journey, of the lots that the label names, and of what is in the goods."""
    recalls, is_whole = recalls_of_goods(goods, authorities, labelled)
    if goods.is_package:
        inside = recalls_of_contents([goods.thing], authorities)
        recalls += inside.beside(goods.thing, recalls)
        return PageRecalls(public_recalls(recalls), is_whole and inside.is_whole)
    return PageRecalls(public_recalls(recalls), is_whole)


@all_stores()
def recalls_of_lots(paths: Collection[str]) -> dict[str, tuple[PublicRecall, ...]]:
    """The recalls of lots that their pages warn of, by the paths of these; without the lots of which there is none."""
    trusted = all_authorities()
    things = {CANONICAL_STEM + path: path for path in paths}
    search = RecallSearch(trusted, list(things))
    asked = [thing for thing in things if search.may_be_recalled(thing)]
    if not asked:
        return {}
    makers = first_makers(creations_of(asked, trusted))
    made_by = {thing: {makers[thing]} if thing in makers else set() for thing in asked}
    found = search.recalls_of(made_by)
    return {things[thing]: public_recalls(recalls) for thing, recalls in found.items() if recalls}


@all_stores()
def recalls_of_package(link: DigitalLink) -> PageRecalls:
    """The recalls of a package, itself or with what it was packed in, and of what is in it."""
    thing = thing_of(DigitalLink(CANONICAL_STEM, link.key, link.qualifiers).uri())
    authorities = all_authorities()
    inside = recalls_of_contents([thing], authorities)
    search = RecallSearch(authorities, [thing])
    if not search.may_be_recalled(thing):
        return PageRecalls(public_recalls(inside.beside(thing, ())), inside.is_whole)
    whose = package_makers([thing], authorities)
    made_by = {thing: whose.makers.get(thing, set())}
    recalls = search.recalls_of(
        made_by, lambda _things: holders_of(made_by, authorities, whose), whose.former
    )[thing]
    recalls += inside.beside(thing, recalls)
    return PageRecalls(public_recalls(recalls), inside.is_whole and not search.cut)
