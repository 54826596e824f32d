"""The terms of a report and of its divisions' sections: by the regime's window, met by the steps, in everybody's lists once."""

from datetime import date, timedelta

import pytest
from django.core import mail

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.models import Deadline, DeadlineChange
from khcn.kernel.deadlines.verifying import check_stored_deadlines
from khcn.kernel.screens.visible_deadlines import visible_deadlines
from khcn.kernel.ui.work_items import work_of
from khcn.reference.models import WorkingDayException
from khcn.reference.operations import enter_shipped_rules, prefill_year
from khcn.reports import operations as op
from khcn.reports.deadlines import HAND_IN, SEND
from khcn.reports.freezing.replacement import replace_report
from khcn.web.calendar_days import calendar_days
from khcn.web.digest import send_digests
from tests.reports.approval_given import each_waived
from tests.reports.conftest import HEAD, LEADER, OFFICE, OFFICER, OTHER_HEAD, TODAY
from tests.web.conftest import tree

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db

DUE = date(2023, 9, 18)  # two working days after Thursday, 14 September


@pytest.fixture
def report(version, figures, regime, seed_data):
    with acting(SYSTEM):
        prefill_year(year=2023, actor=SYSTEM)
    return op.create_report(form_version=version, year=2023, actor=OFFICE, on=TODAY)


def rows():
    return [
        (each.kind, each.owner_code, each.due_on, each.met_on)
        for each in Deadline.objects.order_by("kind", "owner_code")
    ]


def hand_in(report, owner, on):
    for section in report.sections.filter(owner_code=owner):
        op.hand_in_section(section=section, actor=OFFICE, on=on)


@pytest.mark.both
def test_a_report_has_one_term_and_each_division_one_for_all_its_sections(report):
    assert rows() == [(HAND_IN, "QLKH", DUE, None), (HAND_IN, "VP", DUE, None), (SEND, "VP", DUE, None)]
    assert set(Deadline.objects.values_list("subject_label", flat=True)) == {str(report)}
    first, second = report.sections.filter(owner_code="QLKH")
    op.hand_in_section(section=first, actor=HEAD, on=TODAY)
    assert Deadline.objects.get(owner_code="QLKH").met_on is None
    op.hand_in_section(section=second, actor=HEAD, on=date(2023, 9, 20))
    assert Deadline.objects.get(owner_code="QLKH").met_on == date(2023, 9, 20)
    op.return_section(section=second, note="thiếu", actor=OFFICE, on=date(2023, 9, 21))
    assert Deadline.objects.get(owner_code="QLKH").met_on is None
    assert list(check_stored_deadlines()) == []


def test_approving_meets_the_term_and_a_replacement_has_none(report):
    hand_in(report, "QLKH", TODAY)
    hand_in(report, "VP", TODAY)
    op.compile_report(instance=report, actor=OFFICE, on=TODAY)
    op.submit_report(instance=report, actor=OFFICE, on=TODAY)
    op.approve_report(instance=report, actor=LEADER, on=DUE, waivers=each_waived(report, "theo văn bản"))
    met = [(HAND_IN, "QLKH", DUE, TODAY), (HAND_IN, "VP", DUE, TODAY), (SEND, "VP", DUE, DUE)]
    assert rows() == met
    report.refresh_from_db()
    replace_report(signed=report, actor=OFFICE, on=date(2023, 11, 1))
    assert rows() == met


@pytest.mark.both
def test_cancelling_ends_the_terms_also_late_and_a_new_report_of_the_period_has_them_again(report, version):
    late = date(2023, 10, 2)
    with acting(OFFICE, on=late):
        op.cancel_report(instance=report, note="lập nhầm", actor=OFFICE, on=late)
        assert rows() == []
        op.create_report(form_version=version, year=2023, actor=OFFICE, on=late)
    assert rows() == [(HAND_IN, "QLKH", DUE, None), (HAND_IN, "VP", DUE, None), (SEND, "VP", DUE, None)]


def test_a_late_division_hands_in_and_gets_back_by_the_hands_that_always_did(report):
    late = date(2023, 10, 2)
    section = report.sections.filter(owner_code="QLKH").first()
    with acting(HEAD, on=late):
        op.edit_section(section=section, text="Đã làm.", actor=HEAD, on=late)
        op.hand_in_section(section=section, actor=HEAD, on=late)
        op.take_back_section(section=section, actor=HEAD, on=late)
    assert Deadline.objects.get(owner_code="QLKH").met_on is None


@pytest.mark.both
def test_window_and_days_off_move_the_terms_of_open_reports_with_a_trace(report, regime):
    with acting(OFFICE, on=date(2023, 10, 2)):
        window = regime.windows.get(kind="nine_months")
        window.due_working_days = 5
        window.save()
    assert {each[2] for each in rows()} == {date(2023, 9, 21)}
    with acting(SYSTEM):
        WorkingDayException(on=date(2023, 9, 20), kind="holiday", name="Nghỉ bù", source="thử").save()
    assert {each[2] for each in rows()} == {date(2023, 9, 22)}
    causes = DeadlineChange.objects.filter(deadline__kind=SEND).values_list(
        "old_due_on", "new_due_on", "cause_model"
    )
    assert list(causes) == [
        (DUE, date(2023, 9, 21), "reference.regimewindow"),
        (date(2023, 9, 21), date(2023, 9, 22), "reference.workingdayexception"),
    ]
    with acting(SYSTEM):
        window.kind, window.number = "half", 9
        window.save()
    assert rows() == []


def test_each_step_stands_once_in_the_work_list_with_the_term(report):
    def lines(actor, on):
        found = work_of(actor, on=on)
        return [
            (each.what, each.due_text, each.note) for each in (*found.late, *found.this_week, *found.later)
        ]

    assert lines(OFFICER, TODAY) == [("Soạn và nộp 2 mục của báo cáo", "18/09/2023", "còn 3 ngày")]
    assert lines(OTHER_HEAD, TODAY) == []
    hand_in(report, "QLKH", TODAY)
    assert lines(OFFICER, TODAY) == []
    assert lines(OFFICE, date(2023, 9, 20)) == [
        ("Nhận 2 mục các phòng đã nộp", "18/09/2023", "quá hạn 2 ngày"),
        ("Soạn và nộp 2 mục của báo cáo", "18/09/2023", "quá hạn 2 ngày"),
    ]
    entries = calendar_days(OFFICE, TODAY, date(2024, 9, 15), on=TODAY)
    assert sorted((str(each.item.what), each.item.title) for each in entries) == [
        ("Gửi báo cáo", str(report)),
        ("Nộp các mục của báo cáo", str(report)),
    ]
    assert visible_deadlines(OFFICER).count() == 3


def test_the_office_finds_the_day_in_the_calendar_of_its_month(report, sign_in):
    page = sign_in("office").get("/my-work/calendar/?month=2023-09")
    cell = tree(page).xpath("//td[@data-label='18/09/2023']")[0]
    assert sorted(cell.xpath(".//*[@class='day-item']//@href")) == [
        f"/reports/{report.pk}/",
        f"/reports/of-section/{report.sections.filter(owner_code='VP').first().pk}/",
    ]
    answer = sign_in("officer").get(f"/reports/of-section/{report.sections.get(key='C').pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{report.pk}/?unit=QLKH")


def test_sections_are_new_then_soon_then_late_and_reach_the_head(report, people):
    with acting(SYSTEM):
        enter_shipped_rules(actor=SYSTEM)
        for name in ("officer", "head"):
            people[name].email = f"{name}@so.vn"
            people[name].save()
    mailed = {}
    for day in (date(2023, 8, 1) + timedelta(days=n) for n in range(60)):
        mail.outbox.clear()
        send_digests(on=day)
        mailed |= {(each.to[0], day): each.body.count("\n- ") for each in mail.outbox}
    assert mailed == {
        ("officer@so.vn", date(2023, 8, 1)): 1,  # new
        ("head@so.vn", date(2023, 8, 1)): 1,
        ("officer@so.vn", date(2023, 9, 11)): 1,  # soon: five working days before
        ("officer@so.vn", date(2023, 9, 19)): 1,  # late
        (
            "head@so.vn",
            date(2023, 9, 22),
        ): 1,  # escalated: three working days after Monday are over with Thursday
    }
