"""Hidden rows, signatures below the table, and "as above" in the place of a name: none is taken without a word."""

import io

import pytest
import xlsxwriter

from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.layouts.sheet_layouts import ROW_SKIPPED, FileReading, row_key
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.intake.tables.signatures_and_dittos import is_ditto
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import CLERK, DAY, OFFICER, TASK, edited, reference_data, rows_of, sheets

pytestmark = pytest.mark.django_db
OTHER = {**TASK, "code": "ĐT.02.2023", "title": "Nghiên cứu bảo tồn giống lúa nếp"}


def look(content):
    return make_plan(content, "nhiem-vu.xlsx", actor=OFFICER, on=DAY)


def problems_of(plan, code):
    return [problem for problem in plan.problems if problem.code == code]


@pytest.mark.parametrize("hidden", [(), (3,), (2, 3)])
def test_hidden_rows_are_read_and_named_in_the_preview(hidden):
    reference_data()
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("Dữ liệu")
    for number, row in enumerate(rows_of(ScienceTask, [TASK, OTHER])):
        sheet.write_row(number, 0, row)
        if number + 1 in hidden:
            sheet.set_row(number, None, None, {"hidden": True})
    book.close()
    plan = look(stream.getvalue())
    assert plan.counts.create == 2
    found = problems_of(plan, "hidden_rows")
    assert [each.severity for each in found] == [ImportSeverity.WARNING] * bool(hidden)
    for each in found:
        assert f"{len(hidden)} dòng đang ẩn" in each.message
        assert f"dòng {', '.join(map(str, hidden))}." in each.message


SIGNED = (
    [["Nơi nhận:", "", "TRƯỞNG PHÒNG"], ["- Như trên;", "", ""], ["- Lưu: VT.", "", "Nguyễn Văn Ký"]],
    [["", "", "NGƯỜI LẬP BIỂU"], ["", "", "(Ký, ghi rõ họ tên)"], ["", "", "Nguyễn Văn Ký"]],
    [["", "", "KT. GIÁM ĐỐC"], ["", "", "PHÓ GIÁM ĐỐC"]],
)


@pytest.mark.parametrize("signed", SIGNED)
def test_the_signatures_below_the_table_are_no_rows_and_no_questions(signed):
    reference_data()
    headings, row = rows_of(ScienceTask, [TASK], only=["code", "title", "principal_investigator", *TASK])
    plan = look(sheets({"Dữ liệu": [headings, row, [], *signed]}))
    assert (plan.counts.create, plan.questions) == (1, [])
    (note,) = problems_of(plan, "signatures")
    assert (note.severity, note.message.startswith("Từ dòng 4 trở đi")) == (ImportSeverity.NOTE, True)


def test_rows_below_a_word_that_could_sign_are_not_cut_off():
    reference_data()
    headings, row, other = rows_of(ScienceTask, [TASK, OTHER], only=["code", "title", *TASK])
    plan = look(sheets({"Dữ liệu": [headings, row, ["", "Giám đốc"], other]}))
    assert not problems_of(plan, "signatures")
    assert plan.errors  # the row in between is asked about, as any row without its key


COLUMNS = len(TASK) + 1


@pytest.mark.parametrize(
    "numbers",
    [
        [f"({each})" for each in range(1, COLUMNS + 1)],
        [-each for each in range(1, COLUMNS + 1)],  # what Excel makes of a typed "(1)"
        [str(each) for each in range(1, COLUMNS + 1)],
        ["A", *(f"[{each}]" for each in range(1, COLUMNS))],
        ["(1)", "(2)", "(3)=(4)+(5)", *[None] * (COLUMNS - 3)],
    ],
)
def test_the_numbers_of_the_columns_are_no_row(numbers):
    reference_data()
    headings, row = rows_of(ScienceTask, [TASK])
    plan = look(sheets({"Dữ liệu": [["STT", *headings], numbers, [1, *row]]}))
    assert (plan.counts.create, plan.errors, plan.questions) == (1, [], [])
    (note,) = problems_of(plan, "column_numbers")
    assert (note.severity, note.message.startswith("Dòng 2 là")) == (ImportSeverity.NOTE, True)


def test_formulas_that_number_the_columns_are_not_asked_about():
    reference_data()
    headings, row = rows_of(ScienceTask, [TASK])
    content = sheets({"Dữ liệu": [headings, list(range(1, len(TASK) + 1)), row]})
    formula = {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b'r="B2">', b'r="B2"><f>A2+1</f>')}
    assert look(edited(content, formula)).errors == []


@pytest.mark.parametrize("first", [["1", "3", "2"], ["1", "2", "3"], ["(1)", "(2)"]])
def test_a_row_of_a_few_numbers_may_be_data(first):
    reference_data()
    headings, row = rows_of(ScienceTask, [TASK], only=["code", "title", *TASK])
    plan = look(sheets({"Dữ liệu": [headings, first, row]}))
    assert not problems_of(plan, "column_numbers")
    assert plan.errors


@pytest.mark.parametrize(
    ("below", "rows"),
    [
        ([["Ghi chú: Số liệu tính đến hết năm 2023, gồm cả nhiệm vụ chuyển tiếp."]], "3"),
        ([["Ghi chú:"], ["- Kinh phí gồm vốn đối ứng;"], ["(2) Theo Quyết định số 1."]], "3, 4, 5"),
        ([["", "", "* Ghi chú: xem phụ lục"], *SIGNED[1]], "3"),
        ([["Nguồn: Sở Khoa học và Công nghệ tổng hợp"]], "3"),
        ([["Nguồn số liệu:", "Cục Thống kê"]], "3"),
        ([["(*) Đơn vị chủ trì đã đổi tên", ""], ["** Chưa tính vốn đối ứng"]], "3, 4"),
        ([["Số liệu tính đến ngày 31/12/2023"]], "3"),
    ],
)
def test_notes_below_the_table_are_passed_over_with_a_remark(below, rows):
    reference_data()
    table = rows_of(ScienceTask, [TASK], only=["code", "title", "principal_investigator", *TASK])
    plan = look(sheets({"Dữ liệu": [*table, *below]}))
    assert (plan.counts.create, plan.errors, plan.questions) == (1, [], [])
    (note,) = problems_of(plan, "notes")
    assert (note.severity, note.message) == (
        ImportSeverity.NOTE,
        f"Ghi chú của bảng không được đọc: dòng {rows}.",
    )


def test_a_name_that_begins_like_a_note_is_a_record():
    reference_data()
    names = [["Tên tổ chức", "Địa chỉ"], ["Nguồn Sáng", None], ["Công ty Nguồn: Việt", None]]
    plan = make_plan(sheets({"Tổ chức": names}), "to-chuc.xlsx", actor=CLERK, on=DAY)
    assert ([each.label for each in plan.sheets[0].rows], problems_of(plan, "notes")) == (
        ["Nguồn Sáng", "Công ty Nguồn: Việt"],
        [],
    )


CHECKED = ["Nhiệm vụ", "Hình thức kiểm tra", "Ngày kiểm tra", "Đoàn kiểm tra", "Kết quả kiểm tra"]
FIRST = ["24-01", "Kiểm tra định kỳ", "05/03/2023", "Phòng QLKH", "Đạt tiến độ"]


@pytest.mark.parametrize(
    "below",
    [
        ["Nhiệm vụ", "Hình thức kiểm tra", "Ngày kiểm tra", "Kết quả kiểm tra", "Đoàn kiểm tra"],
        ["NHIỆM VỤ (*)", "hình thức kiểm tra", "Kết quả kiểm tra", "Người kiểm", "Ngày kiểm tra"],
        ["STT", "Nhiệm vụ", "Kết quả kiểm tra"],
        ["Nhiệm vụ", "Hình thức kiểm tra", "Ngày kiểm tra", "Nội dung đôn đốc", "Kết quả kiểm tra"],
        ["Nhiệm vụ", "Hình thức kiểm tra", "Ngày kiểm tra", "Đoàn kiểm tra", "Kết quả kiểm tra lần 2"],
        ["Nhiệm vụ", "Hình thức kiểm tra", "Ngày kiểm tra", "Đoàn kiểm tra", "Kết quả kiểm tra (lần 2)"],
    ],
)
def test_a_second_table_below_is_refused_and_not_read_by_the_columns_of_the_first(below):
    for code in ("24-01", "24-02"):
        ScienceTaskFactory(code=code)
    second = ["24-02", "Kiểm tra định kỳ", "06/03/2023", "Sai định mức", "Thanh tra Sở"]
    content = sheets({"Kiểm tra": [CHECKED, FIRST, [], ["II. Kiểm tra đột xuất"], below, second]})
    reading = FileReading("QLKH", {row_key("Kiểm tra", 5): ROW_SKIPPED})
    for plan in (look(content), make_plan(content, "a.xlsx", actor=OFFICER, on=DAY, reading=reading)):
        (problem,) = plan.errors
        assert (problem.code, problem.message.startswith("Dòng 5 là tên cột của một bảng khác")) == (
            "table_below",
            True,
        )
        assert plan.questions == []
        assert [(each.row, each.code, each.fixed) for each in plan.sheets[0].left_out] == [
            (4, "section", False),
            (5, "table_below", True),
            (6, "table_below", True),
        ]


MONEY = ["Mã nhiệm vụ", "Tên nhiệm vụ", "Loại nhiệm vụ", "Cấp quản lý", "Bên quản lý", "Thực hiện từ năm"]
FIRST_TASK = ["ĐT.01.2023", "Nhiệm vụ số một", "Đề tài", "Cấp tỉnh", "Tỉnh quản lý", 2023, 1200]
NEXT_TASK = ["ĐT.02.2023", "Trồng quế hữu cơ", "Đề tài", "Cấp tỉnh", "Tỉnh quản lý", 2023, 1300]


@pytest.mark.parametrize(
    ("first", "again", "is_other"),
    [
        ("Tổng kinh phí (triệu đồng)", "Tổng kinh phí (đồng)", True),
        ("Tổng kinh phí (đồng)", "Tổng kinh phí (triệu đồng)", True),
        ("Tổng kinh phí", "Tổng kinh phí (triệu đồng)", True),
        ("Tổng kinh phí (triệu đồng)", "Tổng kinh phí đã giải ngân (triệu đồng)", True),
        ("Tổng kinh phí (triệu đồng)", "Tổng kinh phí", False),
        ("Tổng kinh phí (triệu đồng)", "TỔNG KINH PHÍ (TR.Đ)", False),
        ("Tổng kinh phí (triệu đồng)", "Tổng kinh phí (ĐVT: triệu đồng)", False),
    ],
)
def test_a_heading_of_the_next_page_in_another_unit_or_meaning_is_one_of_another_table(
    first, again, is_other
):
    rows = [[*MONEY, first], FIRST_TASK, [*MONEY, again], NEXT_TASK]
    plan = look(sheets({"Dữ liệu": rows}))
    assert [each.code for each in plan.errors] == ["table_below"] * is_other
    assert plan.counts.create == 2 - is_other
    for each in plan.errors:
        assert f"ô G3 ghi “{again}”, bảng ở trên ghi “{first}”" in each.message


def test_headings_that_stand_again_as_they_are_begin_no_other_table():
    for code in ("24-01", "24-02"):
        ScienceTaskFactory(code=code)
    plan = look(sheets({"Kiểm tra": [CHECKED, FIRST, CHECKED, ["24-02", *FIRST[1:]]]}))
    assert (plan.errors, plan.counts.create) == ([], 2)


def test_a_note_between_rows_takes_no_row_with_it():
    reference_data()
    headings, row, other = rows_of(ScienceTask, [TASK, OTHER], only=["code", "title", *TASK])
    plan = look(
        sheets({"Dữ liệu": [headings, row, ["Ghi chú: đợt 2"], ["- đợt 2"], other, ["NV-9", "Ghi chú: x"]]})
    )
    assert [each.message.split(":")[1] for each in problems_of(plan, "notes")] == [" dòng 3."]
    assert {each.row for each in plan.errors} == {4, 6}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("nt", True),
        ("NT.", True),
        ("-nt-", True),
        ("Như trên", True),
        ('"', True),
        ("//", True),
        ("n.t.", True),
        ("như dòng trên", True),
        ("Như ô bên trên", True),
        ("…", False),
        ("″", False),
        ("NT Corp", False),
        ("Viện NT", False),
    ],
)
def test_words_for_as_above(text, is_one):
    assert is_ditto(text) is is_one


def test_as_above_takes_the_name_above_with_a_warning_and_is_a_problem_where_nothing_stands_above():
    reference_data()
    plan = look(sheets({"Dữ liệu": rows_of(ScienceTask, [TASK, {**OTHER, "host": "nt"}])}))
    (warning,) = problems_of(plan, "ditto_taken")
    assert (warning.severity, plan.counts.create, plan.questions) == (ImportSeverity.WARNING, 2, [])
    plan = look(sheets({"Dữ liệu": rows_of(ScienceTask, [{**TASK, "host": "nt"}, OTHER])}))
    (problem,) = problems_of(plan, "ditto")
    assert (problem.row, problem.value, problem.severity) == (2, "nt", ImportSeverity.ERROR)
    assert plan.questions == []


SUMS = [
    [None, "TỔNG", "4 nhiệm vụ", None, None, None, None, 2_400_000_000],
    [None, None, "Trong đó: chuyển tiếp 0, mở mới 4"],
    [None, None, "Cộng đề tài (2 nhiệm vụ)", None, None, None, None, 1_500_000_000],
    [None, None, "Cộng", None, None, 2023, None, 9_999],
]


@pytest.mark.parametrize("summed", SUMS)
def test_rows_of_sums_are_left_out_with_their_amounts_readable(summed):
    plan = look(sheets({"Dữ liệu": [["TT", *MONEY, "Tổng kinh phí (đồng)"], [1, *FIRST_TASK], summed]}))
    (row,) = plan.sheets[0].left_out
    assert (plan.errors, plan.counts.create, row.row, row.code) == ([], 1, 3, "total")
    shown = {2_400_000_000: "2.400.000.000", 1_500_000_000: "1.500.000.000"}
    assert row.text == " | ".join(str(shown.get(each, each)) for each in summed if each is not None)


def test_a_row_that_lacks_most_of_a_record_is_one_problem():
    rows = [[*MONEY, "Tổng kinh phí (đồng)"], FIRST_TASK, [None, "Phần đối ứng", None, None, None, None, 5]]
    (problem,) = look(sheets({"Dữ liệu": rows})).errors
    assert (problem.row, problem.code, "“Loại nhiệm vụ”, “Cấp quản lý”" in problem.message) == (
        3,
        "required",
        True,
    )
    assert "có vẻ là dòng cộng, ghi chú hoặc phần viết tiếp của dòng trên" in problem.message
