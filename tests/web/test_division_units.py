"""Units of amounts that stand elsewhere than in the heading: two that differ stop the file, none is passed over."""

import io

import openpyxl
import pytest

from khcn.kernel.intake.models import Batch
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import confirmed, words
from tests.web.test_division_workbooks import (  # noqa: F401 -- one is a fixture
    HEADINGS,
    ROWS,
    TRUTH,
    assign,
    cells,
    own_division,
    send,
    sheet_address,
    stored,
    workbook,
)

BARE = [*HEADINGS[:9], "Tổng kinh phí"]
DONG = [*HEADINGS[:9], "Tổng kinh phí (đồng)"]
FIRST, SECOND, THIRD = (cells(number, row) for number, row in enumerate(ROWS, 1))


def named(content, title):
    """The workbook with another name of its sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.active.title = title
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "unit", "place"),
    [
        (workbook(HEADINGS, FIRST, ["II", "Dự án (ĐVT: nghìn đồng)"], SECOND), "1000000", "dòng 3"),
        (workbook(HEADINGS, FIRST, ["II. Dự án (nghìn đồng)"], SECOND), "1000000", "dòng 3"),
        (workbook(["ĐVT: triệu đồng"], DONG, FIRST), "1", "dòng 1 “ĐVT: triệu đồng”"),
        (workbook(HEADINGS, FIRST, ["Ghi chú: Đơn vị tính: nghìn đồng"]), "1000000", "dòng 3"),
        (named(workbook(HEADINGS, FIRST), "KP_nghin_dong"), "1000000", "tên trang tính “KP_nghin_dong”"),
        (workbook(["ĐVT: nghìn đồng"], ["(triệu đồng)"], BARE, FIRST), "1000000", "dòng 1"),
    ],
    ids=["section", "section in brackets", "line", "note", "name", "two lines"],
)
def test_two_places_that_name_different_units_stop_the_file_and_are_both_named(
    division, content, unit, place
):
    page = assign(division, sheet_address(send(division, content)), **{"unit-9": unit})
    assert "nhưng tệp còn ghi đơn vị khác ở: " in words(page)
    assert place in words(page)
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    assert not ScienceTask.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        workbook(BARE, FIRST, SECOND, THIRD, ["Ghi chú: Đơn vị tính: triệu đồng"]),
        named(workbook(BARE, FIRST, SECOND, THIRD), "Kinh phi (trieu dong)"),
        workbook(
            ["Số liệu tính theo Quyết định số 5; ĐVT: triệu đồng"],
            HEADINGS,
            ["I", "Dự án có vốn trên 500 triệu đồng"],
            FIRST,
            SECOND,
            THIRD,
            [None, None, "Bằng chữ: Ba tỷ hai trăm triệu đồng"],
        ),
    ],
    ids=["note", "name", "texts that name no other unit"],
)
def test_a_unit_in_a_note_or_the_sheets_name_is_proposed_and_applied(division, content):
    page = assign(division, sheet_address(send(division, content)))
    assert "mỗi số được nhân với 1.000.000" in words(page)
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH
    again = words(send(division, content))
    assert ["Trang tính cần chọn cách đọc" in again, "Không đổi: 3" in again] == [False, True]


@pytest.mark.django_db
def test_a_saved_choice_of_dong_and_a_file_in_millions_is_remarked_on_by_the_amounts_on_record(division):
    for amount in (640_000_000, 850_000_000, 900_000_000, 1_200_000_000, 1_500_000_000):
        ScienceTaskFactory(budget_total=amount)
    in_dong = cells(1, ROWS[0], c9=1_200_000_000)
    page = assign(division, sheet_address(send(division, workbook(BARE, in_dong))), **{"unit-9": "1"})
    assert "giá trị thường gặp trong sổ" not in words(page)
    page = send(division, workbook(BARE, FIRST))
    assert "Chỉ bằng 1/729.167 giá trị thường gặp trong sổ (875.000.000; 6 giá trị)." in words(page)


@pytest.mark.django_db
def test_one_amount_in_another_unit_than_the_rest_of_the_file_is_remarked_on(division):
    rows = [cells(number, ROWS[0], c1=f"24-Q1{number}", c2=f"Nhiệm vụ số {number}") for number in range(1, 6)]
    rows[4][9] = 850_000
    page = assign(division, sheet_address(send(division, workbook(HEADINGS, *rows))))
    assert words(page).count("giá trị thường gặp trong sổ") == 1
    assert "Lớn gấp 708 lần giá trị thường gặp trong sổ (1.200.000.000; 5 giá trị)." in words(page)
