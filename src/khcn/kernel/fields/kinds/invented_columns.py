"""A list of columns of the record itself: those that hold invented values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.fields.django_column import DjangoColumn
from khcn.kernel.fields.field_kind import FieldKind
from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.workbook_cells import CellProblem
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EVERYTHING = "*"


def _invented_headings(model: type[models.Model], names: Sequence[str]) -> str:
    """Headings of the columns that hold invented values, as one cell: "Tổng kinh phí (đồng); Chủ nhiệm"."""
    return "; ".join(
        str(_("Tất cả")) if name == EVERYTHING else verbose_name_at(model, name) for name in names
    )


class InventedColumnsField(DjangoColumn, models.JSONField):
    """Names of columns as a JSON list. Migrations see a plain JSONField."""


class InventedColumns(FieldKind):
    """Names of columns; people see their headings."""

    name = "json"
    columns = (InventedColumnsField,)
    sheet_word = "danh sách tên cột"
    sheet_width = 24
    schema: ClassVar[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}

    def text(self, value: Any) -> str:
        return _invented_headings(self.field.model, value or [])

    def sheet_values(self) -> Callable[..., Any]:
        return self.text

    def read_cell(self, raw: object, text: str) -> Any:
        """Names of the columns, from their headings."""
        model = self.field.model
        known = {fold(verbose_name_at(model, each.name)): each.name for each in model._meta.concrete_fields}
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

    def preview(self, value: Any) -> str:
        return self.text(value)

    def sheet_tip(self) -> str:
        return _("Tên các cột có giá trị minh họa, ngăn nhau bằng dấu chấm phẩy.")

    def log_text(self, value: Any) -> str:
        if value is None:
            return ""
        return ", ".join(
            _("tất cả") if name == EVERYTHING else verbose_name_at(self.field.model, name) for name in value
        )
