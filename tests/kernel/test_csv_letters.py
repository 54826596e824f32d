"""Text files that Excel wrote without Unicode: on a Vietnamese Windows, and on an English one, which loses most letters."""

import pytest

from khcn.kernel.intake.import_plan import WorkbookRefused
from khcn.kernel.intake.readers.workbook_reading import read_workbook
from khcn.kernel.registers.registry import registers
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from tests.kernel.other_workbooks import of_windows_1258

HEADINGS = {register.name: [each.heading for each in sheet_columns(register)] for register in registers()}
LONG_ENOUGH = {name: texts for name, texts in HEADINGS.items() if len(texts) > 3}


def rows_of(content):
    (sheet,) = read_workbook(content, "danh-muc.csv")
    return [cells for _number, cells in sheet.rows]


def refusal(content):
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(content, "danh-muc.csv")
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("name", LONG_ENOUGH)
def test_the_headings_of_every_register_are_read_from_windows_1258(name):
    headings = LONG_ENOUGH[name]
    assert rows_of(of_windows_1258(";".join(headings) + "\r\n1;2;3;4")) == [headings, ["1", "2", "3", "4"]]


@pytest.mark.parametrize("name", LONG_ENOUGH)
def test_those_that_an_english_excel_has_lost_letters_of_are_refused(name):
    text = ";".join(LONG_ENOUGH[name]) + "\r\n1;2;3;4"
    for content in (text.encode("cp1252", "replace"), text.encode("ascii", "replace")):
        problem = refusal(content)
        assert (problem.code, "CSV UTF-8" in problem.remedy) == ("csv_lost_letters", True)


@pytest.mark.parametrize(
    "line",
    ["Mã;Xã;Tên", "Quý;Lý do;Bà", "Võ Lan;Ghi chú;Loài cá", "Ý;Sa Pa;Hà Giang"],
)
def test_letters_that_an_english_excel_keeps_are_read_as_they_are(line):
    assert rows_of(f"{line}\r\n1;2;3".encode("cp1252")) == [line.split(";"), ["1", "2", "3"]]


@pytest.mark.parametrize(
    "text",
    [
        "Mã;Câu hỏi\r\n1;Đã ký?\r\n2;Ai ký?\r\n3;Khi nào?\r\n4;Đạt?Không?",
        "Mã;Địa chỉ\r\n1;https://a.vn/?ma=1\r\n2;https://a.vn/?ma=2\r\n3;https://a.vn/?ma=3",
    ],
)
def test_question_marks_at_the_end_of_words_and_in_addresses_are_no_loss(text):
    assert len(rows_of(text.encode())) == text.count("\n") + 1
