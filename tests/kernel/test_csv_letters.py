"""Text files that Excel wrote without Unicode: on a Vietnamese Windows, and on an English one, which loses most letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.intake.import_plan import WorkbookRefused
from khcn.kernel.intake.readers import csv_reader_process
from khcn.kernel.intake.readers.workbook_reading import read_workbook
from khcn.kernel.intake.readers.workbook_rows import UnreadableWorkbook
from khcn.kernel.registers.registry import registers
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from tests.kernel.other_workbooks import of_tcvn3, of_vni, of_windows_1258

HEADINGS = {register.name: [each.heading for each in sheet_columns(register)] for register in registers()}
LONG_ENOUGH = {name: texts for name, texts in HEADINGS.items() if len(texts) > 3}
# Those that Windows-1258 writes with a tone, which tells it from Windows-1252, and that no separator splits.
TEXTS = sorted(
    each
    for each in {each for texts in HEADINGS.values() for each in texts}
    if set(of_windows_1258(each)) & set(b"\xcc\xd2\xde\xec\xf2") and "," not in each
)


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


@given(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=9, unique=True))
def test_a_file_of_few_words_in_windows_1258_is_not_taken_for_one_of_a_font_of_before_unicode(headings):
    (sheet,) = csv_reader_process.read(of_windows_1258(";".join(headings)))["sheets"]
    assert [cell for _row, cells in sheet["rows"] for cell in cells] == headings


@pytest.mark.parametrize("encoded", [of_tcvn3, of_vni])
@given(headings=st.lists(st.sampled_from(TEXTS), min_size=6, max_size=9, unique=True))
def test_a_file_of_a_font_of_before_unicode_is_refused(encoded, headings):
    with pytest.raises(UnreadableWorkbook) as caught:
        csv_reader_process.read(encoded(";".join(headings)))
    assert caught.value.code == "csv_encoding"


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
