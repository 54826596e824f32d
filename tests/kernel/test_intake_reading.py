"""The guarded reader: what it takes, and the sentence with which it refuses the rest."""

import io
import resource
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from khcn.kernel.bounded_process import ProcessFailed
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.intake.import_plan import WorkbookRefused
from khcn.kernel.intake.readers import workbook_reading
from tests.bounded_processes import out_of_time
from tests.kernel.intake_sample import edited, sheets

SHEET = "xl/worksheets/sheet1.xml"
GOOD = sheets({"Một": [["Mã", "Tên"], ["007", "Cây chè"]]})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def refused(content):
    with pytest.raises(WorkbookRefused) as caught:
        workbook_reading.read_workbook(content, "tep.xlsx")
    (problem,) = caught.value.problems
    assert problem.message.strip()
    assert problem.remedy.strip()
    return problem


def test_cells_keep_their_place_and_kind():
    content = sheets(
        {
            "Một": [[None], [None, "Mã", "Ngày"], [None, "007", date(2023, 9, 14)], [None, 1.5, True]],
            "Hai": [["x"]],
        }
    )
    one, two = workbook_reading.read_workbook(content)
    assert one.rows == [(2, ["", "Mã", "Ngày"]), (3, ["", "007", date(2023, 9, 14)]), (4, ["", 1.5, True])]
    assert (one.name, two.name, two.rows) == ("Một", "Hai", [(1, ["x"])])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"M\xc3\xa3,T\xc3\xaan\n1,2\n", "not_excel"),
        (b"%PDF-1.7", "not_excel"),
        (OLE, "damaged"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        (edited(GOOD, {"xl/vbaProject.bin": b"x"}), "macro"),
        (edited(GOOD, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "external_link"),
        (edited(GOOD, {SHEET: lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml}), "damaged"),
        (lambda: edited(GOOD, {"xl/media/image1.png": bytes(101 * 2**20)}), "bomb"),
        (lambda: edited(GOOD, {SHEET: lambda xml: xml + b" " * (40 * 2**20)}), "bomb"),
        (lambda: edited(GOOD, {f"xl/x{number}.xml": b"<x/>" for number in range(2001)}), "bomb"),
        (edited(GOOD, {SHEET: lambda xml: xml[: len(xml) // 2]}), "damaged"),
        (edited(GOOD, {"xl/workbook.xml": b"<workbook/>"}), "no_rows"),
        (sheets({"Trống": []}), "no_rows"),
        (bytes(10 * 2**20 + 1), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refuses_with_a_reason_and_a_remedy(content, code):
    """What is large is made when it is asked for: each process of a run collects this test."""
    assert refused(content() if callable(content) else content).code == code


def test_a_zip_that_is_no_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refused(stream.getvalue()).code == "not_excel"


def test_a_declared_size_that_lies_is_found_out():
    stream = io.BytesIO(GOOD)
    with zipfile.ZipFile(stream) as archive:
        entry = archive.getinfo(SHEET)
    size = entry.file_size.to_bytes(4, "little")
    lying = GOOD.replace(size, (entry.file_size - 50).to_bytes(4, "little"))
    assert refused(lying).code == "damaged"


def test_a_cell_far_from_the_table_is_named():
    problem = refused(sheets({"Một": [["Mã"], ["1"]], "Hai": [["x"], *[[]] * 4, [*[None] * 2500, "y"]]}))
    assert (problem.code, problem.sheet) == ("far_cell", "Hai")
    assert problem.cell == "CRE6"


def test_a_cell_in_the_last_row_and_column_does_not_fill_the_memory():
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = edited(GOOD, {SHEET: lambda xml: xml.replace(b"</sheetData>", far)})
    assert refused(content).cell == "XFD1048576"


def test_formulas_and_error_values_are_reported_by_cell():
    cells = (
        b'<row r="9"><c r="C9"><f>1+1</f><v>2</v></c><c r="D9" t="e"><v>#N/A</v></c>'
        b'<c r="E9"><f t="shared" si="0"/><v>3</v></c></row></sheetData>'
    )
    (sheet,) = workbook_reading.read_workbook(
        edited(GOOD, {SHEET: lambda xml: xml.replace(b"</sheetData>", cells)})
    )
    assert sheet.formulas == {"C9", "E9"}
    assert sheet.errors == {"D9"}


def processor_seconds():
    """Of this process and the readers it has waited for: what a busy machine does not add to."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def test_a_million_empty_rows_cost_little():
    rows = b"".join(
        b'<row r="%d"><c r="A%d" s="1"/></row>' % (number, number) for number in range(3, 1_000_003)
    )
    content = edited(GOOD, {SHEET: lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")})
    started = processor_seconds()
    (sheet,) = workbook_reading.read_workbook(content)
    assert processor_seconds() - started < 5
    assert sheet.rows == [(1, ["Mã", "Tên"]), (2, ["007", "Cây chè"])]


def test_too_many_rows(monkeypatch):
    content = sheets({"Một": [["Mã"], *([f"M{number}"] for number in range(100_001))]})
    assert refused(content).code == "too_many_rows"


def test_hidden_sheets_are_left_alone():
    content = edited(
        sheets({"Một": [["a"]], "Hai": [["b"]]}),
        {
            "xl/workbook.xml": lambda xml: xml.replace(
                b'<sheet name="Hai"', b'<sheet name="Hai" state="veryHidden"'
            )
        },
    )
    assert [sheet.name for sheet in workbook_reading.read_workbook(content)] == ["Một"]


def test_a_reader_that_is_ended_is_a_damaged_file_and_one_with_too_much_to_say_a_large_one(monkeypatch):
    monkeypatch.setattr(workbook_reading, "LIMITS", replace(workbook_reading.LIMITS, answer=10))
    assert refused(GOOD).code == "bomb"

    def die(*_given):
        raise ProcessFailed

    monkeypatch.setattr(workbook_reading, "run_bounded", die)
    assert refused(GOOD).code == "damaged"


def test_a_reader_whose_time_was_over_says_nothing_of_the_file(monkeypatch):
    out_of_time(monkeypatch, workbook_reading)
    with pytest.raises(Busy) as busy:
        workbook_reading.read_workbook(GOOD, "tệp.xlsx")
    assert str(busy.value).startswith("Máy chủ đang bận")
    assert "hỏng" not in str(busy.value)
