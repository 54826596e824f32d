"""Who made, and who holds, a thing whose recalls are looked for: goods or a package."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from khcn.trace.queries.holders import Holders
from khcn.trace.queries.journey import journey
from khcn.trace.queries.makers_and_trust import FormerMaker, creations_of, first_makers
from khcn.trace.queries.traversal_terms import is_node
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.classes_and_lots import class_of
from khcn.trace.store.first_reports import first_parties

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class PackageMakers:
    """Whose some packages are, and whose they were until these declared their packings wrong."""

    makers: Mapping[str, set[int]]
    former: Mapping[str, tuple[FormerMaker, ...]]


def package_makers(things: Collection[str], authorities: Collection[int]) -> PackageMakers:
    """Whose packages some things are: of those whose the code is, or where the department has confirmed nobody, of the party that first packed it."""
    owners = CodeOwners()
    found = first_parties(things, authorities=authorities)
    makers: dict[str, set[int]] = {}
    former: dict[str, tuple[FormerMaker, ...]] = {}
    for thing, begun in found.first.items():
        allowed = owners.of(thing)
        first = min(begun, key=lambda one: begun[one], default=None)
        if allowed:
            makers[thing] = allowed
        elif first is not None:
            makers[thing] = {first}
        if not allowed and thing in found.former:
            former[thing] = tuple(
                FormerMaker(one.party, one.until, one.event_time)
                for one in sorted(found.former[thing], key=lambda one: one.event)
                if first is None or one.event < begun[first]
            )
    return PackageMakers(makers, former)


def makers_of(things: Collection[str], authorities: Collection[int]) -> dict[str, int]:
    """Who made some things, or whose packages they are, which says of a package nobody who reports only later that he made it."""
    found = first_makers(creations_of(things, authorities))
    owners = CodeOwners()
    packages = {one for one in things if class_of(one) is None and not is_node(one) and not owners.of(one)}
    if packages:
        found |= {one: min(some) for one, some in package_makers(packages, authorities).makers.items()}
    return found


def holders_of(
    thing: str,
    made_by: Collection[int],
    authorities: Collection[int],
    former: tuple[FormerMaker, ...] = (),
) -> Holders:
    """Who holds a single object or a package; first who made it.

    Args:
        thing: the object or package.
        made_by: who made it, its lot, or whose package it is.
        authorities: the parties that are trusted in everything.
        former: whose package it was before.
    """
    goods = journey(thing, authorities=authorities)
    first = {thing: min(made_by)} if made_by else {}
    if class_of(thing) is None:
        # whose a package is counts regardless of who else reports it as created
        return Holders(replace(goods, former_makers=(*former, *goods.former_makers)), first)
    return Holders(goods, {**first, **goods.makers})
