"""Prepared query sets give what the same query sets give that are put together anew, and nothing of them is remembered but the SQL."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import Count, F
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.prepared_query import PreparedQuery, PreparedQuerySets, asked
from khcn.parties.models import User
from khcn.parties.operations.account_backend import AccountBackend
from khcn.science.models import ScienceTask, TaskAmendment
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory
from tests.web.conftest import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def compiled(monkeypatch):
    """Each statement that Django puts together."""
    seen = []
    put_together = SQLCompiler.as_sql

    def note(self, *arguments, **options):
        found = put_together(self, *arguments, **options)
        seen.append(found[0])
        return found

    monkeypatch.setattr(SQLCompiler, "as_sql", note)
    return seen


def columns_of(records):
    return [{key: value for key, value in vars(each).items() if not key.startswith("_")} for each in records]


def test_records_are_those_of_the_query_set_with_what_it_selects_along_and_annotates(compiled):
    tasks = [ScienceTaskFactory(host=OrganisationFactory()), ScienceTaskFactory(host=None)]
    rows = (
        ScienceTask.objects.select_related("host__admin_unit").annotate(year=F("start_year")).order_by("-pk")
    )
    query = PreparedQuery(lambda: rows.filter(pk__gte=asked("first")))
    for first in (tasks[0].pk, tasks[1].pk, tasks[1].pk + 1):
        plain = list(rows.filter(pk__gte=first))
        query.records(first=first)
        compiled.clear()
        with CaptureQueriesContext(connection) as asked_for:
            found = query.records(first=first)
            hosts = [each.host and each.host.name for each in found]
        assert (len(asked_for), compiled) == (1, [])
        assert columns_of(found) == columns_of(plain)
        assert hosts == [each.host and each.host.name for each in plain]


def test_columns_are_read_as_their_fields_read_them():
    TaskAmendmentFactory(decided_on=date(2023, 9, 14), illustrative=["decided_on"])
    rows = TaskAmendment.objects.values_list("decided_on", "illustrative", "created_at")
    query = PreparedQuery(lambda: rows.filter(decided_on=asked("on")))
    assert query.records(on=date(2023, 9, 14)) == list(rows) != []
    assert query.records(on=date(2023, 9, 15)) == []


def test_a_query_that_can_give_nothing_gives_nothing():
    assert PreparedQuery(lambda: ScienceTask.objects.none().filter(pk=asked("pk"))).records(pk=1) == []


def test_rows_of_a_key_are_put_together_once_and_read_anew(compiled):
    prepared = PreparedQuerySets(lambda year: ScienceTask.objects.filter(start_year=year).order_by("pk"))
    first = ScienceTaskFactory(start_year=2022)
    assert list(prepared.rows(2022)) == [first]
    second = ScienceTaskFactory(start_year=2022)
    ScienceTaskFactory(start_year=2023)
    compiled.clear()
    assert (list(prepared.rows(2022)), compiled) == ([first, second], [])


def test_what_is_made_of_prepared_rows_is_asked_for():
    prepared = PreparedQuerySets(lambda year: ScienceTask.objects.filter(start_year=year).order_by("pk"))
    tasks = [ScienceTaskFactory(start_year=2022, host=OrganisationFactory()) for _each in range(3)]
    ScienceTaskFactory(start_year=2023, host=None)
    rows = prepared.rows(2022)
    assert list(rows.filter(pk=tasks[1].pk)) == [tasks[1]]
    assert list(rows.order_by("-pk")) == tasks[::-1]
    assert list(rows[1:]) == tasks[1:]
    assert (rows.count(), rows.exists(), rows.first(), rows.last()) == (3, True, tasks[0], tasks[2])
    assert rows.aggregate(found=Count("host")) == {"found": 3}
    assert list(rows.values_list("pk", flat=True)) == [each.pk for each in tasks]
    assert list(ScienceTask.objects.filter(pk__in=rows).order_by("pk")) == tasks
    assert (
        list(rows.order_by().union(prepared.rows(2023).order_by()).order_by("start_year", "pk")[:3]) == tasks
    )
    assert list(rows) == tasks


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection():
    query = PreparedQuery(lambda: ScienceTask.objects.filter(start_year=asked("year")))
    prepared = PreparedQuerySets(lambda year: ScienceTask.objects.filter(start_year=year))
    if connection.vendor == "sqlite":
        pytest.skip("its database in memory is of one connection")
    found = []

    def ask():
        ScienceTaskFactory(start_year=2022)
        found.append((len(query.records(year=2022)), len(prepared.rows(2022))))
        connection.close()

    for _each in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert found == [(1, 1), (2, 2)]


def test_the_account_of_a_session_is_the_one_on_record_while_it_is_in_use():
    user, backend = account(Role.OFFICER), AccountBackend()
    with acting(SYSTEM):
        user.last_login = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
        user.save()
    assert columns_of([backend.get_user(user.pk)]) == columns_of([User.objects.get(pk=user.pk)])
    assert backend.get_user(user.pk + 1) is None
    with acting(SYSTEM):
        user.is_active = False
        user.save()
    assert backend.get_user(user.pk) is None
