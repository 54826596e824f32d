"""While the database is away: pages answer 503 in words that say what to do, and what was typed stands in them."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from khcn.config.serving.statement_limit import _limit
from khcn.kernel.actors import Role
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.database_faults import DatabaseFault, database_fault
from khcn.reference.models import LegalDocument
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db
AWAY = "Cơ sở dữ liệu đang tạm ngừng"
TYPED = {"code": "NV-01", "name": "Nghiên cứu <b>thử</b>", "note": "một\nhai"}


class CancelledError(Exception):
    sqlstate = "57014"


class DeadlockError(Exception):
    sqlstate = "40P01"


@pytest.fixture
def person():
    found = Client(raise_request_exception=False)
    found.force_login(account(Role.OFFICER, "QLKH"))
    return found


@pytest.fixture
def away():
    """From now on every statement fails as if the server were gone, or for another cause."""
    with_cause = []

    def fail(_execute, *_arguments):
        fault = OperationalError("connection is lost")
        raise fault from (with_cause[0] if with_cause else None)

    def begin(cause=None):
        with_cause[:] = [cause] if cause else []
        connection.execute_wrappers.append(fail)

    yield begin
    connection.execute_wrappers[:] = [each for each in connection.execute_wrappers if each is not fail]


def test_a_page_says_when_to_come_again(person, away):
    away()
    answer = person.get("/")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "15", "no-store")
    assert AWAY in words(answer)
    assert "tải lại trang này" in words(answer)
    assert not tree(answer).xpath("//form")


def test_what_was_typed_is_in_the_page_and_can_be_opened_again(person, away):
    away()
    answer = person.post("/science/task/new/?from=1", TYPED)
    assert answer.status_code == 503
    [form] = tree(answer).xpath("//form")
    assert form.get("action") == "/science/task/new/?from=1"
    sent = form_values(tree(answer), "//form")
    assert {name: sent[name] for name in TYPED} == TYPED
    assert sent.keys() - TYPED.keys() == {"csrfmiddlewaretoken"}
    assert form.xpath("string(.//button/@name)") == "typed_again"


def test_a_button_of_a_page_is_not_offered_again(person, away):
    away()
    answer = person.post("/log/verify/")
    assert (answer.status_code, len(tree(answer).xpath("//form"))) == (503, 0)
    assert "có thể chưa được ghi" in words(answer)


def test_the_interface_for_programs_answers_in_json(person, away):
    away()
    answer = person.get("/api/science/task/")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "database", "15")


def test_a_statement_that_takes_too_long_asks_for_less(person, away):
    away(CancelledError())
    answer = person.get("/")
    assert answer.status_code == 503
    assert "thu hẹp" in words(answer)


def test_other_faults_are_not_taken_for_this_one():
    fault = OperationalError("deadlock detected")
    fault.__cause__ = DeadlockError()
    assert database_fault(fault) is None
    assert database_fault(ValueError()) is None
    outer = RuntimeError()
    outer.__context__ = OperationalError("gone")
    assert database_fault(outer) is DatabaseFault.AWAY


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (OperationalError("database or disk is full"), None),
        (
            OperationalError("could not extend file"),
            type("DiskFullError", (Exception,), {"sqlstate": "53100"})(),
        ),
        (OSError(28, "No space left on device"), None),
    ],
)
def test_a_full_disk_is_called_so_and_what_was_typed_stays(person, monkeypatch, fault, cause):
    fault.__cause__ = cause
    assert database_fault(fault) is DatabaseFault.NO_ROOM

    def fail(*_arguments):
        raise fault

    connection.execute_wrappers.append(fail)
    try:
        answer = person.post("/science/task/new/", TYPED)
    finally:
        connection.execute_wrappers.remove(fail)
    assert (answer.status_code, "Đĩa của máy chủ đã đầy" in words(answer)) == (503, True)
    sent = form_values(tree(answer), "//form")
    assert {name: sent[name] for name in TYPED} == TYPED


@pytest.fixture
def without_room():
    """From the call on the database file cannot grow."""
    if connection.vendor != "sqlite":
        pytest.skip("`./khcn drill disk-full` fills the disk of a PostgreSQL")
    with connection.cursor() as cursor:

        def begin():
            cursor.execute("VACUUM")  # pages that other tests have left would be room
            cursor.execute("PRAGMA page_count")
            [pages] = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count = {pages}")

        def end():
            cursor.execute("PRAGMA max_page_count = 1000000")

        yield begin, end
        end()


@pytest.mark.django_db(transaction=True)
def test_a_database_without_room_refuses_wholly_is_read_and_goes_on_afterwards(without_room):
    fill, make_room = without_room
    office = Client(raise_request_exception=False)
    office.force_login(account(Role.OFFICE, "VP"))
    acknowledged = []

    def record(number):
        sent = {"number": f"{number}/QĐ", "kind": "decision", "issuer": "Sở", "subject": "Trích yếu " * 40}
        answer = office.post("/reference/legal-documents/new/", sent)
        if answer.status_code == 303:
            acknowledged.append(sent["number"])
        return answer

    assert record(0).status_code == 303
    fill()
    answer = next(found for number in range(1, 300) if (found := record(number)).status_code != 303)
    assert (answer.status_code, "Đĩa của máy chủ đã đầy" in words(answer)) == (503, True)
    assert form_values(tree(answer), "//form")["subject"].startswith("Trích yếu")
    assert office.get("/reference/legal-documents/").status_code == 200
    make_room()
    assert record(500).status_code == 303
    assert sorted(LegalDocument.objects.values_list("number", flat=True)) == sorted(acknowledged)
    assert ChangeEntry.objects.filter(model="reference.legaldocument").count() == len(acknowledged)
    assert verify_log().holds


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limits", [{"seconds": 0.05}, {"seconds": 600, "of_loop": 0.05}])
def test_a_statement_has_so_much_time_and_the_connection_goes_on(limits):
    before = list(connection.execute_wrappers)
    connection.ensure_connection()
    _limit(connection=connection, **limits)
    try:
        with connection.cursor() as cursor:
            with pytest.raises(OperationalError) as broken_off:
                cursor.execute(ENDLESS[connection.vendor])
            assert database_fault(broken_off.value) is DatabaseFault.TOO_LONG
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    finally:
        connection.execute_wrappers[:] = before
        if connection.vendor == "sqlite":  # Django does not close a database in memory: the limit would stay
            connection.connection.set_progress_handler(None, 0)
            connection.connection.execute("PRAGMA busy_timeout = 30000")
        connection.close()
