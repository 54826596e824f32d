"""Decisions about members of staff: entered, issued, corrected and taken back; terms of office and raises; who reads them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import TestCase

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.numbering.typed_numbers import typed_numbers
from khcn.kernel.papers.drafts import draft_paper, renew_draft
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.office.documents import APPOINTMENT
from khcn.office.models import EmulationNomination, EmulationRound, PersonnelEvent, TrainingAssignment
from khcn.reference.queries import shipped_rules
from tests.factories.base import an_actor
from tests.factories.office import (
    EmulationNominationFactory,
    PersonnelEventFactory,
    TrainingAssignmentFactory,
)
from tests.factories.reference import RuleParameterFactory

pytestmark = pytest.mark.django_db
CLERK, TODAY = an_actor(Role.OFFICE, "VP"), date(2023, 9, 14)


@pytest.fixture(autouse=True)
def _rules():
    for rule in shipped_rules():
        if rule["code"].startswith("office."):
            RuleParameterFactory(
                **{name: rule[name] for name in ("code", "label", "value", "unit", "valid_from")}
            )


def take(record, name, on=TODAY, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=CLERK, on=on)
    record.refresh_from_db()
    return record


def decided(day=date(2023, 5, 8), number="12/QĐ-SKHCN", **values):
    return take(PersonnelEventFactory(**values), "record-decision", decision_number=number, decided_on=day)


def terms(record):
    rows = Deadline.objects.filter(subject_model=record._meta.label_lower, subject_id=record.pk)
    return {each.kind.partition(".")[2]: (each.due_on, each.met_on) for each in rows}


def test_a_term_of_office_is_followed_by_the_next_decision():
    event = PersonnelEventFactory(effective_on=date(2018, 10, 2))
    assert terms(event) == {}
    take(event, "record-decision", decision_number="1/QĐ-SKHCN", decided_on=date(2018, 10, 1))
    # The last day is Sunday 01/10/2023: 90 days before it Monday 03/07, the day before it Saturday, so Friday 29/09.
    assert terms(event) == {
        "reappointment_notice": (date(2023, 7, 3), None),
        "reappointment": (date(2023, 9, 29), None),
    }
    again = PersonnelEventFactory(
        kind="reappointment",
        person=event.person,
        effective_on=date(2023, 10, 2),
        noticed_on=date(2023, 6, 30),
    )
    assert terms(event)["reappointment_notice"] == (date(2023, 7, 3), date(2023, 6, 30))
    take(again, "record-decision", decision_number="9/QĐ-SKHCN", decided_on=TODAY)
    assert terms(event)["reappointment"] == (date(2023, 9, 29), TODAY)
    assert terms(again)["reappointment"][1] is None


def test_a_shorter_term_is_the_one_of_the_decision_and_who_left_is_not_reappointed():
    event = decided(date(2021, 5, 31), effective_on=date(2021, 6, 1), ends_on=date(2023, 12, 29))
    assert terms(event)["reappointment"] == (date(2023, 12, 28), None)
    left = decided(kind="retirement", position="", person=event.person, effective_on=date(2023, 10, 1))
    assert terms(event)["reappointment"] == (date(2023, 12, 28), left.decided_on)


def test_a_retirement_is_announced_half_a_year_and_decided_a_quarter_before():
    event = PersonnelEventFactory(kind="retirement", position="", effective_on=date(2024, 1, 1))
    assert terms(event) == {
        "retirement_notice": (date(2023, 7, 1), None),
        "retirement": (date(2023, 10, 1), None),
    }
    event.noticed_on = date(2023, 6, 28)
    save_row(register_of(PersonnelEvent), event, actor=CLERK, on=TODAY)
    assert terms(event)["retirement_notice"] == (date(2023, 7, 1), date(2023, 6, 28))
    take(event, "record-decision", decision_number="9/QĐ-SKHCN", decided_on=TODAY)
    assert terms(event)["retirement"] == (date(2023, 10, 1), TODAY)
    again = PersonnelEventFactory(kind="retirement", position="", effective_on=date(2024, 6, 1))
    take(again, "drop", reason="Kéo dài thời gian công tác")
    assert terms(again) == {}


@pytest.mark.parametrize(("group", "due_on"), [("long", date(2023, 9, 1)), ("short", date(2022, 9, 1))])
def test_a_raise_is_due_by_its_group_and_met_by_the_next_one(group, due_on):
    event = decided(
        date(2020, 8, 20), kind="salary_raise", position="", salary_group=group, effective_on=date(2020, 9, 1)
    )
    assert terms(event) == {f"salary_{group}": (due_on, None)}
    decided(
        TODAY, kind="salary_raise", position="", salary_group=group, person=event.person,
        effective_on=date(2023, 9, 1),
    )  # fmt: skip
    assert terms(event)[f"salary_{group}"][1] == TODAY


@pytest.mark.parametrize(("group", "met_on"), [("long", date(2022, 8, 22)), ("", None)])
def test_a_promotion_begins_the_time_anew_only_where_it_says_which(group, met_on):
    event = decided(
        date(2020, 8, 20),
        kind="salary_raise",
        position="",
        salary_group="long",
        effective_on=date(2020, 9, 1),
    )
    promotion = decided(
        date(2022, 8, 22), kind="promotion", position="", salary_group=group, person=event.person,
        effective_on=date(2022, 9, 1),
    )  # fmt: skip
    assert terms(event)["salary_long"] == (date(2023, 9, 1), met_on)
    assert terms(promotion) == ({"salary_long": (date(2025, 9, 1), None)} if group else {})


def test_the_same_event_and_course_are_entered_once():
    event = PersonnelEventFactory()
    course = TrainingAssignmentFactory()
    again = PersonnelEventFactory.build(person=event.person, unit=event.unit)
    twice = TrainingAssignmentFactory.build(person=course.person, unit=course.unit, course=course.course)
    for made, words in ((again, "cùng loại, cùng ngày"), (twice, "lớp này cùng ngày")):
        with pytest.raises(ValidationError, match=words):
            made.full_clean()
    take(event, "drop", reason="Hoãn")
    save_row(register_of(PersonnelEvent), again, actor=CLERK, on=TODAY)


def test_a_number_that_the_book_gave_to_something_else_is_refused():
    paper = issue(APPOINTMENT, PersonnelEventFactory())
    for _ in range(2):  # one decision about two people, taken from the book by hand
        by_hand = PersonnelEventFactory(kind="rotation", position="")
        take(by_hand, "record-decision", decision_number="7/QĐ-SKHCN", decided_on=TODAY)
    other = PersonnelEventFactory(kind="rotation", position="")
    with pytest.raises(Refused, match="đã cấp cho"):
        take(other, "record-decision", decision_number=paper.number_text, decided_on=TODAY)
    of_province = PersonnelEventFactory(level="province")
    take(of_province, "record-decision", decision_number=paper.number_text, decided_on=TODAY)
    assert [each.text for each in typed_numbers(paper.number.book)] == ["7/QĐ-SKHCN", "7/QĐ-SKHCN"]


def test_an_event_that_was_dropped_meets_nothing():
    event = decided(date(2018, 10, 1), effective_on=date(2018, 10, 2))
    again = PersonnelEventFactory(
        kind="reappointment",
        person=event.person,
        effective_on=date(2023, 10, 2),
        noticed_on=date(2023, 6, 30),
    )
    take(again, "drop", reason="Nghỉ hưu trước hạn")
    assert terms(event)["reappointment_notice"][1] is None
    take(again, "take-back-event", reason="Nhầm người")
    assert (again.state, again.corrected) == ("prepared", True)
    assert terms(event)["reappointment_notice"][1] == date(2023, 6, 30)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"position": ""}, "chọn chức vụ"),
        ({"kind": "salary_raise", "position": ""}, "chọn nhóm"),
        ({"noticed_on": date(2023, 9, 15)}, "chưa đến"),
        ({"position": "deputy_director"}, "do cấp trên bổ nhiệm"),
    ],
)
def test_what_an_event_needs(values, words):
    made = PersonnelEventFactory.build(
        person=PersonnelEventFactory().person, unit=PersonnelEventFactory().unit, **values
    )
    with pytest.raises(Refused, match=words):
        save_row(register_of(PersonnelEvent), made, actor=CLERK, on=TODAY)


def test_what_was_decided_stays_until_it_is_taken_back():
    event = decided()
    changed = PersonnelEvent.objects.get(pk=event.pk)
    changed.position = "head"
    with pytest.raises(Refused, match="đã có quyết định"):
        save_row(register_of(PersonnelEvent), changed, actor=CLERK, on=TODAY)
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(PersonnelEvent), event, actor=CLERK, on=TODAY)
    take(
        event,
        "correct-decision",
        decision_number="13/QĐ-SKHCN",
        decided_on=date(2023, 5, 9),
        reason="Gõ nhầm",
    )
    assert (event.decision_number, event.decided_on, event.corrected) == (
        "13/QĐ-SKHCN",
        date(2023, 5, 9),
        True,
    )
    take(event, "take-back-event", reason="Nhầm người")
    assert (event.state, event.decision_number, event.decided_on) == ("prepared", "", None)
    remove_row(register_of(PersonnelEvent), event, actor=CLERK, on=TODAY)


def test_a_decision_of_a_day_to_come_or_before_the_notice_is_refused():
    event = PersonnelEventFactory(noticed_on=date(2023, 5, 8))
    for day, words in ((date(2023, 9, 15), "chưa đến"), (date(2023, 5, 7), "đứng trước")):
        with pytest.raises(Refused, match=words):
            take(event, "record-decision", decision_number="1/QĐ-SKHCN", decided_on=day)


def test_a_notice_is_not_given_after_the_decision():
    event = decided(date(2023, 5, 8))
    event.noticed_on = date(2023, 5, 9)
    with pytest.raises(Refused, match="đứng trước"):
        save_row(register_of(PersonnelEvent), event, actor=CLERK, on=TODAY)


def issued(draft):
    """A paper with its files, which are made after the commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        paper = issue_paper(paper=draft, actor=CLERK, on=TODAY)
    paper.refresh_from_db()
    return paper


def issue(kind, record):
    return issued(draft_paper(kind=kind, record=record, actor=CLERK, on=TODAY))


def test_a_decision_is_issued_replaced_and_withdrawn():
    event = PersonnelEventFactory(
        effective_on=date(2023, 10, 2),
        person__full_name="Nông Văn Thử",
        position="head",
        post_name="Chánh Văn phòng",
        unit__name="Văn phòng",
    )
    paper = issue(APPOINTMENT, event)
    event.refresh_from_db()
    assert (event.state, event.decision_number, event.decided_on) == ("decided", paper.number_text, TODAY)
    layout = read_layout(APPOINTMENT.template.read_bytes())
    text = str(compose_document(layout, APPOINTMENT.variable_names, paper.data))
    assert "Về việc bổ nhiệm công chức giữ chức vụ" in text
    assert "Nông Văn Thử giữ chức vụ Chánh Văn phòng, Văn phòng, kể từ ngày 02/10/2023" in text
    assert "đến hết ngày 01/10/2028" in text
    assert "có hiệu lực kể từ ngày 02/10/2023" in text
    for name, values in (
        ("take-back-event", {}),
        ("correct-decision", {"decision_number": "1", "decided_on": TODAY}),
    ):
        with pytest.raises(Refused, match="văn bản lập trong hệ thống"):
            take(event, name, reason="Nhầm", **values)
    draft = replace_paper(paper=paper, reason="sai ngày", actor=CLERK, on=TODAY)
    event.effective_on = date(2023, 10, 3)
    save_row(register_of(PersonnelEvent), event, actor=CLERK, on=TODAY)
    again = issued(renew_draft(paper=draft, actor=CLERK, on=TODAY))
    event.refresh_from_db()
    assert (event.decision_number, event.decided_on) == (again.number_text, TODAY)
    assert again.data["last_day"] == "02/10/2028"


def test_a_withdrawn_decision_opens_the_event():
    event = PersonnelEventFactory()
    paper = issue(APPOINTMENT, event)
    notice = withdraw_paper(paper=paper, reason="sai thẩm quyền", actor=CLERK, on=TODAY)
    issued(notice)
    event.refresh_from_db()
    assert (event.state, event.decision_number, event.decided_on) == ("prepared", "", None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "transfer", "position": ""}, "bổ nhiệm"),
        ({"level": "province"}, "Cấp khác"),
        ({"state": "dropped"}, "không thực hiện"),
        ({"post_name": ""}, "tên chức vụ"),
    ],
)
def test_which_events_have_no_such_paper(values, words):
    with pytest.raises(PaperRefused, match=words):
        draft_paper(kind=APPOINTMENT, record=PersonnelEventFactory(**values), actor=CLERK, on=TODAY)


@pytest.mark.parametrize(
    ("role", "unit", "reads"),
    [
        (Role.OFFICE, "VP", True),
        (Role.OFFICER, "VP", True),
        (Role.LEADER, "BGD", True),
        (Role.ADMIN, "VP", True),
        (Role.READER, "VP", False),
        (Role.HEAD, "QLKH", False),
    ],
)
@pytest.mark.parametrize("model", [PersonnelEvent, TrainingAssignment, EmulationRound, EmulationNomination])
def test_members_of_staff_are_protected(model, role, unit, reads):
    PersonnelEventFactory()
    TrainingAssignmentFactory()
    EmulationNominationFactory()
    assert register_of(model).visible(an_actor(role, unit)).count() == int(reads)
