"""Records of a list in a grid: keys lead from cell to cell, a block of Excel fills it, nothing typed is lost, and all is written at once."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROW, WIDE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PICTURES = os.environ.get("KHCN_PICTURES")  # where somebody wants to look at the pages
READY = "body[data-drafts=ready]"
NEW = ["Hợp tác xã Nấm Bảng Một", "Công ty Dược liệu Hai", "Trạm Thử nghiệm Ba"]
BLOCK = "Tên tổ chức\tTên viết tắt\tLoại hình\r\n" + "".join(
    f"{name}\tB{number}\tHợp tác xã\r\n" for number, name in enumerate(NEW)
)
# What Ctrl+V does; the clipboard of the machine is not asked for.
PASTE = """(cell, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  return !cell.dispatchEvent(event);
}"""
FOCUSED = "() => document.activeElement.getAttribute('aria-label')"


def look(page, name):
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def open_grid(page):
    page.goto("/parties/organisations/")
    for place in (0, 1):
        page.locator("tbody input[name=pk]").nth(place).check()
    page.get_by_role("button", name="Sửa dạng bảng").first.click()
    page.wait_for_selector(READY)


def cell(page, heading, row):
    return page.get_by_label(f"{heading}, {row}", exact=True)


def test_keys_lead_from_cell_to_cell_and_enter_sends_nothing(visitor):
    page = visitor().page
    open_grid(page)
    cell(page, "Điện thoại", "dòng 1").click()
    for key, place in (
        ("Enter", "Điện thoại, dòng 2"),
        ("Shift+Enter", "Điện thoại, dòng 1"),
        ("ArrowDown", "Điện thoại, dòng 2"),
        ("ArrowRight", "Thư điện tử, dòng 2"),
        ("ArrowLeft", "Điện thoại, dòng 2"),
        ("Tab", "Thư điện tử, dòng 2"),
        ("Enter", "Thư điện tử, dòng mới 1"),
        ("Enter", "Thư điện tử, dòng mới 2"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == place, key
    assert "/import/grid/" in page.url
    page.keyboard.type("abc")
    page.keyboard.press("ArrowLeft")  # within what is being typed
    assert page.evaluate(FOCUSED) == "Thư điện tử, dòng mới 2"


def test_a_block_is_pasted_left_found_again_previewed_written_and_taken_back(visitor):
    one = visitor()
    page = one.page
    open_grid(page)
    one.check_accessible("grid")
    assert cell(page, "Tên tổ chức", "dòng mới 1").evaluate(PASTE, BLOCK)
    expect(page.get_by_role("status").filter(has_text="Đã dán 3 dòng, 3 cột.")).to_be_visible()
    assert [cell(page, "Tên tổ chức", f"dòng mới {number}").input_value() for number in (1, 2, 3)] == NEW
    phone = cell(page, "Điện thoại", "dòng 1")
    phone.fill("0209 3 870 999")
    expect(phone).to_have_class(re.compile(r"\bis-changed\b"))
    assert cell(page, "Thư điện tử", "dòng 1").evaluate(PASTE, "a@b.vn\tthừa\r\nc@d.vn\tthừa\r\n")
    expect(page.locator("#grid-status")).to_have_text(
        "Đã dán 2 dòng, 1 cột. Không dán được 0 dòng và 1 cột nằm ngoài bảng."
    )
    one.check_accessible("typed grid")
    look(page, "grid")
    address = page.url
    page.wait_for_function("() => document.querySelector('form[data-draft-stored]')")
    page.goto("/")
    page.goto(address)
    page.wait_for_selector(READY)
    assert cell(page, "Tên tổ chức", "dòng mới 3").input_value() == NEW[2]
    assert phone.input_value() == "0209 3 870 999"
    page.get_by_role("button", name="Xem trước").last.click()
    expect(page.locator("main")).to_contain_text("Thêm mới: 3")
    expect(page.locator("main")).to_contain_text("Sửa: 2")
    one.check_accessible("preview")
    look(page, "grid-preview")
    page.get_by_role("button", name="Ghi vào sổ").click()
    page.get_by_text("Đã ghi vào sổ: thêm 3, sửa 2").wait_for()
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    page.get_by_text("5 bản ghi trở về").wait_for()


def test_a_paste_and_what_was_typed_are_taken_back_and_made_again(visitor):
    page = visitor().page
    open_grid(page)
    phone, mail = cell(page, "Điện thoại", "dòng 1"), cell(page, "Thư điện tử", "dòng 1")
    was = [phone.input_value(), mail.input_value()]

    def holds():
        return [phone.input_value(), mail.input_value()]

    phone.click()
    phone.fill("0209 3 870 111")
    mail.click()
    phone.click()
    assert phone.evaluate(PASTE, "0209 3 870 222\ta@b.vn\r\n")
    pasted = ["0209 3 870 222", "a@b.vn"]
    assert holds() == pasted
    page.keyboard.press("Control+z")
    assert holds() == ["0209 3 870 111", was[1]]
    page.keyboard.press("Control+z")
    assert holds() == was
    expect(phone).not_to_have_class(re.compile(r"\bis-changed\b"))
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+Shift+z")
    assert holds() == pasted
    mail.press_sequentially("x")
    page.keyboard.press("Escape")
    assert holds() == pasted


def test_on_a_phone_each_row_is_a_form(visitor):
    one = visitor(viewport=NARROW)
    page = one.page
    open_grid(page)
    box = cell(page, "Điện thoại", "dòng 1")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= NARROW["width"]
    one.check_accessible("grid on a phone")
    look(page, "grid-narrow")


def test_new_values_for_many_rows_are_previewed(visitor):
    one = visitor()
    page = one.page
    page.goto("/parties/organisations/")
    for place in (0, 1, 2):
        page.locator("tbody input[name=pk]").nth(place).check()
    page.get_by_role("button", name="Sửa hàng loạt").first.click()
    expect(page.get_by_role("heading", name="Sửa hàng loạt 3 bản ghi")).to_be_visible()
    one.check_accessible("bulk change")
    look(page, "bulk-change")
    page.get_by_label("Loại hình").first.select_option(label="Hợp tác xã")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator("main")).to_contain_text("Nếu ghi vào sổ")
    one.check_accessible("preview of a bulk change")
    look(page, "bulk-change-preview")
    page.get_by_role("button", name="Hủy bản xem trước này").click()


def test_code_and_title_stay_in_view_and_a_title_is_one_line_of_text(visitor):
    page = visitor().page
    page.goto("/import/grid/science/tasks/")
    page.wait_for_selector(READY)
    title, money = cell(page, "Tên nhiệm vụ", "dòng 1"), cell(page, "Tổng kinh phí (đồng)", "dòng 1")
    money.focus()
    region = page.locator(".table-region").bounding_box()
    code, box = cell(page, "Mã nhiệm vụ", "dòng 1").bounding_box(), title.bounding_box()
    assert region["x"] <= code["x"] < code["x"] + code["width"] <= box["x"]
    assert box["x"] + box["width"] <= money.bounding_box()["x"]
    assert code["width"] < 130
    assert cell(page, "Thực hiện từ năm", "dòng 1").bounding_box()["width"] < 110
    assert box["height"] > code["height"] * 1.4
    assert title.evaluate(PASTE, '"Tên hai\ndòng"\tTên ngắn\n')
    assert title.input_value() == "Tên hai dòng"
    title.press("Alt+Enter")
    assert title.input_value() == "Tên hai dòng"


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_buttons_say_how_many_rows_they_are_about_and_ticks_go_along(visitor, viewport):
    one = visitor(viewport=viewport)
    page = one.page
    page.goto("/science/tasks/")
    many = page.get_by_role("button", name="Sửa hàng loạt").first
    table = page.get_by_role("button", name="Sửa dạng bảng").first
    whole = page.locator("[data-whole-page]:visible")
    expect(many).to_have_text(re.compile(r"^Sửa hàng loạt \(\d+\)$"))
    expect(table).to_have_text("Sửa dạng bảng (50 dòng của trang)")
    boxes = page.locator("tbody input[name=pk]")
    for place in (0, 1):
        boxes.nth(place).check()
    expect(many).to_have_text("Sửa hàng loạt (2 dòng đã chọn)")
    expect(whole).to_have_js_property("indeterminate", True)
    page.get_by_role("link", name="Trang sau").click()
    expect(page.locator("#ticked-elsewhere")).to_contain_text("2 dòng đã chọn không hiện ở trang này.")
    whole.check()
    count = 2 + boxes.count()
    expect(table).to_have_text(f"Sửa dạng bảng ({count} dòng đã chọn)")
    ends = page.locator("main .btn:visible").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().right)"
    )
    assert max(ends) <= viewport["width"]
    one.check_accessible("list with ticks")
    look(page, f"list-with-ticks-{viewport['width']}")
    page.locator("#list-q").fill("nấm")
    page.locator("#list-q").press("Enter")
    page.wait_for_url(re.compile(r"q=n.*pk="))
    expect(many).to_have_text(f"Sửa hàng loạt ({count} dòng đã chọn)")
    page.go_back()
    expect(page.locator("#ticked-elsewhere")).to_contain_text("2 dòng đã chọn không hiện ở trang này.")
    expect(many).to_have_text(f"Sửa hàng loạt ({count} dòng đã chọn)")
    page.get_by_role("link", name="Bỏ chọn").click()
    expect(page.locator("#ticked-elsewhere")).to_have_count(0)
    expect(many).to_have_text(f"Sửa hàng loạt ({count - 2} dòng đã chọn)")
    whole.uncheck()
    expect(many).to_have_text(re.compile(r"^Sửa hàng loạt \(\d+\)$"))
    boxes.first.check()
    many.click()
    expect(page.get_by_role("heading", name="Sửa hàng loạt 1 bản ghi")).to_be_visible()
