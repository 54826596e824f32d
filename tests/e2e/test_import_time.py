"""How long a division's own list of five hundred tasks takes from the file to the register, with ten names that nobody knows.

The browser clicks and types at once, so what the pages take is measured, and what a person adds is counted: each click and
each letter takes the time that people need for it (Card, Moran and Newell, The Keystroke-Level Model, 1980), and each choice a
while to think.
"""

import io
import re
import sys
import time
from itertools import product

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.e2e.test_import import Person

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
CLICK, LETTER, THOUGHT = 1.3, 0.28, 1.35  # seconds of a person
MOST_SECONDS, MOST_CLICKS = 180, 5
OF_PAGES = 40  # seconds at most that count as those of the pages: what they take beyond is what else the machine does
ROWS, UNKNOWN = 500, 10
SUBJECTS = (
    "nấm Linh chi", "khoai môn", "hồng không hạt", "lợn đen", "dong riềng", "giảo cổ lam", "chè Shan tuyết", "gạo nếp Tài",
    "cá hồi", "ong mật", "quýt", "mơ vàng", "gừng đá", "bí xanh thơm", "rau bò khai", "gà sáu ngón", "trâu", "cam sành",
    "thạch đen", "lạc đỏ", "ba kích", "sâm nam", "hoa lan", "hà thủ ô", "cây hồi",
)  # fmt: skip
PLACES = (
    "Ba Bể", "Chợ Đồn", "Na Rì", "Pác Nặm", "Bạch Thông", "Chợ Mới", "Ngân Sơn", "Nặm Cắt", "Yến Lạc", "Vân Tùng",
    "Bằng Lũng", "Phủ Thông", "Đồng Tâm", "Bộc Bố", "Nam Cường", "Xuân Dương", "Quảng Khê", "Cao Thượng", "Mai Lạp", "Như Cố",
)  # fmt: skip
HEADINGS = (
    "STT", "Mã số", "Tên đề tài, dự án", "Loại hình", "Cấp", "Bên quản lý", "Thời gian thực hiện", "Cơ quan chủ trì",
    "Tổng kinh phí (triệu đồng)",
)  # fmt: skip
FIELDS = ("-", "code", "title", "task_type", "level", "managing_side", "start_year", "host", "budget_total")


def workbook(prefix):
    """Title, headings of their own, numbers of columns, sections, a total and who signs."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Danh mục"
    sheet.append(["SỞ KHOA HỌC VÀ CÔNG NGHỆ"])
    sheet.append(["DANH MỤC NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ"])
    sheet.append([])
    sheet.append(HEADINGS)
    sheet.append([f"({number})" for number in range(1, len(HEADINGS) + 1)])
    for number, (place, subject) in enumerate(product(PLACES, SUBJECTS), 1):
        if number in {1, ROWS // 2 + 1}:
            sheet.append(["I. Dự án" if number == 1 else "II. Đề tài"])
        kind = "Dự án" if number <= ROWS // 2 else "Đề tài"
        known = "Sở Khoa học và Công nghệ tỉnh Bắc Kạn"
        host = f"Hợp tác xã Nhập Tệp {SUBJECTS[number % UNKNOWN]}" if number % 3 else known
        title = f"{prefix} {subject} tại {place}"
        sheet.append(
            [
                number,
                f"{prefix[:2]}-{number:03}",
                title,
                kind,
                "Cấp tỉnh",
                "Tỉnh quản lý",
                "2024-2026",
                host,
                500 + number,
            ]
        )
    sheet.append([None, None, "Cộng", *[None] * 5, ROWS * 500 + sum(range(ROWS + 1))])
    sheet.append([*[None] * 7, "TRƯỞNG PHÒNG"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def assign(page):
    """Each column that is proposed otherwise is corrected; how many were."""
    page.get_by_role("link", name="Chọn cách đọc").click()
    changed = 0
    for heading, field in zip(HEADINGS, FIELDS, strict=True):
        choice = page.get_by_label(f"Cột “{heading}” ghi vào trường", exact=True)
        if choice.input_value() != field:
            choice.select_option(value=field)
            changed += 1
    page.get_by_role("button", name="Lưu cách đọc").click()
    return changed


def answer(page):
    """Ten unknown names: the first is looked for by its letters, the others are taken as offered; how many letters were typed."""
    questions = page.locator("#questions fieldset")
    expect(questions).to_have_count(UNKNOWN)
    questions.first.get_by_text("Tìm mục khác, thay cho các cách trên").click()
    text = "so khoa hoc va cong nghe"
    questions.first.get_by_role("combobox").press_sequentially(text)
    page.locator("#questions .option").first.click()
    for place in range(1, UNKNOWN):
        questions.nth(place).get_by_role("radio").first.click()
    page.get_by_role("button", name="Áp dụng các lựa chọn").click()
    expect(page.locator("#questions")).to_have_count(0)
    return len(text)


def test_five_hundred_tasks_of_a_division_take_three_minutes_once_and_five_clicks_afterwards(visitor, capsys):
    page = visitor().page
    page.set_default_timeout(90_000)
    person = Person(page, ROWS)
    person.begin()
    begun = time.monotonic()
    person.send("danh-muc-2024.xlsx", workbook("Phát triển"))
    chosen = assign(page)
    letters = answer(page)
    expect(page.locator("main")).to_contain_text(
        re.compile(f"Thêm mới: {ROWS // 100}0[0-9]")
    )  # and organisations
    try:
        page.get_by_role("button", name="Ghi vào sổ").click()
        page.get_by_text("Đã ghi vào sổ: thêm").wait_for()
        waited, clicks = time.monotonic() - begun, person.clicks()
        seconds = waited + clicks * CLICK + letters * LETTER + (len(HEADINGS) + chosen + UNKNOWN) * THOUGHT
        person.begin()
        begun = time.monotonic()
        person.send("danh-muc-2025.xlsx", workbook("Khảo nghiệm"))
        person.write()
        again = person.clicks()
        with capsys.disabled():
            sys.stdout.write(
                f"\n500 tasks: {seconds:.0f} s of a person ({waited:.0f} s of the pages, {clicks} clicks, {letters} letters), "
                f"the second time {again} clicks and {time.monotonic() - begun:.0f} s of the pages\n"
            )
        assert seconds - max(0, waited - OF_PAGES) <= MOST_SECONDS
        assert again <= MOST_CLICKS
        person.take_back()
    finally:
        page.goto("/import/")
        page.get_by_role("link", name="danh-muc-2024.xlsx").click()
        page.get_by_role("button", name="Hoàn tác lần nhập này").click()
        page.get_by_text("bản ghi trở về").wait_for()
