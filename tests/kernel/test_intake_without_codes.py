"""Lists of divisions have no codes: rows of registers without titles are known by what they say, and nothing is overwritten."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM
from khcn.kernel.intake.import_plan import AnswerAction
from khcn.kernel.intake.layout_operations import save_layout
from khcn.kernel.intake.layouts.fixed_values import ValuesBeside
from khcn.kernel.intake.layouts.sheet_layouts import likely_heading_row
from khcn.kernel.intake.matching.given_codes import may_lack_code
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.intake.questions.row_questions import Answer
from khcn.kernel.intake.readers.workbook_reading import read_workbook
from khcn.kernel.intake.sheet_kinds import SheetKind
from khcn.kernel.registers.registry import register_of, registers
from khcn.office.models import EmulationNomination
from khcn.quality.models import CheckedPlace, QualityGuidance
from tests.factories.office import EmulationNominationFactory
from tests.factories.parties import OrganisationFactory
from tests.factories.quality import CheckedPlaceFactory, QualityGuidanceFactory, StateCheckFactory
from tests.kernel.intake_sample import sheets

pytestmark = pytest.mark.django_db
ON = date(2023, 9, 15)
GUIDANCE = {
    "Tên cơ sở": "organisation", "Việc hướng dẫn": "purpose", "Sản phẩm": "product", "Ngày": "guided_on", "Ghi chú": "result",
}  # fmt: skip
AWARDS = {
    "Mã đợt": "round", "Danh hiệu": "title", "Cấp quyết định": "level", "Họ và tên": "person", "Thành tích": "achievement",
}  # fmt: skip


def listed(model, columns, *rows):
    """The list as a division keeps it, read as its officer has chosen."""
    content = sheets({"Danh sách": [["TT", *columns], *([n, *row] for n, row in enumerate(rows, 1))]})
    (sheet,) = read_workbook(content, "danh-sach.xlsx")
    fields = [{"field": name, "unit": None} for name in ("-", *columns.values())]
    save_layout(
        unit_code="",
        sheet_name=sheet.name,
        row=likely_heading_row(sheet),
        kind=SheetKind(register_of(model)),
        columns=fields,
        beside=ValuesBeside(),
        actor=SYSTEM,
        on=ON,
    )
    return lambda answers=None: make_plan(content, "danh-sach.xlsx", actor=SYSTEM, on=ON, answers=answers)


def guidance(record, **other):
    """The row of a record in the list."""
    values = {
        "organisation": record.organisation.name,
        "purpose": record.get_purpose_display(),
        "product": record.product,
        "guided_on": record.guided_on,
        "result": record.result,
    } | other
    return [values[name] for name in GUIDANCE.values()]


def award(record, **other):
    values = {
        "round": record.round.code,
        "title": record.get_title_display(),
        "level": record.get_level_display(),
        "person": record.person.full_name,
        "achievement": record.achievement,
    } | other
    return [values[name] for name in AWARDS.values()]


def counted(plan):
    assert [each.message for each in plan.errors] == []
    return plan.counts.create, plan.counts.change, plan.counts.same, len(plan.questions)


def test_a_list_that_says_what_is_on_record_changes_nothing():
    records = QualityGuidanceFactory.create_batch(3)
    plan = listed(QualityGuidance, GUIDANCE, *map(guidance, reversed(records)))()
    assert counted(plan) == (0, 0, 3, 0)


def test_a_row_of_another_organisation_is_a_new_record_with_the_next_code_of_its_year():
    first, _second = (QualityGuidanceFactory(code=f"HDCL-2023-0{number}") for number in (1, 2))
    moved = guidance(first, organisation=OrganisationFactory().name)
    later = guidance(first, guided_on=date(2022, 12, 20))
    plan = listed(QualityGuidance, GUIDANCE, guidance(first), moved, later)()
    assert counted(plan) == (2, 0, 1, 0)
    (summary,) = (each.message for each in plan.problems if each.code == "codes_given")
    assert (
        summary
        == "Tệp không có cột mã: 1 dòng đã có trong sổ, 2 dòng mới được đặt mã: HDCL-2023-03, HDCL-2022-01."
    )


def test_a_row_that_differs_where_records_need_say_nothing_is_asked_about():
    record = QualityGuidanceFactory()
    plan = listed(QualityGuidance, GUIDANCE, guidance(record, result="Đã đăng ký mã số"))
    (question,) = plan().questions
    assert [each.action for each in question.options] == [
        AnswerAction.USE,
        AnswerAction.CREATE,
        AnswerAction.SKIP,
    ]
    assert record.code in question.text
    assert counted(plan({question.key: Answer(AnswerAction.USE, str(record.pk))})) == (0, 1, 0, 0)
    assert counted(plan({question.key: Answer(AnswerAction.CREATE, "")})) == (1, 0, 0, 0)


def test_the_award_of_one_person_is_not_that_of_another_with_the_same_title():
    """The title of an award is chosen from a list: it names no record."""
    first = EmulationNominationFactory()
    other = EmulationNominationFactory(round=first.round, title=first.title)
    last = EmulationNominationFactory.build(round=first.round, title=first.title, person=other.person)
    plan = listed(EmulationNomination, AWARDS, award(first), award(other), award(last, level="Bộ trưởng"))
    assert counted(listed(EmulationNomination, AWARDS, award(first), award(other))()) == (0, 0, 2, 0)
    assert plan().counts.change == 0


def test_rows_below_another_record_get_codes_below_its_own():
    first, other = (StateCheckFactory(code=f"KTĐL-2023-0{number}") for number in (1, 2))
    CheckedPlaceFactory(check_case=first, code="KTĐL-2023-01-A")
    rows = [[check.code, OrganisationFactory().name] for check in (first, other, first)]
    plan = listed(CheckedPlace, {"Cuộc kiểm tra": "check_case", "Tên cơ sở": "organisation"}, *rows)()
    assert counted(plan) == (3, 0, 0, 0)
    (summary,) = (each.message for each in plan.problems if each.code == "codes_given")
    assert summary.endswith("KTĐL-2023-01-B, KTĐL-2023-02-A, KTĐL-2023-01-C.")


def test_two_rows_that_say_the_same_are_refused():
    record = QualityGuidanceFactory(organisation__name="Cơ sở A")
    row = guidance(record, guided_on=date(2023, 6, 1))
    plan = listed(QualityGuidance, GUIDANCE, row, row)()
    assert [(each.row, each.code) for each in plan.errors] == [(3, "twice_in_file")]


def test_rows_whose_cells_could_be_signatures_are_read():
    """The director decides about some awards."""
    records = EmulationNominationFactory.create_batch(2)
    rows = [award(each, level="Giám đốc Sở") for each in records]
    plan = listed(EmulationNomination, AWARDS, *rows)()
    assert [each for each in plan.problems if each.code == "signatures"] == []
    assert {row for each in plan.questions for row in each.rows} | {each.row for each in plan.errors} == {
        2,
        3,
    }


def test_lists_of_most_registers_may_lack_codes():
    by_code = [each for each in registers() if each.natural_key == ("code",) and "code" in each.form_fields()]
    without = [each.name for each in by_code if not may_lack_code(each, [*each.form_fields()])]
    assert without == []
