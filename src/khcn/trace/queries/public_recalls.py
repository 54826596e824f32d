"""What the public sees of a recall: who recalled what, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from khcn.epcis.ids.digital_link import CANONICAL_STEM, DigitalLink
from khcn.epcis.store import thing_of
from khcn.trace.models import TraceParty
from khcn.trace.queries.display_names import display_text
from khcn.trace.queries.holders import Holders
from khcn.trace.queries.journey import journey
from khcn.trace.queries.local_times import local_time
from khcn.trace.queries.recalls import Rank, RecallSearch
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.confirmations import first_parties
from khcn.trace.store.database.stores import records_everywhere
from khcn.trace.store.declarations import all_authorities

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from khcn.trace.queries.recalls import Recall, RecallScope


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


class PackageRecalls(NamedTuple):
    """The recalls of a package, and whether these are all."""

    recalls: tuple[PublicRecall, ...] = ()
    is_whole: bool = True


def public_recalls(recalls: Iterable[Recall]) -> tuple[PublicRecall, ...]:
    """The recalls: those of authorities, of makers and of holders, each the latest first."""
    ordered = sorted(recalls, key=lambda one: (-one.rank, -one.since, one.named, one.party))
    parties = {
        party.pk: party
        for party in records_everywhere(TraceParty.objects.filter(pk__in={one.party for one in ordered}))
    }
    owners = CodeOwners()
    found: dict[PublicRecall, None] = {}
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
            one.is_of_part,
        )
        found[shown] = None
    return tuple(found)


def package_makers(things: Collection[str], authorities: Collection[int]) -> dict[str, set[int]]:
    """Whose packages some things are: of those whose the code is, or where the department has confirmed nobody, of the party that first packed it."""
    owners = CodeOwners()
    first, _without_owner = first_parties(things, authorities=authorities)
    return {
        thing: owners.of(thing) or {min(begun, key=lambda one: begun[one])}
        for thing, begun in first.items()
        if begun or owners.of(thing)
    }


def package_holders(thing: str, made_by: Collection[int], authorities: Collection[int]) -> Holders:
    """Who holds a package; first of all those whose package it is, regardless of who else reports it as created."""
    return Holders(journey(thing, authorities=authorities), {thing: min(made_by)} if made_by else {})


def recalls_of_package(link: DigitalLink) -> PackageRecalls:
    """The recalls of a package, itself or with what it was packed in."""
    thing = thing_of(DigitalLink(CANONICAL_STEM, link.key, link.qualifiers).uri())
    authorities = all_authorities()
    search = RecallSearch(authorities, [thing])
    if not search.may_be_recalled(thing):
        return PackageRecalls()
    made_by = package_makers([thing], authorities).get(thing, set())
    holders = partial(package_holders, thing, made_by, authorities)
    recalls = public_recalls(search.recalls_of(thing, made_by, holders))
    return PackageRecalls(recalls, not search.cut)
