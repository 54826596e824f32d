"""Headings as divisions lay them out: merged cells, several rows, titles above, columns without a heading of their own."""

import pytest

from khcn.kernel.intake.models import Batch, SheetLayout
from khcn.science.models import ScienceTask
from tests.kernel.intake_sample import TASK, rows_of, sheets
from tests.web.conftest import confirmed, form_values, tree, words
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

TABLE = [cells(number, row) for number, row in enumerate(ROWS, 1)]
WITH_DAYS = [*HEADINGS, "Thời gian thực hiện", None]
PERIODS = [[*row, f"01/01/{row[6]}", "31/12/2025"] for row in TABLE]
THREE_ROWS = [
    [*HEADINGS[:9], "Kinh phí (triệu đồng)", None, None, None],
    [*[None] * 9, "Tổng số", None, "Trong đó NSNN", None],
    [*[None] * 9, "Duyệt", "Đã cấp", "Duyệt", "Đã cấp"],
    *([*row, None, 600, 300] for row in TABLE),
]
DAYS = {"field-10": "planned_start_on", "field-11": "planned_end_on"}
UNREAD = {"field-9": "budget_total", "field-10": "-", "field-11": "-", "field-12": "-", "unit-9": "1000000"}
LAYOUTS = {
    "one merged heading": (workbook(WITH_DAYS, *PERIODS, merge=("K1:L1",)), DAYS),
    "one merged heading, one record": (workbook(WITH_DAYS, PERIODS[0], merge=("K1:L1",)), DAYS),
    "three rows": (workbook(*THREE_ROWS, merge=("J1:M1", "J2:K2", "L2:M2", "A1:A3", "B1:B3")), UNREAD),
    "title above": (workbook(["DANH MỤC NHIỆM VỤ"], HEADINGS, *TABLE, merge=("A1:K1",)), {}),
    "two titles above": (
        workbook(["SỞ KH&CN", *[None] * 5, "CỘNG HÒA XÃ HỘI"], HEADINGS, *TABLE, merge=("A1:F1", "G1:K1")),
        {},
    ),
    "running numbers without a heading": (workbook([None, *HEADINGS[1:]], *TABLE), {}),
    "years below a heading": (
        workbook(
            [*HEADINGS, "Đã cấp", None],
            [*[None] * 10, 2023, 2024],
            *([*row, 100, 200] for row in TABLE),
            merge=("K1:L1",),
        ),
        {"field-10": "-", "field-11": "-"},
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", LAYOUTS)
def test_no_record_is_taken_for_a_heading_and_each_layout_is_read_without_a_question_the_second_time(
    division, name
):
    content, changed = LAYOUTS[name]
    assign(division, sheet_address(send(division, content)), **changed)
    confirmed(division, Batch.objects.get().pk)
    assert stored() == {each for each in TRUTH if "one record" not in name or each[0] == ROWS[0][0]}
    if changed is DAYS:
        assert {each.planned_end_on.isoformat() for each in ScienceTask.objects.all()} == {"2025-12-31"}
    again = words(send(division, content))
    assert [
        "Trang tính cần chọn cách đọc" in again,
        f"Không đổi: {ScienceTask.objects.count()}" in again,
    ] == [False, True]


@pytest.mark.django_db
def test_headings_of_three_rows_are_shown_with_all_their_words(division):
    step = form_values(tree(division.get(sheet_address(send(division, LAYOUTS["three rows"][0])))))
    assert "unit-9" in step
    assert SheetLayout.objects.count() == 0
    page = words(division.get(sheet_address(send(division, LAYOUTS["three rows"][0]))))
    for text in ("Kinh phí (triệu đồng) Tổng số Duyệt", "Kinh phí (triệu đồng) Trong đó NSNN Đã cấp"):
        assert text in page


FEW = ["Mã số", "Tên đề tài, dự án"]
MONEY_BELOW = workbook(
    [*FEW, "Thời gian thực hiện", None, "Kinh phí (triệu đồng)", None, None],
    [None, None, "Bắt đầu", "Kết thúc", "Tổng số", "Trong đó: NSNN", "Kinh phí khác"],
    ["25-B1", "Chế biến miến dong", "01/01/2025", "31/12/2026", 1450, 1000, 450],
    ["25-B2", "Trồng cát sâm", "01/2025", "12/2026", 2350, 2000, 350],
    merge=("C1:D1", "E1:G1", "A1:A2", "B1:B2"),
)
QUARTERS = workbook(
    [*FEW, "Tổng kinh phí (triệu đồng)", None, None, None, None],
    [None, None, "Quý I", "Quý II", "Quý III", "Quý IV", "Cả năm"],
    ["25-Q1", "Đề tài theo quý", 100, 200, 300, 400, 1000],
    ["25-Q2", "Dự án theo quý", 50, None, None, 150, 200],
    merge=("C1:G1", "A1:A2", "B1:B2"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (MONEY_BELOW, ["planned_start_on", "planned_end_on", "budget_total", "budget_state", ""]),
        (QUARTERS, ["", "", "", "", "budget_total"]),
    ],
    ids=["money below", "quarters"],
)
def test_a_part_of_an_amount_is_not_proposed_as_the_whole(division, content, fields, language):
    address = sheet_address(send(division, content))
    division.cookies["django_language"] = language
    step = form_values(tree(division.get(address)))
    assert step["kind"] == "science.sciencetask"
    assert [step[f"field-{index}"] for index in range(2 + len(fields))] == ["code", "title", *fields]


@pytest.mark.django_db
def test_a_column_with_content_and_no_heading_is_assigned_and_asked_about_where_it_is_new(division):
    split = [[*row[:3], "phần hai", *row[3:]] for row in TABLE]
    headings = [*HEADINGS[:3], None, *HEADINGS[3:]]
    address = sheet_address(send(division, workbook(headings, *split, merge=("C1:D1",))))
    step = tree(division.get(address))
    assert "Tên đề tài, dự án (cột thứ 2)" in step.text_content()
    assert form_values(step)["field-3"] == ""
    refused = division.post(address, form_values(step), follow=True)
    assert "Chưa chọn cho cột: “Tên đề tài, dự án (cột thứ 2)”." in words(refused)
    assign(division, sheet_address(send(division, workbook(HEADINGS, *TABLE))))
    page = send(division, workbook([*HEADINGS], *([*row, "thêm"] for row in TABLE)))
    assert "Trang tính cần chọn cách đọc" in words(page)
    assert "(cột không có tên 1)" in words(division.get(sheet_address(page)))


@pytest.mark.django_db
def test_a_column_without_a_heading_on_a_sheet_of_ours_has_to_be_assigned_or_left_out(division):
    headings, row = rows_of(ScienceTask, [TASK])
    content = sheets({"Nhiệm vụ": [headings, [*row, "phần hai của ghi chú"]]})
    page = send(division, content)
    assert "Chưa rõ các cột này ghi vào trường nào: “(cột không có tên 1)”." in words(page)
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    assert not ScienceTask.objects.exists()


@pytest.mark.django_db
def test_words_that_hold_for_all_rows_are_chosen_once_and_shown_each_time(division):
    without = [[*row[:4], *row[6:]] for row in (list(HEADINGS), *TABLE)]
    address = sheet_address(send(division, workbook(*without)))
    both = assign(division, address, **{"fixed-task_type": "pilot_project", "fixed-level": "province"})
    assert "Vừa có cột, vừa có giá trị chung cho: “Loại nhiệm vụ”." in words(both)
    refused = assign(division, address, **{"fixed-level": "no_such_level"})
    assert "Giá trị chung đã chọn không còn trong danh mục." in words(refused)
    assert not SheetLayout.objects.exists()
    page = assign(division, address, **{"fixed-level": "province", "fixed-managing_side": "province"})
    shown = "Theo cách đọc đã lưu, dòng mới có: Cấp quản lý: Cấp tỉnh; Bên quản lý: Tỉnh quản lý;"
    assert shown in words(page)
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH
    assert {(each.level, each.managing_side) for each in ScienceTask.objects.all()} == {
        ("province", "province")
    }
    again = words(send(division, workbook(*without)))
    asked = "Trang tính cần chọn cách đọc" in again
    assert [asked, shown in again, "Không đổi: 3" in again] == [False, True, True]
    edited = form_values(tree(division.get(f"/import/layouts/{SheetLayout.objects.get().pk}/")))
    assert (edited["fixed-level"], edited["fixed-task_type"]) == ("province", "")


@pytest.mark.django_db
def test_a_second_table_on_the_sheet_is_named(division):
    headings, row = rows_of(ScienceTask, [TASK])
    content = sheets({"Nhiệm vụ": [["Số", "Việc", "Kinh phí"], [1, "Việc khác", 5], [], headings, row]})
    assert "Trên dòng tên cột còn dòng có số liệu không được đọc: dòng 2." in words(send(division, content))


def test_a_sheet_with_more_columns_than_are_read_is_refused_before_they_are_compared(division):
    wide = workbook([f"Cột {number}" for number in range(201)], *[[number] * 201 for number in range(5)])
    page = division.get(sheet_address(send(division, wide)), follow=True)
    assert [status for _address, status in page.redirect_chain] == [303]
    assert "Bảng có 201 cột, nhiều hơn 200 cột được đọc." in words(page)
