"""API keys of the parties' programs at the EPCIS interface."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from khcn.kernel.actors import acting
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.row_locks import locked
from khcn.trace.models import ApiKey, TraceParty
from khcn.trace.queries.viewers import viewer_of_party
from khcn.trace.store.database.sql import Sql, fetch

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.actors import Actor
    from khcn.trace.store.visibility import Viewer

PREFIX: Final = "khcn_"
"""How every key begins, so that one left lying about is recognised for what it is."""

# Plain SQL, because it runs at every request: building the statement and a complete model instance with the ORM took ten
# times as long as running it.
_PARTY_COLUMNS: Final = ("id", "gln", "is_authority")
_PARTY_OF_KEY: Final = (
    "SELECT p.id, p.gln, p.is_authority FROM trace_traceparty p JOIN trace_apikey k ON k.party_id = p.id "
    "WHERE k.digest = %s AND k.revoked_at IS NULL"
)
_RANDOM_BYTES: Final = 32
_LONGEST: Final = 100


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def issue_key(*, party: TraceParty, label: str, actor: Actor, at: datetime) -> str:
    """Issue a new key. The secret is returned once; only its digest is stored.

    The change log of the party records the label, without the secret.
    """
    secret = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    with acting(actor, f"Cấp khóa truy cập “{label}”"), transaction.atomic():
        log_change(party, {"api_key": None}, {"api_key": label})
        ApiKey.objects.create(party=party, label=label, digest=_digest(secret), issued_at=at)
    return secret


def revoke_key(*, key: ApiKey, actor: Actor, at: datetime) -> None:
    """Revoke a key, effective with the next request. Revoking it again has no effect."""
    with acting(actor, f"Thu hồi khóa truy cập “{key.label}”"), transaction.atomic():
        stored = locked(ApiKey, key.pk)
        if stored.revoked_at is None:
            stored.revoked_at = at
            stored.save()
            log_change(key.party, {"api_key": key.label}, {"api_key": None})


def viewer_for(secret: str) -> tuple[TraceParty, Viewer] | None:
    """The party whose key this is, and what it may see; None for an unknown or revoked key.

    What else is known of the party is read when it is asked for.

    The database is asked each time, so that a revoked key is refused from its next request on.
    """
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST:
        return None
    found = fetch(Sql(_PARTY_OF_KEY, (_digest(secret),)))
    if not found:
        return None
    number, gln, authority = found[0]
    party = TraceParty.from_db(connection.alias, _PARTY_COLUMNS, (number, gln, bool(authority)))
    return party, viewer_of_party(party)
