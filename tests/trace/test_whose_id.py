"""Whose an event id is, and who may declare an event wrong: two strangers and an authority."""

import json
from urllib.parse import quote

import pytest

from khcn.epcis import event_hash, load
from khcn.trace.models import Event, LineageEdgeEnd
from khcn.trace.store import viewer_of, write_events
from khcn.trace.store.statements.declarations import ReportedEvent, declared_wrong
from tests.trace.public_given import confirm
from tests.trace.rest_given import (
    GROWER,
    OTHER,
    PROVINCE,
    SHOP,
    Speaker,
    document,
    event,
    lot,
    party,
    problem_of,
    sgtin,
)
from tests.trace.store_given import AT

pytestmark = pytest.mark.django_db
EVENT_ID = event(1)["eventID"]
WRONG = {"declarationTime": "2026-10-09T09:00:00Z", "reason": "incorrect_data"}


class World:
    """Two growers who do not know each other, a shop, and the province."""

    def __init__(self):
        self.grower, self.stranger = Speaker(party(GROWER, "Một")), Speaker(party(OTHER, "Hai"))
        self.shop, self.province = Speaker(party(SHOP, "Ba")), Speaker(party(PROVINCE, "Sở", authority=True))


@pytest.fixture
def world(db):
    return World()


def single(*arguments, **fields):
    return document(event(*arguments, **fields))


def hash_of(*arguments, **fields):
    [read] = load(json.dumps(single(*arguments, **fields))).events
    return event_hash(read)


def outcome(job):
    """What a job did: whether it succeeded, events accepted, rejected and there before, and its faults."""
    faults = [(one["code"], one["path"]) for one in job["errors"]]
    return job["success"], job["accepted"], job["rejected"], job["duplicates"], faults


def at(place):
    return f"/epcisBody/eventList/{place}/eventID"


# ------------------------------------------------------------------------------------------- conflicts


@pytest.mark.parametrize(
    ("behaviour", "accepted", "rejected", "duplicates"), [("rollback", 0, 4, 0), ("proceed", 1, 2, 1)]
)
def test_an_id_used_again_for_another_event_is_reported(world, behaviour, accepted, rejected, duplicates):
    assert outcome(world.grower.captured(single(1))) == (True, 1, 0, 0, [])
    body = document(event(2), event(1, disposition="recalled"), event(1), event(2, disposition="active"))
    job = world.grower.captured(body, GS1_Capture_Error_Behaviour=behaviour)
    faults = [("EVENT_ID_CONFLICT", at(1)), ("EVENT_ID_CONFLICT", at(3))]
    assert outcome(job) == (False, accepted, rejected, duplicates, faults)
    assert len(world.grower.events()) == 1 + accepted
    # what was not stored can be sent again
    assert outcome(world.grower.captured(document(event(2)))) == (True, 1 - accepted, 0, accepted, [])


def test_the_sender_of_one_event_is_answered_with_the_conflict(world):
    one = {"@context": document()["@context"], **event(1)}
    assert world.grower.post("/events", one).status_code == 201
    again = problem_of(world.grower.post("/events", one), 409, "ResourceAlreadyExistsException")
    assert "errors" not in again
    other = problem_of(
        world.grower.post("/events", {**one, "disposition": "recalled"}),
        409,
        "ResourceAlreadyExistsException",
    )
    assert [(each["code"], each["path"]) for each in other["errors"]] == [("EVENT_ID_CONFLICT", "/eventID")]
    assert other["detail"].startswith("Bạn đã dùng mã sự kiện này cho một sự kiện khác.")
    assert len(world.grower.get("/capture").json()) == 1


def test_a_conflict_is_found_in_a_document_that_the_worker_stores(world, monkeypatch):
    from khcn.trace.operations import capture  # local: it is patched
    from tests.trace.rest_given import AT as SENT  # local: another AT

    world.grower.captured(single(1))
    monkeypatch.setattr(capture, "SYNCHRONOUS_BYTES", 10)
    answer = world.grower.post("/capture", document(event(1, disposition="recalled"), event(2)))
    [job] = capture.lease_waiting_jobs(at=SENT)
    capture.run_job(job=job, at=SENT)
    found = world.grower.get(answer["Location"].removeprefix("/epcis")).json()
    assert outcome(found) == (False, 0, 2, 0, [("EVENT_ID_CONFLICT", at(0))])


def test_the_same_event_in_another_format_is_no_conflict(world):
    from khcn.epcis import to_xml  # local: only here

    body = single(1, epcList=["urn:epc:id:sgtin:9521234.022031.1"])
    assert outcome(world.grower.captured(body)) == (True, 1, 0, 0, [])
    xml = to_xml(load(json.dumps(single(1))))
    job = world.grower.captured(xml, content_type="application/xml")
    assert outcome(job) == (True, 0, 0, 1, [])


# ------------------------------------------------------------------------------------------- squatting


def test_nobody_occupies_the_id_of_another(world):
    assert outcome(world.stranger.captured(single(1, epcList=[sgtin(99)]))) == (True, 1, 0, 0, [])
    assert outcome(world.grower.captured(single(1))) == (True, 1, 0, 0, [])
    assert [one["epcList"] for one in world.grower.events(f"/events/{EVENT_ID}")] == [[sgtin(1)]]
    assert [one["epcList"] for one in world.stranger.events(f"/events/{EVENT_ID}")] == [[sgtin(99)]]
    found = world.province.events(f"/events/{EVENT_ID}")
    assert [one["epcList"] for one in found] == [[sgtin(99)], [sgtin(1)]]


def warnings(job):
    return [(one["code"], one["path"]) for one in job["warnings"]]


def test_an_id_that_is_a_hash_is_verified(world):
    true = hash_of(1, eventID=None)
    job = world.stranger.captured(document(event(2, eventID=true), event(3)))
    assert outcome(job) == (True, 2, 0, 0, [])
    assert warnings(job) == [("EVENT_ID_HASH", at(0))]
    job = world.grower.captured(single(1, eventID=true))
    assert (outcome(job), warnings(job)) == ((True, 1, 0, 0, []), [])
    # for the one who used it for another event it stays an id of his own
    conflict = ("EVENT_ID_CONFLICT", at(0))
    assert outcome(world.stranger.captured(single(3, eventID=true))) == (False, 0, 1, 0, [conflict])
    assert outcome(world.stranger.captured(single(1, eventID=None))) == (False, 0, 1, 0, [conflict])
    found = world.province.events(f"/events/{quote(true, safe='')}")
    assert [one["epcList"] for one in found] == [[sgtin(2)], [sgtin(1)]]


def test_hashes_by_other_algorithms_are_verified_too(world):
    [read] = load(json.dumps(single(1, eventID=None))).events
    true = event_hash(read, algorithm="sha512")
    assert warnings(world.stranger.captured(single(2, eventID=true))) == [("EVENT_ID_HASH", at(0))]
    job = world.grower.captured(single(1, eventID=true))
    assert (outcome(job), warnings(job)) == ((True, 1, 0, 0, []), [])
    assert outcome(world.grower.captured(single(1, eventID=true))) == (True, 0, 0, 1, [])


def test_the_same_event_of_another_party_is_that_partys_own_report(world):
    """A stranger who guesses an event, whole with its price, neither takes its place nor learns that he is right."""
    confirm(world.grower, "9521234")
    one = {"@context": document()["@context"], **event(1, eventID=None)}
    name = hash_of(1, eventID=None)
    for speaker in (world.stranger, world.grower):
        assert speaker.post("/events", one).status_code == 201
        assert speaker.post("/events", one).status_code == 409
        assert outcome(speaker.captured(single(1, eventID=None))) == (True, 0, 0, 1, [])
    path = f"/events/{quote(name, safe='')}"
    # the stranger sees his own alone, the party whose the goods are what is said of them
    assert [len(speaker.events(path)) for speaker in (world.stranger, world.grower)] == [1, 2]
    assert len(world.province.events(path)) == len(world.province.events()) == 2
    assert outcome(world.province.captured(single(1, eventID=None))) == (True, 1, 0, 0, [])
    owners = Event.objects.order_by("id").values_list("owner", flat=True)
    assert list(owners) == [each.party.pk for each in (world.stranger, world.grower, world.province)]


def test_of_several_events_of_one_id_the_askers_own_comes_first(world):
    world.stranger.captured(single(1, epcList=[sgtin(99)]))
    world.province.captured(single(1))
    found = world.province.events(f"/events/{EVENT_ID}")
    assert [one["epcList"] for one in found] == [[sgtin(1)], [sgtin(99)]]


def test_an_id_that_cannot_be_verified_is_its_senders_own(world):
    unknown = "ni:///sha-256;" + "0" * 64 + "?ver=CBV9.9"
    assert outcome(world.stranger.captured(single(2, eventID=unknown))) == (True, 1, 0, 0, [])
    assert outcome(world.grower.captured(single(1, eventID=unknown))) == (True, 1, 0, 0, [])


# ------------------------------------------------------------------------------------------- declarations


def made(number=1, **fields):
    inputs, outputs = [{"epcClass": lot("VAO")}], [{"epcClass": lot("RA")}]
    usual = {"type": "TransformationEvent", "inputQuantityList": inputs, "outputQuantityList": outputs}
    return event(number, **{**usual, "action": None, "epcList": None, "bizStep": None, **fields})


def is_void(owner):
    numbers = Event.objects.filter(owner=owner.party.pk, declared=False).values("id")
    [found] = set(LineageEdgeEnd.objects.filter(event__in=numbers).values_list("voided", flat=True))
    return found


@pytest.mark.parametrize("event_id", [EVENT_ID, None])
@pytest.mark.parametrize("order", ["before", "after"])
def test_a_declaration_counts_from_the_party_of_the_event_and_from_the_authority(world, event_id, order):
    [one] = load(json.dumps(document(made(eventID=None)))).events
    name = event_id or event_hash(one)
    steps = [
        lambda: world.grower.captured(document(made(eventID=name))),
        lambda: world.stranger.captured(document(made(eventID=name, errorDeclaration=WRONG))),
    ]
    for step in steps if order == "after" else steps[::-1]:
        assert outcome(step())[:2] == (True, 1)
    assert not is_void(world.grower)
    # the declaration of the stranger does not stand in the way of the party's own
    assert outcome(world.grower.captured(document(made(eventID=name, errorDeclaration=WRONG))))[:2] == (
        True,
        1,
    )
    assert is_void(world.grower)


@pytest.mark.parametrize("order", ["before", "after"])
def test_an_authority_declares_the_event_that_it_repeats_and_not_another_of_the_same_id(world, order):
    world.stranger.captured(document(made(1, bizStep="commissioning")))
    steps = [
        lambda: world.grower.captured(document(made(1))),
        lambda: world.province.captured(document(made(1, bizStep="commissioning", errorDeclaration=WRONG))),
    ]
    for step in steps if order == "after" else steps[::-1]:
        assert outcome(step())[:2] == (True, 1)
    assert (is_void(world.stranger), is_void(world.grower)) == (True, False)


def test_a_declaration_that_repeats_no_event_is_about_all_of_its_id(world):
    for speaker in (world.stranger, world.grower):
        speaker.captured(document(made(1, bizStep=f"https://example.org/{speaker.party.gln}")))
    world.province.captured(document(made(1, errorDeclaration=WRONG)))
    assert (is_void(world.stranger), is_void(world.grower)) == (True, True)


FALSE = {"bizStep": "shipping", "vidu:gia": "1"}


@pytest.mark.parametrize(
    ("declared", "others_too"),
    [
        ({"bizStep": "shipping"}, False),  # without the field of the sender's own
        ({"bizStep": "shipping", "vidu:gia": "2"}, False),
        ({"bizStep": "receiving"}, False),  # of its kind and time alone
        ({"bizStep": "shipping", "eventTime": "2026-10-03T06:30:00+07:00"}, True),  # none of this time
    ],
)
@pytest.mark.parametrize("order", ["false first", "true first"])
def test_a_declaration_that_nearly_repeats_an_event_is_about_that_one(world, declared, others_too, order):
    """Who captures a false event under the id of a recall would have the authority end the recall with it."""
    time = "2026-10-02T06:30:00+07:00"
    steps = [
        lambda: world.grower.captured(document(made(1, disposition="recalled"))),
        lambda: world.stranger.captured(document(made(1, **{"eventTime": time, **FALSE}))),
    ]
    for step in steps if order == "true first" else steps[::-1]:
        assert outcome(step())[:2] == (True, 1)
    world.province.captured(document(made(1, errorDeclaration=WRONG, **{"eventTime": time, **declared})))
    assert (is_void(world.stranger), is_void(world.grower)) == (True, others_too)


@pytest.mark.parametrize("first", ["event", "declaration"])
def test_nobody_revives_an_event_by_capturing_the_text_of_the_declaration(world, first):
    steps = [
        lambda: world.grower.captured(document(made(1, **{"vidu:kho": "A"}))),
        lambda: world.province.captured(document(made(1, errorDeclaration=WRONG))),
    ]
    for step in steps if first == "event" else steps[::-1]:
        assert outcome(step())[:2] == (True, 1)
    assert outcome(world.stranger.captured(document(made(1))))[:2] == (True, 1)
    [grown] = Event.objects.filter(owner=world.grower.party.pk)
    [copied] = Event.objects.filter(owner=world.stranger.party.pk)
    reports = [ReportedEvent(one.id, one.event_id, one.owner) for one in (grown, copied)]
    assert declared_wrong(reports) == {grown.id, copied.id}
    assert (is_void(world.grower), is_void(world.stranger)) == (True, True)


def test_events_written_without_a_document_have_owners_too(world):
    """The rule is that of the store, without a document."""
    [one] = load(json.dumps(single(1))).events
    assert [write_events([one], at=AT, owner=owner, job=1).accepted for owner in (7, 8)] == [(EVENT_ID,)] * 2
    assert viewer_of(party=7, gln=GROWER, sees_all=False).party == 7


# ------------------------------------------------------------------------------------------- the future


@pytest.mark.parametrize(
    ("ahead", "accepted", "errors", "warnings"),
    [
        ({"minutes": 4}, 1, [], []),
        ({"minutes": 6}, 1, [], ["TIME_AHEAD"]),
        ({"hours": 23, "minutes": 59}, 1, [], ["TIME_AHEAD"]),
        ({"hours": 24, "minutes": 1}, 0, ["TIME_IN_FUTURE"], []),
        ({"days": 3650}, 0, ["TIME_IN_FUTURE"], []),
    ],
)
def test_events_far_in_the_future_are_refused_and_slightly_ahead_ones_noted(
    world, ahead, accepted, errors, warnings
):
    from datetime import UTC, datetime, timedelta  # local: only here

    import time_machine  # local: only here

    now = datetime(2026, 10, 9, 3, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        time = (now + timedelta(**ahead)).isoformat()
        job = world.grower.captured(single(1, eventTime=time))
        assert (job["accepted"], [one["code"] for one in job["errors"]]) == (accepted, errors)
        assert [(one["code"], one["path"]) for one in job["warnings"]] == [
            (code, "/epcisBody/eventList/0/eventTime") for code in warnings
        ]
        for speaker in (world.stranger, world.province):  # nobody is excepted
            job = speaker.captured(single(1, eventTime=time))
            assert (job["accepted"], [one["code"] for one in job["errors"]]) == (accepted, errors)


@pytest.mark.parametrize(
    ("time", "errors"),
    [
        ("0001-01-01T00:00:00+14:00", ["TIME_BEFORE_YEARS"]),
        ("0001-01-01T00:00:00.000001+00:01", ["TIME_BEFORE_YEARS"]),
        ("0001-01-01T00:00:00Z", []),
    ],
)
def test_events_before_all_years_are_refused(world, time, errors):
    """No page could show their time: it would show the one of another day."""
    job = world.grower.captured(single(1, eventTime=time))
    assert [(one["code"], one["path"]) for one in job["errors"]] == [
        (code, "/epcisBody/eventList/0/eventTime") for code in errors
    ]
    assert Event.objects.count() == 1 - len(errors)


# ------------------------------------------------------------------------------------------- ids that look like others


def test_no_event_id_is_taken_for_a_declaration(world):
    """An ordinary event whose id is that of another with ``#errorDeclaration`` voids nothing, and keeps no declaration out."""
    world.grower.captured(single(1))
    ordinary = event(2, eventID=f"{EVENT_ID}#errorDeclaration")
    assert outcome(world.grower.captured(document(ordinary))) == (True, 1, 0, 0, [])
    [stored] = Event.objects.filter(event_id=EVENT_ID)
    reported = [ReportedEvent(stored.id, EVENT_ID, stored.owner)]
    assert declared_wrong(reported) == set()
    assert outcome(world.grower.captured(single(1, errorDeclaration=WRONG))) == (True, 1, 0, 0, [])
    assert declared_wrong(reported) == {stored.id}


def test_a_hash_in_upper_case_is_noted_as_one_that_does_not_fit(world):
    scheme, _, digest = hash_of(1, eventID=None).partition(";")
    digest, _, version = digest.partition("?")
    upper = f"{scheme};{digest.upper()}?{version}"
    job = world.grower.captured(single(1, eventID=upper))
    assert (job["success"], [each["code"] for each in job["warnings"]]) == (True, ["EVENT_ID_HASH"])
