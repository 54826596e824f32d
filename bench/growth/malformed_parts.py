"""Parts of workbooks that no spreadsheet program writes, each a piece that is repeated, and what reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.intake.readers import number_formats, small_digits, struck_out, workbook_reader_process

if TYPE_CHECKING:
    from collections.abc import Callable

STYLES = {3: ("đồng", 0, True)}

PIECES: Final[dict[str, tuple[Callable[[bytes], Any], bytes]]] = {
    "numFmt": (number_formats.format_codes_of_styles, b"<numFmt "),
    "numFmt quote": (number_formats.format_codes_of_styles, b'<numFmt formatCode="'),
    "cellXfs": (number_formats.format_codes_of_styles, b"<cellXfs>"),
    "cellXfs empty": (number_formats.format_codes_of_styles, b"<cellXfs/>"),
    "xf": (number_formats.format_codes_of_styles, b"<cellXfs><xf "),
    "cell style": (lambda xml: number_formats.runs_of_styles(xml, STYLES), b'<c s="3" r="A1" '),
    "cell attributes": (lambda xml: number_formats.runs_of_styles(xml, STYLES), b's="3" r="A1" '),
    "row": (workbook_reader_process.hidden_rows_of, b"<row "),
    "hidden row": (workbook_reader_process.hidden_rows_of, b' hidden="1"'),
    "column": (workbook_reader_process.hidden_columns_of, b'<col hidden="1" '),
    "written": (lambda xml: workbook_reader_process.check_extent("x", xml), b' r="A1"'),
    "written cell": (lambda xml: workbook_reader_process.check_extent("x", xml), b'<c r="A1" '),
    "formula": (lambda xml: workbook_reader_process.cells_of(xml, workbook_reader_process.FORMULA), b"<f/>"),
    "formula in a cell": (
        lambda xml: workbook_reader_process.cells_of(xml, workbook_reader_process.FORMULA),
        b"<c <f/>",
    ),
    "sheet": (lambda xml: workbook_reader_process.sheet_parts({"xl/workbook.xml": xml}), b"<sheet "),
    "sheet name": (
        lambda xml: workbook_reader_process.sheet_parts({"xl/workbook.xml": b"<sheet " + xml + b">"}), b"aaaa",
    ),
    "relation": (
        lambda xml: workbook_reader_process.sheet_parts({"xl/_rels/workbook.xml.rels": xml}), b"<Relationship ",
    ),
    "fonts": (struck_out.styles_struck_out, b"<fonts>"),
    "fonts empty": (struck_out.styles_struck_out, b"<fonts/>"),
    "font": (struck_out.styles_struck_out, b"<fonts><font>"),
    "struck cell": (lambda xml: struck_out.rows_struck_out(xml, frozenset({b"1"})), b"<c r='A1' s='1' "),
    "shared cell": (lambda xml: struck_out.cells_struck_out(xml, {b"1": "part"}), b"<c r='A1' t='s' "),
    "inline": (lambda xml: struck_out.cells_struck_out(b"strike" + xml, {}), b"<c r='A1' a><is>"),
    "string": (lambda xml: struck_out.strings_struck_out(b"strike" + xml), b"<si>"),
    "run": (lambda xml: struck_out.strings_struck_out(b"strike<si>" + xml + b"</si>"), b"<r>"),
    "text": (lambda xml: struck_out.strings_struck_out(b"strike<si><r>" + xml + b"</r></si>"), b"<t "),
    "small digits": (small_digits.strings_with_small_digits, b"<si>vertAlign"),
    "small text": (lambda xml: small_digits.strings_with_small_digits(b"<si><r>vertAlign" + xml + b"</r></si>"), b"<t>"),
}  # fmt: skip
