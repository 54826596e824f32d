"""Lists as data: keyset pages in any order, cells in words, cursors that cannot be made up."""

import base64
import contextlib
from datetime import UTC, date, datetime

import orjson
import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.registers import list_pages
from khcn.kernel.registers.list_pages import BadCursorError, all_columns, list_page, plain_text
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Organisation
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import PilotModelFactory, ScienceTaskFactory, TaskAmendmentFactory

DAY = date(2023, 9, 14)
TASKS = register_of(ScienceTask)
ORGANISATIONS = register_of(Organisation)


def pages(register, order, size, rows=None):
    """Primary keys, page by page."""
    columns = all_columns(register)[:1]
    rows = register.rows(SYSTEM, DAY) if rows is None else rows
    part = list_page(register, rows, columns=columns, order=order, size=size)
    found = [[row.pk for row in part.rows]]
    while part.older:
        part = list_page(register, rows, columns=columns, order=order, after=part.older, size=size)
        found.append([row.pk for row in part.rows])
    return found


def text_of(register, path, rows=None):
    column = next(column for column in all_columns(register) if column.path == path)
    rows = register.rows(SYSTEM, DAY) if rows is None else rows
    return [row.cells[0].text for row in list_page(register, rows, columns=[column]).rows]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text("aăâbdđeêAĂ1 -", max_size=4), min_size=1, max_size=9),
    size=st.integers(1, 4),
    order=st.lists(
        st.sampled_from(["name", "short_name", "admin_unit__name", "phone"]),
        min_size=1,
        max_size=2,
        unique=True,
    ),
    falling=st.booleans(),
)
def test_pages_of_any_size_and_order_hold_every_row_once_in_order(names, size, order, falling):
    QuerySet(Organisation)._raw_delete("default")  # the rows of the example before
    with acting(SYSTEM):
        bulk_insert(
            [
                Organisation(name=f"{name} {n}", short_name=name, phone=name[:1])
                for n, name in enumerate(names)
            ]
        )
    signed = [("-" if falling else "") + path for path in order]
    found = pages(ORGANISATIONS, signed, size)
    assert [len(part) for part in found[:-1]] == [size] * (len(found) - 1)
    flat = [pk for part in found for pk in part]
    assert sorted(flat) == sorted(Organisation.objects.values_list("pk", flat=True))
    assert flat == pages(ORGANISATIONS, signed, 100)[0]


@pytest.mark.django_db
def test_lists_follow_the_vietnamese_alphabet():
    for name in ("Đào", "Dứa", "Ấp", "Chè", "An", "Bí", "Ếch"):
        OrganisationFactory(name=name)
    names = [
        row.cells[0].text
        for row in list_page(
            ORGANISATIONS, ORGANISATIONS.rows(SYSTEM, DAY), columns=all_columns(ORGANISATIONS)[:1]
        ).rows
    ]
    assert names == ["An", "Ấp", "Bí", "Chè", "Dứa", "Đào", "Ếch"]


@pytest.mark.django_db
def test_an_annotation_may_order_the_list_and_empty_ones_come_first():
    tasks = [
        ScienceTaskFactory(planned_end_on=end)
        for end in (date(2024, 1, 1), None, date(2023, 6, 30), date(2025, 1, 1))
    ]
    TaskAmendmentFactory(task=tasks[2], decided_on=date(2023, 4, 1), new_end_on=date(2024, 6, 30))
    expected = [tasks[index].pk for index in (1, 0, 2, 3)]
    assert pages(TASKS, ["due_on"], 1) == [[pk] for pk in expected]
    assert pages(TASKS, ["-due_on"], 3) == [expected[::-1][:3], expected[::-1][3:]]


@pytest.mark.django_db
def test_numbers_of_every_width_keep_their_order_beside_empty_ones():
    models = [PilotModelFactory(area_ha=area) for area in ("10.00", None, "-3.50", "999999.99")]
    register = register_of(type(models[0]))
    assert pages(register, ["area_ha"], 1) == [[models[index].pk] for index in (1, 2, 0, 3)]


@pytest.mark.django_db
def test_amounts_keep_their_order_beside_empty_ones():
    tasks = [ScienceTaskFactory(budget_total=amount) for amount in (5, None, 10**15)]
    assert pages(TASKS, ["budget_total"], 1) == [[tasks[index].pk] for index in (1, 0, 2)]


@pytest.mark.django_db
def test_a_page_knows_its_neighbours_and_counts():
    for _each in range(5):
        OrganisationFactory()
    rows = ORGANISATIONS.rows(SYSTEM, DAY)
    columns = all_columns(ORGANISATIONS)[:1]
    first = list_page(ORGANISATIONS, rows, columns=columns, size=2)
    second = list_page(ORGANISATIONS, rows, columns=columns, size=2, after=first.older)
    last = list_page(ORGANISATIONS, rows, columns=columns, size=2, after=second.older)
    assert (bool(first.newer), bool(first.older)) == (False, True)
    assert (bool(second.newer), bool(second.older)) == (True, True)
    assert (bool(last.newer), bool(last.older), len(last.rows)) == (True, False, 1)
    assert list_page(ORGANISATIONS, rows, columns=columns, size=2, before=last.newer).rows == second.rows
    again = list_page(ORGANISATIONS, rows, columns=columns, size=2, before=second.newer)
    assert (again.rows, bool(again.newer), bool(again.older)) == (first.rows, False, True)
    assert {(each.count, each.count_is_exact) for each in (first, second, last)} == {(5, True)}


@pytest.mark.django_db
def test_counting_stops_where_nobody_reads_on(monkeypatch):
    monkeypatch.setattr(list_pages, "COUNTED_UP_TO", 2)
    for expected in ((1, True), (2, True), (2, False), (2, False)):
        OrganisationFactory()
        rows, columns = ORGANISATIONS.rows(SYSTEM, DAY), all_columns(ORGANISATIONS)[:1]
        shown = list_page(ORGANISATIONS, rows, columns=columns, size=2)
        assert (shown.count, shown.count_is_exact) == expected
    whole = list_page(ORGANISATIONS, rows, columns=columns, size=4, counted=False)
    part = list_page(ORGANISATIONS, rows, columns=columns, size=3, counted=False)
    assert [(each.count, each.count_is_exact) for each in (whole, part)] == [(4, True), (3, False)]


@pytest.mark.django_db
def test_a_page_deep_in_the_list_costs_what_the_first_one_costs():
    for _each in range(9):
        OrganisationFactory()
    rows, columns = ORGANISATIONS.rows(SYSTEM, DAY), all_columns(ORGANISATIONS)
    cursor, asked = "", []
    for _each in range(3):
        with CaptureQueriesContext(connection) as queries:
            cursor = list_page(ORGANISATIONS, rows, columns=columns, size=2, after=cursor).older
        asked.append(len(queries))
    assert asked == [2, 2, 2]


def packed(values):
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    ["x", "%%%", "ếch", packed("text"), packed([]), packed(["a"]), packed(["a", 1, 2]), packed(["a", None]),
     packed(["a", {"b": 1}]), packed(["a", "not a key"]), packed([["a"], 1]), packed(["a\0", 1]), packed(["a", 1e30])],
)  # fmt: skip
def test_a_cursor_that_was_cut_or_made_up_is_refused(cursor):
    OrganisationFactory()
    for side in ("after", "before"):
        with pytest.raises(BadCursorError):
            list_page(
                ORGANISATIONS,
                ORGANISATIONS.rows(SYSTEM, DAY),
                columns=all_columns(ORGANISATIONS),
                **{side: cursor},
            )


@pytest.mark.django_db
@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cursor_breaks_a_list(cursor):
    with contextlib.suppress(BadCursorError):
        list_page(
            TASKS, TASKS.rows(SYSTEM, DAY), columns=all_columns(TASKS)[:1], order=["due_on"], after=cursor
        )


# --------------------------------------------------------------------------------------------- cells


@pytest.mark.django_db
def test_cells_are_in_words():
    host = OrganisationFactory(name="Trung tâm A")
    person = PersonFactory(full_name="Trần Minh Họa")
    ScienceTaskFactory(
        host=host, principal_investigator=person, start_year=2022, budget_total=45_998_409, is_supplementary=True,
        planned_end_on=date(2023, 6, 30), programme=None,
    )  # fmt: skip
    texts = {
        path: text_of(TASKS, path)[0]
        for path in (
            "host", "principal_investigator", "level", "start_year", "budget_total", "is_supplementary", "due_on", "state", "programme",
        )
    }  # fmt: skip
    assert texts == {
        "host": "Trung tâm A",
        "principal_investigator": "Trần Minh Họa",
        "level": "Cấp tỉnh",
        "start_year": "2022",
        "budget_total": "45.998.409",
        "is_supplementary": "Có",
        "due_on": "30/06/2023",
        "state": "mới ghi nhận",
        "programme": "",
    }


@pytest.mark.django_db
def test_a_task_is_shown_by_its_title_and_named_by_its_code():
    made = TaskAmendmentFactory(task__title="Nghiên cứu Men lá", task__code="NV-07")
    register = register_of(type(made))
    assert text_of(register, "task") == ["Nghiên cứu Men lá"]
    assert (TASKS.lookup, TASKS.shown) == ("code", "title")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        (0, "0"),
        (False, "Không"),
        (1152, "1.152"),
        (date(2023, 9, 5), "05/09/2023"),
        (datetime(2023, 9, 14, 18, 30, tzinfo=UTC), "15/09/2023 01:30"),
    ],
)
def test_plain_values_in_words(value, text):
    assert plain_text(value) == text
