"""Who gets the goods of an event into his hands, of the several destinations that it may name. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from khcn.epcis.store import thing_of
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.epcis import Event

_POSSESSING: Final = "possessing_party"
_OWNING: Final = "owning_party"


def receivers_of(event: Event, parties: Mapping[str, int]) -> set[int | None]:
    """The possessing parties that an event names as destination; where it names none, those at its places, and else the owners.

    Args:
        event: the event.
        parties: by the rows of their places (`object_row_name`); None is a party that is not among them.
    """
    named: dict[str, set[int | None]] = defaultdict(set)
    for one in event.destinations:
        named[one.type].add(parties.get(object_row_name(thing_of(one.id), EventRole.DESTINATION)))
    if _POSSESSING in named:
        return named[_POSSESSING]
    owners = named.pop(_OWNING, set())
    return set().union(*named.values()) - {None} or owners or {None}
