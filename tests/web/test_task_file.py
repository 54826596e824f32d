"""The file of a task: tabs, the state as of a day, clocks, the line of events."""

from datetime import date

import pytest

from khcn.science.enums import AmendmentKind, MilestoneKind
from khcn.science.views import TABS
from tests.factories.finance import TaskAssetFactory
from tests.factories.parties import PersonFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import (
    ProgressCheckFactory,
    ScienceTaskFactory,
    TaskAmendmentFactory,
    TaskMilestoneFactory,
)
from tests.web.conftest import tree, words


def task_with_a_life():
    task = ScienceTaskFactory(
        title="Trồng nấm Linh chi", planned_end_on=date(2023, 6, 30), planned_dossier_on=date(2023, 7, 30)
    )
    TaskMilestoneFactory(task=task, kind=MilestoneKind.CONTRACT_SIGNED, on=date(2022, 3, 1), number="HĐ 12")
    TaskAmendmentFactory(
        task=task,
        kind=AmendmentKind.EXTEND_DURATION,
        decided_on=date(2023, 5, 1),
        old_end_on=date(2023, 6, 30),
        new_end_on=date(2023, 12, 31),
    )
    ProgressCheckFactory(task=task, checked_on=date(2023, 4, 10))
    TaskMilestoneFactory(task=task, kind=MilestoneKind.ACCEPTED_PROVINCE, on=date(2024, 2, 1))
    return task


def address(task, tab=""):
    return f"/science/tasks/{task.pk}/{tab}"


@pytest.mark.django_db
def test_tabs_are_pages_in_the_officials_order(officer):
    task = task_with_a_life()
    page = tree(officer.get(address(task)))
    tabs = page.xpath("//ul[@class='tabs']//a")
    assert [each.text for each in tabs] == [
        "Thông tin chung",
        "Thuyết minh",
        "Kinh phí",
        "Tiến độ",
        "Điều chỉnh",
        "Hội đồng",
        "Sản phẩm",
        "Tài sản",
        "Văn bản",
        "Lịch sử",
    ]
    for tab in tabs:
        found = tree(officer.get(tab.get("href")))
        assert found.xpath("//ul[@class='tabs']//a[@aria-current='page']")[0].text == tab.text


@pytest.mark.django_db
@pytest.mark.parametrize("tab", [name for name, _label in TABS])
def test_every_tab_of_a_bare_task_opens(officer, tab):
    task = ScienceTaskFactory(
        host=None, principal_investigator=None, planned_start_on=None, planned_end_on=None
    )
    page = officer.get(address(task, f"{tab}/"))
    assert page.status_code == 200
    assert "None" not in words(page)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "state", "look", "clock"),
    [
        ("1/1/2022", "Mới ghi nhận", "badge", None),
        ("30/4/2023", "Đang thực hiện", "badge badge-info", "30/06/2023"),
        ("1/5/2023", "Đang thực hiện", "badge badge-info", "31/12/2023"),
        ("31/1/2024", "Đang thực hiện", "badge badge-info", "quá hạn 31 ngày"),
        ("1/2/2024", "Đã nghiệm thu", "badge badge-ok", "xong, chậm 32 ngày"),
        ("1/3/2024", "Nghiệm thu không đạt", "badge badge-bad", "xong, chậm 32 ngày"),
    ],
)
def test_state_and_clocks_are_those_of_the_day(officer, day, state, look, clock):
    task = task_with_a_life()
    failing = GradeFactory(code="failed", label="Không đạt", fails=True)
    TaskMilestoneFactory(task=task, kind=MilestoneKind.ACCEPTED_PROVINCE, on=date(2024, 3, 1), grade=failing)
    page = officer.get(address(task), {"on": day})
    (head,) = tree(page).xpath("//main//div[@class='page-head']//span[contains(@class,'badge')]")
    assert (head.text, head.get("class")) == (state, look)
    assert clock is None or clock in words(page)


@pytest.mark.django_db
def test_a_day_that_cannot_be_read_is_shown_again_and_explained(officer):
    page = officer.get(address(task_with_a_life()), {"on": "31/2/2023"})
    wrong = tree(page).xpath("//input[@id='on']")[0]
    assert (wrong.value, wrong.get("aria-invalid")) == ("31/2/2023", "true")


@pytest.mark.django_db
def test_line_of_events_is_in_order_and_marks_what_comes_later(officer):
    page = tree(officer.get(address(task_with_a_life(), "progress/"), {"on": "14/9/2023"}))
    line = [
        (each.xpath("string(time)")[:10], each.xpath("string(a)"), each.get("class"))
        for each in page.xpath("//ol[@class='line']/li")
    ]
    assert line == [
        ("01/03/2022", "Ký hợp đồng", None),
        ("10/04/2023", line[1][1], None),
        ("01/05/2023", "Gia hạn thời gian thực hiện", None),
        ("01/02/2024", "Nghiệm thu cấp tỉnh", "later"),
    ]


@pytest.mark.django_db
def test_amendments_show_before_and_after(officer):
    text = words(officer.get(address(task_with_a_life(), "amendments/")))
    assert "trước: 30/06/2023 → sau: 31/12/2023" in text


@pytest.mark.django_db
def test_history_holds_the_children_too(officer):
    text = words(officer.get(address(task_with_a_life(), "history/")))
    assert "Mốc của nhiệm vụ" in text
    assert "Điều chỉnh nhiệm vụ" in text


@pytest.mark.django_db
def test_the_file_offers_the_next_steps_and_says_what_they_lack(officer):
    task = ScienceTaskFactory(principal_investigator=None)
    page = tree(officer.get(address(task)))
    offered = {
        each.text_content().strip(): each
        for each in page.xpath("//section[@aria-labelledby='next-title']//a")
    }
    assert "Ký hợp đồng" in offered
    assert "Thanh lý hợp đồng" not in offered
    assert "Hồ sơ còn thiếu: chủ nhiệm." in words(officer.get(address(task)))
    dialog = tree(officer.get(offered["Ký hợp đồng"].get("href")))
    assert dialog.xpath("//main//select[@name='kind']/option[@selected]/@value") == ["contract_signed"]


@pytest.mark.django_db
def test_the_file_opens_as_of_today_whatever_reporting_period_is_chosen(officer):
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind=MilestoneKind.CONTRACT_SIGNED, on=date(2022, 3, 1))
    TaskMilestoneFactory(task=task, kind=MilestoneKind.ACCEPTED_PROVINCE, on=date(2024, 2, 1))
    assert "Đã nghiệm thu" in officer.get(f"{address(task)}?nam=2023&ky=9t").content.decode()


@pytest.mark.django_db
def test_holders_are_those_of_the_day_and_changes_to_come_are_marked(officer):
    old, new = PersonFactory(full_name="Người Cũ"), PersonFactory(full_name="Người Mới")
    task = ScienceTaskFactory(principal_investigator=new)
    TaskMilestoneFactory(task=task, kind=MilestoneKind.CONTRACT_SIGNED, on=date(2022, 3, 1))
    TaskAmendmentFactory(
        task=task, kind=AmendmentKind.CHANGE_PI, decided_on=date(2023, 9, 1), effective_on=date(2023, 10, 1),
        old_end_on=None, new_end_on=None, old_person=old, new_person=new,
    )  # fmt: skip

    def shown(tab, day):
        return officer.get(f"{address(task, tab + '/' if tab else '')}?on={day}").content.decode()

    before, after = shown("", "14/9/2023"), shown("", "1/10/2023")
    assert ("Người Cũ" in before, "Người Mới" in before) == (True, False)
    assert ("Người Cũ" in after, "Người Mới" in after) == (False, True)
    before, after = shown("amendments", "14/9/2023"), shown("amendments", "1/10/2023")
    assert ("sau ngày đang xem" in before, "<del>" in before) == (True, False)
    assert ("sau ngày đang xem" in after, "<del>" in after) == (False, True)
    assert "Có hiệu lực từ" in before


@pytest.mark.django_db
def test_the_budget_tab_shows_the_sums_of_the_day_and_those_before_and_after(officer):
    task = ScienceTaskFactory(budget_total=1_400, budget_state=900)
    TaskMilestoneFactory(task=task, kind=MilestoneKind.CONTRACT_SIGNED, on=date(2022, 3, 1))
    sums = {"old_budget_total": 1_250, "new_budget_total": 1_400, "new_budget_state": 900}
    changed = {"kind": AmendmentKind.CHANGE_BUDGET, "old_end_on": None, "new_end_on": None}
    TaskAmendmentFactory(task=task, decided_on=date(2023, 9, 1), **changed, **sums)
    shown = officer.get(address(task, "budget/"), {"on": "1/9/2023"})
    page = tree(shown)
    (table,) = page.xpath("//section[.//h2[contains(.,'Điều chỉnh kinh phí')]]//table")
    assert [each.text_content().strip() for each in table.xpath(".//thead//th")] == [
        "Loại điều chỉnh",
        "Ngày quyết định",
        "Văn bản điều chỉnh",
        "Tổng kinh phí trước (đồng)",
        "Tổng kinh phí sau (đồng)",
        "Ngân sách nhà nước trước (đồng)",
        "Ngân sách nhà nước sau (đồng)",
        "Nội dung sau",
    ]
    assert [each.text_content() for each in table.xpath(".//tbody//td")][3:6] == ["1.250", "1.400", ""]
    assert "Một nghìn, bốn trăm đồng" in words(shown)
    assert "Một nghìn, hai trăm năm mươi đồng" in words(
        officer.get(address(task, "budget/"), {"on": "31/8/2023"})
    )
    assert "trước: 1.250 đồng → sau: 1.400 đồng" in words(officer.get(address(task, "amendments/")))
    assert "chưa ghi số tiền" not in words(shown)


@pytest.mark.django_db
def test_an_amendment_of_the_budget_in_words_only_is_named(officer):
    task = ScienceTaskFactory(budget_total=1_250)
    amendment = TaskAmendmentFactory(
        task=task, kind=AmendmentKind.CHANGE_BUDGET, old_end_on=None, new_end_on=None, new_text="1.400 đồng"
    )
    page = officer.get(address(task, "budget/"))
    assert "Điều chỉnh kinh phí ngày 01/04/2023 chưa ghi số tiền" in words(page)
    assert f"/science/amendments/{amendment.pk}/" in tree(page).xpath("//div[@role='note']//a/@href")
    assert "chưa ghi số tiền" in words(officer.get(address(task, "amendments/")))


@pytest.mark.django_db
@pytest.mark.parametrize("tab", ["budget", "assets"])
def test_the_tabs_of_money_say_why_the_contract_is_not_liquidated(officer, tab):
    task = task_with_a_life()
    TaskAssetFactory(task=task, name="Máy sấy")

    def card(on):
        page = tree(officer.get(f"{address(task, tab)}/", {"on": on}))
        return page.xpath("//section[@aria-labelledby='liquidation-title']")[0].text_content()

    assert "Tài sản chưa xử lý xong: Máy sấy." in card("1/3/2024")
    assert "Chưa nghiệm thu." not in card("1/3/2024")
    assert "Chưa nghiệm thu." in card("1/1/2024")
