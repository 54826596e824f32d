"""Rows that change the code or the day by which a record is known: "sửa của …" in the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.registers.record_titles import short_title
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from khcn.kernel.intake.drafts import DraftSheet, RowDraft
    from khcn.kernel.registers.spec import Register


def name_in_preview(register: Register, record: Any) -> str:
    """What tells a record from those like it: its code, its title, and the day that it is known by."""
    title = short_title(register, record)
    lookup = str(getattr(record, register.lookup, "") or "") if register.lookup else ""
    day = getattr(record, register.date_field) if register.date_field in register.natural_key else None
    shown = format_date(day) if day is not None else ""
    title = title if not lookup or lookup in title else f"{lookup} – {title}"
    return title if not shown or shown in title else f"{title}, {shown}"


def note_correction(draft_sheet: DraftSheet, draft: RowDraft, title: str) -> bool:
    """Say at the row which record it corrects, where it changes that; ``title``: the record before. Gives whether it does."""
    changed = {each.column for each in draft.changed} & set(draft_sheet.register.natural_key)
    if draft.skipped or draft.action != "change" or not changed:
        return False
    draft.corrects = title
    for name in sorted(changed - set(draft_sheet.register.form_fields())):
        draft_sheet.add_problem(
            draft,
            name,
            _("Không sửa được ô này của bản ghi đã có."),
            _("Ghi lại như trong sổ; nếu là bản ghi khác, thêm ở một dòng mới."),
            code="key_not_changed",
        )
    return True
