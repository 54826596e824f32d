"""The work list: what waits for a person or the division, each line one click from its record."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.calendar.day_arithmetic import end_of_week
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.intake import operations as intake
from khcn.kernel.ui.work_items import WorkItem, work_of
from khcn.reference.models import RuleParameter
from khcn.science.models import ScienceTask
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.intake_sample import TASK, book_of, reference_data
from tests.web.conftest import account, tree, words

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def a_task(end_on, **fields):
    task = ScienceTaskFactory(planned_start_on=end_on - timedelta(days=400), planned_end_on=end_on, **fields)
    TaskMilestoneFactory(task=task, on=end_on - timedelta(days=400))
    return task


@pytest.fixture
def today():
    return timezone.localdate()


def links(page, heading):
    """Texts and addresses of the lines under a heading."""
    found = tree(page).xpath(f"//section[.//h2[starts-with(normalize-space(), '{heading}')]]//ul//a")
    return [(" ".join(each.text_content().split()), each.get("href")) for each in found]


def test_lines_are_grouped_by_urgency_and_lead_to_their_record(officer, today):
    late = a_task(today - timedelta(days=3), short_name="Đã quá hạn")
    now = a_task(end_of_week(today), short_name="Đến hạn cuối tuần")
    later = a_task(end_of_week(today) + timedelta(days=1), short_name="Tuần sau")
    a_task(today + timedelta(days=90), short_name="Còn lâu")
    a_task(today - timedelta(days=3), short_name="Của Trung ương", level="national", managing_side="central")
    page = officer.get("/my-work/")

    def where_met(task):
        return f"/science/tasks/{task.pk}/actions/record-milestone/?kind=dossier_submitted"

    shown = {heading: links(page, heading) for heading in ("Quá hạn", "Trong tuần này", "Sau tuần này")}
    assert shown == {
        "Quá hạn": [("Kết thúc thực hiện: Đã quá hạn", where_met(late))],
        "Trong tuần này": [("Kết thúc thực hiện: Đến hạn cuối tuần", where_met(now))],
        "Sau tuần này": [("Kết thúc thực hiện: Tuần sau", where_met(later))],
    }
    assert "quá hạn 3 ngày" in words(page)
    for address in ("/", "/brief/"):
        assert "Kết thúc thực hiện: Đã quá hạn" in words(officer.get(address))
    assert "không có việc nào quá hạn" not in words(officer.get("/brief/"))
    assert all(
        officer.get(address).status_code == 200 for lines in shown.values() for _text, address in lines
    )


def test_other_divisions_and_an_empty_list(sign_in, today):
    a_task(today - timedelta(days=3))
    page = sign_in(Role.OFFICER, "QLCN").get("/my-work/")
    assert "Không có việc nào đang chờ bạn hoặc đơn vị của bạn." in words(page)
    assert "Việc của tôi" in words(page)


def test_a_rule_that_is_edited_shows_at_once_in_list_work_list_and_figure(officer, today):
    rule = RuleParameterFactory(code="science.registration_days", value=3)
    task = ScienceTaskFactory(title="Nghiên cứu giống chè", short_name="Giống chè", planned_end_on=None)
    accepted = today - timedelta(days=40)
    TaskMilestoneFactory(task=task, kind="accepted_province", on=accepted)

    def seen():
        return (
            "Đăng ký kết quả: Giống chè" in words(officer.get("/my-work/")),
            "Nghiên cứu giống chè" in words(officer.get("/science/tasks/?term=late")),
            "Nghiên cứu giống chè" in words(officer.get("/figures/TH-01/")),
            "quá hạn" in words(officer.get(f"/science/tasks/{task.pk}/")),
        )

    officer.post("/period/", {"year": str(today.year), "kind": "year:1", "next": "/"})
    assert seen() == (True, True, True, True)
    with acting(SYSTEM):
        rule.value = 300
        rule.save()
    assert seen() == (False, False, False, False)
    with acting(SYSTEM):
        RuleParameter.objects.filter(pk=rule.pk).delete()
    assert "chưa nhập tham số quy định science.registration_days" in words(
        officer.get(f"/science/tasks/{task.pk}/")
    )


def test_pages_lists_and_the_work_list_answer_for_one_day_whatever_period_is_chosen(officer, today):
    RuleParameterFactory(code="science.request_days", value=10, unit="day")
    task = a_task(today + timedelta(days=400), title="Nghiên cứu giống chè")
    asked = AmendmentRequestFactory(
        task=task,
        requested_on=today - timedelta(days=30),
        new_end_on=task.planned_end_on + timedelta(days=90),
    )
    late = a_task(today - timedelta(days=3), title="Nghiên cứu giống mía")
    waits = dict(links(officer.get("/my-work/"), "Quá hạn"))
    assert any("Giải quyết đề nghị điều chỉnh" in text for text in waits)

    def seen():
        page = words(officer.get(f"/science/amendment-requests/{asked.pk}/"))
        return (
            f"Tình trạng đến ngày {today:%d/%m/%Y}" in page,
            " quá hạn " in page and "còn " not in page.partition("Tình trạng đến ngày")[2],
            late.title in words(officer.get("/science/tasks/?term=late")),
        )

    assert seen() == (True, True, True)
    officer.post("/period/", {"year": str(today.year - 1), "kind": "year:1", "next": "/"})
    assert seen() == (True, True, True)


def test_queries_do_not_grow_with_the_lines(officer, today):
    def asked():
        officer.get("/my-work/")
        with CaptureQueriesContext(connection) as found:
            officer.get("/my-work/")
        return len(found)

    a_task(today - timedelta(days=3))
    one = asked()
    for days in range(4, 12):
        a_task(today - timedelta(days=days))
    assert asked() == one


def test_files_with_questions_wait_for_their_sender_and_the_head(sign_in, today):
    reference_data()
    sender = account(Role.OFFICER, "QLKH")
    with acting(sender.actor):
        batch = intake.upload(
            content=book_of(ScienceTask, [{**TASK, "code": "X1", "host": "Tổ chức chưa có tên"}]),
            name="nhiem-vu.xlsx",
            actor=sender.actor,
            on=today,
        )
        intake.preview(batch=batch, actor=sender.actor, on=date(2026, 1, 5))

    def lines(role, unit):
        found = work_of(account(role, unit).actor, on=today)
        return [(each.what, each.title, each.url) for each in found.this_week]

    expected = [("Trả lời 1 câu hỏi của tệp nhập", "nhiem-vu.xlsx", f"/import/{batch.pk}/")]
    assert lines(Role.OFFICER, "QLKH") == lines(Role.HEAD, "QLKH") == expected
    assert lines(Role.OFFICE, "VP") == []  # it may not write this register
    assert lines(Role.HEAD, "QLCN") == lines(Role.LEADER, "BGD") == lines(Role.READER, "QLKH") == []


def test_all_deadlines_by_state_kind_and_page(officer, today, monkeypatch):
    monkeypatch.setattr("khcn.web.views.work.PAGE_SIZE", 2)
    RuleParameterFactory(code="science.check_months", value=6, unit="month")
    for days in (3, 5, 3, 9):
        a_task(today - timedelta(days=days), short_name=f"Trước {days}")
    address, seen = "/deadlines/?kind=science.execution", []
    while address:
        page = tree(officer.get(address))
        seen += [cell.text_content() for cell in page.xpath("//td[@class='lead']")]
        following = page.xpath("//a[normalize-space()='Trang sau']/@href")
        address = following[0] if following else ""
    assert seen == ["Trước 9", "Trước 5", "Trước 3", "Trước 3"]
    for state in ("late", "soon", "running", "stopped", "met-late", "khong-co"):
        assert officer.get(f"/deadlines/?state={state}&after=x/y&unit=VP").status_code == 200
    row = Deadline.objects.filter(kind="science.execution").first()
    detail = officer.get(f"/deadlines/{row.pk}/")
    assert "do hợp đồng, quyết định ấn định" in words(detail)
    assert officer.get("/deadlines/999999/").status_code == 404


def test_lines_without_a_day_come_with_this_week():
    item = WorkItem("Xem", "tệp", "/")
    monday = date(2023, 9, 11)
    assert end_of_week(monday) == end_of_week(date(2023, 9, 17)) == date(2023, 9, 17)
    assert item.due_on is None


def test_leaders_see_how_many_deadlines_are_late_in_each_division_with_the_list_of_them(sign_in, today):
    for days in (3, 4):
        a_task(today - timedelta(days=days))
    a_task(today + timedelta(days=3))
    a_task(today - timedelta(days=5), level="national", managing_side="central")
    heading = "Thời hạn đã quá theo phòng, đơn vị"
    leader = sign_in(Role.LEADER, "BGD")
    page = leader.get("/my-work/")
    (_name, address), (nobody, their_address) = links(page, heading)
    counts = tree(page).xpath(
        f"//section[.//h2[contains(., '{heading}')]]//span[@class='badge badge-bad']/text()"
    )
    assert (counts, nobody) == (["2", "1"], "Không do phòng nào phụ trách")
    assert address == "/deadlines/?state=late&unit=QLKH"
    assert their_address == "/deadlines/?state=late&unit=-"
    assert len(tree(leader.get(address)).xpath("//tbody/tr")) == 2
    assert len(tree(leader.get(their_address)).xpath("//tbody/tr")) == 1
    assert links(sign_in(Role.HEAD, "QLCN").get("/my-work/"), heading) == []
