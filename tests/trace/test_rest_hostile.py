"""Bad and hostile input: the status and problem of the OpenAPI document, nothing stored, nothing of it in the log."""

import json
import logging
from urllib.parse import quote

import pytest
from django.db import DataError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.epcis.query.parameters import FIXED, SETTINGS
from khcn.kernel.actors import SYSTEM
from khcn.trace.models import ApiKey, CaptureJob, Event
from khcn.trace.operations.api_keys import revoke_key
from tests.trace.rest_given import (
    AT,
    CONTEXT,
    JSON,
    XML,
    Speaker,
    document,
    event,
    logged,
    party,
    problem_of,
    sgtin,
)

MARK = "BÍ-MẬT-7f3a"
"""Stands in every bad body; must be found in no log."""

ENTITIES = """<?xml version="1.0"?><!DOCTYPE epcis [<!ENTITY a "BÍ-MẬT-7f3a">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><epcis>&c;</epcis>"""
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>BÍ-MẬT-7f3a &f;</x>'
DEEP = (
    json.dumps(document(event(1))).replace('"sender": 1', "")[:-1]
    + ', "vidu:a": '
    + "[" * 5000
    + "]" * 5000
    + "}"
)

BODIES = {
    "no json": (f'{{"a": "{MARK}"', JSON, "JSON"),
    "blank": ("  \n", JSON, "JSON"),
    "no xml": (f"<epcis>{MARK}</epci>", XML, "XML"),
    "entity bomb": (ENTITIES, XML, "DTD"),
    "outside entity": (OUTSIDE, XML, "DTD"),
    "name twice": (f'{{"type": "{MARK}", "type": "EPCISDocument"}}', JSON, "DUPLICATE_KEY"),
    "no number": (f'{{"a": NaN, "b": "{MARK}"}}', JSON, "NUMBER"),
    "a million digits": (f'{{"a": {"9" * 100_000}, "b": "{MARK}"}}', JSON, "NUMBER"),
    "half a character": (f'{{"a": "{MARK} \\ud800"}}', JSON, "SURROGATE"),
    "too deep": (DEEP, JSON, "TOO_DEEP"),
    "not utf-8": (f'{{"a": "{MARK}"}}'.encode() + b"\xff", JSON, "ENCODING"),
    "utf-16": (f'{{"a": "{MARK}"}}'.encode("utf-16"), JSON, "ENCODING"),
    "utf-32 xml": (f"<a>{MARK}</a>".encode("utf-32"), XML, "ENCODING"),
    "other root in utf-16": (f"<a>{MARK}</a>".encode("utf-16"), XML, "ROOT"),
    "entity bomb in utf-16": (
        ENTITIES.replace(' version="1.0"?>', ' version="1.0" encoding="UTF-16"?>').encode("utf-16"),
        XML,
        "DTD",
    ),
    "an array": (f'["{MARK}"]', JSON, "TYPE"),
    "a text": (f'"{MARK}"', JSON, "TYPE"),
    "null": ("null", JSON, "TYPE"),
    "other root": (f"<html>{MARK}</html>", XML, "ROOT"),
    "an event": (json.dumps({"@context": CONTEXT, **event(1), "vidu:a": MARK}), JSON, "KIND"),
    "other type": (json.dumps(document(event(1), type="Invoice", sender=MARK)), JSON, "KIND"),
    "other version": (
        json.dumps(document(event(1), schemaVersion="3.0", sender=MARK)),
        JSON,
        "SCHEMA_VERSION",
    ),
    "endless version": (json.dumps(document(schemaVersion="9" * 6000, sender=MARK)), JSON, "SCHEMA_VERSION"),
    "long namespace": (
        json.dumps(
            document(event(1), **{"@context": [CONTEXT, {"x": f"https://{'a' * 2000}/"}]}, sender=MARK)
        ),
        JSON,
        "CONTEXT_SIZE",
    ),
    "many contexts": (
        json.dumps(
            document(**{"@context": [CONTEXT, *(f"https://a.example/{n}" for n in range(21))]}, sender=MARK)
        ),
        JSON,
        "CONTEXT_SIZE",
    ),
    "too many values": ("[" + "0," * 450_000 + f'"{MARK}"]', JSON, "TYPE"),
}


@pytest.fixture
def grower(db):
    return Speaker(party())


@pytest.fixture
def quiet(grower, caplog):
    """A check, after the test, that nothing was stored and the log holds neither the key nor the content."""
    caplog.set_level(logging.DEBUG)
    yield grower
    assert not Event.objects.exists()
    assert not CaptureJob.objects.exists()
    text = logged(caplog)
    assert grower.key not in text
    assert grower.key[5:] not in text
    assert MARK not in text


@pytest.mark.parametrize("name", BODIES)
def test_bad_documents(quiet, name):
    body, media, code = BODIES[name]
    answer = quiet.post("/capture", body, media)
    reported = problem_of(answer, 400, "ValidationException")
    assert code in {each["code"] for each in reported["errors"]}
    assert "passwd" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


BAD_EVENTS = {
    "a document": (document(event(1)), "KIND"),
    "no context": (event(1), "REQUIRED"),
    "bad time": ({"@context": CONTEXT, **event(1, eventTime=MARK)}, "TIME"),
    "no type": ({"@context": CONTEXT, "a": MARK}, "REQUIRED"),
    "nothing": ({}, "REQUIRED"),
    "no objects": ({"@context": CONTEXT, **event(1, epcList=None)}, "NO_OBJECTS"),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_bad_single_events(quiet, name):
    body, code = BAD_EVENTS[name]
    reported = problem_of(quiet.post("/events", body), 400, "ValidationException")
    assert code in {each["code"] for each in reported["errors"]}


# ------------------------------------------------------------------------------------------- too much


@pytest.mark.parametrize("path", ["/capture", "/events"])
def test_a_body_over_fifty_megabytes(quiet, path):
    answer = quiet.post(path, b" " * (50 * 1024 * 1024 + 1))
    problem_of(answer, 413, "CaptureLimitExceededException")
    assert answer["GS1-EPCIS-Capture-File-Size-Limit"] == str(50 * 1024 * 1024)


def test_an_address_that_is_too_long(quiet):
    values = ",".join(sgtin(serial) for serial in range(400))
    problem_of(quiet.get(f"/events?MATCH_anyEPC={values}"), 414, "URITooLongException")
    problem_of(quiet.get("/epcs/" + "a" * 20_000), 414, "URITooLongException")


# ------------------------------------------------------------------------------------------- keys


def test_a_revoked_key_is_refused_from_then_on(quiet):
    assert quiet.get("/events").status_code == 200
    key = ApiKey.objects.get(party=quiet.party)
    revoke_key(key=key, actor=SYSTEM, at=AT)
    reported = problem_of(quiet.get("/events"), 401, "SecurityException")
    assert "thu hồi" in reported["detail"]
    problem_of(quiet.post("/capture", document(event(1))), 401, "SecurityException")


# ------------------------------------------------------------------------------------------- faults of ours


def test_a_fault_of_ours_tells_nobody_anything(quiet, monkeypatch, caplog):
    def broken(*_arguments, **_options):
        raise DataError(f"DETAIL: Key (body)=({MARK}) {quiet.key}") from ValueError(MARK)

    monkeypatch.setattr("khcn.trace.operations.capture.EventBatch.write", broken)
    answer = quiet.post("/capture", document(event(1, **{"vidu:ghiChu": MARK})))
    reported = problem_of(answer, 500, "ImplementationException")
    assert set(reported) == {"type", "title", "status", "detail", "instance"}
    assert MARK not in answer.content.decode()
    [record] = [one for one in caplog.records if one.name == "khcn.trace.views.endpoint"]
    assert record.levelno == logging.ERROR
    text = record.getMessage()
    assert reported["instance"] in text
    assert "POST epcis/capture failed" in text
    assert "DataError from ValueError" in text
    assert "operations/capture.py" in text
    assert record.exc_info is None


# ------------------------------------------------------------------------------------------- questions

QUESTIONS = [
    ("khongco=1", "QueryParameterException", "khongco"),
    ("EQ_bizStep=khong-co", "QueryParameterException", "EQ_bizStep"),
    ("EQ_bizStep=", "QueryParameterException", "EQ_bizStep"),
    ("GE_eventTime=hom-qua", "QueryParameterException", "GE_eventTime"),
    (
        "GE_eventTime=2026-01-01T00:00:00Z&GE_eventTime=2026-01-02T00:00:00Z",
        "QueryParameterException",
        "GE_eventTime",
    ),
    ("GE_quantity=nhieu", "QueryParameterException", "GE_quantity"),
    ("GE_quantity=NaN", "QueryParameterException", "GE_quantity"),
    ("EQ_action=LOOK", "QueryParameterException", "EQ_action"),
    ("MATCH_epc=khong-phai-uri", "QueryParameterException", "MATCH_epc"),
    ("orderBy=ten", "QueryParameterException", "orderBy"),
    ("orderDirection=UP", "QueryParameterException", "orderDirection"),
    ("eventCountLimit=5", "QueryParameterException", "eventCountLimit"),
    ("eventCountLimit=5&maxEventCount=5&orderBy=eventTime", "QueryParameterException", "eventCountLimit"),
    ("perPage=0", "QueryParameterException", "perPage"),
    ("perPage=x", "QueryParameterException", "perPage"),
    ("nextPageToken=abc", "QueryParameterException", "nextPageToken"),
    ("EQ_eventID=urn:x:%00", "QueryParameterException", None),
]


@pytest.mark.parametrize(("query", "kind", "parameter"), QUESTIONS)
@pytest.mark.parametrize("path", ["/events", "/bizSteps/shipping/events"])
def test_questions_that_cannot_be_asked(quiet, path, query, kind, parameter):
    reported = problem_of(quiet.get(f"{path}?{query}"), 400, kind)
    assert reported.get("parameter") == parameter


def test_answers_that_are_too_large(grower):
    grower.captured(document(event(1), event(2)))
    problem_of(grower.get("/events?maxEventCount=1"), 413, "QueryTooLargeException")


EXTREMES = [
    "", "1", "0", "-1", "9" * 30, "1e400", "1e999999999", "0.1", "true", "shipping", "ADD", sgtin(1), "urn:epc:idpat:sgtin:*.*.*", "*",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999999-14:00", "urn:x:" + "y" * 3000, "eventTime", "ObjectEvent",
    "https://id.gs1.org/01/09521234220312/21/%27%22%3B--", "' OR 1=1 --", "did_not_occur", "Temperature", "a:b", "2026-02-29T00:00:00Z",
]  # fmt: skip


@pytest.mark.parametrize("value", EXTREMES, ids=lambda value: value[:30])
def test_every_parameter_with_extreme_values(grower, value):
    grower.captured(document(event(1)))
    for name in (*FIXED, *SETTINGS):
        also = "&orderBy=eventTime" if name == "eventCountLimit" else ""
        answer = grower.get(f"/events?{name}={quote(value, safe='')}{also}")
        assert answer.status_code in {200, 400, 413}, (name, answer.content)


VALUES = st.one_of(st.text(max_size=20), st.sampled_from(EXTREMES))
NAMES = st.one_of(
    st.sampled_from(sorted({*FIXED, *SETTINGS})),
    st.sampled_from(
        [
            "EQ_vidu:diem",
            "GE_vidu:diem",
            "EQ_INNER_vidu:a",
            "EQ_ILMD_vidu:a",
            "HASATTR_readPoint",
            "EQ_source_location",
        ]
    ),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_no_question_breaks_the_server(grower, pairs):
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    answer = grower.get(f"/events?{query}", GS1_Extensions="vidu=https://example.org/truy-xuat/")
    assert answer.status_code in {200, 400, 413}, (query, answer.content)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["epcs", "bizSteps", "readPoints", "eventTypes", "events", "capture", "nextPageToken"]),
    st.text(min_size=1, max_size=30),
    st.sampled_from(["", "/events", "?perPage=3", "?nextPageToken=v", "/events?nextPageToken=w9"]),
)
def test_no_address_breaks_the_server(grower, name, value, rest):
    answer = grower.get(f"/{name}/{quote(value, safe='')}{rest}")
    assert answer.status_code in {200, 400, 404, 405}, answer.content
