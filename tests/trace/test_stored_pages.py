"""A stored page is answered by one statement, and is never answered after a change of anything that it shows."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, acting
from khcn.trace.models import PageStamp, StoredPage
from khcn.trace.operations.page_buffer import PAGES
from khcn.trace.operations.page_writing import remove_pages, sum_up_changes, write_pages
from khcn.trace.operations.scan_buffer import SCANS
from khcn.trace.store.page_triggers import watched_tables
from khcn.trace.views import public_page, stored_answers
from tests.trace.public_given import NOODLES, STARCH, Parties, noodles, observed, send, serial, visitor
from tests.trace.rest_given import GROWER
from tests.trace.test_store_at_once import at_once, on_postgresql

__all__ = ["visitor"]  # a fixture

pytestmark = pytest.mark.django_db
TELEPHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10)", "Accept": "text/html"}


@pytest.fixture
def parties(db):
    """Made anew for each test: some of these have transactions of their own."""
    return Parties()


@pytest.fixture(autouse=True)
def _nothing_waits():
    PAGES.take()
    yield
    PAGES.take()


def path_of(thing):
    return thing.removeprefix("https://id.gs1.org")


def asked(visitor, path, **headers):
    """The page, and how many statements it took."""
    with CaptureQueriesContext(connection) as found:
        answer = visitor.get(path, headers={**TELEPHONE, **headers})
    return answer, len(found)


def rename(speaker, name):
    speaker.party.name = name
    with acting(SYSTEM):
        speaker.party.save()


def stored(visitor, path):
    """Have a page made and stored."""
    made, _statements = asked(visitor, path)
    write_pages()
    return made


def test_a_stored_page_is_the_one_that_was_made_and_takes_one_statement(parties, visitor):
    noodles(parties)
    made = stored(visitor, path_of(NOODLES))
    again, statements = asked(visitor, path_of(NOODLES))
    assert statements == 1
    assert again.content == made.content
    unlike = {"X-Request-ID"}
    assert {name: value for name, value in again.headers.items() if name not in unlike} == {
        name: value for name, value in made.headers.items() if name not in unlike
    }


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (path_of(NOODLES), {"Accept-Language": "en"}),
        (path_of(NOODLES), {"Accept": "application/ld+json"}),
        (path_of(NOODLES), {"Accept": "application/linkset+json"}),
        (path_of(NOODLES), {"Host": "localhost"}),
        (f"{path_of(NOODLES)}?lang=en", {}),
        (f"{path_of(NOODLES)}?form=passport", {}),
        (f"{path_of(NOODLES)}?linkType=linkset", {}),
        (path_of(STARCH), {}),
    ],
)
def test_what_is_asked_otherwise_is_answered_otherwise(parties, visitor, path, headers):
    noodles(parties)
    fresh, _statements = asked(visitor, path, **headers)
    PAGES.take()
    stored(visitor, path_of(NOODLES))
    answer, statements = asked(visitor, path, **headers)
    assert statements > 1
    assert answer.content == fresh.content


def test_pages_of_single_objects_and_of_what_nobody_reported_are_not_stored(parties, visitor):
    noodles(parties)
    for path in (
        path_of(serial("A1")),
        f"{path_of(NOODLES)}/21/KHONG-CO",
        f"{path_of(NOODLES)}-KHAC",
        path_of("https://id.gs1.org/01/09521234999998/10/X"),
        "/417/9521234567895",
        f"{path_of(NOODLES)}?x=1",
        path_of(NOODLES).replace("/10/", "/22/X1/10/"),  # variants are as many as somebody makes up
    ):
        asked(visitor, path)
    write_pages()
    assert not StoredPage.objects.exists()


def test_each_event_has_pages_made_anew(parties, visitor):
    noodles(parties)
    before = stored(visitor, path_of(NOODLES))
    send(
        parties.grower,
        observed(
            20, 17, "inspecting", GROWER, quantityList=[{"epcClass": NOODLES, "quantity": 10, "uom": "KGM"}]
        ),
    )
    after, statements = asked(visitor, path_of(NOODLES))
    assert statements > 1
    assert after.content != before.content


def test_a_page_that_was_made_before_a_change_and_is_stored_after_it_is_not_answered(parties, visitor):
    noodles(parties)
    before, _statements = asked(visitor, path_of(NOODLES))
    rename(parties.grower, "Hợp tác xã Tên Mới")
    write_pages()
    assert StoredPage.objects.count() == 1
    after, statements = asked(visitor, path_of(NOODLES))
    assert statements > 1
    assert "Hợp tác xã Tên Mới" not in before.content.decode()
    assert "Hợp tác xã Tên Mới" in after.content.decode()


def test_look_ups_of_a_stored_page_count_as_before(parties, visitor):
    noodles(parties)
    stored(visitor, path_of(NOODLES))
    SCANS.clear()
    asked(visitor, path_of(NOODLES))
    ((_day, path),) = SCANS.take().paths
    assert path == path_of(NOODLES)


def test_another_day_has_a_page_of_its_own(parties, visitor):
    noodles(parties)
    stored(visitor, path_of(NOODLES))
    StoredPage.objects.update(made_for="0" * 64)
    _answer, statements = asked(visitor, path_of(NOODLES))
    assert statements > 1
    write_pages()
    (page,) = StoredPage.objects.all()
    remove_pages(before=page.day)
    assert StoredPage.objects.count() == 1
    remove_pages(before=page.day.replace(year=page.day.year + 1))
    assert not StoredPage.objects.exists()


def test_summing_changes_up_changes_no_stamp(parties, visitor):
    noodles(parties)
    stored(visitor, path_of(NOODLES))
    PageStamp.objects.bulk_create([PageStamp(changes=0) for _each in range(60)])
    sum_up_changes()
    assert PageStamp.objects.count() == 1
    _answer, statements = asked(visitor, path_of(NOODLES))
    assert statements == 1


def test_a_page_is_not_stored_where_something_changed_while_it_was_made(parties, visitor, monkeypatch):
    noodles(parties)
    made = public_page.goods_page

    def goods_page(*args, **options):
        page = made(*args, **options)
        rename(parties.grower, "Hợp tác xã Tên Mới")
        return page

    monkeypatch.setattr(public_page, "goods_page", goods_page)
    asked(visitor, path_of(NOODLES))
    assert PAGES.take() == []


def test_a_page_that_was_made_around_midnight_is_not_stored(parties, visitor, monkeypatch):
    noodles(parties)
    before, after = datetime(2026, 12, 2, 23, 59, tzinfo=UTC), datetime(2026, 12, 3, 0, 0, tzinfo=UTC)
    # when a stored page is looked for, when a new one is begun, and when it is made
    days = iter([before, before, after])
    clock = SimpleNamespace(localtime=lambda: next(days))
    monkeypatch.setattr(stored_answers, "timezone", clock)
    asked(visitor, path_of(NOODLES))
    assert PAGES.take() == []
    assert next(days, None) is None


def test_a_page_says_which_department_is_behind_it_now(parties, visitor, settings):
    noodles(parties)
    stored(visitor, path_of(NOODLES))
    settings.DEPARTMENT_TELEPHONE = "0206 3 999 111"
    after, statements = asked(visitor, path_of(NOODLES))
    assert statements > 1
    assert "0206 3 999 111" in after.content.decode()


def test_of_too_many_pages_those_from_before_the_last_change_go_first(parties, visitor):
    noodles(parties)
    stored(visitor, path_of(STARCH))
    rename(parties.grower, "Hợp tác xã Tên Mới")
    paths = [path_of(NOODLES), f"{path_of(NOODLES)}?lang=en", f"{path_of(NOODLES)}?lang=vi"]
    for path in paths:
        asked(visitor, path)
    write_pages()
    day = StoredPage.objects.order_by("day").last().day
    assert StoredPage.objects.count() == 4
    remove_pages(before=day, most=3)
    assert set(StoredPage.objects.values_list("path", flat=True)) == {path_of(NOODLES)}
    assert StoredPage.objects.count() == 3
    first = sorted(StoredPage.objects.values_list("key", flat=True))[:2]
    remove_pages(before=day, most=2)
    assert sorted(StoredPage.objects.values_list("key", flat=True)) == first


def stamp():
    return sum(PageStamp.objects.values_list("changes", flat=True))


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_long_transaction_that_changes_what_pages_show(parties, visitor):
    """An import of many rows has raised the stamp and goes on: others write, pages are answered, and changes are summed up."""
    noodles(parties)
    stored(visitor, path_of(NOODLES))
    begun, done = threading.Event(), threading.Event()

    def long_import():
        with transaction.atomic():
            rename(parties.shop, "Cửa hàng Tên Mới")
            begun.set()
            assert done.wait(60)
        return True

    def others():
        assert begun.wait(60)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        try:
            before = stamp()
            _answer, statements = asked(visitor, path_of(NOODLES))
            assert statements == 1
            for number in range(60):
                rename(parties.grower, f"Hợp tác xã {number}")
            after = stamp()
            sum_up_changes()
            assert PageStamp.objects.count() == 1
            assert stamp() == after > before
            return after
        finally:
            done.set()

    ended, meanwhile = at_once([long_import, others])
    assert ended
    assert stamp() > meanwhile
    assert PageStamp.objects.count() == 2


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_emptying_a_table_is_noticed_as_well(parties, visitor):
    for table in watched_tables():
        before = stamp()
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"TRUNCATE {table} CASCADE")
            assert stamp() > before, table
            cursor.execute("ROLLBACK")
