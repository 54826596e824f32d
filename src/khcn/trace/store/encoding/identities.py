"""By what an event, or the declaration that it is wrong, is stored only once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from khcn.epcis.model import Event

_KEY_BYTES: Final = 16
_DECLARATION: Final = "#errorDeclaration"


class StoredIdentity(NamedTuple):
    """A row of `Identity`."""

    key: bytes
    owner: int
    event: int
    event_time: int


def identity_key(province: str, identity: str) -> bytes:
    """The key of `Identity` for an event id, or for what `declaration_of` makes of it."""
    return hashlib.sha256(f"{province}\0{identity}".encode()).digest()[:_KEY_BYTES]


def declaration_of(event_id: str) -> str:
    """The identity of the declaration that an event is wrong, as `khcn.epcis.store.identity` has it."""
    return event_id + _DECLARATION


def identity_of(province: str, event: Event, event_id: str, owner: int) -> tuple[bytes, int]:
    """Key and owner of the `Identity` of an event of a sender.

    The same event of another party is that party's own report, also where its id is its hash: whose report it is decides what
    it does (a recall, a commissioning), so nobody can take the report of another in advance.
    """
    identity = event_id if event.error_declaration is None else declaration_of(event_id)
    return identity_key(province, identity), owner
