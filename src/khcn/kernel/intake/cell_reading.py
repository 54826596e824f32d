"""One cell to one value of a model field, or a sentence saying why not. The kinds of fields do the reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import CellProblem, ShownNumber, workbook_cell_text
from khcn.kernel.intake.signatures_and_dittos import is_ditto, is_unclear_ditto
from khcn.kernel.text.text_problem import TextProblem, text_problem_and_advice

if TYPE_CHECKING:
    from khcn.kernel.intake.heading_units import AmountUnit
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn


_NUMBERS: Final = frozenset({"num", "date"})


def holds_number(column: SheetColumn) -> bool:
    """Does a field of this column take the number of a cell, however it is shown?"""
    return column.kind.look in _NUMBERS or column.kind.name in {"year", "yesno"}


def counted(column: SheetColumn, raw: object) -> object:
    """The cell as its field takes it: the number where the field holds one, else the text that the cell shows.

    Raises :class:`~khcn.kernel.fields.workbook_cells.CellProblem` where it is not known what the cell shows.
    """
    if not isinstance(raw, ShownNumber):
        return raw
    if holds_number(column):
        return float(raw)
    if not raw.shown:
        raise CellProblem(
            _("Excel hiện ô này khác với số %(number)s ghi trong ô (định dạng “%(format)s”).")
            % {"number": workbook_cell_text(float(raw)), "format": raw.number_format},
            _("Định dạng ô là Văn bản (Text) rồi gõ lại đúng nội dung."),
            "shown_otherwise",
        )
    return raw


def read_cell(column: SheetColumn, raw: object, unit: AmountUnit | None = None) -> Any:
    """The value for the column's field; ``None`` for an empty cell. ``unit`` is that of the column's amounts, if one is said.

    Gives :class:`~khcn.kernel.fields.workbook_cells.NamedRecord` for a reference and ``UnlistedValue`` for a word outside a closed list,
    which others settle, and a :class:`~khcn.kernel.text.dates.ParsedDate` where the field has a precision beside it.
    Raises :class:`~khcn.kernel.fields.workbook_cells.CellProblem`.
    """
    raw = counted(column, raw)
    text = workbook_cell_text(raw)
    if not text:
        return None
    if is_ditto(text):
        raise CellProblem(
            _("“%(value)s” là viết tắt của “như trên”, nhưng dòng trên không có giá trị để lấy.")
            % {"value": text},
            _("Ghi đủ giá trị ở ô này."),
            "ditto",
        )
    if is_unclear_ditto(text):
        raise CellProblem(
            _("Ô ghi “%(value)s”: không rõ là như trên, theo dòng khác hay chưa có.") % {"value": text},
            _("Ghi đủ giá trị ở ô này; chưa có thì để trống."),
            "ditto",
        )
    try:
        if unit is not None and unit.factor > 1:
            raw = unit.amount(raw)
        value = column.kind.read_cell(raw, text)
        if column.kind.sheet_validated:
            column.field.run_validators(value)
    except TextProblem as problem:
        message, remedy = text_problem_and_advice(str(problem))
        raise CellProblem(message, remedy, problem.code) from problem
    except ValidationError as problem:
        raise CellProblem(" ".join(problem.messages), _("Xem lại nội dung đã gõ."), "validator") from problem
    return value


def formula_texts(*, is_error: bool) -> tuple[str, str]:
    """What is wrong with a cell whose formula has no value, and what to do: it holds an error, or nothing was calculated."""
    message = (
        _("Ô chứa giá trị lỗi của Excel (như #N/A, #REF!).")
        if is_error
        else _("Ô chứa công thức mà tệp không có giá trị đã tính.")
    )
    remedy = _(
        "Mở tệp bằng Excel và lưu lại; hoặc chép (Copy) vùng số liệu, dán đặc biệt (Paste Special) dạng giá trị (Values)."
    )
    return message, remedy
