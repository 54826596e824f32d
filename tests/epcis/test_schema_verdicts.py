"""The library's verdict and that of the official JSON schema (formats asserted) on 10,000 documents changed at random."""

import json
from collections import Counter

import jsonschema_rs
import pytest

from khcn.epcis.rules.documents import check_document
from tests.epcis.corpora import GOLDEN, cases
from tests.epcis.mutations import mutations

COUNT = 10_000
SEED = 20261009
LARGEST = 6000  # bytes: in small documents a change hits something that counts

# Where the two may differ, and why. None of these comes up in the documents below: the test asserts equality.
KNOWN_DIFFERENCES = {
    "year 0000": "jsonschema-rs takes it as a date; there is no such year in Python's calendar, nor any event in it",
    "signs among the digits": "jsonschema-rs 0.60 takes '2020-02-29T23:59:0..5+07:00' for a date-time; RFC 3339 does not",
    "a name twice in an object": "the schema sees one of the two; here the document is refused when it is read",
}


@pytest.fixture(scope="module")
def schema(shared_dir):
    text = (shared_dir / "corpora" / "epcis-artefacts" / "EPCIS-JSON-Schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


@pytest.fixture(scope="module")
def documents(shared_dir):
    """Valid documents of the corpora, and our own golden one event by event."""
    small = [case.data for case in cases(shared_dir) if case.is_valid and not case.is_xml]
    found = [json.loads(data.decode("utf-8-sig")) for data in small if len(data) < LARGEST]
    golden = json.loads((GOLDEN / "mien_dong.json").read_text(encoding="utf-8"))
    found += [{**golden, "epcisBody": {"eventList": [event]}} for event in golden["epcisBody"]["eventList"]]
    assert len(found) > 80
    return found


def test_verdict_equals_the_schemas(schema, documents):
    verdicts = Counter()
    for document in mutations(documents, COUNT, SEED):
        problems = check_document(document, identifiers=False)
        valid = schema.is_valid(document)
        verdicts[valid] += 1
        if valid == bool(problems):
            why = [str(problem) for problem in problems] or [
                error.message for error in schema.iter_errors(document)
            ]
            pytest.fail(
                f"the schema says {valid}: {why[:3]}\n{json.dumps(document, ensure_ascii=False)[:2000]}"
            )
    assert min(verdicts.values()) > COUNT / 10, "too few of one kind for the comparison to mean anything"


def test_every_problem_has_a_place_and_both_languages(documents):
    for document in mutations(documents, COUNT // 10, SEED + 1):
        for problem in check_document(document):
            assert problem.code
            assert problem.message_vi
            assert problem.message_en
            assert problem.path == "" or problem.path.startswith("/")
            assert "không hợp lệ" not in problem.message_vi


def test_the_differences_are_as_the_table_says(schema):
    def dated(text):
        return {
            "@context": [],
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "epcList": [],
            "eventTimeZoneOffset": "+07:00",
            "eventTime": text,
        }

    assert len(KNOWN_DIFFERENCES) == 3
    for text in ("0000-01-01T00:00:00Z", "2020-02-29T23:59:0..5+07:00"):
        assert schema.is_valid(dated(text))
        assert [problem.code for problem in check_document(dated(text))] == ["TIME"]
