"""Planned work: done, given up, and that taken back; what the report prints of it; shortcomings that are mended."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.indicators import Period, registry
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.planning.models import Assessment, PlannedWork
from khcn.reference.operations import enter_shipped_rules
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.base import an_actor
from tests.factories.parties import OrgUnitFactory
from tests.factories.planning import AssessmentFactory, PlannedWorkFactory
from tests.factories.science import ScienceTaskFactory

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 14)
NINE_MONTHS = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)
CLERK = an_actor(Role.OFFICE, "VP")


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def take(record, name, actor=CLERK, on=TODAY, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=on)
    record.refresh_from_db()
    return record


def term(work):
    [found] = Deadline.objects.filter(subject_model="planning.plannedwork", subject_id=work.pk)
    return found.due_on, found.met_on


def printed(section):
    source = source_from_form(parse_form(shipped_bodies()["bao-cao-9-thang"]), NINE_MONTHS)
    return "\n".join(line.text for line in resolve(source).lines if line.section == section)


def test_work_is_completed_and_that_taken_back():
    work = PlannedWorkFactory(planned_on=date(2023, 3, 1), quantity=10)
    assert term(work) == (date(2023, 12, 29), None)
    done = {"achieved": 8, "result": "Hỗ trợ 8 doanh nghiệp"}
    with pytest.raises(Refused, match="đứng trước"):
        take(work, "complete", completed_on=date(2023, 2, 28), **done)
    with pytest.raises(Refused, match="chưa đến"):
        take(work, "complete", completed_on=date(2023, 9, 15), **done)
    take(work, "complete", completed_on=date(2023, 9, 1), **done)
    assert term(work) == (date(2023, 12, 29), date(2023, 9, 1))
    with pytest.raises(Refused, match="đã ghi hoàn thành"):
        take(work, "drop", dropped_on=TODAY, drop_reason="Thiếu kinh phí")
    with pytest.raises(Refused, match="đã ghi hoàn thành"):
        remove_row(register_of(PlannedWork), work, actor=CLERK, on=TODAY)
    changed = PlannedWork.objects.get(pk=work.pk)
    changed.title = "Việc khác"
    with pytest.raises(Refused, match="đã ghi kết quả"):
        save_row(register_of(PlannedWork), changed, actor=CLERK, on=TODAY)
    take(work, "take-back-outcome", reason="Nhầm việc")
    assert (work.completed_on, work.achieved, work.result, work.corrected) == (None, None, "", True)
    assert term(work) == (date(2023, 12, 29), None)


def test_work_that_is_given_up_is_waited_for_no_more_and_is_not_ahead():
    work = PlannedWorkFactory()
    assert registry["KH-09"].value(NINE_MONTHS) == 1
    take(work, "drop", dropped_on=TODAY, drop_reason="Không bố trí được kinh phí")
    assert not Deadline.objects.filter(subject_model="planning.plannedwork", subject_id=work.pk).exists()
    assert (registry["KH-09"].value(NINE_MONTHS), registry["KH-13"].value(NINE_MONTHS)) == (0, 1)


def test_a_division_writes_what_came_of_its_own_work_and_of_no_other():
    unit = OrgUnitFactory()
    own = an_actor(Role.OFFICER, unit.code, unit_id=unit.pk)
    mine = PlannedWorkFactory(unit=unit)
    other = PlannedWorkFactory(unit=OrgUnitFactory())
    values = {"completed_on": TODAY, "achieved": 1, "result": "Xong"}
    assert take(mine, "complete", actor=own, **values).completed_on == TODAY
    with pytest.raises(NotPermitted):
        take(other, "complete", actor=own, **values)


@pytest.mark.parametrize("kind", ["settlement", "coordination"])
def test_settlement_and_coordination_are_of_one_task(kind):
    with pytest.raises(ValidationError, match="Hãy chọn nhiệm vụ"):
        PlannedWorkFactory.build(kind=kind).clean()
    with pytest.raises(ValidationError, match="số lượng 1"):
        PlannedWorkFactory.build(kind=kind, task=ScienceTaskFactory(), quantity=2).clean()


def test_a_report_that_ends_in_december_plans_the_next_year():
    PlannedWorkFactory(due_on=date(2024, 12, 31))
    year = Period(date(2022, 12, 15), date(2023, 12, 15), 2023)
    assert (registry["KH-09"].value(NINE_MONTHS), registry["KH-09"].value(year)) == (0, 1)


def test_the_report_says_what_is_ahead_and_what_came_of_earlier_plans():
    assert "không còn nhiệm vụ chờ quyết toán" in printed("C.6")
    assert "Phối hợp triển khai nhiệm vụ: không có." in printed("C.6")
    assert "trong phương hướng" not in printed("B.1")
    late = PlannedWorkFactory(due_on=date(2023, 8, 31), title="Tập huấn mã số mã vạch")
    PlannedWorkFactory(kind="ip_support", quantity=12)
    assert "(hỗ trợ 12 doanh nghiệp, HTX)" in printed("C.2")
    assert "Phương hướng: 01 việc quá hạn chưa xong (Tập huấn mã số mã vạch)." in printed("B.2")
    take(late, "complete", completed_on=TODAY, achieved=1, result="Xong")
    assert printed("B.1").endswith("chất lượng. Đã hoàn thành 01 việc nêu trong phương hướng.")


def test_work_that_is_put_off_is_late_neither_on_its_page_nor_in_the_figures():
    work = PlannedWorkFactory(due_on=date(2023, 8, 31))
    assert registry["KH-12"].value(NINE_MONTHS) == 1
    with pytest.raises(Refused, match="phải sau hạn"):
        take(work, "postpone", due_on=date(2023, 8, 31), reason="Chờ kinh phí")
    with pytest.raises(Refused, match="chỉ lãnh đạo phòng"):
        take(work, "postpone", due_on=date(2023, 11, 30), reason="Chờ kinh phí")
    chief = an_actor(Role.HEAD, "VP")
    take(work, "postpone", actor=chief, due_on=date(2023, 11, 30), reason="Chờ kinh phí")
    assert term(work) == (date(2023, 11, 30), None)
    assert (registry["KH-12"].value(NINE_MONTHS), work.corrected) == (0, False)


def test_what_figures_count_by_is_changed_by_a_correction_alone():
    work = PlannedWorkFactory(quantity=10, kind="ip_support")
    changed = PlannedWork.objects.get(pk=work.pk)
    changed.quantity = 1
    with pytest.raises(Refused, match="Đính chính kế hoạch"):
        save_row(register_of(PlannedWork), changed, actor=CLERK, on=TODAY)
    given = {"kind": "ip_support", "unit": work.unit, "task": None, "due_on": work.due_on}
    take(work, "correct-plan", quantity=1, planned_on=work.planned_on, reason="Gõ nhầm", **given)
    assert (work.quantity, work.corrected, registry["KH-01"].value(NINE_MONTHS)) == (1, True, 1)


def test_a_shortcoming_is_mended_and_that_taken_back():
    found = AssessmentFactory()
    with pytest.raises(Refused, match="đứng trước"):
        take(found, "mend", mended_on=date(2023, 5, 9), outcome="Đã cập nhật")
    take(found, "mend", mended_on=TODAY, outcome="Đã cập nhật")
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(Assessment), found, actor=CLERK, on=TODAY)
    take(found, "reopen", reason="Nhầm hạn chế")
    assert (found.mended_on, found.outcome, found.corrected) == (None, "", True)
    with pytest.raises(Refused, match="Ưu điểm"):
        take(AssessmentFactory(kind="strength", cause=""), "mend", mended_on=TODAY, outcome="Không")


def test_what_proves_an_assessment_is_a_figure():
    AssessmentFactory.build(unit=OrgUnitFactory(), figure="DC-09").clean_fields(exclude={"province"})
    with pytest.raises(ValidationError, match="Không có số liệu mã DC-99"):
        AssessmentFactory.build(unit=OrgUnitFactory(), figure="DC-99").clean_fields(exclude={"province"})
