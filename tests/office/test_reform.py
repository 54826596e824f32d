"""Tasks of plans, places in indices and counts of documents; what the report prints of them."""

from datetime import date

import pytest

from khcn.kernel.indicators import Period
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.office.models import CorrespondenceCount, ParPlanTask
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.office import (
    CorrespondenceCountFactory,
    IndexRankingFactory,
    ParPlanTaskFactory,
    PersonnelEventFactory,
)
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


def test_documents_are_counted_of_months_that_have_begun():
    for month, refused in ((9, False), (10, True)):
        made = CorrespondenceCountFactory.build(year=2023, month=month)
        if refused:
            with pytest.raises(Refused, match="chưa đến"):
                save_row(register_of(CorrespondenceCount), made, actor=CLERK, on=TODAY)
        else:
            save_row(register_of(CorrespondenceCount), made, actor=CLERK, on=TODAY)
            assert made.ends_on == date(2023, 9, 30)


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
    text = printed()
    assert "01 công chức, viên chức" in text
    assert "Bổ nhiệm, bổ nhiệm lại 01 vị trí khác" in text
