"""A list of tasks without a column of years: the year of its title, the years of "2024-2026", and no guess where there are none."""

from datetime import date

import pytest

from khcn.kernel.intake.models import Batch, SheetLayout
from khcn.kernel.text.written_years import year_in_title, years_written
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import confirmed, tree, words
from tests.web.test_division_workbooks import (  # noqa: F401 -- one is a fixture
    HOST,
    assign,
    own_division,
    send,
    sheet_address,
    workbook,
)

HEADINGS = (
    "TT",
    "Mã số",
    "Tên nhiệm vụ",
    "Loại",
    "Cấp",
    "Bên quản lý",
    "Chủ trì",
    "Thời gian",
    "Tổng KP (triệu đồng)",
)
TITLE = ["DANH MỤC NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ NĂM 2024"]
DECISION = ["(Kèm theo Quyết định số 12/QĐ-SKHCN ngày 12 tháng 01 năm 2025)"]
OLD = "Trồng thử nghiệm nấm Linh chi và nấm Vân chi"
NEW = "Tuyển chọn chủng vi sinh vật gốc"
FIELDS = {
    "field-0": "-",
    "field-2": "title",
    "field-3": "task_type",
    "field-6": "host",
    "field-8": "budget_total",
    "unit-8": "1000000",
}


def row(number, code, title, years):
    return [number, code, title, "Đề tài", "Cấp tỉnh", "Tỉnh quản lý", HOST, years, 850]


def stored():
    return sorted(ScienceTask.objects.values_list("code", "start_year", "planned_end_on"))


def chosen(page, name):
    return tree(page).xpath(f"//select[@name='{name}']/option[@selected]/text()")


@pytest.mark.django_db
def test_years_of_a_range_are_proposed_and_give_beginning_and_end(division):
    known = ScienceTaskFactory(code="23-Q09", title=OLD, start_year=2023, planned_end_on=date(2025, 6, 30))
    content = workbook(
        TITLE, HEADINGS, row(1, "24-Q01", NEW, "2024-2026"), row(2, known.code, OLD, "từ 2023 đến 2025")
    )
    address = sheet_address(send(division, content))
    assert chosen(division.get(address), "field-7") == ["Thực hiện từ năm *"]
    page = words(assign(division, address, **FIELDS, **{"field-7": "start_year"}))
    assert "“2024-2026” là 2024, “Ngày kết thúc theo hợp đồng” của dòng mới là 31/12/2026" in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 303
    assert stored() == [("23-Q09", 2023, date(2025, 6, 30)), ("24-Q01", 2024, date(2026, 12, 31))]


@pytest.mark.django_db
def test_the_year_of_the_title_is_proposed_and_is_that_of_each_file(division):
    known = ScienceTaskFactory(code="23-Q09", title=OLD, start_year=2023, planned_end_on=None)

    def content(year, code, title):
        titles = (["DANH MỤC NHIỆM VỤ NĂM " + str(year)], DECISION)
        return workbook(*titles, HEADINGS, row(1, code, title, None), row(2, known.code, OLD, None))

    address = sheet_address(send(division, content(2024, "24-Q01", NEW)))
    assert chosen(division.get(address), "fixed-start_year") == ["năm ghi ở tên bảng (2024)"]
    page = words(assign(division, address, **FIELDS, **{"field-7": "-", "fixed-start_year": "@title"}))
    assert (
        "dòng mới có: Thực hiện từ năm: năm ghi ở tên bảng (2024); bản ghi đã có giữ giá trị trong sổ."
        in page
    )
    assert confirmed(division, Batch.objects.get().pk).status_code == 303
    later = words(send(division, content(2025, "25-Q01", "Mô hình trồng khoai môn")))
    assert "năm ghi ở tên bảng (2025)" in later
    assert confirmed(division, Batch.objects.latest("pk").pk).status_code == 303
    assert [each[:2] for each in stored()] == [("23-Q09", 2023), ("24-Q01", 2024), ("25-Q01", 2025)]


@pytest.mark.django_db
def test_a_title_without_a_year_leaves_the_year_missing(division):
    address = sheet_address(send(division, workbook(TITLE, HEADINGS, row(1, "24-Q01", NEW, None))))
    assign(division, address, **FIELDS, **{"field-7": "-", "fixed-start_year": "@title"})
    page = send(division, workbook(["DANH MỤC NHIỆM VỤ"], HEADINGS, row(1, "24-Q02", NEW, None)))
    assert SheetLayout.objects.count() == 1
    assert "năm ghi ở tên bảng (không tìm thấy)" in words(page)
    errors = tree(page).xpath("//section[@id='errors']//tbody//td[last()]/div")
    assert [each.text for each in errors] == ["Thiếu “Thực hiện từ năm”."]


@pytest.mark.django_db
def test_years_that_stand_the_wrong_way_round_are_a_problem(division):
    address = sheet_address(send(division, workbook(TITLE, HEADINGS, row(1, "24-Q01", NEW, "2026-2024"))))
    page = assign(division, address, **FIELDS, **{"field-7": "start_year"})
    errors = tree(page).xpath("//section[@id='errors']//tbody//td[last()]/div")
    assert [each.text for each in errors] == ["“2026-2024”: năm cuối đứng trước năm đầu."]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2024-2026", (2024, date(2026, 12, 31))),
        ("2024 – 2026", (2024, date(2026, 12, 31))),
        ("từ năm 2024 đến hết năm 2026", (2024, date(2026, 12, 31))),
        ("01/2024 - 6/2026", (2024, date(2026, 6, 30))),
        ("2024", None),
        ("24 tháng", None),
        ("12/3/2024-15/6/2026", None),
    ],
)
def test_years_as_written(text, years):
    found = years_written(text)
    assert (found and (found.first, found.last)) == years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        (TITLE[0], {2024}),
        (DECISION[0], set()),
        ("Danh mục năm 2023 và năm 2024", {2023, 2024}),
        ("Kế hoạch năm 2024-2026", set()),
    ],
)
def test_the_year_of_a_title(text, years):
    assert year_in_title(text) == years
