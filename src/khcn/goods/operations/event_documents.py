"""EPCIS documents of one event each, and their capture in the transaction of what they are about (EPCIS 2.0, 7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from khcn.epcis import DocumentError
from khcn.epcis.codec.json_binding.names import CONTEXT_2_0
from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.kernel.refusals import Refused
from khcn.trace.models import Event, Identity
from khcn.trace.operations.capture import capture_in_transaction
from khcn.trace.store.encoding.identities import identity_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from khcn.trace.models import TraceParty


def occurrence(event: UUID, at: datetime) -> dict[str, str]:
    """Which event it is, and when it happened (EPCIS 2.0, 7.4.1.1). `at`: in the time zone of the place."""
    return {
        "eventID": name_of(event),
        "eventTime": at.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": at.isoformat()[-6:],
    }


def possession(source: TraceParty, destination: TraceParty) -> dict[str, Any]:
    """Who had the goods before, and who has them afterwards (CBV 2.0, 7.4)."""
    return {
        "sourceList": [{"type": "possessing_party", "source": f"{CANONICAL_STEM}/417/{source.gln}"}],
        "destinationList": [
            {"type": "possessing_party", "destination": f"{CANONICAL_STEM}/417/{destination.gln}"}
        ],
    }


def declared_wrong(event: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """An event again, with the declaration that it was wrong (EPCIS 2.0, 7.4.1.2)."""
    declaration = {"declarationTime": at.isoformat(timespec="milliseconds"), "reason": "incorrect_data"}
    return {**event, "errorDeclaration": declaration}


def name_of(event: UUID) -> str:
    """The id of an event (CBV 2.0, 8.9.2)."""
    return f"urn:uuid:{event}"


def stored_event(party: TraceParty, event: UUID) -> Event | None:
    """An event that a party has reported, as it is stored."""
    found = Identity.objects.filter(key=identity_key(name_of(event)), owner=party.pk).first()
    if found is None:
        return None
    return Event.objects.filter(id=found.event, event_time=found.event_time).first()


def declare_event_wrong(party: TraceParty, event: UUID, at: datetime, *, refusal: str) -> None:
    """Declare an event wrong as it was reported: places and codes may have others names by now. Of none that is stored nothing is declared."""
    if (stored := stored_event(party, event)) is not None:
        reported = orjson.loads(stored.body)
        del reported["recordTime"]
        capture_document(
            party, document_of_event(declared_wrong(reported, at), party, at), at, refusal=refusal
        )


def document_of_event(
    event: Mapping[str, Any],
    party: TraceParty,
    at: datetime,
    *,
    master: Sequence[Mapping[str, Any]] = (),
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """The document of an event that a party reports.

    Args:
        event: in the JSON form of EPCIS 2.0.
        party: who reports it.
        at: when the document was made.
        master: vocabularies of its header.
        prefixes: namespaces of fields of the event that EPCIS does not have, by their prefixes.
    """
    document: dict[str, Any] = {
        "@context": [CONTEXT_2_0, *([prefixes] if prefixes else [])],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": at.isoformat(timespec="milliseconds"),
        "sender": f"{CANONICAL_STEM}/417/{party.gln}",
        "epcisBody": {"eventList": [event]},
    }
    if master:
        document["epcisHeader"] = {"epcisMasterData": {"vocabularyList": master}}
    return orjson.dumps(document)


def capture_document(party: TraceParty, body: bytes, at: datetime, *, refusal: str) -> None:
    """Capture a document. Raises ``Refused`` with the words of ``refusal``, in which "%(why)s" stands for what is wrong with it."""
    try:
        capture_in_transaction(party=party, body=body, at=at)
    except DocumentError as error:
        reasons = "; ".join(each.message_vi for each in error.problems)
        raise Refused(refusal % {"why": reasons}, code="event") from error
