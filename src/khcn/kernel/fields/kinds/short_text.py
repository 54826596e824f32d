"""One line of text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext as _

from khcn.kernel.fields.field_kind import FieldKind
from khcn.kernel.fields.form_field_style import MESSAGES
from khcn.kernel.fields.workbook_cells import (
    CellProblem,
    is_cut_to_cell,
    read_text_cell,
    refuse_rounded_cell,
    single_spaced,
)
from khcn.kernel.text.dates import ParsedDate
from khcn.kernel.text.one_line import check_one_line
from khcn.kernel.text.text_problem import text_problem_and_advice

if TYPE_CHECKING:
    from django import forms

    from khcn.kernel.fields.field_kind import Sample


_LOOKUPS_OF_PARTS = {"contains", "icontains", "startswith", "istartswith", "endswith", "iendswith"}


class WrittenText(FieldKind):
    """What text of one line and of several have in common."""

    holds_words = True

    def filter(self, **options: Any) -> django_filters.Filter:
        """A part of a text need not be what the form takes for a whole one."""
        if options.get("lookup_expr") in _LOOKUPS_OF_PARTS:
            return django_filters.CharFilter(**options)
        return super().filter(**options)

    def text(self, value: Any) -> str:
        return "" if value is None else str(value)

    def lowest(self) -> Value:
        return Value("", output_field=self.field)


class ShortText(WrittenText):
    """One line of text."""

    columns = (models.CharField,)
    sample: ClassVar[Sample] = (
        models.CharField("tên", max_length=200),
        (
            "Đề tài số 1",
            "=1+1",
            "+84 912",
            "007",
            "9/10/2023",
            "'; DROP TABLE x; --",
            "<b>&amp;</b>",
            "x" * 200,
        ),
    )
    sheet_validated = True

    def _form_field(self) -> forms.Field | None:
        made = super()._form_field()
        if made is not None:
            made.validators.append(check_one_line)
        return made

    def read_cell(self, raw: object, text: str) -> Any:
        refuse_rounded_cell(raw)
        if isinstance(raw, date | ParsedDate):
            raise CellProblem(
                _("Excel đã đổi nội dung ô này thành ngày %(day)s.") % {"day": text},
                _("Định dạng ô là Văn bản (Text) rồi gõ lại đúng nội dung."),
                "date_in_text",
            )
        line = " ".join(text.split())
        try:
            check_one_line(line)
        except ValidationError as refused:
            raise CellProblem(
                *text_problem_and_advice(" ".join(refused.messages)), "hidden_character"
            ) from None
        return read_text_cell(raw, line, self.field.max_length)

    def is_same(self, old: Any, new: Any) -> bool:
        return bool(old == new) or (
            isinstance(old, str)
            and isinstance(new, str)
            and (is_cut_to_cell(old, new) or single_spaced(old) == single_spaced(new))
        )

    def sheet_example(self) -> str:
        return _("mã do đơn vị đặt, không trùng") if self.field.name == "code" else ""


class Email(ShortText):
    """An address for e-mail."""

    columns = (models.EmailField,)
    sample: ClassVar[Sample] = (models.EmailField("thư"), ("phong.qlkh@tinh.gov.vn", "a@b.vn"))

    def form_field(self) -> forms.Field | None:
        made = super().form_field()
        if made is not None:
            made.error_messages["invalid"] = MESSAGES["email"]
        return made

    def read_cell(self, raw: object, text: str) -> Any:
        text = super().read_cell(raw, text)
        try:
            validate_email(text)
        except ValidationError:
            raise CellProblem(
                _("“%(value)s” chưa đúng dạng địa chỉ thư điện tử.") % {"value": text},
                _("Gõ lại, ví dụ phong.qlkh@tinh.gov.vn."),
                "email",
            ) from None
        return text
