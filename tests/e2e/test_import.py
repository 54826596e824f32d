"""A division's own workbook, by what is written on the screen: assigned once, then five clicks. Of five hundred rows: test_import_time."""

import io
import os
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PICTURES = os.environ.get("KHCN_PICTURES")  # where somebody wants to look at the pages
HEADINGS = ["STT", "Họ tên cán bộ", "Học vị", "Nơi công tác", "SĐT"]
OURS = ["STT", "Họ và tên", "Học hàm, học vị", "Đơn vị công tác", "Điện thoại"]
ROWS = 60
MOST_CLICKS = 5
# Clicks of a person, kept over the pages of the visit; a list that is opened and chosen from is two.
COUNTING = """
addEventListener("click", (event) => {
  if (event.isTrusted && event.detail) localStorage.clicks = Number(localStorage.clicks || 0) + 1;
}, true);
addEventListener("change", (event) => {
  if (event.target.matches("select")) localStorage.clicks = Number(localStorage.clicks || 0) + 2;
}, true);
"""


def workbook(first, unknown, headings=HEADINGS, rows=ROWS):
    """As a division keeps it: a title, its own headings, numbers of the columns; names are dữ liệu minh họa."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Cán bộ"
    sheet.append(["DANH SÁCH CÁN BỘ KHOA HỌC"])
    sheet.append([])
    sheet.append(headings)
    sheet.append([f"({place})" for place in range(1, len(HEADINGS) + 1)])
    for number in range(rows):
        place = unknown if number % 3 else "Sở Khoa học và Công nghệ tỉnh Bắc Kạn"
        sheet.append(
            [number + 1, f"Cán Bộ Nhập Tệp {first + number}", "Thạc sĩ", place, f"0209{first + number:06}"]
        )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class Person:
    """Somebody who imports, with every click counted."""

    def __init__(self, page, rows=ROWS):
        self.page, self.rows = page, rows
        page.add_init_script(COUNTING)

    def begin(self):
        self.page.goto("/")
        self.page.evaluate("localStorage.removeItem('clicks')")

    def clicks(self):
        return self.page.evaluate("Number(localStorage.clicks || 0)")

    def send(self, name, content):
        menu = self.page.get_by_role("navigation", name="Danh mục")
        menu.get_by_role("link", name="Nhập liệu từ Excel").click()
        with self.page.expect_file_chooser() as chooser:
            self.page.locator(".file-face").click()
        chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
        self.page.evaluate(
            "localStorage.clicks = Number(localStorage.clicks) + 1"
        )  # in the window of the files
        self.page.get_by_role("button", name="Tải lên và xem trước").click()
        self.page.get_by_role("heading", level=1, name=name).wait_for()

    def write(self):
        self.page.get_by_role("button", name="Ghi vào sổ").click()
        self.page.get_by_text(f"Đã ghi vào sổ: thêm {self.rows}").wait_for()

    def take_back(self):
        self.page.get_by_role("button", name="Hoàn tác lần nhập này").click()
        self.page.get_by_text(f"{self.rows} bản ghi trở về").wait_for()


@pytest.fixture
def office(visitor):
    one = visitor("vanphong")
    return Person(one.page), one


def look(page, name):
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_a_workbook_is_assigned_once_and_takes_five_clicks_the_second_time(office):
    person, one = office
    page = person.page
    person.begin()
    person.send("can-bo-2025.xlsx", workbook(1000, "Sở KHCN tỉnh nhà"))
    page.get_by_role("link", name="Chọn cách đọc").click()
    one.check_accessible("mapping")
    look(page, "import-mapping")
    for heading, field in (
        ("Họ tên cán bộ", "Họ và tên *"),
        ("Học vị", "Học hàm, học vị"),
        ("Nơi công tác", "Đơn vị công tác"),
        ("SĐT", "Điện thoại"),
        ("STT", "Không đọc cột này"),
    ):
        choice = page.get_by_label(f"Cột “{heading}” ghi vào trường", exact=True)
        if choice.evaluate("each => each.selectedOptions[0].text").casefold() != field.casefold():
            choice.select_option(label=field)
    page.get_by_role("button", name="Lưu cách đọc").click()
    # one word that is on record under another name: looked for in the box of the question
    page.get_by_text("Tìm mục khác, thay cho các cách trên").click()
    box = page.get_by_role("combobox", name="Sở KHCN tỉnh nhà")
    box.press_sequentially("so khoa hoc va cong nghe", delay=20)
    page.locator("#questions .option").first.click()
    look(page, "import-question")
    one.check_accessible("question")
    page.get_by_role("button", name="Áp dụng các lựa chọn").click()
    expect(page.locator("#questions")).to_have_count(0)
    expect(page.locator("main")).to_contain_text(f"Thêm mới: {ROWS}")
    look(page, "import-preview")
    one.check_accessible("preview")
    person.write()
    first = person.clicks()
    try:
        person.begin()
        person.send("can-bo-2026.xlsx", workbook(2000, "Sở KHCN tỉnh nhà"))
        expect(page.get_by_text("Đọc theo cách đã lưu của phòng, đơn vị.")).to_be_visible()
        expect(page.get_by_role("button", name="Bỏ lựa chọn, hỏi lại")).to_be_visible()
        person.write()
        second = person.clicks()
        assert second <= MOST_CLICKS
        assert first <= 4 * MOST_CLICKS
        person.take_back()
    finally:
        page.goto("/import/")
        page.get_by_role("link", name="can-bo-2025.xlsx").click()
        person.take_back()


def test_what_is_looked_for_in_a_question_and_is_not_on_record_is_added_there(office):
    person, _one = office
    page = person.page
    person.begin()
    person.send("co-quan-moi.xlsx", workbook(3000, "Viện Nhập Tệp", OURS, 9))
    page.get_by_text("Tìm mục khác, thay cho các cách trên").click()
    box = page.get_by_role("combobox", name="Viện Nhập Tệp")
    box.press_sequentially("Viện thêm tại câu hỏi", delay=20)
    page.get_by_role("button", name="Thêm mới tổ chức “Viện thêm tại câu hỏi”").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Tên tổ chức")).to_have_value("Viện thêm tại câu hỏi")
    dialog.get_by_role("button", name="Lưu").last.click()
    expect(page.locator("#questions .item")).to_have_text("Viện thêm tại câu hỏi")
    page.get_by_role("button", name="Áp dụng các lựa chọn").click()
    expect(page.locator("#questions")).to_have_count(0)
    # the answer is shown where it is used, and is dropped there
    page.get_by_role("button", name="Bỏ lựa chọn, hỏi lại").click()
    expect(page.locator("#questions")).to_contain_text("Viện Nhập Tệp")
    page.get_by_role("button", name="Hủy tệp này").click()
    page.get_by_text("Không có gì được ghi vào sổ").wait_for()
