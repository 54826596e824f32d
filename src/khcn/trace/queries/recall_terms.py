"""What a recall in force consists of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

from khcn.trace.store.encoding.classes_and_lots import class_of, is_lot, is_product_class, wider_names

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
        if class_of(thing)
        else RecallScope.PACKAGE
    )
    found = {thing: own}
    for name in wider_names(thing):
        found.setdefault(name, RecallScope.LOT if is_lot(name) else RecallScope.PRODUCT)
    return found
