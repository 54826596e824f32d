"""Page tokens, pages of lists, and questions that are too much."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import transaction
from django.test import override_settings

from khcn.epcis import QueryError, parse_query
from khcn.trace.models import CaptureJob, Event
from khcn.trace.store import DjangoEventStore, Viewer, event_store, write_events
from khcn.trace.store.capture_job_events import events_of_jobs
from khcn.trace.store.search.page_tokens import PagePosition, expiry, issue_token, redeem_token
from tests.factories.trace import TracePartyFactory
from tests.trace.store_given import AT, capture, event, ids, item, lot, place, quantities, viewer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
AUTHORITY = Viewer(1, True, ())
QUERY = parse_query({"EQ_action": ["OBSERVE"], "perPage": 2})


@pytest.fixture
def events():
    found = [event(epcList=[item(number)]) for number in range(5)]
    capture(*found)
    return found


def token(viewer=AUTHORITY, at=NOW):
    return DjangoEventStore(viewer, at=at).query(QUERY).next_page_token


def refused(given, query=QUERY, viewer=AUTHORITY, at=NOW):
    with pytest.raises(QueryError) as caught:
        DjangoEventStore(viewer, at=at).query(replace(query, next_page_token=given))
    assert (caught.value.kind, caught.value.parameter) == ("QueryParameterException", "nextPageToken")
    return caught.value.message_en


def test_a_token_leads_on_for_a_day_and_for_any_size_of_page(events):
    given = token()
    assert expiry(NOW) == NOW + timedelta(days=1)
    for later in (NOW, NOW + timedelta(hours=24)):
        store = DjangoEventStore(AUTHORITY, at=later)
        page = store.query(replace(QUERY, next_page_token=given, per_page=30))
        assert [one.event_id for one in page.events] == ids(*events[2:])
    assert "expired" in refused(given, at=NOW + timedelta(hours=24, seconds=1))


def test_a_token_belongs_to_its_query_and_its_viewer(events):
    given = token()
    for other in ({"EQ_action": ["ADD"]}, {}, {"EQ_action": ["OBSERVE"], "orderBy": "eventTime"},
                  {"EQ_action": ["OBSERVE"], "maxEventCount": 9}):  # fmt: skip
        assert "another query" in refused(given, query=parse_query(other))
    for stranger in (
        Viewer(2, True, ()),
        Viewer(1, False, ()),
        Viewer(1, True, ("https://id.gs1.org/414/1",)),
    ):
        assert "another viewer" in refused(given, viewer=stranger)


def test_a_token_that_was_changed_or_made_elsewhere_is_none(events):
    given = token()
    for wrong in (given[:-1], given + "A", given[:40] + "é" + given[41:], "", "a" * 100_000):
        assert "did not give" in refused(wrong)
    assert "did not give" in refused(Fernet(Fernet.generate_key()).encrypt(b'[[1], 0, "", null]').decode())
    with override_settings(SECRET_KEY="another"):
        assert "did not give" in refused(given)


def test_a_token_says_nothing_that_can_be_used():
    given = issue_token(PagePosition((7, "8", -9), 3), "question", at=NOW)
    assert redeem_token(given, "question", at=NOW) == PagePosition((7, "8", -9), 3)
    with pytest.raises(QueryError):
        redeem_token(given, "question ", at=NOW)


def test_a_token_tells_nothing_of_how_much_others_capture():
    given = [issue_token(PagePosition((number,), 3), "question", at=NOW) for number in (7, 987_654_321)]
    assert len({len(one) for one in given}) == 1
    for one in given:
        plain = base64.urlsafe_b64decode(one)
        assert (b"987654321" in plain, b"question" in plain, b"[[7]" in plain) == (False, False, False)
    assert issue_token(PagePosition((7,), 3), "question", at=NOW) != given[0]


def test_events_that_come_between_two_pages_move_nothing(events):
    store = DjangoEventStore(at=NOW)
    for order, wanted in (
        ({}, [2, 3]),
        ({"orderBy": "eventTime"}, [2, 1]),
        ({"orderBy": "recordTime"}, [2, 1]),
    ):
        query = parse_query({**order, "perPage": 2, "EQ_bizStep": ["shipping"]})
        reported = [
            event(bizStep="shipping", time=f"2026-10-0{n + 1}T00:00:00Z", readPoint={"id": place()})
            for n in range(5)
        ]
        capture(*reported)
        first = store.query(query)
        capture(event(bizStep="shipping", time="2026-10-09T00:00:00Z"))
        second = store.query(replace(query, next_page_token=first.next_page_token))
        assert [one.event_id for one in second.events] == [reported[n].event_id for n in wanted]
        reading_of = [one.event_id for one in (*first.events, *second.events)]
        assert len(set(reading_of)) == 4
        Event.objects.filter(biz_step="shipping").delete()


def test_lists_come_a_page_at_a_time():
    capture(
        *(
            event(
                epcList=[item(f"{n:03}")], quantityList=quantities(lot("L")), bizStep=f"https://a.example/{n}"
            )
            for n in range(7)
        )
    )
    capture(event(bizTransactionList=[{"bizTransaction": "urn:example:po"}], epcList=[item("x")]), owner=2)
    for what, all_of_them, own in (
        ("epcs", [lot("L"), *(item(f"{n:03}") for n in range(7)), item("x")], 8),
        ("bizSteps", [f"https://a.example/{n}" for n in range(7)], 7),
        ("eventTypes", ["ObjectEvent"], 1),
        ("readPoints", [], 0),
    ):
        for size in (1, 3, 100):
            for seen, wanted in ((Viewer(9, True, ()), all_of_them), (viewer(1), all_of_them[:own])):
                found, after = [], None
                while True:
                    values, after = DjangoEventStore(seen).listed_page(what, after=after, size=size)
                    found += values
                    assert len(values) <= size
                    if after is None:
                        break
                assert found == wanted
    assert DjangoEventStore().listed_page("epcs", after=item("zzz"), size=3) == ([], None)


def test_lists_look_at_the_index_and_not_at_every_link(events, django_assert_num_queries):
    capture(*(event(epcList=[item(1)]) for _ in range(30)))
    with django_assert_num_queries(1):
        DjangoEventStore().listed_page("epcs", after=None, size=3)


def test_the_events_of_one_object_take_two_statements(events, django_assert_num_queries):
    query = parse_query({"MATCH_anyEPC": [item(3)]})
    for seen in (Viewer(9, True, ()), viewer(1)):
        with django_assert_num_queries(2):
            assert len(DjangoEventStore(seen).query(query).events) == 1
    with django_assert_num_queries(2):
        assert len(DjangoEventStore().events_of(events[0].event_id)) == 1
    with django_assert_num_queries(1):
        assert DjangoEventStore().query(parse_query({"MATCH_anyEPC": [item(99)]})).events == ()


def test_master_data_are_read_only_where_they_are_asked_for(events, django_assert_num_queries):
    with django_assert_num_queries(1):
        DjangoEventStore().query(parse_query({"EQ_readPoint": [place()], "EQ_bizStep": ["shipping"]}))
    with django_assert_num_queries(2):
        DjangoEventStore().query(parse_query({"WD_readPoint": [place()]}))


def test_a_query_that_would_open_too_many_events_is_refused(events, monkeypatch):
    monkeypatch.setattr(event_store, "MAX_BODIES_READ", 4)
    assert len(DjangoEventStore().query(parse_query({"perPage": 3})).events) == 3
    assert (
        DjangoEventStore().query(parse_query({"EXISTS_sensorElementList": True})).events == ()
    )  # SQL sees that
    with pytest.raises(QueryError) as caught:
        DjangoEventStore().query(parse_query({"perPage": 5}))
    assert caught.value.kind == "QueryTooComplexException"
    assert "MATCH_anyEPC" in caught.value.message_vi


def test_the_refusal_names_the_limit_as_vietnamese_writes_it():
    assert "200.000 sự kiện" in event_store._too_complex().message_vi


def test_the_events_of_a_job_come_in_its_order_whoever_asks(events):
    job = CaptureJob.objects.create(party=TracePartyFactory(), created_at=NOW)
    assert list(events_of_jobs([job])) == []

    more = [event(epcList=[item(n)]) for n in range(4)]
    with transaction.atomic():
        written = write_events([*more, events[0]], at=AT, owner=1, job=job.pk)
    job.first_event, job.last_event = written.first, written.last
    assert [one.event_id for _row, one in events_of_jobs([job])] == ids(*more)
