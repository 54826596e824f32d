"""Boards, charts and the catalogue of standards as people see them: wide and narrow, by keyboard, for screen readers."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROW

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
# How much of the window a part takes, and whether two parts stand side by side.
PLACES = "(all) => all.map(each => { const { left, top } = each.getBoundingClientRect(); return [Math.round(left), Math.round(top)]; })"


def test_the_board_of_supports_stands_side_by_side_and_on_a_telephone_one_below_the_other(visitor):
    one = visitor("tdc")
    page = one.page
    one.open("/quality/traceability-support/")
    page.get_by_role("link", name="Bảng theo bước").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hỗ trợ truy xuất nguồn gốc")
    lists = page.locator(".board-list")
    tops = {top for _left, top in lists.evaluate_all(PLACES)}
    assert len(tops) == 1
    one.check_accessible("board")
    page.get_by_role("link", name="Dạng bảng, để in").focus()
    page.keyboard.press("Enter")
    expect(page.locator("table.cards tbody tr").first).to_be_visible()
    one.check_accessible("board as a table")
    page.go_back()
    one.make_narrow_and_dark()
    lefts = {left for left, _top in lists.evaluate_all(PLACES)}
    assert len(lefts) == 1
    one.check_accessible("board, narrow")
    card = page.locator(".board-card").first
    title = card.get_by_role("heading").inner_text()
    card.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title.split()[0])


def test_charts_are_read_aloud_and_each_bar_opens_its_records(visitor):
    one = visitor("lanhdao", viewport=NARROW)
    page = one.page
    one.open("/brief/")
    one.check_accessible("short view, narrow")
    chart = page.locator(
        "section", has=page.get_by_role("heading", name="Hồ sơ thủ tục hành chính theo kết quả")
    )
    bar = chart.get_by_role("row").first.get_by_role("link")
    count = bar.locator("data").get_attribute("value")
    bar.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#row-count")).to_contain_text(f"{count} bản ghi")
    one.open("/planning/planned-work/charts/")
    one.check_accessible("charts, narrow")


def test_a_stranger_looks_a_standard_up_and_asks_for_it(visitor):
    one = visitor(None, viewport=NARROW, scripts=False)
    page = one.page
    one.open("/login/")
    page.get_by_role("link", name="Tra cứu tiêu chuẩn, quy chuẩn").click()
    page.get_by_label("Số hiệu hoặc từ trong tên").fill("tcvn")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator(".catalogue > li").first).to_be_visible()
    page.locator(".catalogue > li").first.get_by_role("link", name="Xin bản").click()
    page.get_by_label("Nội dung, mục đích sử dụng").fill("Xin bản để xây dựng tiêu chuẩn cơ sở")
    page.get_by_label("Họ và tên").fill("Người Hỏi Minh Họa")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_role("alert")).to_contain_text("Còn 2 chỗ cần sửa")
    page.get_by_label("Điện thoại hoặc thư điện tử").fill("hoi@vidu.vn")
    page.get_by_label("Tôi đồng ý").check()
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_role("heading", name="Đã nhận yêu cầu")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("YC-")
    assert "sessionid" not in {each["name"] for each in one.context.cookies()}
