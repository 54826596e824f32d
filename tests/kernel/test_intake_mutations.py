"""Malformed workbooks: no error escapes, none takes long or much memory, none leaves a trace in the registers.

All 500 run where everything is required (CI); a daily run takes every eleventh or so of them, each kind included, and so
does the part on the other database, which reads the same cells.
"""

import hashlib
import re
import resource
import time
from collections import Counter

import pytest
from django.apps import apps
from django.db import connection, transaction

from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import NotReady, WorkbookRefused
from khcn.kernel.intake.plans.stored_plans import is_planned_in_background
from khcn.kernel.intake.readers.workbook_reading import LIMITS
from khcn.kernel.registers.registry import registers
from khcn.parties.models import Organisation
from khcn.science.models import ScienceTask
from tests.conftest import require_all
from tests.kernel.intake_mutations import MUTATIONS, mutated
from tests.kernel.intake_sample import DAY, OFFICER, TASK, reference_data, rows_of, sheets

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ALL = 500
GROUPS = 10
PROCESSOR_SECONDS = 5.0  # of this process; those of the reader are among its limits


def fingerprint(models):
    """A hash of all rows of these tables."""
    digest = hashlib.sha256()
    name = connection.ops.quote_name
    with connection.cursor() as cursor:  # the bare rows of hundreds of tables
        for kind in sorted((model._meta for model in models), key=str):
            key = ", ".join(name(field.column) for field in kind.pk_fields)
            cursor.execute(f"SELECT * FROM {name(kind.db_table)} ORDER BY {key}")
            for row in cursor.fetchall():
                digest.update(repr((kind.label, row)).encode())
    return digest.hexdigest()


CHANGING = re.compile(
    r'(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE(?: OR \w+)?|DELETE FROM)\s+"?(\w+)', re.IGNORECASE
)


class Changes:
    """The tables that statements have changed, also where it was taken back: only their rows need to be compared. What changed rows
    without such a statement is found by the database's own count of them.
    """

    def __init__(self):
        self._tables, self._counted = set(), self._count()

    @staticmethod
    def _count():
        return getattr(connection.connection, "total_changes", None)  # of SQLite

    def note(self, execute, sql, params, many, context):
        self._tables.update(CHANGING.findall(sql))
        return execute(sql, params, many, context)

    def may_be_of(self, models):
        if self._counted is not None and self._count() == self._counted:
            return False
        return not self._tables or not self._tables.isdisjoint(each._meta.db_table for each in models)


def stored_models():
    """Every model with a table; some tests bring models without one."""
    there = set(connection.introspection.table_names())
    return [model for model in apps.get_models() if model._meta.db_table in there]


def good_workbook():
    return sheets(
        {
            "nhiệm vụ KH&CN": rows_of(
                ScienceTask, [{**TASK, "code": f"ĐT.{number}"} for number in range(20)]
            ),
            "tổ chức": rows_of(Organisation, [{"name": "Hợp tác xã Yến Dương", "address": "Ba Bể"}]),
        }
    )


def refusal_of_preview(batch):
    """Why a long file is refused, which is read after it was received; ``None`` where it is not."""
    try:
        intake.preview(batch=batch, actor=OFFICER, on=DAY)
    except WorkbookRefused as refused:
        problems = refused.problems
    else:
        return None
    assert all(problem.message and problem.remedy for problem in problems)
    return problems[0].code


def try_it(content, before):
    """Send the file in and try to write it; gives what came of it."""
    changes = Changes()
    with connection.execute_wrapper(changes.note), transaction.atomic():
        return try_it_watched(content, before, changes)


def try_it_watched(content, before, changes):
    books = [register.model for register in registers()]

    def books_are_as_before():
        return not changes.may_be_of(books) or fingerprint(books) == before["books"]

    try:
        batch = intake.upload(content=content, name="tep.xlsx", actor=OFFICER, on=DAY)
    except WorkbookRefused as refused:
        problems = refused.problems
    else:
        problems = ()
    if problems:
        assert all(problem.message and problem.remedy for problem in problems)
        everything = before["models"]
        assert not changes.may_be_of(everything) or fingerprint(everything) == before["all"]
        return problems[0].code
    if is_planned_in_background(len(content), OFFICER) and (refusal := refusal_of_preview(batch)) is not None:
        assert books_are_as_before()
        transaction.set_rollback(True)
        return refusal
    plan = intake.preview(batch=batch, actor=OFFICER, on=DAY)
    if not plan.is_ready:
        with pytest.raises(NotReady):
            intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert books_are_as_before()
    transaction.set_rollback(True)
    return "harmless" if plan.is_ready else "problems"


def test_a_changed_row_is_found_also_where_no_statement_of_ours_names_its_table():
    reference_data()
    books = [Organisation]
    before, changes = fingerprint(books), Changes()
    with connection.execute_wrapper(changes.note), connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM parties_organisation")
        assert not changes.may_be_of(books)
        cursor.execute("UPDATE science_sciencetask SET note = note")
        assert not changes.may_be_of(books)
        cursor.execute("UPDATE \"parties_organisation\" SET address = 'Ba Bể'")
        assert changes.may_be_of(books)
    unnamed = Changes()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE parties_organisation SET address = 'Chợ Đồn'")
    assert unnamed.may_be_of(books)
    assert fingerprint(books) != before


@pytest.mark.parametrize("group", range(GROUPS))
def test_malformed_workbooks(group, pytestconfig):
    reference_data()
    largest_before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    good = good_workbook()
    everything = stored_models()
    before = {
        "models": everything,
        "all": fingerprint(everything),
        "books": fingerprint([register.model for register in registers()]),
    }
    outcomes = Counter()
    count = ALL if require_all() and not pytestconfig.getoption("--database-part") else 2 * len(MUTATIONS)
    for number in range(group, count, GROUPS):
        content, kind = mutated(good, number)
        started = time.process_time()
        try:
            outcomes[try_it(content, before)] += 1
        except Exception as error:
            error.add_note(f"mutation {number}: {kind}")
            raise
        assert time.process_time() - started < PROCESSOR_SECONDS, (number, kind)
    assert fingerprint(everything) == before["all"]
    assert outcomes.total() == len(range(group, count, GROUPS))
    assert outcomes["harmless"] < outcomes.total() * 0.7
    # A child is born with the peak of its parent, and the programs of earlier tests were children too: only what goes beyond
    # both is the reader's own.
    born_with, peak = (
        resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    assert peak <= max(LIMITS.memory, born_with, largest_before)
    assert LIMITS.memory < 512 * 2**20


def test_the_same_number_gives_the_same_file():
    assert len({number % len(MUTATIONS) for number in range(3 * len(MUTATIONS))}) == len(MUTATIONS)
    reference_data()
    good = good_workbook()
    for number in (0, 1, 2, 4):
        assert mutated(good, number) == mutated(good, number)
        assert mutated(good, number)[0] != good
