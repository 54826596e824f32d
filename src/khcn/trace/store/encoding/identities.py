"""By what an event, or the declaration that it is wrong, is stored only once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from khcn.epcis.model import Event

_KEY_BYTES: Final = 16
_DECLARATION: Final = "\0errorDeclaration"  # no event id contains NUL, so none is taken for a declaration


class StoredIdentity(NamedTuple):
    """A row of `Identity`."""

    key: bytes
    owner: int
    event: int
    event_time: int


def identity_key(identity: str) -> bytes:
    """The key of `Identity` for an event id, or for what `declaration_of` makes of it.

    The province is not in it, so that it is the same after the province's code has changed and after its store was merged into
    another one: what keeps two provinces apart is the owner (docs/adr/0032).
    """
    return hashlib.sha256(identity.encode()).digest()[:_KEY_BYTES]


def declaration_of(event_id: str) -> str:
    """The identity of the declaration that an event is wrong, as `khcn.epcis.store.identity` has it."""
    return event_id + _DECLARATION


def identity_of(event: Event, event_id: str, owner: int) -> tuple[bytes, int]:
    """Key and owner of the `Identity` of an event of a sender.

    The same event of another party is that party's own report, also where its id is its hash: whose report it is decides what
    it does (a recall, a commissioning), so nobody can take the report of another in advance.
    """
    identity = event_id if event.error_declaration is None else declaration_of(event_id)
    return identity_key(identity), owner
