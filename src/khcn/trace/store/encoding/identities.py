"""By what an event, or the declaration that it is wrong, is stored only once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from khcn.epcis.model import Event

_KEY_BYTES: Final = 16
_DECLARATION: Final = "#errorDeclaration"
ANY_SENDER: Final = 0
"""The owner of an identity that is the hash of its event: it means the same event for every sender."""


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


def identity_of(
    province: str, event: Event, event_id: str, owner: int, *, is_hash: bool
) -> tuple[bytes, int]:
    """Key and owner of the `Identity` of an event of a sender.

    An id that is the hash of its event (`is_hash`) names it for every sender. Any other id is its sender's own, so that nobody
    can occupy the ids of others; and so is a declaration, because only some parties' declarations have an effect.
    """
    if event.error_declaration is not None:
        return identity_key(province, declaration_of(event_id)), owner
    return identity_key(province, event_id), ANY_SENDER if is_hash else owner
