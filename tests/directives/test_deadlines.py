"""Assigned work as deadlines: in the list of the division that leads it, late ones to its head, moved with a trace."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from khcn.directives.deadlines import ASSIGNED
from khcn.directives.models import AssignedTask
from khcn.directives.operations import correct_assignment, extend_assignment, record_result, remove_result
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.computing import compute
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import Deadline, DeadlineChange
from khcn.kernel.deadlines.queries import deadlines_of
from khcn.kernel.deadlines.verifying import check_stored_deadlines
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.kernel.ui.work_items import work_of
from khcn.parties.models import OrgUnit
from khcn.reference.operations import enter_shipped_rules, prefill_year
from khcn.web.calendar_days import calendar_days
from khcn.web.digest import send_digests
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory
from tests.web.conftest import account, sign_in, tree, words  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db

MARCH, APRIL, JUNE, SEPTEMBER = date(2023, 3, 31), date(2023, 4, 24), date(2023, 6, 30), date(2023, 9, 14)
REGISTER = register_of(AssignedTask)


def row_of(work):
    return Deadline.objects.get(subject_model="directives.assignedtask", subject_id=work.pk)


def lines(actor, on):
    found = work_of(actor, on=on)
    return [
        [(each.what, each.title, each.due_text, each.url) for each in part]
        for part in (found.late, found.this_week, found.later)
    ]


@pytest.mark.parametrize(
    ("due_on", "precision", "text"),
    [
        (date(2023, 12, 31), "year", "2023"),
        (SEPTEMBER, "day", "14/09/2023"),
        (date(2023, 9, 30), "month", "09/2023"),
        (date(2023, 9, 30), "quarter", "quý III/2023"),
    ],
)
def test_the_term_is_the_day_of_the_document_as_exactly_as_it_says(unit, due_on, precision, text):
    work = AssignedTaskFactory(
        lead_unit=unit, content="Rà soát quy hoạch", due_on=due_on, due_precision=precision
    )
    row = row_of(work)
    assert (row.kind, row.owner_code, row.due_on, row.precision, row.met_on, row.subject_label) == (
        ASSIGNED, "QLCN", due_on, precision, None, "Rà soát quy hoạch",
    )  # fmt: skip
    assert DeadlineStatus(row, JUNE).due_text == text
    assert [DeadlineStatus(row, due_on + timedelta(days=n)).days_late for n in (0, 1)] == [0, 1]


def test_the_division_has_its_work_in_its_list_once_with_the_place_where_the_result_is_recorded(
    unit, officer
):
    late = AssignedTaskFactory(lead_unit=unit, content="Rà soát quy hoạch", due_on=MARCH)
    soon = AssignedTaskFactory(
        lead_unit=unit, content="Góp ý đề án", due_on=date(2023, 4, 20), due_precision="day"
    )
    AssignedTaskFactory(lead_unit=OrgUnitFactory(code="QLKH"), due_on=MARCH)
    AssignedTaskFactory(lead_unit=unit, due_on=MARCH, done_on=date(2023, 3, 1))
    at = "/directives/assigned-tasks/{}/actions/record-result/".format
    assert lines(officer, date(2023, 4, 3)) == [
        [("Nhiệm vụ được giao", "Rà soát quy hoạch", "03/2023", at(late.pk))],
        [],
        [("Nhiệm vụ được giao", "Góp ý đề án", "20/04/2023", at(soon.pk))],
    ]
    entries = calendar_days(officer, date(2023, 1, 1), date(2024, 4, 3), on=date(2023, 4, 3))
    assert [each.standing.row.subject_id for each in entries] == [late.pk, soon.pk]


def test_the_result_meets_the_term_by_its_day_and_taking_it_away_opens_the_term(unit, officer, office):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH)
    record_result(task=work, done_on=APRIL, actor=officer, on=JUNE)
    assert (row_of(work).met_on, Deadline.objects.met_late().count()) == (APRIL, 1)
    remove_result(task=work, reason="ghi nhầm", actor=office, on=JUNE)
    assert (row_of(work).met_on, Deadline.objects.late(on=JUNE).count()) == (None, 1)


def test_what_stands_on_record_on_a_past_day_is_what_the_figures_count(unit):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH, done_on=APRIL)
    model = "directives.assignedtask"
    met = [
        compute(model, [work.pk], on=day)[work.pk, ASSIGNED].met_on
        for day in (APRIL - timedelta(days=1), APRIL)
    ]
    assert met == [None, APRIL]


def test_an_extension_moves_the_term_with_a_trace(unit, office):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH)
    document = LegalDocumentFactory(issued_on=APRIL)
    other = OrgUnitFactory(code="QLKH")
    with acting(office, on=JUNE):
        extend_assignment(
            task=work, due_on=JUNE, due_precision="quarter", lead_unit=other, extension_document=document,
            reason="UBND tỉnh cho lùi hạn", actor=office, on=JUNE,
        )  # fmt: skip
    row = row_of(work)
    assert (row.due_on, row.precision, row.owner_code) == (JUNE, "quarter", "QLKH")
    (change,) = DeadlineChange.objects.all()
    assert (change.deadline, change.old_due_on, change.new_due_on, change.actor_label) == (
        row,
        MARCH,
        JUNE,
        office.label,
    )
    assert (change.cause_model, change.cause_id, change.reason) == (
        "directives.assignedtask", str(work.pk), "Gia hạn, giao lại: UBND tỉnh cho lùi hạn",
    )  # fmt: skip


def test_the_page_of_the_work_says_when_and_why_its_term_changed(unit, office, sign_in):  # noqa: F811
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH)
    for until in (JUNE, SEPTEMBER):
        extend_assignment(
            task=work, due_on=until, due_precision="day", lead_unit=unit, actor=office, on=date(2024, 1, 5),
            extension_document=LegalDocumentFactory(issued_on=APRIL), reason=f"lùi đến {until.month}",
        )  # fmt: skip
    client = sign_in(Role.OFFICER, "QLCN")
    at = DeadlineChange.objects.values_list("at", flat=True)
    moments = [timezone.localtime(each).strftime("%H:%M %d/%m/%Y") for each in at]
    changed = "do thay đổi: nhiệm vụ được giao: Gia hạn, giao lại: lùi đến"
    expected = [
        f"{moments[0]}31/03/2023 → 30/06/2023 {changed} 6 · {office.label}",
        f"{moments[1]}30/06/2023 → 14/09/2023 {changed} 9 · {office.label}",
    ]
    for address in (f"/directives/assigned-tasks/{work.pk}/", f"/deadlines/{row_of(work).pk}/"):
        lines_of_page = tree(client.get(address)).xpath("//ol[@class='line change']/li")
        assert [" ".join(each.text_content().split()) for each in lines_of_page] == expected
    assert (
        deadlines_of("directives.assignedtask", work.pk, on=JUNE, today=timezone.localdate())[0].changes == ()
    )


def save_of(work, **changes):
    for name, value in changes.items():
        setattr(work, name, value)
    work.save()


def test_a_late_term_is_moved_by_who_assigns_the_work_and_does_not_lead_it_whatever_is_written(
    unit, officer, office
):
    head = an_actor(Role.HEAD, "QLCN", unit_id=unit.pk)
    own = AssignedTaskFactory(lead_unit=OrgUnit.objects.get(code="VP"), due_on=MARCH)
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH)
    leader = an_actor(Role.LEADER, "BGD", user_id=11)
    for actor, pk in ((officer, work.pk), (head, work.pk), (office, own.pk)):
        which = AssignedTask.objects.get(pk=pk)
        before = row_of(which)
        with pytest.raises(Refused, match="chỉ Văn phòng") as caught, acting(actor, on=JUNE):
            save_of(which, due_on=SEPTEMBER, due_precision="day")
        assert caught.value.code == "late"
        with pytest.raises(Refused) as caught, acting(actor, on=JUNE):
            which.delete()
        assert caught.value.code == "late"
        assert (row_of(which).due_on, row_of(which).pk) == (MARCH, before.pk)
    work, own = AssignedTask.objects.get(pk=work.pk), AssignedTask.objects.get(pk=own.pk)
    for actor, which in ((office, work), (leader, own)):
        with acting(actor, on=JUNE):
            save_of(which, due_on=SEPTEMBER, due_precision="day")
        assert row_of(which).due_on == SEPTEMBER


def test_correcting_the_work_of_others_and_removing_what_is_not_late_stay_possible(unit, office):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH)
    with acting(office, on=JUNE):
        correct_assignment(
            task=work, source_document=work.source_document, ordinal=9, content="Khác", year=2023, due_on=SEPTEMBER,
            due_precision="day", lead_unit=unit, extension_document=None, reason="ghi nhầm", actor=office, on=JUNE,
        )  # fmt: skip
        assert row_of(work).due_on == SEPTEMBER
        remove_row(REGISTER, work, actor=office, on=JUNE)
    assert not Deadline.objects.exists()


def test_a_result_in_time_that_is_entered_late_says_so(unit, office):
    work = AssignedTaskFactory(lead_unit=unit, due_on=MARCH)
    with acting(office, on=JUNE):
        record_result(task=work, done_on=date(2023, 3, 1), actor=office, on=JUNE)
    assert (row_of(work).met_on, row_of(work).met_in_time_entered_on) == (date(2023, 3, 1), JUNE)


def test_a_division_that_gets_another_code_keeps_its_work(unit):
    work = AssignedTaskFactory(lead_unit=unit)
    with acting(SYSTEM):
        unit.code = "QLCN2"
        unit.save()
    assert row_of(work).owner_code == "QLCN2"
    assert list(check_stored_deadlines()) == []


def test_officer_and_head_hear_of_late_work_each_at_its_stage(unit):
    with acting(SYSTEM):
        enter_shipped_rules(actor=SYSTEM)
        prefill_year(year=2023, actor=SYSTEM)
        for name, role in (("officer", Role.OFFICER), ("head", Role.HEAD)):
            user = account(role, "QLCN")
            user.email = f"{name}@so.vn"
            user.save()
    AssignedTaskFactory(
        lead_unit=unit, content="Rà soát quy hoạch", due_on=date(2023, 9, 30), due_precision="quarter"
    )
    mailed = {}
    for n in range(16):
        mail.outbox.clear()
        day = date(2023, 9, 22) + timedelta(days=n)
        send_digests(on=day)
        mailed |= {
            (day, each.to[0]): [line for line in each.body.split("\n") if line.startswith("- ")]
            for each in mail.outbox
        }
    line = "- Nhiệm vụ được giao: Rà soát quy hoạch (hạn quý III/2023; {})".format
    assert mailed == {
        (date(2023, 9, 25), "officer@so.vn"): [line("còn 5 ngày")],
        (date(2023, 10, 1), "officer@so.vn"): [line("quá hạn 1 ngày")],
        (date(2023, 10, 5), "head@so.vn"): [line("quá hạn 5 ngày")],
    }


def test_the_work_stands_in_the_calendar_the_list_and_on_its_page(unit, sign_in):  # noqa: F811
    work = AssignedTaskFactory(lead_unit=unit, content="Rà soát quy hoạch", due_on=date(2023, 9, 30))
    client = sign_in(Role.OFFICER, "QLCN")
    cell = tree(client.get("/my-work/calendar/?month=2023-09")).xpath("//td[@data-label='30/09/2023']")[0]
    assert cell.xpath(".//*[@class='day-item']//@href") == [f"/directives/assigned-tasks/{work.pk}/"]
    found = tree(client.get(f"/deadlines/?kind={ASSIGNED}&unit=QLCN")).xpath("//td[@class='lead']")
    assert [each.text_content().strip() for each in found] == ["Rà soát quy hoạch"]
    days = (timezone.localdate() - date(2023, 9, 30)).days
    assert f"quá hạn {days} ngày" in words(client.get(f"/directives/assigned-tasks/{work.pk}/"))
