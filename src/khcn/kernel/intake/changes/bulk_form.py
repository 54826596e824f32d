"""The form of a change of many records: one value for each field that is to be changed, nothing for those that stay."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.fields.dated_names import with_start_if_shared
from khcn.kernel.fields.forms import InputForm, form_for
from khcn.kernel.fields.sections import Section
from khcn.kernel.fields.workbook_cells import CellProblem
from khcn.kernel.intake.changes.change_workbook import CLEARED
from khcn.kernel.intake.rows.row_reading import read_outcome
from khcn.kernel.workbooks.workbook_sheet import sheet_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django import forms

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn


class BulkChangeForm(InputForm):
    """New values; a field without one keeps what each record has, unless it is named in ``cleared``."""

    clearable: ClassVar[tuple[str, ...]] = ()
    columns: ClassVar[Mapping[str, SheetColumn]] = {}

    def prepare_field(self, name: str, field: forms.Field) -> None:
        """A list says that choosing nothing changes nothing."""
        super().prepare_field(name, field)
        widget: Any = field.widget
        choices = list(getattr(widget, "choices", ()))
        if choices and choices[0][0] == "":
            widget.choices = [("", _("(giữ nguyên)")), *choices[1:]]

    @property
    def cleared(self) -> set[str]:
        """The fields whose values are to be removed."""
        data: Any = self.data
        named = data.getlist("cleared") if hasattr(data, "getlist") else ()
        return set(named) & set(self.clearable)

    def clean(self) -> dict[str, Any]:
        """Something must change, no field be emptied and filled at once, and each value be one that its field takes."""
        cleaned = super().clean()
        for name in self.cleared:
            if cleaned.get(name) not in {None, ""}:
                self.add_error(name, _("Vừa ghi giá trị mới, vừa chọn xóa. Bỏ một trong hai."))
        cells = {} if self.errors else self.cells()
        for name, cell in cells.items():
            if name not in self.cleared and (reason := self._why_not(name, cell)):
                self.add_error(name, reason)
        if not self.errors and not cells:
            self.add_error(None, _("Chưa chọn trường nào để sửa. Ghi giá trị mới cho ít nhất một trường."))
        return cleaned

    def _why_not(self, name: str, cell: Any) -> str:
        """Why no record takes the value, in the words in which the preview would say it of each; "" where nothing is wrong."""
        value, _written = read_outcome(self.columns[name], cell, None, is_literal=name in self.literal())
        if isinstance(value, CellProblem):
            return f"{value.message} {value.remedy}".strip()
        return ""

    def literal(self) -> list[str]:
        """The fields in which a text was typed: it means what it says."""
        return [
            name
            for name, kind in self.kinds.items()
            if kind.target is None
            and (kind.takes_lines or kind.holds_words)
            and name not in self.cleared
            and self.cleaned_data.get(name) not in {None, ""}
        ]

    def cells(self) -> dict[str, Any]:
        """What the cells of the changed fields hold."""
        found = {
            name: self._cell(name, kind, self.cleaned_data[name])
            for name, kind in self.kinds.items()
            if self.cleaned_data.get(name) not in {None, ""}
        }
        return {**found, **dict.fromkeys(self.cleared, CLEARED)}

    def _cell(self, name: str, kind: FieldKind, value: Any) -> Any:
        if kind.target is not None:
            return with_start_if_shared(value, _written_name(value, kind.target.lookup), kind.target.lookup)
        if kind.sibling:  # what was typed says both
            return str(self[name].data).strip()
        return kind.sheet_values()(value)


def _written_name(record: Any, lookup: str) -> str:
    """By what workbooks name the record."""
    value = record
    for part in lookup.split("__"):
        value = getattr(value, part)
    return str(value)


@lru_cache(maxsize=256)
def bulk_form(register: Register, names: tuple[str, ...]) -> type[BulkChangeForm]:
    """The form of a register with these fields; made once."""
    title = gettext_lazy("Giá trị mới")
    made = cast(
        "type[BulkChangeForm]",
        form_for((Section(title, *names),), model=register.model, base=BulkChangeForm),
    )
    for name in names:
        made.base_fields[name].required, made.base_fields[name].initial = False, None
    made.columns = {each.name: each for each in sheet_columns(register)}
    made.clearable = tuple(
        name for name in names if made.kinds[name].field.blank and name not in register.natural_key
    )
    return made
