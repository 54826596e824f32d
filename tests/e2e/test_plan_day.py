"""Work that a division planned: put off by a decision before it was late, done, counted, and printed by the report of the month."""

import re
import subprocess

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.by_words import Official, day, reporting_year

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
WORK, UNIT = "Hội thảo về mã số vùng trồng", "Phòng Quản lý khoa học"
DONE, LATE = ("phương hướng đã hoàn thành", "KH-10"), ("hoàn thành chậm", "KH-11")


def report_of_this_month(official, folder):
    """The monthly report whose window holds today, made from the menu; the words of the file that is printed."""
    today = timezone.localdate()
    month = today.month % 12 + 1 if today.day > 14 else today.month
    menu = official.page.get_by_role("navigation", name="Danh mục", exact=True)
    menu.get_by_role("link", name="Báo cáo", exact=True).click()
    official.follow("Lập báo cáo")
    official.fill({"Mẫu báo cáo": "Báo cáo tháng công tác khoa học và công nghệ (kỳ báo cáo)"})
    window = official.main.get_by_role("radio", name=re.compile(f"^tháng {month} năm {reporting_year()}"))
    window.check()
    official.press("Lập báo cáo")
    official.main.get_by_text("Tải về", exact=True).click()
    with official.page.expect_download() as came:
        official.follow("Xuất PDF")
    printed = folder / "report.pdf"
    came.value.save_as(printed)
    text = subprocess.run(["pdftotext", str(printed), "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(text.split())


def test_from_the_plan_to_the_report(visitor, tmp_path):
    official = Official(visitor("vanphong").page)
    before = [official.figure(*each) for each in (DONE, LATE)]

    official.open("Công việc dự kiến", below="Phương hướng, đánh giá công tác")
    official.follow("Thêm mới")
    official.save(
        {
            "Mã việc": "PH-91",
            "Loại việc": "Việc khác",
            "Nội dung": WORK,
            "Đơn vị thực hiện": UNIT,
            "Ngày đưa vào kế hoạch": day(30),
            "Hạn hoàn thành": day(0),
        }
    )
    # put off on its last day, to a later one
    official.follow("Lùi hạn")
    official.fill({"Ngày quyết định lùi hạn": day(0), "Hạn mới": day(1), "Lý do": "Chờ kinh phí"})
    official.press("Lùi hạn")
    official.is_refused(f"Hạn mới phải sau hạn đang có, ngày {day(0)}")
    official.save({"Hạn mới": day(-20)}, "Lùi hạn")
    expect(official.datum("Hạn hoàn thành")).to_contain_text(day(-20))
    assert official.cell("Các lần lùi hạn", "Chờ kinh phí") == day(-20)

    official.take(
        "Ghi hoàn thành",
        {"Ngày hoàn thành": day(0), "Số lượng đạt được": "1", "Kết quả": "Đã họp, 40 người dự."},
    )
    assert [official.figure(*each) for each in (DONE, LATE)] == [before[0] + 1, before[1]]
    words = report_of_this_month(official, tmp_path)
    assert f"hoàn thành {before[0] + 1:02} việc" in words
    assert WORK in words
