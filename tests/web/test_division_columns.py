"""Columns of which it is not sure what they are: of a second table beside the first, hidden, two of one field, with another
word in brackets. Each is asked about once for a layout, and nothing is stored before.
"""

import io

import openpyxl
import pytest

from khcn.kernel.intake import layout_views
from khcn.kernel.intake.models import Batch
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Person
from khcn.science.models import ScienceTask, TaskMilestone
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import TASK, heading, rows_of
from tests.web.conftest import confirmed, form_values, tree, words
from tests.web.test_division_workbooks import (  # noqa: F401 -- one is a fixture
    PLAIN,
    assign,
    own_division,
    send,
    sheet_address,
    workbook,
)

FIRST = ["STT", "Họ và tên", "Chức vụ", "Đơn vị công tác"]
SECOND = ["STT", "Họ và tên", "Chức vụ", "Điện thoại"]
SIDE_BY_SIDE = workbook(
    ["DANH SÁCH CÁN BỘ", *[None] * 4, "ĐẦU MỐI HUYỆN"],
    [*FIRST, None, *SECOND],
    [1, "Bế Văn Tính", "Chuyên viên", None, None, 1, "Hà Đức Ước", "Phó phòng", "0988111222"],
    [2, "Đàm Thị Nguyệt", "Kế toán", None, None, 2, "Triệu Quý Sênh", "Chuyên viên", "0988333444"],
)
NAMES, VALUES = rows_of(
    ScienceTask, [{**TASK, "host": None, "principal_investigator": None, "field_group": None}]
)
BUDGET, TITLE = (NAMES.index(heading(ScienceTask, name)) for name in ("budget_total", "title"))


def tasks(headings=NAMES, row=VALUES, hide=()):
    """A sheet of one task; `hide` are letters of columns."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(headings, row)))
    for letters in hide:
        book.active.column_dimensions[letters].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def renamed(place, text):
    return [text if each == place else name for each, name in enumerate(NAMES)]


@pytest.mark.django_db
def test_what_columns_may_be_is_worked_out_for_the_page_and_not_to_save_what_was_chosen(
    division, monkeypatch
):
    asked = []
    proposals = layout_views.shown_columns
    monkeypatch.setattr(
        layout_views, "shown_columns", lambda *given: asked.append(given[2]) or proposals(*given)
    )
    address = sheet_address(send(division, PLAIN))
    page = tree(division.get(address))
    assert len(asked) == 1
    refused = division.post(address, {**form_values(page), "fingerprint": "khác"})
    assert (refused.status_code, len(asked)) == (422, 2)
    assert (division.post(address, form_values(page)).status_code, len(asked)) == (303, 2)


@pytest.mark.django_db
def test_the_second_of_two_tables_side_by_side_gives_the_first_nothing(division):
    page = send(division, SIDE_BY_SIDE)
    shown = "Bên phải còn một bảng khác trên cùng trang tính: F “STT”, G “Họ và tên”, H “Chức vụ”, I “Điện thoại”."
    assert shown in words(page)
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    proposed = form_values(tree(division.get(sheet_address(page))))
    assert [proposed[f"field-{index}"] for index in range(8)] == [
        "-", "full_name", "position", "organisation", *["-"] * 4,
    ]  # fmt: skip
    page = assign(division, sheet_address(page))
    assert "Bên phải còn một bảng khác không được đọc: F “STT”" in words(page)
    confirmed(division, Batch.objects.get().pk)
    stored = Person.objects.exclude(full_name="Người Minh Họa").values_list("full_name", "phone")
    assert {*stored} == {("Bế Văn Tính", ""), ("Đàm Thị Nguyệt", "")}
    again = send(division, SIDE_BY_SIDE)
    assert ["cần chọn cách đọc" in words(again), "Không đổi: 2" in words(again)] == [False, True]


@pytest.mark.django_db
def test_columns_behind_an_empty_one_are_asked_about(division):
    content = workbook(
        ["STT", "Họ và tên", "Chức vụ", None, "Huyện", "Điện thoại"],
        [1, "Bế Văn Tính", "Chuyên viên", None, "Na Rì", "0988111222"],
    )
    page = send(division, content)
    assert "Giữa các cột có cột trống" in words(page)
    assert "E “Huyện”, F “Điện thoại”." in words(page)
    assert not Person.objects.filter(full_name="Bế Văn Tính").exists()
    assign(division, sheet_address(page), **{"field-3": "-", "field-4": "phone"})
    confirmed(division, Batch.objects.get().pk)
    assert Person.objects.get(full_name="Bế Văn Tính").phone == "0988111222"


TWICE = renamed(BUDGET, "Tổng kinh phí (triệu đồng)")


@pytest.mark.django_db
def test_a_hidden_column_is_named_and_of_two_for_one_field_the_one_that_shows_is_proposed(division):
    letters = openpyxl.utils.get_column_letter(BUDGET + 1)
    page = send(division, tasks(hide=[letters]))
    assert f"1 cột đang ẩn trong tệp cũng được đọc: {letters} “{NAMES[BUDGET]}”." in words(page)
    hidden = tasks(
        [*TWICE, TWICE[BUDGET]], [*VALUES[:BUDGET], 500, *VALUES[BUDGET + 1 :], 1200], hide=[letters]
    )
    page = send(division, hidden)
    last = openpyxl.utils.get_column_letter(len(NAMES) + 1)
    assert (
        f"Nhiều cột cùng ghi vào trường “{NAMES[BUDGET]}”: {letters} “{TWICE[BUDGET]}” (đang ẩn), {last} “{TWICE[BUDGET]}”."
        in words(page)
    )
    assign(division, sheet_address(page), **{f"field-{BUDGET}": "-"})
    confirmed(division, Batch.objects.latest("pk").pk)
    assert ScienceTask.objects.get().budget_total == 1_200_000_000
    assert "Nhiều cột cùng ghi vào trường" not in words(send(division, hidden))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "text"),
    [
        (BUDGET, "Tổng kinh phí (đã giải ngân, triệu đồng)"),
        (BUDGET, "Tổng kinh phí (K)"),
        (BUDGET, "Tổng kinh phí (nđ)"),
        (TITLE, "Tên nhiệm vụ (tên cũ)"),
    ],
)
def test_another_word_in_brackets_makes_the_column_a_question_of_the_layout(division, place, text):
    content = tasks(renamed(place, text))
    page = send(division, content)
    assert (
        f"Chưa rõ cột này ghi vào trường nào, vì tên cột có phần trong ngoặc khác mẫu: {openpyxl.utils.get_column_letter(place + 1)} “{text}”."
        in words(page)
    )
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    unit = {f"unit-{BUDGET}": "1000"} if text != "Tổng kinh phí (đã giải ngân, triệu đồng)" else {}
    assign(division, sheet_address(page), **({f"field-{place}": "-"} if "đã" in text else unit))
    again = send(division, content)
    assert "Chưa rõ cột này" not in words(again)


@pytest.mark.django_db
def test_units_column_numbers_and_notes_on_filling_in_are_no_question(division):
    for text in (
        "Tổng kinh phí (ĐVT: triệu đồng)",
        "Tổng kinh phí (8)",
        "Tổng kinh phí (nếu có)",
        "Tổng kinh phí (8 = 9 + 10)",
        "Tổng kinh phí (đv: tr.đ)",
    ):
        page = words(send(division, tasks(renamed(BUDGET, text))))
        assert ["Chưa rõ cột này" in page, "cần chọn cách đọc" in page] == [False, False]


@pytest.mark.django_db
def test_headings_of_the_next_page_in_other_words_are_no_record(division):
    content = workbook(
        ["STT", "Họ và tên", "Chức vụ", "Điện thoại"],
        [1, "Đinh Quang Sơn", "Phó phòng", "0911000111"],
        ["TT", "HỌ TÊN", "CHỨC VỤ", "SỐ ĐIỆN THOẠI"],
        [2, "Đinh Quang Hà", "Chuyên viên", "0911000222"],
    )
    assert "tên cột lặp lại" in words(send(division, content))
    confirmed(division, Batch.objects.get().pk)
    assert {*Person.objects.exclude(full_name="Người Minh Họa").values_list("full_name", "phone")} == {
        ("Đinh Quang Sơn", "0911000111"),
        ("Đinh Quang Hà", "0911000222"),
    }


@pytest.mark.django_db
def test_a_cell_merged_over_two_fields_is_named(division):
    rows = [
        ["Họ và tên", "Chức vụ", "Điện thoại"],
        ["Đinh Quang Sơn", "Nghỉ hưu", None],
        ["I. Cán bộ hợp đồng"],
    ]
    page = send(division, workbook(*rows, merge=("B2:C2", "A3:C3")))
    assert "Ô gộp nhiều cột, nội dung chỉ ghi vào cột đầu: B2 “Nghỉ hưu”." in words(page)


@pytest.mark.django_db
def test_columns_that_another_register_has_as_rows_are_named_with_it(division):
    ScienceTaskFactory(code="24-01", title="Trồng rau công nghệ cao")
    wide = ["Ngày ký hợp đồng", "Số hợp đồng", "Ngày nghiệm thu"]
    content = workbook(
        ["STT", "Mã nhiệm vụ", "Tên nhiệm vụ", *wide, "Xếp hạng thi đua"],
        [1, "24-01", "Trồng rau công nghệ cao", "10/01/2024", "01/HĐ-SKHCN", "15/11/2025", "A"],
    )
    page = words(send(division, content))
    quoted = ", ".join(f"“{heading}”" for heading in wide)
    title = str(register_of(TaskMilestone).title)
    assert f"Nội dung các cột {quoted} không vào sổ" in page
    assert f"của sổ “{title[0].upper()}{title[1:]}”" in page
    assert "Các cột không được đọc: “STT”, “Xếp hạng thi đua”." in page
    assert "Tệp giống hệt dữ liệu đang có" not in page
    assert f"nội dung các cột không được đọc ({', '.join(wide)}, Xếp hạng thi đua) không vào sổ" in page


@pytest.mark.django_db
def test_a_file_of_which_everything_is_read_is_called_the_same(division):
    ScienceTaskFactory(code="24-01", title="Trồng rau công nghệ cao")
    content = workbook(["STT", "Mã nhiệm vụ", "Tên nhiệm vụ"], [1, "24-01", "Trồng rau công nghệ cao"])
    assert "Tệp giống hệt dữ liệu đang có. Ghi vào sổ sẽ không đổi gì." in words(send(division, content))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headings", "of_rows", "register"),
    [
        (
            ["Ngày nộp hồ sơ", "Ngày nghiệm thu", "Xếp loại", "Số GCN", "Ngày cấp GCN"],
            "“Ngày nộp hồ sơ”, “Ngày nghiệm thu”",
            "Mốc thực hiện nhiệm vụ",
        ),
        (
            ["Ngày ký hợp đồng", "Ngày quyết toán", "Ngày thanh lý"],
            "“Ngày ký hợp đồng”, “Ngày quyết toán”, “Ngày thanh lý”",
            "Mốc thực hiện nhiệm vụ",
        ),
        (
            ["Ngày gia hạn nộp hồ sơ", "Ngày bổ sung địa điểm"],
            "“Ngày gia hạn nộp hồ sơ”, “Ngày bổ sung địa điểm”",
            "Đề nghị điều chỉnh nhiệm vụ",
        ),
        (
            ["Kiểm tra định kỳ", "Kiểm tra đột xuất"],
            "“Kiểm tra định kỳ”, “Kiểm tra đột xuất”",
            "Kiểm tra tiến độ nhiệm vụ",
        ),
    ],
    ids=["acceptance", "contract", "amendments", "checks"],
)
def test_columns_of_a_wide_table_are_sent_to_the_register_that_has_them_as_rows(
    division, headings, of_rows, register
):
    task = ScienceTaskFactory(code="U-01", title="Mô hình trồng khoai môn")
    page = send(
        division,
        workbook(
            ["Mã nhiệm vụ", "Tên nhiệm vụ", *headings],
            [task.code, task.title, *["10/11/2026"] * len(headings)],
        ),
    )
    shown = [
        " ".join(each.xpath("text()")[0].split())
        for each in tree(page).xpath("//section[@id='remarks']//tbody//td[last()]/div")
    ]
    assert shown[0] == (
        f"Nội dung các cột {of_rows} không vào sổ: đó có vẻ là việc của sổ “{register}”, mỗi việc một dòng."
    )
