"""One of a closed list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.fields.field_kind import FieldKind, stored_kind_of
from khcn.kernel.fields.form_field_style import NOTHING_CHOSEN
from khcn.kernel.fields.workbook_cells import UnlistedValue
from khcn.kernel.text.fold import fold, name_key
from khcn.kernel.text.similar_names import is_opposite, nearest_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.db.models import Value

    from khcn.kernel.fields.field_kind import Sample

# No "\s*" around it: on a long run of spaces that takes time with the square of its length.
_BETWEEN = re.compile(r"[/;,+]|\bhoặc\b|\bhay\b", re.IGNORECASE)
_CHOICES_SHOWN = 12


class Choice(FieldKind):
    """One value of a closed list; people see its label."""

    name = "choice"
    required_message = "choose"
    sheet_word = "danh sách"
    sheet_width = 22
    sample: ClassVar[Sample] = (
        models.CharField("loại", max_length=9, choices=[("a", "Đề tài"), ("b", "Dự án; dự án con")]),
        ("a", "b"),
    )

    @classmethod
    def recognises(cls, field: Any) -> bool:
        """Whatever the column holds."""
        return bool(field.choices)

    def _labels(self) -> dict[Any, str]:
        return {value: str(label) for value, label in self.field.flatchoices}

    def text(self, value: Any) -> str:
        return str(dict(self.field.flatchoices).get(value, "" if value is None else value))

    def texts(self) -> Callable[[Any], str]:
        labels = self._labels()  # translated once, not once a row
        return lambda value: labels.get(value, "" if value is None else str(value))

    def lowest(self) -> Value:
        """That of the column."""
        return stored_kind_of(self.field).lowest()

    def _form_field(self) -> forms.Field:
        made: Any = self.field.formfield()
        made.choices = [("", NOTHING_CHOSEN), *((key, text) for key, text in self.field.flatchoices if key)]
        return made  # type: ignore[no-any-return]

    def filter(self, **options: Any) -> django_filters.Filter:
        return django_filters.ChoiceFilter(choices=self.field.choices, **options)

    def filter_choices(self) -> tuple[tuple[str, str], ...]:
        return tuple((value, str(text)) for value, text in self.field.flatchoices if value)

    def sheet_values(self) -> Callable[..., Any]:
        labels = self._labels()
        return lambda value: labels.get(value, value)

    def read_cell(self, raw: object, text: str) -> Any:
        """A stored value, or an :class:`UnlistedValue` that a person settles."""
        folded = fold(text)
        labels = [(str(value), str(label)) for value, label in self.field.flatchoices if value]
        for value, label in labels:
            if fold(label) == folded:
                return self.field.to_python(value)
        by_label = {label: value for value, label in labels}
        parts = [folded_part for part in _BETWEEN.split(text) if (folded_part := fold(part))]
        named = [(value, label, 99.0) for value, label in labels if fold(label) in parts]
        if len(parts) > 1 and named:
            return UnlistedValue(text, name_key(text), tuple(named), mixed=True)
        near = [
            (by_label[each.candidate], each.candidate, each.score)
            for each in nearest_names(text, [each for each in by_label if not is_opposite(text, each)])
        ]
        if len(labels) <= _CHOICES_SHOWN:
            seen = {value for value, _label, _score in near}
            others = [(value, label, 0.0) for value, label in labels if value not in seen]
            near += sorted(others, key=lambda each: is_opposite(text, each[1]))
        return UnlistedValue(text, name_key(text), tuple(near), mixed=False)

    def preview(self, value: Any) -> str:
        return self.text(value)

    def sheet_choices(self) -> list[str]:
        return [str(label) for value, label in self.field.choices or () if value]

    def sheet_example(self) -> str:
        return next(iter(self.sheet_choices()), "")

    def sheet_tip(self) -> str:
        return _("Chọn trong danh sách.")

    def _schema(self) -> dict[str, Any]:
        values = [str(value) for value, _label in self.field.flatchoices]
        if self.field.blank and not self.field.null and "" not in values:
            values.append("")
        found = super()._schema()
        return {**found, "enum": [*values, None] if self.field.null else values}

    def json_word(self) -> str:
        return _("một trong các mã")
