"""What a list shows and no form takes, in the workbook of the list: as values, read by nobody, and as the reader sees it."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.finance.models import YearSettlement
from khcn.kernel.actors import SYSTEM
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.list_pages import all_columns
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.screens.export_columns import columns_only_shown
from khcn.kernel.workbooks.export import export_workbook
from khcn.kernel.workbooks.shown_columns import ShownColumns, is_shown_heading
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from khcn.science.models import ScienceTask
from tests.factories.finance import YearSettlementFactory
from tests.factories.science import ScienceTaskFactory

pytestmark = pytest.mark.django_db

DAY = date(2023, 9, 14)
TASKS = register_of(ScienceTask)


def exported(register, rows=None, day=DAY):
    rows = register.model.objects.order_by("pk") if rows is None else rows
    return export_workbook(register, rows, "", columns_only_shown(register, register.rows(SYSTEM, day)))


def shown_cells(content):
    """By heading the cells of the first row that are only shown."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return {
        str(head.value): cell
        for head, cell in zip(sheet[1], sheet[2], strict=True)
        if is_shown_heading(str(head.value))
    }


def test_states_are_words_and_days_are_days():
    ScienceTaskFactory(planned_end_on=date(2023, 6, 30))
    cells = shown_cells(exported(TASKS))
    due = (datetime(2023, 6, 30), "dd/mm/yyyy")
    assert {head: (cell.value, cell.number_format) for head, cell in cells.items() if cell.value} == {
        "Hạn thực hiện (chỉ để xem)": due,
        "Thời hạn gần nhất (chỉ để xem)": due,
        "Trạng thái (chỉ để xem)": ("mới ghi nhận", "@"),
        "Tình trạng thời hạn (chỉ để xem)": ("quá hạn", "@"),
    }


def test_amounts_are_numbers_and_no_text_is_a_formula():
    YearSettlementFactory(approved_amount=152_000_000, return_reason="=1+1")
    cells = shown_cells(exported(register_of(YearSettlement)))
    amount, reason = (
        cells["Số được phê duyệt (đồng) (chỉ để xem)"],
        cells["Lý do trả lại (chỉ để xem)"],
    )
    assert (amount.value, amount.number_format) == (152_000_000, "#,##0")
    assert (reason.value, reason.data_type, reason.quotePrefix) == ("=1+1", "s", True)


def test_the_day_of_the_export_decides_what_is_late():
    ScienceTaskFactory(planned_end_on=date(2023, 6, 30))
    before, after = (
        {head: cell.value for head, cell in shown_cells(exported(TASKS, day=day)).items()}
        for day in (date(2023, 6, 1), date(2023, 9, 1))
    )
    assert before != after
    assert before.keys() == after.keys()


def test_every_column_that_a_list_or_a_page_shows_is_in_the_workbook():
    missing = {}
    for register in registers():
        paths = {column.path for column in all_columns(register)}
        written = {column.name for column in sheet_columns(register)}
        outcome = set(register.outcome.fields) if register.outcome else set()
        headings = columns_only_shown(register, register.rows(SYSTEM, DAY)).headings
        if len(headings) != len((paths | outcome) - written):
            missing[register.name] = (len(headings), sorted((paths | outcome) - written))
    assert missing == {  # an amendment and a submission have no name
        "science.amendmentrequest": (3, ["amendment", "before", "from_host", "standing"]),
        "science.taskproposal": (1, ["answer", "submission"]),
    }


def test_a_workbook_costs_a_query_more_for_each_five_hundred_rows():
    for _number in range(3):
        ScienceTaskFactory()
    first = exported(TASKS)
    assert exported(TASKS) == first  # equal records give equal bytes
    counts = []
    for rows in (ScienceTask.objects.filter(pk__in=[]), ScienceTask.objects.all()):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            exported(TASKS, rows.order_by("pk"))
        counts.append(len(queries))
    assert counts[1] - counts[0] == 2  # the rows, and what is shown beside them


def test_what_is_only_shown_is_no_second_column_of_the_same_name():
    task = ScienceTaskFactory(title="Trồng rau")
    shown = ShownColumns(("Tên nhiệm vụ",), lambda keys: {key: (f"Tên khác {key}",) for key in keys})
    plain, beside = (
        make_plan(
            export_workbook(TASKS, ScienceTask.objects.all(), "", *more), "x.xlsx", actor=SYSTEM, on=DAY
        )
        for more in ((), (shown,))
    )
    assert plain.counts == beside.counts
    assert (beside.counts.same, beside.problems, beside.questions) == (1, plain.problems, plain.questions)
    assert [sheet.ignored for sheet in beside.sheets] == [sheet.ignored for sheet in plain.sheets]
    task.refresh_from_db()
    assert task.title == "Trồng rau"
