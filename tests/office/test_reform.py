"""Tasks of plans, places in indices and counts of documents; what the report prints of them."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.indicators import Period
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, remove_row, save_row
from khcn.office.models import CorrespondenceCount, ParPlan, ParPlanTask
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.base import an_actor
from tests.factories.office import (
    CorrespondenceCountFactory,
    EmulationNominationFactory,
    IndexRankingFactory,
    ParPlanTaskFactory,
    PersonnelEventFactory,
    TrainingAssignmentFactory,
)
from tests.factories.parties import OrgUnitFactory
from tests.office.test_personnel import CLERK, TODAY, _rules, take, terms

__all__ = ["_rules"]
pytestmark = pytest.mark.django_db
PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)


def printed():
    source = source_from_form(parse_form(shipped_bodies()["bao-cao-9-thang"]), PERIOD)
    return "\n".join(line.text for line in resolve(source).lines if line.section == "A.III.6")


def test_a_task_is_completed_and_that_taken_back():
    task = ParPlanTaskFactory(plan__issued_on=date(2023, 1, 10))
    assert terms(task) == {"par_task": (date(2023, 6, 30), None)}
    with pytest.raises(Refused, match="đứng trước"):
        take(task, "complete", completed_on=date(2023, 1, 9), result="Xong")
    take(task, "complete", completed_on=date(2023, 6, 20), result="Xong")
    assert terms(task) == {"par_task": (date(2023, 6, 30), date(2023, 6, 20))}
    changed = ParPlanTask.objects.get(pk=task.pk)
    changed.due_on = date(2023, 7, 1)
    with pytest.raises(Refused, match="đã ghi hoàn thành"):
        save_row(register_of(ParPlanTask), changed, actor=CLERK, on=TODAY)
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(ParPlanTask), task, actor=CLERK, on=TODAY)
    take(task, "take-back-completion", reason="Nhầm nhiệm vụ")
    assert (task.completed_on, task.result, task.corrected) == (None, "", True)


def test_documents_are_counted_of_months_that_have_ended():
    for month, refused in ((8, False), (9, True)):
        made = CorrespondenceCountFactory.build(year=2023, month=month)
        if refused:
            with pytest.raises(Refused, match="chưa hết"):
                save_row(register_of(CorrespondenceCount), made, actor=CLERK, on=TODAY)
        else:
            save_row(register_of(CorrespondenceCount), made, actor=CLERK, on=TODAY)
            assert made.ends_on == date(2023, 8, 31)


def test_the_report_says_what_is_not_published():
    text = printed()
    assert "chưa công bố kết quả xếp hạng" in text
    assert "Bổ nhiệm lại vị trí phó giám đốc Sở: không phát sinh" in text
    IndexRankingFactory(year=2022, rank=6, population=None, grade="good")
    assert "kết quả xếp loại Tốt, đứng vị trí thứ 6." in printed()


def test_what_the_named_figures_leave_out_is_printed():
    decided = {"state": "decided", "decided_on": date(2023, 5, 10)}
    PersonnelEventFactory(kind="maternity_leave", position="", **decided)
    PersonnelEventFactory(position="head", **decided)
    PersonnelEventFactory(kind="rotation", staff_kind="public_employee", position="", **decided)
    PersonnelEventFactory(kind="retirement", position="", **decided)
    PersonnelEventFactory(kind="transfer", position="", **decided)
    PersonnelEventFactory(kind="recruitment", position="", **decided)
    EmulationNominationFactory(level="ministry", state="awarded", decided_on=date(2023, 5, 10))
    TrainingAssignmentFactory(course="Kế toán trưởng")
    text = printed()
    for words in (
        "01 công chức, viên chức nghỉ thai sản",
        "Bổ nhiệm, bổ nhiệm lại 01 vị trí khác",
        "Chuyển đổi vị trí việc làm công chức: không phát sinh",
        "nghỉ hưu, thôi việc, chuyển công tác đối với 01 người",
        "Điều động, luân chuyển 01 người",
        "Tuyển dụng viên chức: không phát sinh; tuyển dụng 01 công chức",
        "được Bộ, ngành trung ương tặng 01 Bằng khen",
        "đã cử 01 lượt (Kế toán trưởng)",
    ):
        assert words in text


def test_people_are_counted_once_and_nothing_is_printed_of_nobody():
    decided = {"kind": "maternity_leave", "staff_kind": "contract", "position": "", "state": "decided"}
    first = PersonnelEventFactory(**decided, decided_on=date(2023, 3, 1))
    longer = {"person": first.person, "effective_on": date(2023, 7, 1), "decided_on": date(2023, 6, 1)}
    PersonnelEventFactory(**decided, **longer)
    IndexRankingFactory(year=2022, rank=6, grade="")
    text = printed()
    assert "nghỉ thai sản đối với 01 lao động hợp đồng" in text
    assert "được Bộ, ngành trung ương tặng Bằng khen: không phát sinh" in text
    assert "cử đi đào tạo, bồi dưỡng: không phát sinh" in text
    assert "kết quả chưa xếp loại, đứng vị trí thứ 6/19" in text


def test_the_unit_that_does_a_task_completes_it():
    task = ParPlanTaskFactory()
    register, values = register_of(ParPlanTask), {"completed_on": TODAY, "result": "Xong"}
    action = action_to_run(register, "complete")
    other, own = (
        replace(an_actor(Role.OFFICER, each.code), unit_id=each.pk) for each in (OrgUnitFactory(), task.unit)
    )
    with pytest.raises(NotPermitted):
        run(action, register, task.pk, values, actor=other, on=TODAY)
    run(action, register, task.pk, values, actor=own, on=TODAY)
    task.refresh_from_db()
    assert task.completed_on == TODAY


def test_a_plan_is_not_issued_after_a_task_of_it_was_done():
    task = ParPlanTaskFactory(completed_on=date(2023, 6, 20))
    for day, refused in ((date(2023, 6, 21), True), (date(2023, 6, 20), False)):
        task.plan.issued_on = day
        with pytest.raises(Refused, match="đã ghi hoàn thành") if refused else nullcontext():
            save_row(register_of(ParPlan), task.plan, actor=CLERK, on=TODAY)


@pytest.mark.parametrize(("year", "month"), [(2023, 13), (2023, 0), (2023, None), (None, 8), (99_999, 8)])
def test_what_is_no_month_is_refused_by_its_column(year, month):
    count = CorrespondenceCountFactory.build(year=year, month=month)
    count.derive()
    assert count.ends_on is None
    writer, context = register_of(CorrespondenceCount).writer, ValidationContext(CLERK, TODAY)
    assert list(writer.validate([Write(count)], context)) == []
    with pytest.raises(ValidationError):
        count.clean_fields()
