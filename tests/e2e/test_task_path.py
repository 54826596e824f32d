"""A task from its first entry to its acceptance, by the hands of an officer: how many clicks and keys that takes."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.by_words import Hands, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
MOST_CLICKS, MOST_KEYS = 10, 150
TASK = re.compile(r"/science/tasks/[0-9]+/$")
TITLE = "Nhân giống khoai môn Thuần Mang bằng nuôi cấy mô"


def test_from_the_first_entry_to_the_acceptance_in_ten_clicks(visitor):
    page = visitor().page
    page.goto("/")
    hands = Hands(page)
    hands.press("Control+k")
    hands.type("thêm nhiệm vụ")
    hands.press("ArrowDown", "Enter")  # before there is an answer to what is typed
    page.wait_for_url("**/science/tasks/new/**")
    hands.is_in("title")  # a code is proposed
    hands.type(TITLE)
    hands.press(
        "Tab", "Tab", "ArrowDown", "Tab", "ArrowDown", "ArrowDown", "ArrowDown"
    )  # a topic of the province
    hands.press("Tab", "Tab", "ArrowDown", "Tab")  # which manages it
    hands.type(day(400)[-4:])
    hands.click("combobox", "Tổ chức chủ trì")
    hands.take_first("chi")
    hands.press("Tab")
    hands.take_first("min")
    hands.press("Tab")
    hands.type(day(400))
    hands.press("Tab")
    hands.type(day(30))
    hands.press("Enter")
    page.wait_for_url(TASK)
    file = page.url
    expect(page.locator("main .badge").first).to_have_text("Mới ghi nhận")
    for step, days_ago in (("Ký hợp đồng", 390), ("Nộp hồ sơ nghiệm thu", 20)):
        hands.click("link", step)
        hands.is_in("reached_on")
        hands.type(day(days_ago))
        hands.press("Enter")
        page.wait_for_url(file)
    hands.click("link", "Nghiệm thu cấp tỉnh")
    hands.is_in("reached_on")
    hands.type(day(5))
    hands.press("Tab", "ArrowDown")
    hands.click("button", "Ghi mốc thực hiện")
    page.wait_for_url(file)
    expect(page.locator("main .badge").first).to_have_text("Đã nghiệm thu")
    assert hands.clicks <= MOST_CLICKS
    assert hands.keys <= MOST_KEYS
