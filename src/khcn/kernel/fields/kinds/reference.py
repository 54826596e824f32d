"""One record of another register."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django.utils.translation import gettext as _

from khcn.kernel.fields.dated_links import day_path
from khcn.kernel.fields.dated_names import is_dated, name_to_read, shown_name
from khcn.kernel.fields.field_kind import FieldKind, field_kind_of
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.reference_input import RecordField
from khcn.kernel.fields.reference_targets import has_target, record_name, target_name_column, target_of
from khcn.kernel.fields.workbook_cells import CellProblem, NamedRecord
from khcn.kernel.text.dates import ParsedDate
from khcn.kernel.text.fold import name_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms

    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.reference_targets import Target
    from khcn.kernel.fields.workbook_cells import CellFormats


LARGEST_KEY = 10**18 - 1  # as many digits as a form reads in a key


class RecordFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter that takes a record, by choice or by name."""

    field_class = RecordField


class NameOfDatedRow(FieldKind):
    """The cells of a list that name rows of a dated model, as :func:`name_to_read` reads them."""

    def text(self, value: Any) -> str:
        return shown_name(value)


class Reference(FieldKind):
    """A record of another register, named as that register says."""

    name = "record"
    required_message = "choose"
    sheet_word = "bản ghi"
    sheet_width = 30
    schema: ClassVar[dict[str, Any]] = {
        "type": ["object", "string", "null"],
        "minLength": 1,
        "properties": {
            "id": {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY},
            "name": {"type": "string", "minLength": 1},
        },
        "minProperties": 1,
        "additionalProperties": False,
    }

    @classmethod
    def recognises(cls, field: Any) -> bool:
        """Every link to another model."""
        return bool(field.related_model)

    @property
    def target(self) -> Target | None:
        model = self.field.related_model
        return target_of(model) if has_target(model) else None

    def text(self, value: Any) -> str:
        if value is None:
            return ""
        return record_name(value) if self.target else str(value)

    def listed(self, path: str) -> tuple[Any, FieldKind]:
        """The column by which other registers show the record."""
        if self.target is None:
            return path, self
        shown = target_name_column(self.target)
        if is_dated(self.field.related_model):
            return self._dated_name(path, shown), NameOfDatedRow(self.field)
        return f"{path}__{shown}", field_kind_of(field_at(self.field.related_model, shown))

    def _dated_name(self, path: str, column: str) -> Any:
        limit = self.field.get_limit_choices_to()
        return name_to_read(self.field.related_model, column, link=path, limit=limit)

    def sort_path(self, path: str) -> str:
        """In the order of the Vietnamese alphabet where one is kept."""
        keeps = any(each.name == "sort_key" for each in self.field.related_model._meta.fields)
        return f"{path}__sort_key" if keeps else ""

    def _form_field(self) -> forms.Field | None:
        if self.target is None:
            return super()._form_field()
        options = self._options()
        options.pop("initial", None)
        limit = self.field.get_limit_choices_to() or None
        link = f"{self.field.model._meta.label_lower}.{self.field.name}" if limit else ""
        by_day = bool(day_path(self.field))
        return RecordField(model=self.field.related_model, limit=limit, link=link, by_day=by_day, **options)

    def prepare(self, field: forms.Field) -> None:
        """Short lists of records become plain lists."""
        super().prepare(field)
        if isinstance(field, RecordField):
            field.list_if_short()

    def filter(self, **options: Any) -> django_filters.Filter:
        if self.target is None:
            return super().filter(**options)
        return RecordFilter(model=self.field.related_model, **options)

    def _named_by(self) -> FieldKind | None:
        """The kind of the column by which workbooks name the record."""
        if self.target is None or not self.target.lookup:
            return None
        return field_kind_of(field_at(self.field.related_model, self.target.lookup))

    def sheet_paths(self) -> list[Any]:
        if self.target is not None and is_dated(self.field.related_model):
            return [self._dated_name(self.field.name, self.target.lookup)]
        return [f"{self.field.name}__{self.target.lookup}" if self.target else self.field.name]

    def sheet_values(self) -> Callable[..., Any]:
        is_named = self.target is not None and is_dated(self.field.related_model)
        return shown_name if is_named else super().sheet_values()

    def write_cell(self, sheet: Any, row: int, place: int, value: Any, formats: CellFormats) -> None:
        named_by = self._named_by()
        write = named_by.write_cell if named_by else super().write_cell
        write(sheet, row, place, value, formats)

    def read_cell(self, raw: object, text: str) -> Any:
        """A name, which the import looks up for all rows at once."""
        if isinstance(raw, date | ParsedDate):
            raise CellProblem(
                _("Ô này cần tên hoặc số, nhưng Excel đã đổi thành ngày %(day)s.") % {"day": text},
                _("Định dạng ô là Văn bản (Text) rồi gõ lại đúng nội dung."),
                "date_in_text",
            )
        text = " ".join(text.split())
        return NamedRecord(text, name_key(text))

    def sheet_list(self, actor: Actor, most: int) -> list[str]:
        target = self.target
        if target is None or not target.lookup:
            return []
        records = target.visible(actor, "choose")
        if limits := self.field.get_limit_choices_to():
            records = records.complex_filter(limits)
        order = [part for part in target.order if "__" not in part]
        names = records.order_by(*order, "pk").values_list(target.lookup, flat=True)[: most + 1]
        return list(dict.fromkeys(str(name) for name in names if name))

    def sheet_example(self) -> str:
        target = self.target
        return _("tên trong sổ %(register)s") % {"register": target.title} if target else ""

    def sheet_tip(self) -> str:
        return _("Chọn trong danh sách hoặc ghi đúng tên trong sổ.")

    def json_word(self) -> str:
        return _('bản ghi: {"id": số} hoặc tên')

    def takes_json(self, value: Any) -> bool:
        """A key or a name; an object with anything else would be taken for "no record"."""
        if not isinstance(value, dict):
            return super().takes_json(value) and (value is None or bool(value.strip()))
        key, name = value.get("id", 1), value.get("name", "x")
        return (
            {"id", "name"} >= set(value) != set()
            and (type(key) is int and 1 <= key <= LARGEST_KEY)
            and (isinstance(name, str) and bool(name.strip()))
        )

    def to_json(self, value: Any) -> Any:
        return None if value is None else {"id": value.pk, "name": self.text(value)}
