"""Sheets of milestones and amendments in the words of offices: "Mã nhiệm vụ", "Hạn mới", "Nghiệm thu"."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.intake.layouts.column_proposals import shown_columns
from khcn.kernel.intake.layouts.sheet_layouts import likely_heading_row
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.intake.readers.workbook_reading import read_workbook
from khcn.kernel.intake.sheet_kinds import SheetKind
from khcn.kernel.registers.registry import register_of
from khcn.science.models import ScienceTask, TaskAmendment
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.intake_sample import sheets

pytestmark = pytest.mark.django_db
OFFICER = an_actor(Role.OFFICER, "QLKH")


@pytest.fixture(autouse=True)
def task():
    made = ScienceTaskFactory(code="S-01", title="Nuôi cá chiên", planned_end_on=date(2025, 12, 31))
    return TaskMilestoneFactory(task=made, kind="contract_signed", on=date(2024, 3, 1)).task


def look(*rows, name="Bảng"):
    return make_plan(sheets({name: rows}), "tep.xlsx", actor=OFFICER, on=date(2026, 1, 5))


@pytest.mark.parametrize("heading", ["Mã nhiệm vụ", "MÃ NHIỆM VỤ *"])
def test_the_code_of_a_linked_record_is_read_under_its_own_heading(heading):
    plan = look(
        [heading, "Mốc", "Ngày", "Ghi chú"], ["S-01", "Nộp hồ sơ nghiệm thu", "25/10/2025", "đủ hồ sơ"]
    )
    assert [each.message for each in plan.problems] == []
    (sheet,) = plan.sheets
    assert (str(sheet.register.title), sheet.counts.create) == ("mốc thực hiện nhiệm vụ", 1)


def test_a_sheet_of_tasks_stays_one_of_tasks():
    rows = (
        (["Mã nhiệm vụ", "Tên nhiệm vụ", "Ghi chú"], ["S-01", "Nuôi cá chiên", "xem lại"]),
        (["Mã nhiệm vụ", "Ghi chú"], ["S-01", "xem lại"]),
    )
    for headings, row in rows:
        assert [each.register.model for each in look(headings, row).sheets] == [ScienceTask], headings


AMENDMENTS = ["Mã nhiệm vụ", "Loại điều chỉnh", "Ngày quyết định", "Lý do"]
EXTENSION = ["S-01", "Gia hạn thời gian thực hiện", "20/11/2025", "chờ mùa vụ"]


def test_the_new_term_of_a_sheet_of_amendments_is_asked_about_and_proposed():
    content = sheets({"DC": [[*AMENDMENTS, "Hạn mới"], [*EXTENSION, "30/6/2026"]]})
    plan = make_plan(content, "tep.xlsx", actor=OFFICER, on=date(2026, 1, 5))
    assert "Chưa rõ các cột này ghi vào trường nào: “Hạn mới”." in [each.message for each in plan.problems]
    (sheet,) = read_workbook(content, "tep.xlsx")
    columns = shown_columns(
        likely_heading_row(sheet), sheet, SheetKind(register_of(TaskAmendment)), [], OFFICER
    )
    assert {each.heading: each.proposed for each in columns}["Hạn mới"] == "new_end_on"


def test_what_is_wrong_with_a_field_that_has_no_column_names_the_column():
    (problem,) = look(AMENDMENTS, EXTENSION).problems
    assert problem.message == "Gia hạn phải có thời hạn mới."
    assert problem.remedy == "Hãy nhập thời hạn sau khi gia hạn. Tệp chưa có cột “Thời hạn sau”."


def test_a_value_that_begins_as_written_is_offered_before_one_that_has_its_words_elsewhere():
    plan = look(["Nhiệm vụ", "Mốc", "Ngày", "Xếp loại"], ["S-01", "Nghiệm thu", "20/11/2025", None])
    (question,) = plan.questions
    assert [each.label for each in question.options][:2] == ["Nghiệm thu cấp tỉnh", "Nghiệm thu cấp quốc gia"]
