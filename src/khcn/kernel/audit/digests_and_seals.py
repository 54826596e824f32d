"""What proves the change log: a keyed digest of each row, made when it is written, and a chain of seals over the digests.

The key is derived from the installation's secret, so that nobody who can only write to the database can make a digest
or a seal. Rows that were sealed before the log had a sealer carry no digest; their seals are plain SHA-256 over the
content, and stay valid.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson
from django.conf import settings

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime


class ChainedEntry(Protocol):
    """What the chain needs to know of a log entry."""

    pk: int
    at: datetime
    batch: uuid.UUID
    digest: str


class SealedLink(Protocol):
    """What the chain needs to know of one of its links."""

    position: int
    entry: int
    digest: str
    seal: str


GENESIS: Final = "0" * 64
SEALED_FIELDS = (
    "at",
    "actor_id",
    "actor_label",
    "reason",
    "batch",
    "action",
    "model",
    "object_id",
    "object_label",
    "before",
    "after",
)

ADDED_FIELDS = ("on_behalf_of",)


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"khcn change log\0" + secret.encode()).digest()


def seal_keys() -> list[bytes]:
    """Keys of the present secret and of those before it; new digests and seals are made with the first."""
    return [_key(secret) for secret in (settings.SECRET_KEY, *settings.LOG_SECRETS_BEFORE)]


def mac(key: bytes, content: bytes) -> str:
    """HMAC-SHA-256 as 64 hex digits."""
    return hmac.digest(key, content, "sha256").hex()


def _canonical_bytes(entry: ChainedEntry) -> bytes:
    """The bytes that are hashed: sorted JSON of every field that means something.

    A field that the log got later is in it only where it holds something, so that rows from before keep their digests;
    filling or emptying it changes the digest like any other change.
    """
    content: dict[str, Any] = {name: getattr(entry, name) for name in SEALED_FIELDS}
    content |= {name: value for name in ADDED_FIELDS if (value := getattr(entry, name, ""))}
    content["at"] = entry.at.isoformat(timespec="microseconds")
    content["batch"] = str(entry.batch)
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def digest_of(entry: ChainedEntry, key: bytes) -> str:
    """What a row carries of its own content."""
    return mac(key, _canonical_bytes(entry))


def is_genuine(entry: ChainedEntry, among: Sequence[bytes]) -> bool:
    """Whether the row is as the program wrote it. A row without digest is not known to be."""
    return bool(entry.digest) and any(digest_of(entry, key) == entry.digest for key in among)


def link_seal(key: bytes, *, previous: str, position: int, entry: int, digest: str) -> str:
    """The seal of the link at a position: it covers the seal before it, and with it everything before."""
    return mac(key, f"{previous}|{position}|{entry}|{digest}".encode())


def seal_before_digests(previous: str, entry: ChainedEntry) -> str:
    """The seal of a row that was written before rows had digests."""
    return hashlib.sha256(previous.encode() + _canonical_bytes(entry)).hexdigest()


def proof_of_plain_end(key: bytes, *, position: int, seal: str) -> str:
    """Signs up to which position the chain has links without digest, and with the seal there all that they say.

    Its key is its own: the sealer signs whatever seal stands in the head, and that must never pass for this.
    """
    own = hmac.digest(key, b"rows before digests", "sha256")
    return mac(own, f"{position}|{seal}".encode())
