"""The way of a state check: its steps and days in order, its term, its places, its papers, and steps taken back."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM
from khcn.kernel.indicators import registry
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.operations import issue_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, remove_row
from khcn.quality.documents import DECISION, RESULT
from khcn.quality.models import CheckedPlace, CheckHandling, CheckMember, StateCheck
from khcn.reference.operations import enter_shipped_rules
from tests.conformance.world_days import WINDOW
from tests.factories.office import PersonnelEventFactory
from tests.factories.quality import (
    CheckedPlaceFactory,
    CheckFindingFactory,
    CheckHandlingFactory,
    CheckMemberFactory,
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

pytestmark = pytest.mark.django_db
# Files of papers are made after the commit.
with_papers = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def test_the_report_is_due_five_working_days_after_the_check():
    """5 working days from Friday 12/05/2023 end on Friday 19/05."""
    check = finished()
    assert terms(check)["report"] == (date(2023, 5, 19), None)
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
        "decision_number": "MH-102/QĐ-SKHCN", "decided_on": date(2023, 5, 4), "begun_on": date(2023, 5, 8),
        "finished_on": date(2023, 5, 12), "reported_on": date(2023, 5, 18), "result": "Tốt",
    }  # fmt: skip
    with pytest.raises(Refused, match="đứng trước"):
        take(check, "record-carried-out", **{**values, "reported_on": date(2023, 5, 11)})
    check.refresh_from_db()
    assert take(check, "record-carried-out", **values).state == "reported"
    with pytest.raises(Refused, match="MH-102/QĐ-SKHCN"):
        take(ready(), "record-decision", decision_number="MH-102/QĐ-SKHCN", decided_on=date(2023, 6, 4))


def test_a_number_of_another_decision_of_the_department_is_refused():
    """All of its decisions are numbered by one book, whatever they are about."""
    PersonnelEventFactory(state="decided", decision_number="MH-131/QĐ-SKHCN", decided_on=date(2023, 2, 1))
    with pytest.raises(Refused, match="MH-131/QĐ-SKHCN"):
        take(ready(), "record-decision", decision_number="MH-131/QĐ-SKHCN", decided_on=date(2023, 5, 4))
    PersonnelEventFactory(
        state="decided", level="province", decision_number="MH-132/QĐ-SKHCN", decided_on=date(2023, 2, 1)
    )
    check = take(ready(), "record-decision", decision_number="MH-132/QĐ-SKHCN", decided_on=date(2023, 5, 4))
    assert check.state == "decided"


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


@with_papers
def test_the_notice_has_findings_and_samples_by_their_codes():
    check = finished()
    place = check.subjects.get()
    save(place, outcome="violation")
    for code in ("B", "A"):
        CheckFindingFactory(subject=place, code=code, item=f"Cân {code}", checked=2, failed=1, finding="")
        CheckSampleFactory(
            subject=place, code=code, product=f"Gas {code}", result_on=date(2023, 5, 16), conforms=True
        )
    take(check, "report", reported_on=date(2023, 5, 18), result="Một vi phạm")
    assert issue(RESULT, check).data["subjects"][0]["findings"] == (
        "Cân A: 1/2 không đạt; Cân B: 1/2 không đạt; mẫu Gas A: đạt; mẫu Gas B: đạt"
    )


@with_papers
def test_a_place_that_could_not_be_checked_is_no_place_checked():
    check = ready(topic="fuel")
    closed = CheckedPlaceFactory(check_case=check, checked_on=date(2023, 5, 9), outcome="absent")
    take(check, "record-decision", decision_number=NUMBER, decided_on=date(2023, 5, 4))
    take(check, "finish", begun_on=date(2023, 5, 8), finished_on=date(2023, 5, 12))
    take(check, "report", reported_on=date(2023, 5, 18), result="Chấp hành tốt")
    assert [registry[code].value(WINDOW) for code in ("CL-01", "CL-04", "CL-15")] == [1, 1, 0]
    assert closed.pk not in {row.pk for row in registry["CL-04"].rows(WINDOW)}
    data = issue(RESULT, check).data
    assert (data["count"], [row["outcome"] for row in data["subjects"]]) == (
        "01",
        ["Chấp hành tốt", "Không kiểm tra được"],
    )


@pytest.mark.parametrize("made", [CheckFindingFactory, CheckSampleFactory])
def test_what_failed_is_not_reported_as_conforming(made):
    check = finished()
    place = check.subjects.get()
    failed = {"result_on": date(2023, 5, 16), "conforms": False} if made is CheckSampleFactory else {}
    made(subject=place, **failed)
    with pytest.raises(Refused, match="Có 1 cơ sở có phương tiện đo, hàng hóa hoặc mẫu không đạt"):
        take(check, "report", reported_on=date(2023, 5, 18), result="Tốt")
    save(place, outcome="violation")
    assert take(check, "report", reported_on=date(2023, 5, 18), result="Một vi phạm").state == "reported"


def test_days_of_a_check_are_entered_again_beside_what_was_handled():
    check = finished()
    place = check.subjects.get()
    save(place, outcome="violation")
    handling = CheckHandlingFactory(subject=place, done_on=date(2023, 5, 20))
    take(check, "take-back-check", actor=HEAD, reason="Nhầm ngày")
    take(check, "finish", actor=HEAD, begun_on=date(2023, 5, 9), finished_on=date(2023, 5, 15))
    handling.refresh_from_db()
    assert (check.finished_on, handling.done_on) == (date(2023, 5, 15), date(2023, 5, 20))


def test_a_check_is_decided_until_the_day_on_which_it_shall_begin():
    check = ready(planned_on=date(2023, 5, 8))
    assert terms(check) == {"decision": (date(2023, 5, 8), None)}
    take(check, "record-decision", decision_number=NUMBER, decided_on=date(2023, 5, 4))
    assert terms(check) == {"decision": (date(2023, 5, 8), date(2023, 5, 4))}


def test_the_report_waits_for_a_laboratory():
    check = finished()
    day = date(2023, 5, 15)
    take(check, "stop-deadline", day, term="quality.report", day=day, reason="Chờ kết quả thử nghiệm")
    assert terms(check)["report"] == (None, None)


@with_papers
def test_the_topic_is_corrected_by_its_action_alone():
    check = ready(topic="fuel")
    paper = issue(DECISION, check)
    check.refresh_from_db()
    draft_paper(kind=DECISION, record=check, replaces=paper, reason="Sai nội dung", actor=OFFICER, on=TODAY)
    save(check, subject="Kiểm tra nhãn hàng hóa")
    with pytest.raises(Refused, match="Đính chính đối tượng quản lý"):
        save(check, topic="labels")
    check.refresh_from_db()
    take(check, "correct-topic", topic="labels", reason="Chọn nhầm")
    assert (check.topic, check.corrected) == ("labels", True)
    with pytest.raises(Refused, match="không thuộc lĩnh vực"):
        take(check, "correct-topic", topic="taximeters", reason="Chọn nhầm")
    with pytest.raises(Refused, match="chưa có quyết định"):
        take(StateCheckFactory(), "correct-topic", topic="labels", reason="Chọn nhầm")


def test_the_team_of_a_reported_check_stays():
    check = reported()
    member = check.members.get()
    with pytest.raises(Refused, match="đã báo cáo"):
        save(member, role="deputy")
    with pytest.raises(Refused, match="đã báo cáo"):
        save(CheckMemberFactory.build(check_case=check, person=member.person))
    with pytest.raises(Refused, match="đã báo cáo"):
        remove_row(register_of(CheckMember), member, actor=OFFICER, on=TODAY)


def test_a_file_that_was_handed_over_has_no_term_but_the_one_that_is_named():
    place = CheckedPlaceFactory(check_case=ready())
    handling = CheckHandlingFactory(subject=place, kind="transfer", demanded_on=date(2023, 5, 12))
    assert terms(handling) == {}
    save(handling, due_on=date(2023, 6, 12))
    assert terms(handling) == {"handling": (date(2023, 6, 12), None)}


@pytest.mark.parametrize(
    ("made", "changed"),
    [
        (CheckFindingFactory, {"item": "Cân"}),
        (CheckSampleFactory, {"product": "Gas"}),
        (CheckHandlingFactory, {"content": "Nhắc nhở"}),
        (CheckedPlaceFactory, {"minutes_number": "3/BB"}),
    ],
)
def test_rules_are_asked_by_as_many_statements_for_three_rows_as_for_one(made, changed):
    rows = [type(row)._base_manager.get(pk=row.pk) for row in made.create_batch(3)]
    register = register_of(type(rows[0]))

    def statements(records):
        writes = []
        for record in records:
            before = type(record)._base_manager.get(pk=record.pk)
            for name, value in changed.items():
                setattr(record, name, value)
            writes.append(Write(record, before, frozenset(changed)))
        with CaptureQueriesContext(connection) as asked:
            assert list(register.writer.validate(writes, ValidationContext(OFFICER, TODAY, {}))) == []
        return len(asked)

    assert statements(rows) == statements(rows[:1])


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
    assert (terms(check), check.corrected) == ({"decision": (check.planned_on, None)}, True)
    with pytest.raises(Refused, match="Chưa có bước"):
        take(check, "take-back-check", reason="Nhầm cuộc")
    with pytest.raises(Refused, match="đã ghi kết quả ở 1 cơ sở"):
        take(check, "cancel", cancelled_on=TODAY, reason="Hoãn")
    save(check.subjects.get(), outcome="absent")
    take(check, "cancel", cancelled_on=TODAY, reason="Hoãn")
    assert terms(check) == {"decision": (check.planned_on, TODAY)}
    take(check, "take-back-check", reason="Nhầm cuộc")
    assert (check.state, check.cancelling_reason) == ("planned", "")


@with_papers
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


@with_papers
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
    assert (paper.data["decision"], paper.data["decided_on"]) == (NUMBER, "04/5/2023")
    with pytest.raises(Refused, match="thông báo"):
        take(check, "take-back-check", reason="Nhầm cuộc")
    assert CheckHandling.objects.count() == 0


@pytest.mark.parametrize(
    ("subject", "after_check"),
    [
        ("Kiểm tra đột xuất chất lượng xăng", "đột xuất chất lượng xăng"),
        ("Xăng dầu trước Tết", "xăng dầu trước Tết"),
        ("Kiểm tra", "kiểm tra"),
    ],
)
def test_a_subject_does_not_say_check_twice(subject, after_check):
    assert DECISION.context(StateCheckFactory(subject=subject), TODAY)["check_in_sentence"] == after_check


@with_papers
def test_a_check_does_not_begin_before_the_day_that_its_issued_decision_names():
    check = ready(planned_on=date(2023, 9, 20))
    issue(DECISION, check, on=date(2023, 9, 10))
    with pytest.raises(Refused, match="20/09/2023"):
        take(check, "finish", begun_on=date(2023, 9, 12), finished_on=TODAY)
    assert StateCheck.objects.get(pk=check.pk).finished_on is None


def test_a_violation_is_not_reported_without_saying_which():
    check = ready()
    place = check.subjects.get()
    save(place, outcome="violation")
    take(check, "record-decision", decision_number=NUMBER, decided_on=date(2023, 5, 4))
    take(check, "finish", begun_on=date(2023, 5, 8), finished_on=date(2023, 5, 12))
    with pytest.raises(Refused, match=place.code):
        take(check, "report", reported_on=date(2023, 5, 18), result="Có vi phạm")
    CheckFindingFactory(subject=place, checked=2, failed=1)
    take(check, "report", reported_on=date(2023, 5, 18), result="Có vi phạm")
    assert check.state == "reported"


def test_a_handling_that_is_done_stays():
    handling = CheckHandlingFactory(done_on=date(2023, 6, 1))
    with pytest.raises(Refused, match="01/06/2023"):
        remove_row(register_of(CheckHandling), handling, actor=OFFICER, on=TODAY)
    other = CheckHandlingFactory(due_on=date(2024, 1, 5))
    remove_row(register_of(CheckHandling), other, actor=OFFICER, on=TODAY)
    assert [each.pk for each in CheckHandling.objects.all()] == [handling.pk]
