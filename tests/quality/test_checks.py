"""The way of a state check: its steps and days in order, its term, its places, its papers, and steps taken back."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM
from khcn.kernel.papers.operations import issue_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.quality.documents import DECISION, RESULT
from khcn.quality.models import CheckedPlace, CheckHandling, StateCheck
from khcn.reference.operations import enter_shipped_rules
from tests.factories.quality import (
    CheckedPlaceFactory,
    CheckFindingFactory,
    CheckHandlingFactory,
    CheckSampleFactory,
    StateCheckFactory,
)
from tests.quality.steps import (
    HEAD,
    NUMBER,
    OFFICER,
    TODAY,
    finished,
    issue,
    ready,
    reported,
    save,
    take,
    terms,
)

# Files of papers are made after the commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def test_the_report_is_due_five_working_days_after_the_check():
    """5 working days from Friday 12/05/2023 end on Friday 19/05."""
    check = finished()
    assert terms(check) == {"report": (date(2023, 5, 19), None)}
    take(check, "report", reported_on=date(2023, 5, 18), result="Chấp hành tốt")
    assert (check.state, terms(check)["report"]) == ("reported", (date(2023, 5, 19), date(2023, 5, 18)))


def test_days_are_in_order_and_have_come():
    check = ready()
    take(check, "record-decision", decision_number=NUMBER, decided_on=date(2023, 5, 4))
    for first, last, says in (
        (date(2023, 5, 3), date(2023, 5, 12), "đứng trước bước trước đó"),
        (date(2023, 5, 8), date(2023, 9, 15), "chưa đến"),
        (date(2023, 5, 11), date(2023, 5, 12), "ngoài thời gian của cuộc"),
    ):
        with pytest.raises(Refused, match=says):
            take(check, "finish", begun_on=first, finished_on=last)
        check.refresh_from_db()
    assert (check.state, check.begun_on) == ("decided", None)


def test_what_was_not_checked_or_not_tested_is_waited_for():
    check = ready()
    unchecked = CheckedPlaceFactory(check_case=check, checked_on=None, outcome="")
    take(check, "record-decision", decision_number=NUMBER, decided_on=date(2023, 5, 4))
    days = {"begun_on": date(2023, 5, 8), "finished_on": date(2023, 5, 12)}
    with pytest.raises(Refused, match="1 cơ sở"):
        take(check, "finish", **days)
    save(unchecked, checked_on=date(2023, 5, 9), outcome="conforming")
    take(check, "finish", **days)
    sample = CheckSampleFactory(subject=unchecked)
    with pytest.raises(Refused, match="1 mẫu"):
        take(check, "report", reported_on=date(2023, 5, 18), result="Tốt")
    save(sample, result_on=date(2023, 5, 16), conforms=True)
    assert take(check, "report", reported_on=date(2023, 5, 18), result="Tốt").state == "reported"


def test_a_check_of_before_is_entered_at_once():
    check = ready()
    values = {
        "decision_number": "MH-02/QĐ-KTr", "decided_on": date(2023, 5, 4), "begun_on": date(2023, 5, 8),
        "finished_on": date(2023, 5, 12), "reported_on": date(2023, 5, 18), "result": "Tốt",
    }  # fmt: skip
    with pytest.raises(Refused, match="đứng trước"):
        take(check, "record-carried-out", **{**values, "reported_on": date(2023, 5, 11)})
    check.refresh_from_db()
    assert take(check, "record-carried-out", **values).state == "reported"
    with pytest.raises(Refused, match="MH-02/QĐ-KTr"):
        take(ready(), "record-decision", decision_number="MH-02/QĐ-KTr", decided_on=date(2023, 6, 4))


def test_what_was_reported_stays_and_takes_nothing_in():
    check, other = reported(), ready()
    place, strange = check.subjects.get(), other.subjects.get()
    for record, values in (
        (place, {"outcome": "violation"}),
        (strange, {"check_case": check}),
        (CheckedPlaceFactory.build(check_case=check, organisation=strange.organisation), {}),
        (CheckFindingFactory.build(subject=place), {}),
    ):
        with pytest.raises(Refused):
            save(record, **values)
    place.refresh_from_db()
    with pytest.raises(Refused, match="đã báo cáo"):
        remove_row(register_of(CheckedPlace), place, actor=OFFICER, on=TODAY)
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(StateCheck), check, actor=OFFICER, on=TODAY)
    with pytest.raises(Refused, match="không sửa được"):
        save(check, topic="labels")


def test_a_topic_belongs_to_its_field():
    with pytest.raises(Refused, match="không thuộc lĩnh vực"):
        save(StateCheckFactory.build(plan=None, field="metrology", topic="fuel"))
    assert save(StateCheckFactory.build(plan=None, field="metrology", topic="other")).pk


def test_only_violations_are_handled_until_a_day():
    check = ready()
    place = CheckedPlaceFactory(check_case=check)
    handling = CheckHandlingFactory(subject=place, demanded_on=date(2023, 5, 12))
    assert terms(handling) == {"handling": (date(2023, 5, 29), None)}  # 15 days end on Saturday 27/05
    save(handling, due_on=date(2023, 5, 22))
    assert terms(handling) == {"handling": (date(2023, 5, 22), None)}
    save(handling, done_on=date(2023, 5, 20))
    assert terms(handling) == {"handling": (date(2023, 5, 22), date(2023, 5, 20))}
    conforming = check.subjects.get(outcome="conforming")
    with pytest.raises(Refused, match="chưa kết luận có vi phạm"):
        save(CheckHandlingFactory.build(subject=conforming))
    with pytest.raises(Refused, match="đứng trước ngày kiểm tra"):
        save(CheckHandlingFactory.build(subject=place, demanded_on=date(2023, 5, 9)))
    with pytest.raises(Refused, match="kết luận là có vi phạm"):
        save(place, outcome="conforming")


def test_steps_on_the_wrong_check_are_taken_back_one_by_one():
    check = reported()
    for state, columns in (
        ("finished", {"reported_on": None, "result": ""}),
        ("decided", {"begun_on": None, "finished_on": None}),
        ("planned", {"decision_number": "", "decided_on": None}),
    ):
        take(check, "take-back-check", actor=HEAD, reason="Nhầm cuộc")
        assert (check.state, {name: getattr(check, name) for name in columns}) == (state, columns)
    assert (terms(check), check.corrected) == ({}, True)
    with pytest.raises(Refused, match="Chưa có bước"):
        take(check, "take-back-check", reason="Nhầm cuộc")
    take(check, "cancel", cancelled_on=TODAY, reason="Hoãn")
    take(check, "take-back-check", reason="Nhầm cuộc")
    assert (check.state, check.cancelling_reason) == ("planned", "")


def test_a_decision_of_this_system_begins_a_check_and_its_withdrawal_takes_that_back():
    check = ready()
    paper = issue(DECISION, check)
    check.refresh_from_db()
    assert (check.state, check.decision_number, check.decided_on) == ("decided", paper.number_text, TODAY)
    with pytest.raises(Refused, match="Thu hồi"):
        take(check, "take-back-check", reason="Nhầm cuộc")
    notice = withdraw_paper(paper=paper, reason="Hoãn", actor=OFFICER, on=TODAY)
    issue_paper(paper=notice, actor=OFFICER, on=TODAY)
    check.refresh_from_db()
    assert (check.state, check.decision_number) == ("planned", "")


def test_the_notice_names_what_failed_and_holds_the_report():
    check = finished()
    place = check.subjects.get()
    save(place, outcome="violation")
    CheckFindingFactory(subject=place, item="Cột đo", checked=4, failed=1, finding="Quá hạn kiểm định")
    CheckSampleFactory(subject=place, product="Xăng", result_on=date(2023, 5, 16), conforms=False)
    take(check, "report", reported_on=date(2023, 5, 18), result="Một vi phạm")
    paper = issue(RESULT, check)
    row = paper.data["subjects"][0]
    assert row["findings"] == "Cột đo: 1/4 không đạt (Quá hạn kiểm định); mẫu Xăng: không đạt"
    with pytest.raises(Refused, match="thông báo"):
        take(check, "take-back-check", reason="Nhầm cuộc")
    assert CheckHandling.objects.count() == 0
