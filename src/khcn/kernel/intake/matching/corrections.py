"""Rows that change the code or the day by which a record is known: "sửa của …" in the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.registers.record_titles import short_title
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.similar_names import is_duplicate_like, nearest_names

if TYPE_CHECKING:
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.registers.spec import Register

TITLE: Final = "title"
SHORT_NAME: Final = "short_name"  # names a record beside its title


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


def _changes_title_wholly(draft: RowDraft) -> bool:
    """Does the row give the record quite another title?"""
    title = _changes(draft).get(TITLE)
    return title is not None and bool(title.old) and not nearest_names(title.new, [title.old], limit=1)


def _changes_year(draft_sheet: DraftSheet, draft: RowDraft) -> bool:
    """Does the row give the record another year?"""
    columns = draft_sheet.columns
    return any(
        name in columns and columns[name].kind.is_year and bool(each.old)
        for name, each in _changes(draft).items()
    )


def is_other_record(draft_sheet: DraftSheet, draft: RowDraft) -> bool:
    """Is what a row with another code or day makes of its record most likely another one, typed over the row of an export?

    So are code, title and year changed at once, quite another title or name, and several parts of the natural key; and code
    and year where the row does not keep the day of the record either: what is proposed again keeps its title.
    """
    changes = _changes(draft)
    day = draft_sheet.register.date_field
    keeps_day = draft.values.get(day) is not None and day not in changes
    parts = [name for name in draft_sheet.register.natural_key if name in changes]
    names = [changes[name] for name in draft_sheet.register.similar if name in changes]
    return (
        len(parts) > 1
        or _changes_title_wholly(draft)
        or (_changes_year(draft_sheet, draft) and (TITLE in changes or not keeps_day))
        or any(each.old and not is_duplicate_like(each.new, each.old) for each in names)
    )


def _changes(draft: RowDraft) -> dict[str, Any]:
    return {each.column: each for each in draft.changed}
