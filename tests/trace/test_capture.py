"""Documents in: every format, rollback and proceed, duplicates, and the job that tells what became of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import jsonschema_rs
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis import Time, load, read, to_json, to_xml
from khcn.epcis.ids.check import check_digit
from khcn.trace.models import CaptureJob, Event, MasterRecord
from khcn.trace.operations import capture, document_checks
from tests.epcis.corpora import GOLDEN
from tests.trace.rest_given import (
    CONTEXT,
    GROWER,
    OTHER,
    PROVINCE,
    XML,
    Speaker,
    bad_event,
    document,
    event,
    openapi,
    party,
    problem_of,
    sgtin,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def grower():
    return Speaker(party(GROWER))


def reported(job, *names):
    return {name: job[name] for name in names or ("running", "success", "accepted", "rejected", "duplicates")}


def ended(*, accepted, rejected=0, duplicates=0, success=True):
    return {
        "running": False,
        "success": success,
        "accepted": accepted,
        "rejected": rejected,
        "duplicates": duplicates,
    }


# ------------------------------------------------------------------------------------------- formats


@pytest.mark.parametrize(
    ("name", "media", "count"),
    [
        ("mien_dong.json", "application/json", 6),
        ("mien_dong.json", "application/ld+json", 6),
        ("mien_dong.xml", XML, 6),
        ("mien_dong.xml", "text/xml", 6),
        ("mien_dong_1_2.xml", XML, 2),
    ],
)
def test_every_format_is_taken_and_comes_out_equal(grower, name, media, count):
    data = (GOLDEN / name).read_bytes()
    answer = grower.post("/capture", data, media, GS1_EPCIS_Version=None)
    assert (answer.status_code, answer.content) == (202, b"")
    job = grower.get(answer["Location"].removeprefix("/epcis")).json()
    assert reported(job) == ended(accepted=count)
    sent = load(data).events
    given = load(grower.get("/events", GS1_EPC_Format="Never_Translates").content).events
    assert [plain(one) for one in given] == [
        plain(one, like=other) for one, other in zip(sent, given, strict=True)
    ]
    in_xml = load(grower.get("/events", Accept=XML, GS1_EPC_Format="Never_Translates").content).events
    assert in_xml == given


def plain(one, like=None):
    """An event without what the store gives it: record time, and the id where it had none."""
    event_id = like.event_id if like is not None and one.event_id is None else one.event_id
    return replace(one, record_time=None, event_id=event_id)


@pytest.mark.django_db
def test_the_verdict_on_real_documents_is_the_librarys(shared_dir):
    """Each document has a sender of its own, because the examples use the same ids for different events."""
    folder = shared_dir / "corpora/epcis-examples"
    taken = 0
    paths = sorted([*folder.rglob("JSON/**/*.jsonld"), *folder.rglob("XML*/**/*.xml")])
    for number, path in enumerate(paths):
        gln = f"952123400{number:03}"
        sender = Speaker(party(gln + check_digit(gln)))
        data = path.read_bytes()
        outcome = read(data)
        media = XML if path.suffix == ".xml" else "application/json"
        answer = sender.post("/capture", data, media)
        if outcome.document is None or outcome.document.bare:
            problem_of(answer, 400, "ValidationException")
            continue
        job = sender.get(answer["Location"].removeprefix("/epcis")).json()
        assert job["success"] == outcome.is_sound, path.name
        assert job["accepted"] + job["duplicates"] == (
            len(outcome.document.events) if outcome.is_sound else 0
        )
        taken += outcome.is_sound
        again = sender.captured(data, content_type=media)
        assert (again["accepted"], again["errors"]) == (0, job["errors"])
    assert taken > 20


def test_a_query_document_is_taken_and_its_record_times_are_ours(grower):
    answered = load(json.dumps(document(event(1), event(2, recordTime="2020-01-01T00:00:00Z"))))
    body = {
        "@context": [CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-10-09T08:30:00Z",
        "epcisBody": {
            "queryResults": {
                "queryName": "q",
                "resultsBody": {"eventList": json.loads(to_json(answered))["epcisBody"]["eventList"]},
            }
        },
    }
    assert reported(grower.captured(body)) == ended(accepted=2)
    assert {Time(one["recordTime"]) for one in grower.events()} == {
        Time(datetime.fromtimestamp(Event.objects.first().record_time / 1e6, UTC).isoformat())
    }


def test_master_data_of_the_header_is_stored(grower):
    place = {
        "id": "https://id.gs1.org/414/9521234000006",
        "attributes": [{"id": "cbvmda:name", "attribute": "Kho"}],
    }
    header = {
        "epcisMasterData": {
            "vocabularyList": [
                {"type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [place]}
            ]
        }
    }
    grower.captured(document(event(1), epcisHeader=header))
    assert list(MasterRecord.objects.values_list("thing", "owner")) == [(place["id"], grower.party.pk)]
    refused = document(
        bad_event(2), epcisHeader={"epcisMasterData": {"vocabularyList": [{"type": "urn:x:y"}]}}
    )
    assert grower.captured(refused)["success"] is False
    assert MasterRecord.objects.count() == 1


def test_an_event_without_an_id_gets_its_hash(grower):
    grower.captured(document(event(1, eventID=None)))
    assert grower.events()[0]["eventID"].startswith("ni:///sha-256;")


def test_an_empty_document_is_a_success(grower):
    assert reported(grower.captured(document())) == ended(accepted=0)


# ------------------------------------------------------------------------------------------- what becomes of faults


@pytest.mark.parametrize(
    ("behaviour", "accepted"), [(None, 0), ("rollback", 0), ("proceed", 999), ("Proceed", 999)]
)
def test_one_bad_event_of_a_thousand(grower, behaviour, accepted):
    events = [event(serial) for serial in range(1000)]
    events[500] = bad_event(500)
    body = document(*events)
    job = grower.captured(body, GS1_Capture_Error_Behaviour=behaviour)
    assert reported(job) == ended(accepted=accepted, rejected=1000 - accepted, success=False)
    assert job["captureErrorBehaviour"] == (behaviour or "rollback").lower()
    assert Event.objects.count() == accepted
    assert job["errors"] == [
        {
            "type": "epcisException:ValidationException",
            "title": "Dữ liệu gửi lên không đúng chuẩn EPCIS 2.0",
            "detail": "“hôm qua” không phải thời điểm. Ghi dạng 2026-10-09T08:30:00+07:00.",
            "code": "TIME",
            "path": "/epcisBody/eventList/500/eventTime",
        }
    ]


def test_a_job_with_errors_is_what_the_openapi_document_describes(grower, shared_dir):
    api = openapi(shared_dir)
    job = grower.captured(document(bad_event(1), event(2, epcList=["urn:epc:id:sgtin:x"])))
    schema = {"$ref": "#/components/schemas/CaptureJob", "components": api["components"]}
    jsonschema_rs.Draft7Validator(schema, validate_formats=True).validate(job)


def test_wrong_check_digits_are_warnings(grower):
    job = grower.captured(document(event(1, epcList=["https://id.gs1.org/01/09521234220319/21/1"])))
    assert reported(job) == ended(accepted=1)
    assert job["errors"] == []
    assert [(each["code"], each["path"]) for each in job["warnings"]] == [
        ("CHECK_DIGIT", "/epcisBody/eventList/0/epcList/0")
    ]


def test_a_hostile_number_of_faults_keeps_a_thousand_and_counts_all(grower):
    job = grower.captured(document(*[{} for _ in range(5000)]))
    assert reported(job) == ended(accepted=0, rejected=5000, success=False)
    assert len(job["errors"]) == 1000


def test_a_fault_that_quotes_nul_is_stored_all_the_same(grower):
    job = grower.captured(document(event(1, bizStep="a\0b", **{"vidu:\0": 1}), event(2)))
    assert "“a\N{REPLACEMENT CHARACTER}b”" in job["errors"][0]["detail"]
    assert reported(job) == ended(accepted=0, rejected=2, success=False)


def test_more_events_than_announced_are_too_many(grower, monkeypatch):
    monkeypatch.setattr(document_checks, "MAX_EVENTS", 3)
    answer = grower.post("/capture", document(*[event(serial) for serial in range(4)]))
    problem_of(answer, 413, "CaptureLimitExceededException")
    assert answer["GS1-EPCIS-Capture-Limit"] == "100000"
    assert not CaptureJob.objects.exists()


def test_an_unknown_error_behaviour_is_refused(grower):
    answer = grower.post("/capture", document(event(1)), GS1_Capture_Error_Behaviour="all")
    assert problem_of(answer, 400, "ValidationException")["header"] == "GS1-Capture-Error-Behaviour"
    assert not CaptureJob.objects.exists()


def test_the_frame_is_refused_with_every_fault(grower):
    body = document(event(1), schemaVersion="mới", creationDate=None, sender=7)
    reported_faults = problem_of(grower.post("/capture", body), 400, "ValidationException")["errors"]
    assert sorted((each["code"], each["path"]) for each in reported_faults) == [
        ("REQUIRED", "/creationDate"),
        ("TYPE", "/sender"),
        ("VERSION", "/schemaVersion"),
    ]
    assert not CaptureJob.objects.exists()


# ------------------------------------------------------------------------------------------- once each


def test_the_same_document_again_is_all_duplicates(grower):
    body = document(event(1), event(2), event(2))
    assert reported(grower.captured(body)) == ended(accepted=2, duplicates=1)
    assert reported(grower.captured(body)) == ended(accepted=0, duplicates=3)
    stranger = Speaker(party(OTHER, "Khác"))  # whose ids are his own
    assert reported(stranger.captured(body)) == ended(accepted=2, duplicates=1)
    assert Event.objects.count() == 4
    body = document(event(1, eventID=None))  # the id is its hash; the report is its sender's own all the same
    for speaker in (grower, stranger):
        assert reported(speaker.captured(body)) == ended(accepted=1, duplicates=0)
        assert reported(speaker.captured(body)) == ended(accepted=0, duplicates=1)


def test_the_same_events_in_another_spelling_are_duplicates(grower):
    urn = event(1, eventID=None, epcList=["urn:epc:id:sgtin:9521234.022031.1"])
    link = event(1, eventID=None, epcList=[sgtin(1)])
    assert reported(grower.captured(document(urn, link))) == ended(accepted=1, duplicates=1)
    xml = to_xml(load(json.dumps(document(link))))
    assert reported(grower.captured(xml, content_type=XML)) == ended(accepted=0, duplicates=1)


# ------------------------------------------------------------------------------------------- whole or not at all


def test_a_document_is_stored_with_its_job_or_neither(grower, monkeypatch):
    whole = capture._store

    def broken(*arguments, **options):
        whole(*arguments, **options)
        assert (CaptureJob.objects.count(), Event.objects.count()) == (1, 1)
        raise RuntimeError("đĩa đầy")

    monkeypatch.setattr(capture, "_store", broken)
    problem_of(grower.post("/capture", document(event(1))), 500, "ImplementationException")
    assert (CaptureJob.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_capture_takes_the_same_statements_for_one_event_and_for_many(grower):
    def statements(*serials):
        body = json.dumps(document(*[event(serial) for serial in serials])).encode()
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert grower.post("/capture", body).status_code == 202
        return len([one for one in found.captured_queries if not one["sql"].startswith(("BEGIN", "COMMIT"))])

    statements(1)  # values that the lists remember are new
    assert statements(2) == statements(*range(3, 103)) <= 12


# ------------------------------------------------------------------------------------------- the list of jobs


def test_jobs_are_listed_latest_first_page_by_page(grower):
    names = [grower.captured(document(event(serial)))["captureID"] for serial in range(7)]
    found, path, pages = [], "/capture?perPage=3", 0
    while path:
        answer = grower.get(path)
        found += [job["captureID"] for job in answer.json()]
        pages += 1
        path = following(answer)
    assert (found, pages) == (names[::-1], 3)
    assert len(grower.get("/capture").json()) == 7


def following(answer):
    if "Link" not in answer:
        assert "GS1-Next-Page-Token-Expires" not in answer
        return None
    assert answer["GS1-Next-Page-Token-Expires"].endswith("Z")
    address, _semicolon, relation = answer["Link"].partition(";")
    assert relation.strip() == 'rel="next"'
    return address.strip("<>").removeprefix("/epcis")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("perPage=0", "perPage"),
        ("perPage=-1", "perPage"),
        ("perPage=x", "perPage"),
        ("perPage=", "perPage"),
        ("perPage=1&perPage=2", "perPage"),
        ("nextPageToken=abc", "nextPageToken"),
        ("nextPageToken=00000000-0000-4000-8000-000000000000", "nextPageToken"),
        ("nextPageToken=%00", "nextPageToken"),
        ("sort=asc", "sort"),
    ],
)
def test_wrong_parameters_of_a_list_are_refused(grower, query, parameter):
    reported_problem = problem_of(grower.get(f"/capture?{query}"), 400, "QueryParameterException")
    assert reported_problem["parameter"] == parameter


def test_a_page_is_never_larger_than_the_limit(grower, monkeypatch):
    monkeypatch.setattr("khcn.trace.views.paging.LARGEST_PAGE", 2)
    for serial in range(3):
        grower.captured(document(event(serial)))
    assert len(grower.get("/capture?perPage=" + "9" * 40).json()) == 2


def test_a_job_is_found_whole_but_for_its_document(grower):
    grower.post("/capture", document(event(1)))
    job = CaptureJob.objects.get()
    found = capture.find_job(job.name)
    assert found.get_deferred_fields() == {"body"}
    names = [field.attname for field in CaptureJob._meta.concrete_fields if field.name != "body"]
    assert [getattr(found, name) for name in names] == [getattr(job, name) for name in names]


def test_everybody_has_his_own_jobs_and_an_authority_all(grower):
    stranger, province = Speaker(party(OTHER, "Khác")), Speaker(party(PROVINCE, "Sở", authority=True))
    mine = grower.captured(document(event(1)))
    other = stranger.captured(document(event(2)))
    names = {
        speaker: [job["captureID"] for job in speaker.get("/capture").json()]
        for speaker in (grower, stranger, province)
    }
    assert names == {
        grower: [mine["captureID"]],
        stranger: [other["captureID"]],
        province: [other["captureID"], mine["captureID"]],
    }
    token = f"/capture?nextPageToken={mine['captureID']}"
    problem_of(stranger.get(token), 400, "QueryParameterException")
