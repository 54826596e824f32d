"""Form fields that read what officials type, by the same functions as the importers.

The widgets are plain text inputs: a browser's date or number input follows the language of the browser, so
the same keys would mean 9 October on one machine and 10 September on the next. A text input also shows again
exactly what was typed when it could not be read.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from khcn.kernel.text.dates import Precision, format_date, long_date, parse_date
from khcn.kernel.text.numbers import format_number, parse_number
from khcn.kernel.text.one_line import check_one_line
from khcn.kernel.text.text_problem import TextProblem
from khcn.kernel.text.times import format_time, parse_time

BEYOND_COUNTING = 10**16  # a bound that only the column has: naming it helps nobody


def _refusal(problem: TextProblem) -> ValidationError:
    return ValidationError(problem.message, code=problem.code, params=problem.params)


class OneLineField(forms.CharField):
    """A text of one line that is stored or printed: without line breaks and without characters that show another text."""

    default_validators = [check_one_line]


class _TypedField(forms.Field):
    """A field whose value has a typed form and a stored form, compared by what they mean."""

    widget = forms.TextInput
    inputmode = "text"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            "inputmode": self.inputmode
        }  # no autocomplete="off": browsers empty such fields when one comes back

    def has_changed(self, initial: Any | None, data: Any | None) -> bool:
        if self.disabled:
            return False
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class VietnameseDateField(_TypedField):
    """One day, typed day first; the cleaned value is a `datetime.date`."""

    inputmode = "numeric"
    default_error_messages = {
        "required": _("Gõ ngày theo dạng ngày/tháng/năm, ví dụ 14/9/2023."),
        "not_a_day": _("“%(value)s” là %(period)s, ở đây cần đúng một ngày. Gõ ví dụ %(example)s."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "placeholder": _("ngày/tháng/năm")}

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            parsed = parse_date(value)
        except TextProblem as problem:
            raise _refusal(problem) from problem
        if parsed.precision is not Precision.DAY:
            raise ValidationError(
                self.error_messages["not_a_day"],
                code="not_a_day",
                params={"value": value, "period": long_date(parsed), "example": format_date(parsed.last)},
            )
        return parsed.first

    def prepare_value(self, value: Any) -> Any:
        return format_date(value) if isinstance(value, date) else value


class VietnamesePartialDateField(VietnameseDateField):
    """A day, or a month, quarter or year by its last day; how exactly it was typed, `typed_precision` tells."""

    inputmode = "text"

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return parse_date(value).last
        except TextProblem as problem:
            raise _refusal(problem) from problem

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "placeholder": _("ngày/tháng/năm hoặc tháng/năm")}

    def has_changed(self, initial: Any | None, data: Any | None) -> bool:
        if self.disabled:
            return False
        # the last day of a month typed as the month says something else than the day
        return typed_precision(data) is not None or super().has_changed(initial, data)


def typed_precision(typed: Any) -> Precision | None:
    """What a typed date was typed as, where that is a month, a quarter or a year and not a day; else None."""
    try:
        precision = parse_date(typed).precision if isinstance(typed, str) and typed.strip() else None
    except TextProblem:
        return None
    return None if precision is Precision.DAY else precision


class VietnameseTimeField(_TypedField):
    """A time of day to the minute; the cleaned value is a `datetime.time` without a zone."""

    default_error_messages = {"required": _("Gõ giờ và phút, ví dụ 14 giờ 30.")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "placeholder": "14 giờ 30"}

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, time) or value in self.empty_values or not value.strip():
            return value or None
        try:
            return parse_time(value)
        except TextProblem as problem:
            raise _refusal(problem) from problem

    def prepare_value(self, value: Any) -> Any:
        return format_time(value) if isinstance(value, time) else value


class VietnameseDecimalField(_TypedField):
    """A number with or without a decimal part; the cleaned value is a `Decimal`.

    ``decimal_places`` is the most that may be typed; bounds are inclusive; ``max_digits`` counts both sides.
    """

    inputmode = "decimal"
    default_error_messages = {
        "required": _("Gõ số bằng chữ số, ví dụ 1.152 hoặc 86,96."),
        # no codes of Django's: a form puts its field's words for a code into the errors of the model, which have other variables
        "too_small": _("“%(value)s” nhỏ quá: số ở đây ít nhất là %(bound)s. Xem lại số đã gõ."),
        "too_great": _("“%(value)s” lớn quá: số ở đây nhiều nhất là %(bound)s. Xem lại số đã gõ."),
        "too_large": _("“%(value)s” lớn quá. Xem lại số đã gõ, và đơn vị của ô này."),
        "too_many_decimals": _(
            "“%(value)s” có quá nhiều chữ số sau dấu phẩy. Ở đây ghi nhiều nhất %(places)s chữ số."
        ),
    }

    def __init__(
        self,
        *,
        min_value: int | Decimal | None = None,
        max_value: int | Decimal | None = None,
        max_digits: int | None = None,
        decimal_places: int | None = None,
        **kwargs: Any,
    ) -> None:
        if max_value is None and max_digits is not None:
            max_value = Decimal("9" * max_digits).scaleb(-(decimal_places or 0))
        self.min_value, self.max_value, self.decimal_places = min_value, max_value, decimal_places
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        for code, bound, broken in (
            ("too_small", self.min_value, self.min_value is not None and value < self.min_value),
            ("too_great", self.max_value, self.max_value is not None and value > self.max_value),
        ):
            if bound is not None and broken:
                params = {"value": format_number(value), "bound": format_number(bound)}
                word = "too_large" if bound >= BEYOND_COUNTING else code
                raise ValidationError(self.error_messages[word], code=code, params=params)

    def _read(self, value: Any) -> int | Decimal | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return parse_number(value)
        except TextProblem as problem:
            raise _refusal(problem) from problem

    def to_python(self, value: Any) -> Decimal | int | None:
        number = self._read(value)
        if number is None:
            return None
        exact = Decimal(number)
        exponent = exact.as_tuple().exponent
        if self.decimal_places is not None and isinstance(exponent, int) and -exponent > self.decimal_places:
            raise ValidationError(
                self.error_messages["too_many_decimals"],
                code="too_many_decimals",
                params={"value": value, "places": self.decimal_places},
            )
        return exact

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return format_number(value)
        return value


class VietnameseIntegerField(VietnameseDecimalField):
    """A whole number; the cleaned value is an ``int``. "1.152" is 1152, "1,152" is refused as no whole number."""

    inputmode = "numeric"
    default_error_messages = {
        "required": _("Gõ số nguyên bằng chữ số, ví dụ 1.152."),
        "not_whole": _(
            "“%(value)s” có phần lẻ, ở đây cần số nguyên. Dùng dấu chấm ngăn hàng nghìn, ví dụ 1.152."
        ),
    }

    def to_python(self, value: Any) -> int | None:
        number = self._read(value)
        if isinstance(number, Decimal):
            raise ValidationError(self.error_messages["not_whole"], code="not_whole", params={"value": value})
        return number


class VietnameseMoneyField(VietnameseIntegerField):
    """An amount of whole đồng, never negative unless ``min_value`` says so."""

    default_error_messages = {
        "required": _("Gõ số tiền theo đồng, ví dụ 45.998.409."),
        "not_whole": _(
            "“%(value)s” có phần lẻ, số tiền ghi theo đồng. Dùng dấu chấm ngăn hàng nghìn, ví dụ 45.998.409."
        ),
    }

    def __init__(self, *, min_value: int | Decimal | None = 0, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "data-grouped": "",
        }  # a script groups the digits while they are typed
