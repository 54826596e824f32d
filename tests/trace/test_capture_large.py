"""Large documents: kept with their job, stored by the worker that leases it, done again where that broke off."""

import json
import zlib
from datetime import timedelta

import pytest

from khcn.epcis import load, to_xml
from khcn.trace.jobs import LEASE
from khcn.trace.models import CaptureJob, ErrorBehaviour, Event
from khcn.trace.operations import capture, document_checks
from khcn.trace.operations.capture import accept_document, lease_waiting_jobs, run_job
from tests.trace.rest_given import AT, OTHER, XML, Speaker, bad_event, document, event, party, problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_is_tiny(monkeypatch):
    monkeypatch.setattr(capture, "SYNCHRONOUS_BYTES", 100)


@pytest.fixture
def grower():
    return Speaker(party())


def waiting(grower, body, **headers):
    """Send a document that is kept, and give its job's row."""
    job = grower.captured(body, **headers)
    assert (job["running"], job["success"], job["errors"], job["accepted"]) == (True, True, [], 0)
    assert "finishedAt" not in job
    return CaptureJob.objects.get(name=job["captureID"])


def state(job):
    reported = {name: getattr(job, name) for name in ("success", "accepted", "rejected", "duplicates")}
    return (job.finished_at is not None, *reported.values())


def shown(grower, job):
    reported = grower.get(f"/capture/{job.name}").json()
    return reported["running"], reported["success"]


# ------------------------------------------------------------------------------------------- the table of states


def test_a_stored_document_is_stored_by_its_job(grower):
    job = waiting(grower, document(event(1), event(2)))
    assert Event.objects.count() == 0
    [leased] = lease_waiting_jobs(at=AT)
    done = run_job(job=leased, at=AT + timedelta(seconds=3))
    assert state(done) == (True, True, 2, 0, 0)
    assert shown(grower, job) == (False, True)
    assert Event.objects.count() == 2
    stored = CaptureJob.objects.get(pk=job.pk)
    assert (stored.body, stored.leased_until, stored.finished_at) == (None, None, AT + timedelta(seconds=3))
    assert lease_waiting_jobs(at=AT + timedelta(days=1)) == []


@pytest.mark.parametrize(("behaviour", "accepted"), [("rollback", 0), ("proceed", 2)])
def test_faults_are_on_show_while_the_rest_is_being_stored(grower, monkeypatch, behaviour, accepted):
    job = waiting(grower, document(event(1), bad_event(2), event(3)), GS1_Capture_Error_Behaviour=behaviour)
    seen = []
    whole = capture._store
    monkeypatch.setattr(
        capture,
        "_store",
        lambda *arguments: (seen.append(shown(grower, job)), whole(*arguments))[1],
    )
    done = run_job(job=job, at=AT)
    assert seen == [(True, False)]
    assert state(done) == (True, False, accepted, 3 - accepted, 0)
    assert shown(grower, job) == (False, False)
    assert [each["path"] for each in grower.get(f"/capture/{job.name}").json()["errors"]] == [
        "/epcisBody/eventList/1/eventTime"
    ]
    assert Event.objects.count() == accepted


@pytest.mark.parametrize(
    "body",
    [
        b'{"type": "EPCISDocument"' + b" " * 200,
        b"<epcis>" + b" " * 200,
        b'{"type": "ObjectEvent", "@context": [], "action": "ADD"}' + b" " * 200,
        json.dumps(document(event(1), schemaVersion="3.0")).encode(),
        b'{"a": 1, "a": 2}' + b" " * 200,
    ],
)
def test_an_unreadable_document_ends_its_job(grower, body):
    job = waiting(grower, body)
    done = run_job(job=job, at=AT)
    assert state(done) == (True, False, 0, 0, 0)
    assert len(done.errors) >= 1
    assert shown(grower, job) == (False, False)
    assert Event.objects.count() == 0


def test_too_many_events_end_the_job_with_the_right_problem(grower, monkeypatch):
    monkeypatch.setattr(document_checks, "MAX_EVENTS", 1)
    job = waiting(grower, document(event(1), event(2)))
    run_job(job=job, at=AT)
    [error] = grower.get(f"/capture/{job.name}").json()["errors"]
    assert (error["type"], error["code"]) == (
        "epcisException:CaptureLimitExceededException",
        "TOO_MANY_EVENTS",
    )


@pytest.mark.parametrize(
    "body", [b"khong phai JSON" + b" " * 200, b"[" + b" " * 200, b" " * 300, b"\x1f\x8b" + b"x" * 200]
)
def test_what_is_neither_json_nor_xml_is_refused_at_once(grower, body):
    problem_of(grower.post("/capture", body), 400, "ValidationException")
    assert not CaptureJob.objects.exists()


def test_a_large_xml_document_is_stored(grower):
    data = to_xml(load(json.dumps(document(event(1), event(2)))))
    run_job(job=waiting(grower, b"\xef\xbb\xbf\n" + data, content_type=XML), at=AT)
    assert Event.objects.count() == 2


# ------------------------------------------------------------------------------------------- again, and by one alone


def test_an_ended_job_is_not_done_again(grower):
    job = waiting(grower, document(event(1)))
    first = run_job(job=job, at=AT)
    again = run_job(job=job, at=AT + timedelta(hours=1))
    assert (state(again), again.finished_at) == (state(first), AT)
    assert Event.objects.count() == 1


def test_a_job_that_another_ended_meanwhile_stays_as_it_is(grower, monkeypatch):
    job = waiting(grower, document(event(1)))
    whole = capture.check_document

    def overtaken(body, **options):
        found = whole(body, **options)
        monkeypatch.setattr(capture, "check_document", whole)
        run_job(job=job, at=AT)
        return found

    monkeypatch.setattr(capture, "check_document", overtaken)
    done = run_job(job=job, at=AT + timedelta(hours=1))
    assert (done.finished_at, done.accepted, done.duplicates) == (AT, 1, 0)


def test_a_job_that_broke_off_is_done_again_whole(grower, monkeypatch):
    job = waiting(grower, document(event(1), event(2)))
    whole = capture._store

    def broken(*arguments):
        whole(*arguments)
        raise RuntimeError

    monkeypatch.setattr(capture, "_store", broken)
    with pytest.raises(RuntimeError):
        run_job(job=job, at=AT)
    assert Event.objects.count() == 0
    monkeypatch.setattr(capture, "_store", whole)
    assert state(run_job(job=job, at=AT)) == (True, True, 2, 0, 0)


def test_a_leased_job_is_nobody_elses_until_the_lease_ends(grower):
    jobs = [waiting(grower, document(event(serial))) for serial in range(3)]
    assert [job.pk for job in lease_waiting_jobs(at=AT, limit=2)] == [jobs[0].pk, jobs[1].pk]
    assert [job.pk for job in lease_waiting_jobs(at=AT)] == [jobs[2].pk]
    assert lease_waiting_jobs(at=AT + capture.LEASE.length - timedelta(seconds=1)) == []
    again = lease_waiting_jobs(at=AT + capture.LEASE.length)
    assert [(job.pk, job.attempts) for job in again] == [(job.pk, 2) for job in jobs]


def leased_parties(at, count):
    """Whose documents the worker stores next, one after the other."""
    found = []
    for _ in range(count):
        [job] = lease_waiting_jobs(at=at, limit=1)
        CaptureJob.objects.filter(pk=job.pk).update(finished_at=at, leased_until=None)
        found.append(job.party_id)
    return found


def test_the_backlog_of_one_party_does_not_hold_up_the_document_of_another(grower):
    other = party(OTHER, "Khác")
    body = json.dumps(document(event(1))).encode()

    def sent(by, count):
        for _ in range(count):
            accept_document(party=by, body=body, behaviour=ErrorBehaviour.PROCEED, at=AT)

    sent(grower.party, 200)
    assert leased_parties(AT, 50) == [grower.party.pk] * 50
    sent(other, 1)
    assert leased_parties(AT, 3) == [grower.party.pk, other.pk, grower.party.pk]
    sent(other, 3)
    assert leased_parties(AT, 6) == [grower.party.pk, other.pk] * 3
    sent(other, 1)  # after a pause it does not come before what it has missed
    sent(grower.party, 1)
    assert leased_parties(AT, 3) == [grower.party.pk, other.pk, grower.party.pk]
    assert CaptureJob.objects.filter(finished_at=None).count() == 200 + 1 - 57


def test_a_document_whose_worker_was_lost_gives_nobody_an_earlier_turn(grower):
    other = party(OTHER, "Khác")
    body = json.dumps(document(event(1))).encode()
    for _ in range(9):
        accept_document(party=grower.party, body=body, behaviour=ErrorBehaviour.PROCEED, at=AT)
    lease_waiting_jobs(at=AT, limit=1)  # and its worker dies
    leased_parties(AT, 4)
    for _ in range(3):
        accept_document(party=other, body=body, behaviour=ErrorBehaviour.PROCEED, at=AT)
    assert leased_parties(AT, 6) == [grower.party.pk, other.pk] * 3


def test_of_two_leases_at_once_one_wins(grower, monkeypatch):
    waiting(grower, document(event(1)))
    leases = []
    whole = type(CaptureJob.objects.all()).update

    def late(queryset, **values):
        monkeypatch.setattr(type(queryset), "update", whole)
        leases.append(lease_waiting_jobs(at=AT))
        return whole(queryset, **values)

    monkeypatch.setattr(type(CaptureJob.objects.all()), "update", late)
    leases.append(lease_waiting_jobs(at=AT))
    assert [len(found) for found in leases] == [1, 0]


def test_a_job_that_takes_its_workers_with_it_is_given_up(grower, caplog):
    job = waiting(grower, document(event(1)))
    at = AT
    for _ in range(capture.ATTEMPTS):
        assert len(lease_waiting_jobs(at=at)) == 1  # and its worker dies
        at += capture.LEASE.length
    assert lease_waiting_jobs(at=at) == []
    reported = grower.get(f"/capture/{job.name}").json()
    assert (reported["running"], reported["success"]) == (False, False)
    [error] = reported["errors"]
    assert (error["type"], error["code"]) == ("epcisException:ImplementationException", "GIVEN_UP")
    assert f"capture job {job.name} was begun 5 times" in caplog.text
    assert state(run_job(job=job, at=at)) == (True, False, 0, 0, 0)


def test_workers_that_are_killed_for_their_own_reasons_do_not_use_up_a_jobs_attempts():
    lost = range(1, capture.ATTEMPTS + 1)
    waits = [LEASE.after(number).total_seconds() for number in lost]
    assert waits == [30, 120, 480, 1920, 7680]


def test_a_stored_document_is_nobody_elses(grower):
    job = waiting(grower, document(event(1)))
    stranger = Speaker(party(OTHER, "Khác"))
    problem_of(stranger.get(f"/capture/{job.name}"), 404, "NoSuchNameException")


def test_the_operation_without_http():
    body = json.dumps(document(event(1))).encode()
    job = accept_document(party=party(), body=body, behaviour=ErrorBehaviour.PROCEED, at=AT)
    stored = zlib.decompress(CaptureJob.objects.get(pk=job.pk).body)
    assert (stored, job.finished_at) == (body, None)
    assert run_job(job=job, at=AT).accepted == 1
