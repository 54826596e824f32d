"""One cell to one value of a model field, or a sentence saying why not. The kinds of fields do the reading."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import CellProblem, ShownNumber, workbook_cell_text
from khcn.kernel.intake.tables.signatures_and_dittos import is_ditto, is_unclear_ditto
from khcn.kernel.registers.look_alike_codes import code_fields
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.numbers import format_amount
from khcn.kernel.text.text_problem import TextProblem, text_problem_and_advice

if TYPE_CHECKING:
    from khcn.kernel.intake.tables.area_units import AreaUnit
    from khcn.kernel.intake.tables.heading_units import AmountUnit
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn


_SHOWN: Final = 60  # characters
_OFFERS_MONTH: Final = frozenset({"unreadable", "no_year"})  # what is said of a text that is no day
_DASHES: Final = re.compile(r"[-–—−_]{1,3}")


def takes_years(column: SheetColumn) -> bool:
    """Is it the first year of something whose end has a field of its own?"""
    return bool(getattr(column.field, "until", ""))


def counted(column: SheetColumn, raw: object) -> object:
    """The cell as its field takes it: the number where the field holds one, else the text that the cell shows.

    Raises :class:`~khcn.kernel.fields.workbook_cells.CellProblem` where it is not known what the cell shows.
    """
    if not isinstance(raw, ShownNumber):
        _refuse_part_of_code(column, raw)
        return raw
    if column.kind.takes_number:
        return float(raw)
    if not raw.shown:
        raise CellProblem(
            _("Excel hiện ô này khác với số %(number)s ghi trong ô (định dạng “%(format)s”).")
            % {"number": workbook_cell_text(float(raw)), "format": raw.number_format},
            _("Định dạng ô là Văn bản (Text) rồi gõ lại đúng nội dung."),
            "shown_otherwise",
        )
    return raw


def _refuse_part_of_code(column: SheetColumn, raw: object) -> None:
    """A code typed as 1.1 or 1.10 in a cell for numbers is 1.1 in both: which one was meant is lost."""
    if (
        isinstance(raw, float)
        and not raw.is_integer()
        and column.name in code_fields(register_of(column.field.model))
    ):
        raise CellProblem(
            _("Ô mã giữ số có phần lẻ (%(number)s), nên mã đã gõ có thể khác: 1.1 và 1.10 là một số.")
            % {"number": workbook_cell_text(raw)},
            _("Định dạng ô là Văn bản (Text) rồi gõ lại đúng mã."),
            "shown_otherwise",
        )


def read_cell(column: SheetColumn, raw: object, unit: AmountUnit | AreaUnit | None = None) -> Any:
    """The value for the column's field; ``None`` for an empty cell. ``unit`` is that of the column's numbers, if one is said.

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
    _refuse_percentage(column, text)
    _refuse_dash(column, text)
    return _value_of(column, raw, text, unit)


def read_literal_cell(column: SheetColumn, raw: object) -> Any:
    """The same of a cell that means what it says: "nt" is a text as any other. Raises :class:`CellProblem`."""
    text = workbook_cell_text(raw)
    return _value_of(column, raw, text, None) if text else None


def _value_of(column: SheetColumn, raw: Any, text: str, unit: AmountUnit | AreaUnit | None) -> Any:
    try:
        if unit is not None and unit.factor not in {0, 1}:
            raw, text = converted(raw, text, unit)
        value = column.kind.read_cell(raw, text)
        if column.kind.sheet_validated:
            column.field.run_validators(value)
    except TextProblem as problem:
        message, remedy = text_problem_and_advice(str(problem))
        raise CellProblem(message, _remedy_of(column, problem, remedy), problem.code) from problem
    except ValidationError as problem:
        raise CellProblem(" ".join(problem.messages), _("Xem lại nội dung đã gõ."), "validator") from problem
    return value


def _remedy_of(column: SheetColumn, problem: TextProblem, remedy: str) -> str:
    """What to type into this column: the reader of all dates offers a month, and that of all numbers a fraction."""
    if column.kind.is_year:
        return _("Gõ bốn chữ số của một năm, ví dụ 2023.")
    if column.kind.is_day and not column.kind.sibling and problem.code in _OFFERS_MONTH:
        return _("Gõ đủ ngày, tháng, năm, ví dụ 14/9/2023.")
    return remedy


def _refuse_dash(column: SheetColumn, text: str) -> None:
    """A dash in the place of a number or day: none, or nought."""
    if _DASHES.fullmatch(text) and column.kind.takes_number and not column.kind.reads_dash:
        raise CellProblem(
            _("“%(value)s” không phải số hay ngày.") % {"value": text},
            _("Nếu không có, để trống ô này; nếu bằng không, gõ 0."),
            "dash",
        )


def _refuse_percentage(column: SheetColumn, text: str) -> None:
    """ "15%" of an amount is a share of something that the cell does not name, not 15."""
    if text.endswith("%") and column.kind.is_amount:
        raise CellProblem(
            _("“%(value)s” là tỷ lệ phần trăm, ở đây cần một số.") % {"value": text[:_SHOWN]},
            _("Ghi số, không ghi tỷ lệ."),
            "percentage",
        )


def converted(raw: object, text: str, unit: AmountUnit | AreaUnit) -> tuple[object, str]:
    """A number in the unit of the register, and the text of its cell. Raises what ``unit.amount`` raises."""
    number = unit.amount(raw)
    if isinstance(number, Decimal):  # an area: what is wrong with it is seen in the number that is stored
        text = _("%(value)s %(unit)s = %(number)s ha") % {
            "value": text,
            "unit": unit.words,
            "number": format_amount(number),
        }
    return number, text


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
