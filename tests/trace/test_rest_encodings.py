"""The encoding of a document that is captured: byte order mark, ``charset`` of the media type, XML declaration, in this order."""

import pytest

from khcn.trace.models import CaptureJob, Event
from khcn.trace.operations import capture
from tests.trace.rest_given import AT, Speaker, document, event, party, problem_of
from tests.trace.test_lot_numbers_in_ilmd import XML

pytestmark = pytest.mark.django_db
WORD = "Miến dong Na Rì"
BODY = XML.format(f"<cbvmda:lotNumber>L1</cbvmda:lotNumber><cbvmda:name>{WORD}</cbvmda:name>")
DECLARED = f'<?xml version="1.0" encoding="UTF-16"?>{BODY}'
LATIN = f'<?xml version="1.0" encoding="ISO-8859-1"?>{BODY}'
TAKEN = {
    "utf-16": (DECLARED.encode("utf-16"), "application/xml"),
    "utf-16 as text/xml": (DECLARED.encode("utf-16"), "text/xml"),
    "by the parameter": (DECLARED.encode("utf-16-le"), 'application/xml; charset="UTF-16LE"'),
    "the parameter before the declaration": (LATIN.encode(), "application/xml;charset=utf-8"),
    "the mark before the declaration": (b"\xef\xbb\xbf" + LATIN.encode(), "application/xml"),
    "the mark before the parameter": (BODY.encode("utf-16"), "application/xml; charset=utf-8"),
    "an empty parameter": (BODY.encode(), "application/xml; charset="),
}


@pytest.fixture
def grower():
    return Speaker(party())


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("name", TAKEN)
def test_xml_is_stored_with_its_letters(grower, name, is_large, monkeypatch):
    body, media = TAKEN[name]
    if is_large:
        monkeypatch.setattr(capture, "SYNCHRONOUS_BYTES", 10)
    answer = grower.post("/capture", body, media)
    assert answer.status_code == 202, answer.content
    if is_large:
        [waiting] = capture.lease_waiting_jobs(at=AT)
        capture.run_job(job=waiting, at=AT)
    job = CaptureJob.objects.get()
    assert (job.success, job.errors) == (True, [])
    assert f'"{WORD}"' in Event.objects.get().body


@pytest.mark.parametrize(
    "media",
    ["application/xml; charset=iso-8859-1", "text/xml; charset=windows-1258", "application/xml; charset=x"],
)
def test_xml_of_another_parameter_is_refused(grower, media):
    reported = problem_of(grower.post("/capture", BODY, media), 415, "UnsupportedMediaTypeException")
    assert media.partition("=")[2] in reported["detail"]


@pytest.mark.parametrize("path", ["/capture", "/events"])
@pytest.mark.parametrize("media", ["application/json", "application/ld+json"])
def test_json_is_utf_8(grower, path, media):
    sent = document(event(1)) if path == "/capture" else {**event(1), "@context": document()["@context"]}
    for name in ("iso-8859-1", "utf-16"):
        problem_of(grower.post(path, sent, f"{media}; charset={name}"), 415, "UnsupportedMediaTypeException")
    assert not Event.objects.exists()
    assert grower.post(path, sent, f'{media}; charset="UTF-8"').status_code in {201, 202}
    assert Event.objects.count() == 1


def test_a_large_document_of_json_in_utf_16_is_refused_at_once(grower, monkeypatch):
    monkeypatch.setattr(capture, "SYNCHRONOUS_BYTES", 10)
    body = str(document(event(1))).replace("'", '"').encode("utf-16")
    reported = problem_of(grower.post("/capture", body), 400, "ValidationException")
    assert [one["code"] for one in reported["errors"]] == ["ENCODING"]
    assert "UTF-8" in reported["errors"][0]["detail"]
    assert not CaptureJob.objects.exists()


def test_xml_that_is_not_what_it_says_is_refused(grower):
    for body, media in (
        (LATIN.encode(), "application/xml"),
        (BODY.encode(), "application/xml; charset=us-ascii"),
        (DECLARED.encode(), "application/xml"),
    ):
        reported = problem_of(grower.post("/capture", body, media), 400, "ValidationException")
        assert [one["code"] for one in reported["errors"]] == ["ENCODING"]
    assert not Event.objects.exists()
