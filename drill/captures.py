"""A maker of the drill, and the events that a program of it captures."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bench.service import Service

PRODUCT: Final = "https://id.gs1.org/01/09521234000013"
MAKE_PARTY: Final = """
from django.utils import timezone
from khcn.kernel.actors import SYSTEM, acting
from khcn.trace.models import TraceParty
from khcn.trace.operations.api_keys import issue_key
with acting(SYSTEM, "drill"):
    party = TraceParty(name="Hợp tác xã diễn tập", gln="9521234000006")
    party.save()
print(issue_key(party=party, label="drill", actor=SYSTEM, at=timezone.now()))
"""
"""For the shell of an installation: the maker, whose key is the last line."""

_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def event_of(lot: str) -> dict[str, Any]:
    """The event by which the maker reports a lot."""
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-11-01T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "quantityList": [{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": 100, "uom": "KGM"}],
    }


def document_of(event: dict[str, Any]) -> bytes:
    """A document of one event, for ``/epcis/capture``."""
    body = {"eventList": [event]}
    head = {"@context": _CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0"}
    return json.dumps({**head, "creationDate": "2026-11-01T00:00:00Z", "epcisBody": body}).encode()


def capture(service: Service, key: str, lot: str, *, within: float = 20) -> tuple[int, str]:
    """Send the event of a lot to ``/epcis/events``: status and text of the answer. Raises OSError where there is none within
    so many seconds.
    """
    request = urllib.request.Request(
        f"{service.address}/epcis/events",
        json.dumps({"@context": _CONTEXT, **event_of(lot)}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "GS1-EPCIS-Version": "2.0.0"},
    )
    try:
        with urllib.request.urlopen(request, timeout=within) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as fault:
        return fault.code, fault.read().decode()
