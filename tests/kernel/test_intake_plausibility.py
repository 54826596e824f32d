"""Values that are possible and yet unlikely: named with the record, confirmed once with a reason that the history has."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake import answering
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.science.models import ScienceTask, TaskMilestone, TaskWorkshop
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import DAY, OFFICER, TASK, book_of, reference_data

pytestmark = pytest.mark.django_db


def sent(model, *records, name="a.xlsx"):
    batch = intake.upload(content=book_of(model, list(records)), name=name, actor=OFFICER, on=DAY)
    return batch, intake.preview(batch=batch, actor=OFFICER, on=DAY)


def found(plan):
    return [(doubt.row, doubt.code, doubt.column.rpartition(".")[2], doubt.reason) for doubt in plan.doubts]


@pytest.fixture
def habit():
    """Forty tasks between half a billion and two billions."""
    reference_data()
    with acting(SYSTEM):
        for number in range(40):
            ScienceTaskFactory(
                code=f"CŨ.{number}",
                title=f"Nhiệm vụ cũ số {number}",
                budget_total=500_000_000 + number * 40_000_000,
            )


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1.152.000.000", None),
        ("3.000.000.000", None),
        ("1.152.000.000.000", "Lớn gấp 900 lần"),
        ("1.152.000", "Chỉ bằng 1/1.111"),
    ],
)
def test_an_amount_far_from_the_habit_of_the_register_is_doubted(habit, amount, words):
    _batch, plan = sent(ScienceTask, {**TASK, "budget_total": amount})
    assert found(plan) == ([(2, "far_from_habit", "budget_total", "")] if words else [])
    assert [doubt.text.startswith(words) for doubt in plan.doubts] == ([True] if words else [])
    assert plan.is_ready


def test_few_records_are_no_habit():
    reference_data()
    for number in range(29):
        ScienceTaskFactory(code=f"CŨ.{number}", title=f"Nhiệm vụ cũ số {number}", budget_total=10**9)
    _batch, plan = sent(ScienceTask, {**TASK, "budget_total": "50.000.000"})
    assert plan.doubts == []
    ScienceTaskFactory(code="CŨ.30", title="Nhiệm vụ cũ số 30", budget_total=10**9)
    assert found(sent(ScienceTask, {**TASK, "budget_total": "50.000.000"}, name="b.xlsx")[1]) != []


def test_a_contract_before_the_year_and_a_day_to_come_are_doubted():
    task = ScienceTaskFactory(code="ĐT.05.2022", title="Nuôi cá lồng", start_year=2022, planned_start_on=None)
    head = an_actor(Role.HEAD, "QLKH")
    row = {"task": task.code, "kind": "Ký hợp đồng", "on": "15/12/2021"}
    for day, doubted in (("15/12/2021", [(2, "day_before", "on", "")]), ("15/01/2022", [])):
        plan = make_plan(
            book_of(TaskMilestone, [{**row, "on": day}]), "a.xlsx", actor=head, on=DAY, taken_over=True
        )
        assert (found(plan), [str(each) for each in plan.errors]) == (doubted, [])
    meeting = {"task": task.code, "title": "Hội thảo", "held_on": "15/09/2023", "organised": "Có"}
    for today, doubted in ((DAY, [(2, "day_to_come", "held_on", "")]), (date(2023, 9, 15), [])):
        plan = make_plan(book_of(TaskWorkshop, [meeting]), "a.xlsx", actor=head, on=today)
        assert found(plan) == doubted, [str(each) for each in plan.problems]


def test_a_doubt_is_answered_once_and_the_history_of_the_record_has_the_reason(habit):
    row = {**TASK, "budget_total": "1.152.000.000.000"}
    batch, plan = sent(ScienceTask, row)
    (doubt,) = plan.doubts
    for keys, reason in (([doubt.key], "  "), ([], "x"), (["0" * 16], "x")):
        with pytest.raises(IntakeRefused):
            answering.confirm_values(batch=batch, keys=keys, reason=reason, actor=OFFICER, on=DAY)
    answering.confirm_values(
        batch=batch, keys=[doubt.key], reason="Dự án do Trung ương cấp", actor=OFFICER, on=DAY
    )
    plan = intake.preview(batch=batch, actor=OFFICER, on=DAY)
    assert found(plan) == [(2, "far_from_habit", "budget_total", "Dự án do Trung ương cấp")]
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    task = ScienceTask.objects.get(code=TASK["code"])
    entry = ChangeEntry.objects.get(model="science.sciencetask", object_id=str(task.pk))
    batch.refresh_from_db()
    assert entry.reason == (
        "Nhập từ tệp a.xlsx. Tổng kinh phí (đồng) 1.152.000.000.000: Dự án do Trung ương cấp"
    )
    assert entry.batch == batch.act
    _again, plan = sent(ScienceTask, {**row, "title": "Tên đã sửa"}, name="b.xlsx")
    assert found(plan) == []  # the amount is on record
    with acting(SYSTEM):
        task.delete()
    _batch, plan = sent(ScienceTask, row, name="c.xlsx")
    assert [doubt.reason for doubt in plan.doubts] == ["Dự án do Trung ương cấp"]
    changed = {**row, "budget_total": "1.153.000.000.000"}
    assert [doubt.reason for doubt in sent(ScienceTask, changed, name="d.xlsx")[1].doubts] == [""]


def test_undo_finds_what_was_written_with_a_reason(habit):
    batch, plan = sent(
        ScienceTask,
        {**TASK, "budget_total": "1.152.000.000.000"},
        {**TASK, "code": "ĐT.02", "title": "Việc khác hẳn"},
    )
    keys = [doubt.key for doubt in plan.doubts]
    answering.confirm_values(batch=batch, keys=keys, reason="đúng", actor=OFFICER, on=DAY)
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert ScienceTask.objects.count() == 42
    assert intake.undo_import(batch=batch, actor=OFFICER, on=date(2023, 9, 15)) == 2
    assert ScienceTask.objects.count() == 40
