"""What programs get of the page of a label: its passport and its EPCIS document, each checked against its schema."""

import json

import jsonschema_rs

from khcn.epcis import check
from tests.conftest import find_reference

EPCIS_SCHEMA = "corpora/epcis-artefacts/EPCIS-JSON-Schema.json"
"""GS1's own, in the reference folder; where that is not there, our own reader is asked, which refuses the same (`test_schema_verdicts`)."""

_validators = {}


def validator(text):
    """The validator of a schema, made once."""
    if text not in _validators:
        _validators[text] = jsonschema_rs.validator_for(json.loads(text), validate_formats=True)
    return _validators[text]


def open_documents(visitor, path, **query):
    """The passport and the EPCIS document of a label, both valid."""
    answers = [visitor.get(path, {"form": form, **query}) for form in ("passport", "epcis")]
    for answer, media in zip(answers, ("application/json", "application/ld+json"), strict=True):
        assert (answer.status_code, answer["Content-Type"]) == (200, media), answer.content
        assert answer.cookies == {}
        assert answer["Access-Control-Allow-Origin"] == "*"
    passport, events = (answer.json() for answer in answers)
    described = visitor.get(passport["$schema"].removeprefix("http://testserver"))
    assert described["Content-Type"] == "application/schema+json"
    validator(described.content.decode()).validate(passport)
    assert [str(one) for one in check(answers[1].content)] == []
    if (folder := find_reference()) is not None:
        validator((folder / EPCIS_SCHEMA).read_text("utf-8")).validate(events)
    return passport, events
