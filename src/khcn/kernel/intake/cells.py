"""One cell to one value of a model field, or a sentence saying why not. The same readers as the forms."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.translation import gettext as _

from khcn.kernel.registers.export import EVERYTHING, marked_headings, precision_of
from khcn.kernel.registers.sheet import heading_of
from khcn.kernel.text.dates import ParsedDate, Precision, format_date, long_date, parse_date
from khcn.kernel.text.fold import fold
from khcn.kernel.text.numbers import format_number, parse_number
from khcn.kernel.text.problems import TextProblem
from khcn.kernel.text.similar import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.registers.sheet import SheetColumn

_YES = {"co", "x", "dung", "yes", "true", "1", "v", "roi"}
_NO = {"khong", "chua", "sai", "no", "false", "0", "k"}
_BETWEEN = re.compile(r"\s*(?:[/;,+]|\bhoặc\b|\bhay\b)\s*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"\.\s+(?=(\w))")
_EXACT = 10**15
_CHOICES_SHOWN = 12


class CellProblem(Exception):  # noqa: N818 -- a finding about the cell
    """A cell that cannot be taken."""

    def __init__(self, message: str, remedy: str = "", code: str = "value") -> None:
        super().__init__(message)
        self.message, self.remedy, self.code = message, remedy, code


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A text that is not in the closed list; a person decides. ``candidates`` are stored values with labels."""

    text: str
    folded: str
    candidates: tuple[tuple[str, str, float], ...]
    mixed: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A text that names a record of another register."""

    text: str
    folded: str


def text_of(raw: object) -> str:
    """A cell as the text a person sees: NFC, trimmed, a whole number without its ".0"."""
    if isinstance(raw, str):
        return unicodedata.normalize("NFC", raw.replace("\0", "").replace("\r\n", "\n")).strip()
    if isinstance(raw, bool):
        return _("Có") if raw else _("Không")
    if isinstance(raw, float):
        return str(int(raw)) if raw == int(raw) else format_number(Decimal(f"{raw:.15g}"))
    if isinstance(raw, date):
        return format_date(raw)
    return "" if raw is None else str(raw)


def read_cell(column: SheetColumn, raw: object) -> Any:
    """The value for the column's field; ``None`` for an empty cell.

    Gives :class:`Named` for a reference and :class:`Unlisted` for a word outside a closed list, which others settle,
    and a :class:`~khcn.kernel.text.dates.ParsedDate` where the field has a precision beside it.
    Raises :class:`CellProblem`.
    """
    text = text_of(raw)
    if not text:
        return None
    try:
        value = _READERS[column.kind](column, raw, text)
        if column.kind in {"text", "integer", "money", "decimal"}:
            column.field.run_validators(value)
    except TextProblem as problem:
        message, remedy = split_advice(str(problem))
        raise CellProblem(message, remedy, problem.code) from problem
    except ValidationError as problem:
        raise CellProblem(" ".join(problem.messages), _("Xem lại nội dung đã gõ."), "validator") from problem
    return value


def split_advice(sentences: str) -> tuple[str, str]:
    """What is wrong, and what to do: the first sentence and the rest. A quoted value is not cut."""
    for end in _SENTENCE_END.finditer(sentences, max(sentences.rfind("”"), 0)):
        if end.group(1).isupper():
            return sentences[: end.start() + 1], sentences[end.end() :].strip()
    return sentences, ""


# ------------------------------------------------------------------------------------------ by kind


def _text(column: SheetColumn, raw: object, text: str) -> str:
    field = column.field
    if isinstance(raw, float) and abs(raw) >= _EXACT:
        parse_number(raw)  # says that Excel has rounded it
    is_long = isinstance(field, models.TextField)
    if isinstance(raw, date) and not is_long:
        raise CellProblem(
            _("Excel đã đổi nội dung ô này thành ngày %(day)s.") % {"day": text},
            _("Định dạng ô là Văn bản (Text) rồi gõ lại đúng nội dung."),
            "date_in_text",
        )
    if not is_long:
        text = " ".join(text.split())
    if field.max_length and len(text) > field.max_length:
        raise CellProblem(
            _("Nội dung dài %(length)s ký tự, nhiều hơn mức %(most)s.")
            % {"length": len(text), "most": field.max_length},
            _("Rút gọn nội dung ô này."),
            "too_long",
        )
    if isinstance(field, models.EmailField):
        try:
            validate_email(text)
        except ValidationError:
            raise CellProblem(
                _("“%(value)s” chưa đúng dạng địa chỉ thư điện tử.") % {"value": text},
                _("Gõ lại, ví dụ phong.qlkh@tinh.gov.vn."),
                "email",
            ) from None
    return text


def _choice(column: SheetColumn, raw: object, text: str) -> str | Unlisted:
    del raw
    folded = fold(text)
    labels = [(str(value), str(label)) for value, label in column.field.flatchoices if value]
    for value, label in labels:
        if fold(label) == folded:
            return value
    by_label = {label: value for value, label in labels}
    parts = [fold(part) for part in _BETWEEN.split(text) if part]
    named = [(value, label, 99.0) for value, label in labels if fold(label) in parts]
    if len(parts) > 1 and named:
        return Unlisted(text, folded, tuple(named), mixed=True)
    near = [(by_label[each.candidate], each.candidate, each.score) for each in nearest(text, list(by_label))]
    if len(labels) <= _CHOICES_SHOWN:
        seen = {value for value, _label, _score in near}
        near += [(value, label, 0.0) for value, label in labels if value not in seen]
    return Unlisted(text, folded, tuple(near), mixed=False)


def _record(column: SheetColumn, raw: object, text: str) -> Named:
    if isinstance(raw, date):
        raise CellProblem(
            _("Ô này cần tên hoặc số, nhưng Excel đã đổi thành ngày %(day)s.") % {"day": text},
            _("Định dạng ô là Văn bản (Text) rồi gõ lại đúng nội dung."),
            "date_in_text",
        )
    text = " ".join(text.split())
    return Named(text, fold(text))


def _date(column: SheetColumn, raw: object, text: str) -> date | ParsedDate:
    parsed = parse_date(raw if isinstance(raw, date | float | int) else text, excel=True)
    if precision_of(column.field.model, column.name):
        return parsed
    if parsed.precision is not Precision.DAY:
        raise CellProblem(
            _("“%(value)s” là %(period)s, ở đây cần đúng một ngày.")
            % {"value": text, "period": long_date(parsed)},
            _("Gõ đủ ngày, tháng, năm, ví dụ %(example)s.") % {"example": format_date(parsed.last)},
            "not_a_day",
        )
    return parsed.first


def _integer(column: SheetColumn, raw: object, text: str) -> int:
    number = parse_number(raw if isinstance(raw, float | int) else text)
    if isinstance(number, Decimal):
        raise CellProblem(
            _("“%(value)s” có phần lẻ, ở đây cần số nguyên.") % {"value": text},
            _("Gõ số nguyên; dấu chấm ngăn hàng nghìn, ví dụ 1.152."),
            "not_whole",
        )
    least, most = BaseDatabaseOperations.integer_field_ranges[column.field.get_internal_type()]
    if not (0 if column.kind == "money" else least) <= number <= most:
        raise CellProblem(
            _("Số %(value)s nằm ngoài khoảng từ %(least)s đến %(most)s.")
            % {
                "value": format_number(number),
                "least": format_number(0 if column.kind == "money" else least),
                "most": format_number(most),
            },
            _("Xem lại số đã gõ."),
            "out_of_range",
        )
    return number


def _decimal(column: SheetColumn, raw: object, text: str) -> Decimal:
    number = Decimal(parse_number(raw if isinstance(raw, float | int) else text))
    places, digits = column.field.decimal_places, column.field.max_digits
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise CellProblem(
            _("“%(value)s” có quá nhiều chữ số sau dấu phẩy.") % {"value": text},
            _("Ở đây ghi nhiều nhất %(places)s chữ số sau dấu phẩy.") % {"places": places},
            "too_many_decimals",
        )
    if abs(number) >= Decimal(10) ** (digits - places):
        raise CellProblem(
            _("Số %(value)s lớn quá mức cho phép.") % {"value": text}, _("Xem lại số đã gõ."), "out_of_range"
        )
    return number.quantize(Decimal(1).scaleb(-places))


def _yesno(column: SheetColumn, raw: object, text: str) -> bool:
    del column
    if isinstance(raw, bool):
        return raw
    folded = fold(text) or text
    if folded in _YES | {"✓", "☑"}:
        return True
    if folded in _NO | {"-", "☐"}:
        return False
    raise CellProblem(
        _("Chưa hiểu “%(value)s” là có hay không.") % {"value": text},
        _("Gõ Có hoặc Không, hoặc để trống."),
        "yesno",
    )


def _headings(column: SheetColumn, raw: object, text: str) -> list[str]:
    """Names of the fields that hold invented values, from their headings."""
    del raw
    model = column.field.model
    known = {fold(heading_of(model, each.name)): each.name for each in model._meta.concrete_fields}
    names = []
    for part in re.split(r"[;\n]", text):
        folded = fold(part)
        if not folded:
            continue
        if folded in {"tat ca", "all"} or part.strip() == EVERYTHING:
            return [EVERYTHING]
        if folded not in known:
            raise CellProblem(
                _("“%(value)s” không phải tên một cột của sổ này.") % {"value": part.strip()},
                _("Ghi đúng tên cột, ngăn nhau bằng dấu chấm phẩy; hoặc ghi Tất cả."),
                "unknown_column",
            )
        names.append(known[folded])
    return list(dict.fromkeys(names))


_READERS: dict[str, Any] = {
    "text": _text,
    "choice": _choice,
    "record": _record,
    "date": _date,
    "money": _integer,
    "integer": _integer,
    "decimal": _decimal,
    "yesno": _yesno,
    "json": _headings,
}


# ------------------------------------------------------------------------------------------ showing


def show(column: SheetColumn, value: Any, labels: dict[Any, str]) -> str:
    """A stored value as the preview shows it; ``labels`` are those of the closed list."""
    if value is None or value == "":
        return ""
    if labels:
        return labels.get(value, str(value))
    if isinstance(value, list):
        return marked_headings(column.field.model, value)
    if isinstance(value, bool) or column.kind in {"text", "integer"}:
        return text_of(value)
    return format_date(value) if isinstance(value, date) else format_number(value)


def last_day(parsed: ParsedDate, precision: Precision) -> date:
    """The last day of the month, quarter or year that a day lies in."""
    day = parsed.last
    if precision is Precision.DAY:
        return day
    if precision is Precision.YEAR:
        return date(day.year, 12, 31)
    month = day.month if precision is Precision.MONTH else (day.month + 2) // 3 * 3
    first_of_next = date(day.year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def precisions(values: Sequence[str]) -> dict[str, Precision]:
    """Stored values of a precision field to what they mean."""
    return {value: Precision(value) for value in values if value in Precision.values}
