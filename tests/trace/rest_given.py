"""What the tests of the EPCIS interface share: parties with keys, documents, and a client that speaks for a party."""

import copy
import json
import logging
import uuid
from datetime import UTC, date, datetime
from functools import cache

import jsonschema_rs
from django.test import Client

from khcn.kernel.actors import SYSTEM, acting
from khcn.trace.models import TraceParty
from khcn.trace.operations.api_keys import issue_key

AT = datetime(2026, 10, 9, 3, 0, tzinfo=UTC)
NEVER = date(2999, 12, 31)  # a key of a test outlives every clock
CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
OWN = {"vidu": "https://example.org/truy-xuat/"}
GROWER, SHOP, OTHER, PROVINCE = "9521234000006", "9521235000005", "9521236000004", "9521237000003"
JSON, XML = "application/json", "application/xml"


def party(gln=GROWER, name="Hợp tác xã Thử Nghiệm", *, authority=False):
    found = TraceParty.objects.filter(gln=gln).first()
    if found is None:
        with acting(SYSTEM):
            found = TraceParty(name=name, gln=gln, is_authority=authority)
            found.save()
    return found


def key_of(one):
    return issue_key(party=one, label="thử", actor=SYSTEM, at=AT, until=NEVER)


class Speaker:
    """A test client that sends a party's key; `last` is the latest answer."""

    def __init__(self, one, **headers):
        self.party = one
        self.key = key_of(one)
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {self.key}", **headers}

    def __deepcopy__(self, memo):
        """With the same key, and a client that has asked nothing yet."""
        made = copy.copy(self)
        made.party, made.headers = copy.deepcopy(self.party, memo), {**self.headers}
        made.client = Client(raise_request_exception=False)
        return made

    def ask(self, method, path, body=b"", content_type=JSON, **headers):
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.generic(
            method,
            "/epcis" + path,
            body,
            content_type=content_type,
            headers={name: value for name, value in sent.items() if value is not None},
        )

    def get(self, path, **headers):
        return self.ask("GET", path, content_type="", **headers)

    def post(self, path, body, content_type=JSON, **headers):
        if not isinstance(body, bytes):
            body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return self.ask("POST", path, body, content_type, **headers)

    def captured(self, body, **headers):
        """Send a document and give its job."""
        answer = self.post("/capture", body, **headers)
        assert answer.status_code == 202, answer.content
        return self.get(answer["Location"].removeprefix("/epcis")).json()

    def events(self, path="/events", **headers):
        answer = self.get(path, **headers)
        assert answer.status_code == 200, answer.content
        return event_list(answer.json())


def event_list(document):
    return document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def sgtin(serial):
    return f"https://id.gs1.org/01/09521234220312/21/{serial}"


def lot(name):
    return f"https://id.gs1.org/01/09521234220312/10/{name}"


def event(serial=1, **fields):
    """An event about one object; `fields` over the usual ones, None to leave one out."""
    usual = {
        "type": "ObjectEvent",
        "eventTime": "2026-10-08T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{serial:012d}",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "epcList": [sgtin(serial)],
    }
    return {name: value for name, value in {**usual, **fields}.items() if value is not None}


def document(*events, **fields):
    usual = {
        "@context": [CONTEXT, OWN],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-10-09T08:30:00.000+07:00",
        "epcisBody": {"eventList": list(events)},
    }
    return {name: value for name, value in {**usual, **fields}.items() if value is not None}


def bad_event(serial=1):
    return event(serial, eventTime="hôm qua")


# ------------------------------------------------------------------------------------------- the OpenAPI document


@cache
def openapi(shared):
    """The official document, with one slip mended.

    Of a capture job's ``errors`` and ``errorFile`` exactly one must do, but neither is required, so that whatever has
    one of them is valid under both: the document's own example breaks its schema.
    """
    text = (shared / "corpora/epcis-artefacts/REST_Bindings/openapi.json").read_text(encoding="utf-8")
    api = json.loads(text)
    job = api["components"]["schemas"]["CaptureJob"]
    one_or_other = job["allOf"][1]
    assert not jsonschema_rs.is_valid({**one_or_other, "components": api["components"]}, job["example"])
    one_or_other["anyOf"] = one_or_other.pop("oneOf")
    return api


def resolved(api, node):
    """A node of the OpenAPI document, its reference followed."""
    while "$ref" in node:
        found = api
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def problem_of(answer, status, kind):
    """Check that an answer is the problem it should be, and give its members."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    reported = answer.json()
    assert reported["type"] == (kind if ":" in kind else f"epcisException:{kind}")
    assert reported["status"] == status
    assert reported["title"]
    assert reported["detail"]
    assert uuid.UUID(reported["instance"].removeprefix("urn:uuid:"))
    return reported


def logged(caplog):
    """Everything that was logged, with the texts of exceptions."""
    formatter = logging.Formatter("%(levelname)s %(name)s %(message)s")
    return "\n".join(formatter.format(record) for record in caplog.records)
