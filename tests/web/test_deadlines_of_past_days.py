"""The list of deadlines of a past day shows the terms as they stood on it, as the figures of that day count them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from khcn.kernel.actors import Role
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.operations import extend_deadline, stop_deadline
from khcn.kernel.screens.visible_deadlines import visible_deadlines
from khcn.web.late_by_division import STATES, DeadlineFilter, past_deadlines
from tests.factories.base import an_actor
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskMilestoneFactory
from tests.web.conftest import account, tree, words

pytestmark = [pytest.mark.django_db, pytest.mark.both]
DAY = date(2023, 9, 30)
HEAD = an_actor(Role.HEAD, "QLKH", user_id=9)


@pytest.fixture
def nine_months(sign_in):
    """A leader who looks at the nine months of 2023, long over."""
    RuleParameterFactory(code="opening_year", value=2023)
    leader = sign_in(Role.LEADER, "BGD")
    leader.post("/period/", {"year": "2023", "kind": "nine_months:1"})
    return leader


def running(end_on, **fields):
    task = ScienceTaskFactory(planned_start_on=date(2021, 1, 4), planned_end_on=end_on, **fields)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2021, 1, 4))
    return task


def accepted(on, **fields):
    task = running(date(2022, 12, 31), **fields)
    TaskMilestoneFactory(task=task, kind="accepted_province", on=on)
    return task


def names(page):
    return sorted(cell.text_content() for cell in tree(page).xpath("//td[@class='lead']"))


def test_the_list_of_a_past_day_is_the_one_that_the_figures_of_that_day_count(nine_months):
    RuleParameterFactory(code="science.dossier_days", value=30, unit="day")
    RuleParameterFactory(code="science.registration_days", value=30, unit="day")
    later = timezone.localdate()
    running(date(2023, 6, 30), short_name="Còn chậm")
    TaskAmendmentFactory(
        task=running(date(2023, 6, 30), short_name="Gia hạn sau"),
        kind="extend_duration", decided_on=date(2023, 12, 1), new_end_on=later + timedelta(days=90),
    )  # fmt: skip
    TaskMilestoneFactory(
        task=running(date(2023, 6, 30), short_name="Nộp sau"), kind="dossier_submitted", on=date(2023, 12, 1)
    )
    TaskMilestoneFactory(
        task=running(date(2023, 6, 30), short_name="Dừng sau"), kind="terminated", on=date(2023, 12, 1)
    )
    TaskAmendmentFactory(
        task=running(date(2023, 6, 30), short_name="Gia hạn trước"),
        kind="extend_duration", decided_on=date(2023, 6, 1), new_end_on=date(2024, 6, 1),
    )  # fmt: skip
    extended = accepted(date(2023, 3, 1), short_name="Đăng ký gia hạn sau")
    extend_deadline(
        record=extended, term="science.registration", day=date(2023, 12, 1), until=date(2030, 1, 1), reason="x",
        paper="12/SKHCN", paper_on=date(2023, 12, 1), actor=HEAD, on=later,
    )  # fmt: skip
    for kind, figure, expected in (
        ("science.dossier", "NT-07", ["Còn chậm", "Dừng sau", "Gia hạn sau", "Nộp sau"]),
        ("science.registration", "TH-01", ["Đăng ký gia hạn sau"]),
    ):
        page = nine_months.get(f"/deadlines/?state=late&kind={kind}")
        assert "Tính đến ngày 30/09/2023." in words(page)
        assert names(page) == expected, kind
        counted = tree(nine_months.get(f"/figures/{figure}/?year=2023&kind=nine_months"))
        assert len(counted.xpath("//tbody/tr")) == len(expected), figure
    home, work = nine_months.get("/"), nine_months.get("/my-work/")
    assert "05 việc quá hạn, theo phòng" in words(home)
    assert tree(work).xpath("//section//span[@class='badge badge-bad']/text()") == ["5"]
    soon = nine_months.get("/deadlines/?state=running&kind=science.dossier")
    assert names(soon) == ["Gia hạn trước"]


def test_a_term_of_then_that_is_stored_no_more_has_no_page_and_others_show_their_day(nine_months):
    RuleParameterFactory(code="science.dossier_days", value=30, unit="day")
    for name, kind in (("Dừng sau", "terminated"), ("Nộp sau", "dossier_submitted")):
        TaskMilestoneFactory(
            task=running(date(2023, 6, 30), short_name=name), kind=kind, on=date(2023, 12, 1)
        )
    rows = {
        row.xpath("string(td[1])"): row.xpath("td[2]/a/@href")
        for row in tree(nine_months.get("/deadlines/?kind=science.dossier")).xpath("//tbody/tr")
    }
    stored = Deadline.objects.get(kind="science.dossier")
    assert rows == {"Dừng sau": [], "Nộp sau": [f"/deadlines/{stored.pk}/"]}
    assert "quá hạn 61 ngày" in words(nine_months.get(f"/deadlines/{stored.pk}/"))


def test_the_list_of_a_past_day_has_pages(nine_months, monkeypatch):
    monkeypatch.setattr("khcn.web.views.work.PAGE_SIZE", 2)
    for days in (3, 5, 3, 9, 1):
        running(DAY - timedelta(days=days), short_name=f"Trước {days}")
    address, seen = "/deadlines/?kind=science.execution", []
    while address:
        page = tree(nine_months.get(address))
        seen += [cell.text_content() for cell in page.xpath("//td[@class='lead']")]
        address = next(iter(page.xpath("//a[normalize-space()='Trang sau']/@href")), "")
    assert seen == ["Trước 9", "Trước 5", "Trước 3", "Trước 3", "Trước 1"]


def test_a_term_is_in_the_same_state_by_its_row_and_by_what_is_computed():
    for code, value in (
        ("dossier_days", 30),
        ("registration_days", 30),
        ("settlement_days", 60),
        ("check_months", 6),
    ):
        unit = "month" if code == "check_months" else "day"
        RuleParameterFactory(code=f"science.{code}", value=value, unit=unit)  # fmt: skip
    today = timezone.localdate()
    for days in (-100, -31, -30, -1, 0, 1, 31, 200):
        running(today + timedelta(days=days))
        TaskMilestoneFactory(
            task=running(today + timedelta(days=days)), kind="suspended", on=today - timedelta(days=5)
        )
        task = accepted(today - timedelta(days=abs(days)))
        if days > 0:
            TaskMilestoneFactory(task=task, kind="registered", on=today - timedelta(days=days - 1))
    stopped = accepted(today - timedelta(days=3))
    stop_deadline(
        record=stopped, term="science.settlement", day=today, reason="x", actor=HEAD, on=today, paper="1/SKHCN", paper_on=today
    )  # fmt: skip
    running(today - timedelta(days=3), managing_side="central", level="national")
    leader = account(Role.LEADER, "BGD").actor
    computed = past_deadlines(leader, on=today)
    assert {each.row.pk for each in computed} == set(Deadline.objects.values_list("pk", flat=True))
    for state, _label in STATES:
        for kind in ("", "science.dossier", "science.registration"):
            for unit in ("", "QLKH", "-"):
                choice = DeadlineFilter(state, kind, unit)
                stored = choice.rows(visible_deadlines(leader), today).values_list("pk", flat=True)
                found = sorted(each.row.pk for each in computed if choice.holds(each))
                assert found == sorted(stored), choice
    states = {
        state: len([each for each in computed if DeadlineFilter(state, "", "").holds(each)])
        for state, _ in STATES
    }
    assert all(states.values()), states
    assert isinstance(computed[0], DeadlineStatus)
