"""A result that was recorded on the wrong work is taken away again, by an action."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from khcn.directives.models import AssignedTask, Timeliness
from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory
from tests.science.channels import api_refusal, run_action

pytestmark = pytest.mark.django_db
DUE, BEFORE, LATE = date(2023, 3, 31), date(2023, 3, 30), date(2023, 4, 24)
REMOVE = "“Bỏ kết quả ghi nhầm”"
NO_RESULT = {"done_on": None, "result_document": None, "result_entered_on": None}


@pytest.fixture
def today():
    return timezone.localdate()


def refusal_of(write):
    with pytest.raises(Refused) as caught:
        write()
    return caught.value


def removed(work, actor, on):
    run_action(work, "remove-result", actor, on, reason="ghi nhầm nhiệm vụ")
    return AssignedTask.objects.get(pk=work.pk)


def test_a_result_on_the_wrong_work_is_taken_away_and_the_work_is_open_again(unit, officer, office, today):
    work = AssignedTaskFactory(lead_unit=unit, due_on=DUE, progress="Đã lấy ý kiến")
    document = LegalDocumentFactory(issued_on=BEFORE)
    with pytest.raises(Refused, match="chưa ghi kết quả"):
        removed(work, officer, today)
    values = {"done_on": BEFORE, "result_document": document, "progress": "Đã trình"}
    run_action(work, "record-result", officer, today, **values)
    for text in (
        api_refusal(work, officer, today, done_on=None),
        str(refusal_of(lambda: remove_row(register_of(AssignedTask), work, actor=office, on=today))),
        str(refusal_of(lambda: run_action(work, "record-result", officer, today, **values))),
    ):
        assert REMOVE in text
    other = an_actor(Role.OFFICER, "QLKH", unit_id=OrgUnitFactory(code="QLKH").pk)
    assert "không có quyền" in str(refusal_of(lambda: removed(work, other, today)))
    was = removed(work, officer, today)
    assert {name: getattr(was, name) for name in NO_RESULT} == NO_RESULT
    assert (was.progress, was.corrected) == ("Đã lấy ý kiến", True)
    assert was.timeliness_on(today) is Timeliness.OVERDUE
    assert ChangeEntry.objects.latest("pk").reason == "Đính chính: ghi nhầm nhiệm vụ"
    remove_row(register_of(AssignedTask), was, actor=office, on=today)


def test_what_was_reported_after_the_result_stays(unit, officer, office, today):
    work = AssignedTaskFactory(lead_unit=unit, due_on=DUE, progress="Đã lấy ý kiến")
    run_action(work, "record-result", officer, today, done_on=LATE, progress="Đã trình")
    assert api_refusal(work, officer, today, progress="Đang hoàn thiện") == ""
    assert removed(work, office, today).progress == "Đang hoàn thiện"


def test_the_leading_unit_takes_away_its_late_result_on_the_day_and_by_the_person_of_its_entry(
    unit, officer, office, today
):
    works = [AssignedTaskFactory(lead_unit_id=key, due_on=DUE) for key in (unit.pk, office.unit_id)]
    leader = an_actor(Role.LEADER, "LD", user_id=9)
    for work, actor, answering in zip(works, (officer, office), (office, leader), strict=True):
        for remover, on in ((actor, today), (answering, today + timedelta(days=1))):
            run_action(work, "record-result", actor, today, done_on=LATE)
            for person, day in ((replace(actor, user_id=10), today), (actor, today + timedelta(days=1))):
                assert "Kết quả đang ghi là chậm" in str(
                    refusal_of(lambda w=work, p=person, d=day: removed(w, p, d))
                )
            assert removed(work, remover, on).done_on is None
    late = AssignedTaskFactory(lead_unit=unit, due_on=DUE, done_on=LATE)
    run_action(late, "correct-result", officer, today, done_on=LATE + timedelta(days=1), reason="gõ nhầm")
    assert "Kết quả đang ghi là chậm" in str(refusal_of(lambda: removed(late, officer, today)))
