"""Cells of OpenDocument workbooks."""

from khcn.kernel.intake.readers.workbook_reading import read_workbook
from tests.kernel.intake_sample import edited
from tests.kernel.other_workbooks import ods_of


def test_line_breaks_and_tabs_within_a_cell_keep_words_apart():
    written = ods_of([["Tên", "Ghi chú"], ["Đề tài hai dòng|xuống dòng", "một~hai"]])
    marks = {
        "content.xml": lambda xml: xml.replace(b"|", b"<text:line-break/>").replace(
            b"~", b"<text:tab></text:tab>"
        )
    }
    (sheet,) = read_workbook(edited(written, marks), "danh-muc.ods")
    assert sheet.rows == [(1, ["Tên", "Ghi chú"]), (2, ["Đề tài hai dòng xuống dòng", "một hai"])]
