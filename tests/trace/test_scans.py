"""Look-ups of labels: what counts as one, what is stored of it, and from when on a page warns that its label may be a copy."""

import contextlib
import threading
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection
from django.db.models import Min
from django.utils import timezone

from khcn.trace.models import CopiedCode, ScanDay, ScanKey, ScanNetwork
from khcn.trace.operations import scan_buffer, scan_writing
from khcn.trace.operations.scan_buffer import SCANS, ScanBuffer, scan_network
from khcn.trace.operations.scan_writing import forget_networks, periods_of, review_copied_code, write_scans
from tests.factories.reference import RuleParameterFactory
from tests.trace.public_given import NOODLES_GTIN, Parties, named, noodles, page, text, visitor
from tests.trace.test_store_at_once import at_once, on_postgresql

__all__ = ["visitor"]  # a fixture

LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
SERIAL = f"/01/{NOODLES_GTIN}/21/A1"
OTHER_SERIAL = f"/01/{NOODLES_GTIN}/21/A2"
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
COPIED = "Có thể là nhãn sao chép"
DAY = date(2026, 10, 14)


@pytest.fixture
def parties(db):
    """Made anew for each test: some of these have transactions of their own."""
    return Parties()


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch):
    """And always the same key: of a random one two networks may have one number."""
    monkeypatch.setattr(scan_writing.secrets, "token_hex", lambda size: "ab" * size)
    SCANS.clear()
    yield
    SCANS.clear()


@pytest.fixture
def rules(db):
    RuleParameterFactory(code=scan_writing.NETWORKS_RULE, value=5, valid_from=date(2019, 1, 1))
    RuleParameterFactory(code=scan_writing.DAYS_RULE, value=7, valid_from=date(2019, 1, 1))


@pytest.fixture
def made(parties, rules):
    noodles(parties)
    named(parties)
    return parties


def scan(visitor, path, address="203.0.113.7", **headers):
    headers = {"user-agent": PHONE, "accept": HTML, **headers}
    return visitor.get(path, headers=headers, REMOTE_ADDR=address)


def counted():
    """By path, how often; by object, from how many networks."""
    write_scans()
    paths = dict(ScanDay.objects.values_list("path", "scans"))
    first = ScanNetwork.objects.aggregate(first=Min("period"))[
        "first"
    ]  # early in a month also under the key of the new one
    things = list(ScanNetwork.objects.filter(period=first).values_list("thing", flat=True))
    return paths, {each: things.count(each) for each in things}


def note(*networks, thing=SERIAL, day=DAY, scans=SCANS):
    for each in networks:
        scans.note(path=LOT, thing=thing, address=each, day=day)
    write_scans(scans)


def places(count, first=1):
    return [f"198.51.{number}.9" for number in range(first, first + count)]


# ------------------------------------------------------------------------------------------- what is a look-up


def test_a_label_is_looked_up(made, visitor):
    assert scan(visitor, LOT).status_code == 200
    assert scan(visitor, SERIAL, "203.0.113.8").status_code == 200
    assert scan(visitor, f"/01/{NOODLES_GTIN}").status_code == 200
    assert counted() == ({LOT: 2, f"/01/{NOODLES_GTIN}": 1}, {SERIAL: 1})


def test_an_object_counts_as_itself_whatever_lot_stands_before_it(made, visitor):
    scan(visitor, SERIAL)
    scan(visitor, f"{LOT}/21/A1", "203.0.114.7")
    assert counted() == ({LOT: 2}, {SERIAL: 2})


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "*/*"},
        {"accept": "application/ld+json"},
        {"accept": "application/linkset+json"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": ""},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "Mozilla/5.0 AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"sec-fetch-dest": "image"},
    ],
)
def test_programs_previews_and_what_is_fetched_in_case_are_none(made, visitor, headers):
    assert scan(visitor, SERIAL, **headers).status_code == 200
    assert counted() == ({}, {})


def test_telephones_of_a_maker_called_cubot_are_telephones(made, visitor):
    scan(visitor, SERIAL, **{"user-agent": PHONE.replace("K)", "CUBOT X30)")})
    assert counted() == ({LOT: 1}, {SERIAL: 1})


@pytest.mark.parametrize("query", ["lang=en", "inputs=2", "linkType=linkset"])
def test_links_of_the_page_itself_are_none(made, visitor, query):
    scan(visitor, f"{SERIAL}?{query}", **{"sec-fetch-site": "same-origin"})
    visitor.head(SERIAL, headers={"user-agent": PHONE, "accept": HTML})
    assert counted() == ({}, {})


@pytest.mark.parametrize("query", ["lang=vi", "inputs=1", "linkType=gs1:defaultLink"])
@pytest.mark.parametrize("site", ["none", "cross-site", ""])
def test_addresses_of_these_links_on_a_label_are_look_ups(made, visitor, query, site):
    """A copy could have them in its code; browsers of long ago do not say where a page comes from."""
    scan(visitor, f"{SERIAL}?{query}", **({"sec-fetch-site": site} if site else {}))
    assert counted() == ({LOT: 1}, {SERIAL: 1})


def test_numbers_that_nobody_has_made_count_for_nothing(made, visitor):
    for number in range(20):
        scan(visitor, f"/01/{NOODLES_GTIN}/21/X{number}", f"203.0.{number}.1")
        scan(visitor, f"/01/{NOODLES_GTIN}/10/X{number}", f"203.0.{number}.1")
        scan(visitor, f"/01/{NOODLES_GTIN}/10/X{number}/21/Y{number}", f"203.0.{number}.1")
        scan(visitor, f"/01/0952123400{number:02d}9/21/1", f"203.0.{number}.1")
    assert counted() == ({}, {})
    scan(visitor, f"{LOT}/21/X")  # the lot is one
    assert counted() == ({LOT: 1}, {})


def test_what_a_browser_says_of_its_address_is_not_read(made, visitor):
    for number in range(9):
        scan(
            visitor,
            SERIAL,
            **{
                "x-forwarded-for": f"198.51.{number}.1",
                "forwarded": f"for=198.51.{number}.1",
                "x-real-ip": f"198.51.{number}.1",
            },
        )
    assert counted() == ({LOT: 1}, {SERIAL: 1})


def test_a_page_of_one_object_is_stored_by_no_shared_cache(made, visitor):
    assert scan(visitor, SERIAL)["Cache-Control"] == "private, max-age=2"
    assert scan(visitor, LOT)["Cache-Control"] == "public, max-age=2"
    assert scan(visitor, f"/01/{NOODLES_GTIN}/21/X")["Cache-Control"] == "public, max-age=2"


def test_a_look_up_writes_nothing(made, visitor, django_assert_num_queries):
    with connection.execute_wrapper(_only_reads):
        assert scan(visitor, SERIAL).status_code == 200
    assert ScanDay.objects.count() == 0


def _only_reads(execute, statement, values, many, context):
    assert statement.lstrip("( ").upper().startswith(("SELECT", "WITH", "SAVEPOINT", "RELEASE")), statement
    return execute(statement, values, many, context)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:12:3456::1", "2001:db8:12::/48"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_a_place_is_a_network(address, network):
    assert scan_network(address) == network


# ------------------------------------------------------------------------------------------- copies


def test_ten_thousand_look_ups_of_one_source_raise_no_alarm(made, visitor):
    for _each in range(50):
        scan(visitor, SERIAL)
    for number in range(10_000):
        SCANS.note(path=LOT, thing=SERIAL, address=f"203.0.113.{number % 250}", day=timezone.localdate())
    paths, things = counted()
    assert things == {SERIAL: 1}
    assert paths == {LOT: 250}  # each sender once
    assert COPIED not in text(scan(visitor, SERIAL).content.decode())
    assert not CopiedCode.objects.exists()


def test_a_label_looked_up_in_five_places_may_be_a_copy(made, visitor):
    for address in places(4):
        scan(visitor, SERIAL, address)
        scan(visitor, OTHER_SERIAL, address)
    write_scans()
    assert COPIED not in page(visitor, SERIAL)
    scan(visitor, SERIAL, "2001:db8::1")
    write_scans()
    html = page(visitor, SERIAL)
    assert text(html).index(COPIED) < text(html).index("Miến dong")
    assert "hỏi nơi bán, và báo Sở Khoa học và Công nghệ" in text(html)
    english = text(page(visitor, f"{SERIAL}?lang=en"))
    assert "This label may be a copy" in english
    assert "looked up in many places" in english
    data = visitor.get(SERIAL, headers={"accept": "application/ld+json"}).json()
    assert any("sao chép" in each for each in data["rdfs:comment"])
    for other in (LOT, OTHER_SERIAL, f"/01/{NOODLES_GTIN}", f"/01/{NOODLES_GTIN}/21/X"):
        assert COPIED not in page(visitor, other)
    code = CopiedCode.objects.get()
    assert (code.thing, code.lot) == (SERIAL, LOT)
    assert code.counts == {timezone.localdate().isoformat(): [5, 5]}


def test_a_lot_that_everybody_looks_up_is_no_copy(made, visitor):
    for address in places(30):
        scan(visitor, LOT, address)
    assert counted() == ({LOT: 30}, {})
    assert not CopiedCode.objects.exists()


def test_places_are_counted_over_the_days_of_the_rule_across_a_month(rules):
    first = date(2026, 10, 28)
    for number, address in enumerate(places(4)):
        note(address, day=first + timedelta(days=number))  # until the 31st
    assert not CopiedCode.objects.exists()
    note(places(5)[-1], day=date(2026, 11, 3))
    code = CopiedCode.objects.get()
    assert code.noticed_on == date(2026, 11, 3)
    assert code.counts == {
        "2026-10-28": [1, 1],
        "2026-10-29": [1, 1],
        "2026-10-30": [1, 1],
        "2026-10-31": [1, 1],
        "2026-11-03": [1, 1],
    }


def test_what_is_longer_ago_than_the_rule_says_counts_no_more(rules):
    note(*places(4), day=date(2026, 10, 28))
    note(*places(4, first=5), day=date(2026, 11, 4))
    assert not CopiedCode.objects.exists()


def test_one_household_on_many_days_is_one_place(rules):
    for number in range(30):
        note("203.0.113.7", day=date(2026, 10, 20) + timedelta(days=number))
    assert not CopiedCode.objects.exists()


@pytest.mark.parametrize("newest_is_entered_first", [False, True])
def test_the_department_sets_how_many_places_are_too_many(db, newest_is_entered_first):
    """The youngest version counts, in whatever order the database gives those that overlap."""
    versions = [(5, date(2019, 1, 1)), (8, date(2026, 10, 15))]
    for value, first_day in sorted(versions, reverse=newest_is_entered_first):
        RuleParameterFactory(code=scan_writing.NETWORKS_RULE, value=value, valid_from=first_day)
    RuleParameterFactory(code=scan_writing.DAYS_RULE, value=7, valid_from=date(2019, 1, 1))
    note(*places(7), day=date(2026, 10, 15))
    assert not CopiedCode.objects.exists()
    note(*places(5), thing=OTHER_SERIAL)
    assert [each.thing for each in CopiedCode.objects.all()] == [OTHER_SERIAL]


def test_without_a_rule_no_network_is_noted(db):
    note(*places(9))
    assert not ScanNetwork.objects.exists()
    assert dict(ScanDay.objects.values_list("path", "scans")) == {LOT: 9}


def test_a_review_ends_the_warning_until_there_are_as_many_new_places(made, visitor):
    note(*places(5))
    review_copied_code(thing=SERIAL, on=DAY, is_warned=False)
    assert COPIED not in page(visitor, SERIAL)
    note(*places(3, first=20), day=DAY)
    note(*places(4), day=DAY + timedelta(days=1))
    assert COPIED not in page(visitor, SERIAL)
    note(*places(1, first=9), day=DAY + timedelta(days=2))
    assert COPIED in page(visitor, SERIAL)
    code = CopiedCode.objects.get()
    assert (code.noticed_on, code.reviewed_on) == (DAY + timedelta(days=2), None)
    assert sorted(code.counts) == ["2026-10-15", "2026-10-16"]


def test_a_copy_that_a_person_has_confirmed_stays_marked_and_is_not_asked_about_again(made, visitor):
    note(*places(5))
    review_copied_code(thing=SERIAL, on=DAY, is_warned=True)
    note(*places(9), day=DAY + timedelta(days=1))
    assert COPIED in page(visitor, SERIAL)
    assert CopiedCode.objects.get().reviewed_on == DAY


# ------------------------------------------------------------------------------------------- what is stored


def test_neither_address_nor_network_is_stored(rules):
    note("203.0.113.7", "2001:db8:12:3456::1")
    note("203.0.113.7", thing=OTHER_SERIAL)
    stored = repr([list(each.objects.values()) for each in (ScanDay, ScanKey, ScanNetwork, CopiedCode)])
    assert "203.0" not in stored
    assert "2001:db8" not in stored
    one, other = (
        set(ScanNetwork.objects.filter(thing=each).values_list("network", flat=True))
        for each in (SERIAL, OTHER_SERIAL)
    )
    assert (len(one), len(other)) == (2, 1)
    assert not one & other, "what one network has looked up cannot be put together"


def test_two_processes_count_together_and_know_one_network_as_one(rules):
    one, two = ScanBuffer(), ScanBuffer()
    note(*places(4), scans=one)
    note(*places(4), scans=two)
    assert not CopiedCode.objects.exists()
    assert dict(ScanDay.objects.values_list("path", "scans")) == {LOT: 8}
    note(*places(1, first=5), scans=two)
    assert CopiedCode.objects.get().counts == {DAY.isoformat(): [5, 9]}


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_several_processes_write_at_the_same_time(rules):
    buffers = [ScanBuffer() for _each in range(4)]
    for scans in buffers:
        for number in range(40):
            for address in places(6):
                scans.note(path=f"{LOT}{number}", thing=f"{SERIAL}{number}", address=address, day=DAY)
    at_once([partial(write_scans, scans) for scans in buffers])
    assert set(ScanDay.objects.values_list("scans", flat=True)) == {24}
    assert ScanDay.objects.count() == CopiedCode.objects.count() == 40
    assert set(ScanNetwork.objects.values_list("scans", flat=True)) == {4}


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_the_same_moment_notice_together(rules, monkeypatch):
    """Each has noted two or three places; none may look for copies before it sees what the other has noted."""
    both_noted, notice = threading.Barrier(2), scan_writing._notice_copies

    def notice_later(*arguments):
        with contextlib.suppress(threading.BrokenBarrierError):
            both_noted.wait(1)
        notice(*arguments)

    note(*places(1), thing=OTHER_SERIAL)  # the key of the month is there
    monkeypatch.setattr(scan_writing, "_notice_copies", notice_later)
    buffers = [ScanBuffer(), ScanBuffer()]
    for scans, addresses in zip(buffers, (places(3), places(2, first=4)), strict=True):
        for address in addresses:
            scans.note(path=LOT, thing=SERIAL, address=address, day=DAY)
    at_once([partial(write_scans, scans) for scans in buffers])
    assert CopiedCode.objects.get().counts == {DAY.isoformat(): [5, 5]}


def test_what_cannot_be_written_waits(rules):
    for address in places(5):
        SCANS.note(path=LOT, thing=SERIAL, address=address, day=DAY)

    def fail(*_arguments):
        raise OperationalError("read-only")

    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        write_scans()
    SCANS.note(path=LOT, thing=SERIAL, address="198.51.77.1", day=DAY)
    assert counted() == ({LOT: 6}, {SERIAL: 6})
    assert CopiedCode.objects.get().counts == {DAY.isoformat(): [6, 6]}


def test_memory_and_rows_are_bounded(rules, monkeypatch, caplog):
    monkeypatch.setattr(scan_buffer, "MOST_CODES", 30)
    monkeypatch.setattr(scan_buffer, "_MOST_SENDERS", 100)
    for number in range(200):
        SCANS.note(path=f"{LOT}{number}", thing=f"{SERIAL}{number}", address="203.0.113.7", day=DAY)
    assert len(SCANS._seen) == 100
    assert "were not counted" in caplog.text
    paths, things = counted()
    assert (len(paths), len(things)) == (30, 30)
    note(*(f"{a}.{b}.1.1" for a in range(1, 5) for b in range(30)))
    assert ScanNetwork.objects.filter(thing=SERIAL).count() == scan_buffer.MOST_NETWORKS
    note(*(f"{a}.{b}.1.1" for a in range(5, 9) for b in range(30)))
    assert ScanNetwork.objects.filter(thing=SERIAL).count() == scan_buffer.MOST_NETWORKS


def test_networks_and_keys_are_thrown_away(rules):
    note(*places(3), day=date(2026, 10, 28))
    note(*places(3), day=date(2026, 11, 2))
    assert [each.period for each in ScanKey.objects.order_by("period")] == [
        date(2026, 10, 1),
        date(2026, 11, 1),
    ]
    forget_networks(on=date(2026, 11, 4))
    assert {each.day for each in ScanNetwork.objects.all()} == {date(2026, 11, 2)}
    assert ScanKey.objects.count() == 2
    forget_networks(on=date(2026, 11, 7))
    assert [each.period for each in ScanKey.objects.all()] == [date(2026, 11, 1)]
    assert {each.period for each in ScanNetwork.objects.all()} == {date(2026, 11, 1)}
    forget_networks(on=date(2027, 1, 20))
    assert not ScanKey.objects.exists()
    assert not ScanNetwork.objects.exists()


def test_periods_cover_the_days_of_the_rule():
    assert periods_of(date(2026, 11, 6), 7) == [date(2026, 10, 1), date(2026, 11, 1)]
    assert periods_of(date(2026, 11, 7), 7) == [date(2026, 11, 1)]
    assert periods_of(date(2026, 11, 6), 60) == [date(2026, month, 1) for month in (9, 10, 11)]


def test_places_of_two_months_are_compared_where_the_rule_says_so(rules):
    RuleParameterFactory(code=scan_writing.DAYS_RULE, value=60, valid_from=date(2026, 8, 1))
    for number, address in enumerate(places(5)):
        note(address, day=date(2026, 9, 8) + timedelta(days=14 * number))
    assert CopiedCode.objects.get().noticed_on == date(2026, 11, 3)


@pytest.mark.parametrize(("networks", "days"), [(1, 7), (0, 7), (5, 0), (5, 100)])
def test_a_rule_that_cannot_be_meant_is_none(db, networks, days):
    RuleParameterFactory(code=scan_writing.NETWORKS_RULE, value=networks, valid_from=date(2019, 1, 1))
    RuleParameterFactory(code=scan_writing.DAYS_RULE, value=days, valid_from=date(2019, 1, 1))
    note(*places(9))
    assert not ScanNetwork.objects.exists()
    assert not CopiedCode.objects.exists()


def test_what_was_no_copy_is_forgotten_with_its_networks(rules):
    for thing in (SERIAL, OTHER_SERIAL, f"{SERIAL}3"):
        note(*places(5), thing=thing)
    review_copied_code(thing=SERIAL, on=DAY, is_warned=False)
    review_copied_code(thing=OTHER_SERIAL, on=DAY, is_warned=True)
    forget_networks(on=DAY + timedelta(days=6))
    assert CopiedCode.objects.count() == 3
    forget_networks(on=DAY + timedelta(days=7))
    assert {each.thing for each in CopiedCode.objects.all()} == {OTHER_SERIAL, f"{SERIAL}3"}
