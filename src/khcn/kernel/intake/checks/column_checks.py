"""Checks that a sheet has the columns which its rows need: those of the natural key, and for new records the required ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.workbook_cells import cell_is_required

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.rows.drafts import DraftSheet

MISSING_COLUMN: Final = "missing_column"


def check_columns(draft_sheet: DraftSheet) -> bool:
    """Whether all columns of the natural key are there; adds a problem for each missing one."""
    missing = [name for name in draft_sheet.register.natural_key if name not in draft_sheet.columns]
    needed = [name for name in missing if not draft_sheet.model._meta.get_field(name).blank]  # type: ignore[union-attr]
    if needed:
        draft_sheet.add_sheet_problem(
            _("Không thấy cột: %(headings)s.") % {"headings": _headings(draft_sheet, needed)},
            _("Đặt đúng tên cột như trong mẫu; dòng tên cột nằm trong 30 dòng đầu."),
            code=MISSING_COLUMN,
        )
    return not needed


def check_new_columns(draft_sheet: DraftSheet) -> None:
    """New records need every required column; rows that only change known records do not. A record that lacks one is not judged
    by the rules, which rely on its value.
    """
    present = set(draft_sheet.columns)
    missing = [
        field.name
        for field in draft_sheet.model._meta.concrete_fields
        if field.name in draft_sheet.register.form_fields()
        and field.name not in present
        and cell_is_required(field)
    ]
    fresh = [draft for draft in draft_sheet.remaining() if draft.action == "create" and not draft.waits]
    if missing and fresh:
        for draft in fresh:
            draft.lacks_columns = True
        draft_sheet.lacking = missing
        draft_sheet.add_sheet_problem(
            _("Có %(count)s dòng mới nhưng tệp thiếu cột bắt buộc: %(headings)s.")
            % {"count": len(fresh), "headings": _headings(draft_sheet, missing)},
            _(
                "Thêm các cột này vào tệp, hoặc ghi ở bản xem trước giá trị chung cho các dòng mới; nếu các dòng đó đã có trong sổ, xem "
                "lại mã."
            ),
            code=MISSING_COLUMN,
        )


def _headings(draft_sheet: DraftSheet, names: Sequence[str]) -> str:
    return ", ".join(f"“{verbose_name_at(draft_sheet.model, name)}”" for name in names)
