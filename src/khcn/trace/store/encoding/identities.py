"""By what an event, or the declaration that it is wrong, is stored only once."""

from __future__ import annotations

import hashlib
from typing import Final

_KEY_BYTES: Final = 16
_DECLARATION: Final = "#errorDeclaration"


def identity_key(province: str, identity: str) -> bytes:
    """The key of `Identity`, by which an event is stored once in a province, regardless of the sender."""
    return hashlib.sha256(f"{province}\0{identity}".encode()).digest()[:_KEY_BYTES]


def declaration_of(event_id: str) -> str:
    """The identity of the declaration that an event is wrong, as `khcn.epcis.store.identity` has it."""
    return event_id + _DECLARATION
