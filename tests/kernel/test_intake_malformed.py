"""Parts of a workbook that are not well-formed are read in time that grows with them alone."""

import re
import time

import pytest

from bench.growth.malformed_parts import PIECES
from khcn.kernel.intake.readers import (
    number_formats,
    other_workbooks,
    small_digits,
    struck_out,
    workbook_reader_process,
)
from khcn.kernel.intake.readers.xml_elements import elements

MODULES = (number_formats, other_workbooks, small_digits, struck_out, workbook_reader_process)
BYTES = 200_000  # read in milliseconds; by patterns that begin again at each piece, in half a minute and more


@pytest.mark.parametrize("name", PIECES)
def test_a_repeated_piece_without_its_end_is_read_once(name):
    read, piece = PIECES[name]
    xml = piece * (BYTES // len(piece))
    began = time.process_time()
    read(xml)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.__name__.rpartition(".")[2])
def test_no_pattern_of_a_tag_reads_over_the_beginning_of_the_next(module):
    patterns = [each for each in vars(module).values() if isinstance(each, re.Pattern)]
    of_tags = [each.pattern for each in patterns if isinstance(each.pattern, bytes)]
    assert of_tags
    assert [each for each in of_tags if b"[^>" in each or b".*" in each] == []


def test_elements_are_those_between_their_tags():
    opening, closing = re.compile(rb"<a(?:\s[^<>]*)?/?>"), re.compile(rb"</a>")
    xml = b"<a/>1<a x='1'>2</a>3<a><b>4</b></a><a>5"
    assert [(tag[0], inside) for tag, inside in elements(xml, opening, closing)] == [
        (b"<a/>", b""),
        (b"<a x='1'>", b"2"),
        (b"<a>", b"<b>4</b>"),
    ]


def test_cells_with_marks_are_named_by_themselves():
    xml = b'<f/><c r="B2" s="1"><f>1</f></c><x:c r="C3" t="e"><x:v>0</x:v></x:c><c><f/></c>'
    asked = workbook_reader_process
    assert asked.cells_of(xml, asked.FORMULA) == ["", "B2", ""]
    assert asked.cells_of(xml, asked.ERROR) == ["C3"]


def test_hidden_rows_and_columns_and_styles_are_found_as_before():
    sheet = (
        b'<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/></cols><sheetData>'
        b'<row r="1" hidden="1"><c r="A1" s="1"><v>1</v></c></row><row r="2"><c r="A2" s="3"/><c r="B2" s="3"><v>5</v></c></row>'
    )
    assert workbook_reader_process.hidden_rows_of(sheet) == [1]
    assert workbook_reader_process.hidden_columns_of(sheet) == [1, 2]
    assert number_formats.runs_of_styles(sheet, {3: ("đồng", 0, True)}) == [["đồng", 0, True, 1, 2, 2]]
    assert struck_out.rows_struck_out(sheet, frozenset({b"3"})) == [2]
