"""What a recall in force consists of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final

from khcn.trace.store.encoding.classes_and_lots import (
    is_lot,
    is_package,
    is_product_class,
    wider_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.trace.queries.holders.holders import Holders
    from khcn.trace.queries.makers.makers_and_trust import FormerMaker

MOST_OF_PARTY: Final = 10
"""Of so many recalls by one party of the packages that a thing is or was in, and of what is in it, an answer tells."""


class Rank(IntEnum):
    """Whose recall it is; nobody ends that of a higher rank."""

    HOLDER = 1
    MAKER = 2
    AUTHORITY = 3


class RecallScope(Enum):
    """What a recall names."""

    OBJECT = "object"
    LOT = "lot"
    PRODUCT = "product"  # as a whole, without a lot
    PACKAGE = "package"  # in which the goods were at the time
    CONTENTS = "contents"  # what is in the package, itself or by its lot or product
    FORMER_PACKAGE = "former-package"  # in which what is in the package was at the time


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall of goods that is in force.

    `subject`: the thing that is recalled, one of those asked about; `named`: what the recall names; `since`: in microseconds since
    1970-01-01T00:00:00Z; `is_of_part`: whether only a part of a lot is recalled, what was packed in the package.
    """

    subject: str
    named: str
    scope: RecallScope
    party: int
    rank: Rank
    since: int
    reason: str
    is_of_part: bool = False


def names_of(thing: str) -> dict[str, RecallScope]:
    """By what a recall may name a thing, beside what it is packed in: itself, and its product."""
    own = (
        RecallScope.PRODUCT
        if is_product_class(thing)
        else RecallScope.LOT
        if is_lot(thing)
        else RecallScope.OBJECT
        if not is_package(thing)
        else RecallScope.PACKAGE
    )
    found = {thing: own}
    for name in wider_names(thing):
        found.setdefault(name, RecallScope.LOT if is_lot(name) else RecallScope.PRODUCT)
    return found


@dataclass(frozen=True, slots=True)
class RecallSubject:
    """A thing of which it is asked whether it is recalled, and which parties are trusted for it beside the authorities."""

    thing: str
    made_by: frozenset[int] = frozenset()
    holders: Holders | None = None
    """Of a single object; None where nobody holds it."""
    former: tuple[FormerMaker, ...] = ()
    """Of a lot: who made it until he declared that wrong; for recalls before that he is its maker still. Of a package also who used it
    until another packed it anew."""

    @property
    def users_before(self) -> set[int]:
        """Who used a package until another packed it anew."""
        return {one.party for one in self.former if one.has_used}

    def is_maker(self, party: int, captured: tuple[int, int]) -> bool:
        """Whether a party made it, or used it as a package when something was captured, by record time and row id."""
        return party in self.made_by or any(
            one.has_used and one.party == party and captured < one.until for one in self.former
        )

    @property
    def trusted(self) -> set[int]:
        """All who are trusted for it, and were."""
        holders = self.holders.parties if self.holders else ()
        return {*self.made_by, *holders, *(one.party for one in self.former)}


def once_for_each_party(recalls: Iterable[Recall]) -> list[Recall]:
    """The first of each party, which it repeats with further events; with the latest reason that it gives."""
    found: dict[int, Recall] = {}
    reasons: dict[int, str] = {}
    for one in recalls:
        found.setdefault(one.party, one)
        if one.reason:
            reasons[one.party] = one.reason
    return [replace(one, reason=reasons.get(party, "")) for party, one in found.items()]
