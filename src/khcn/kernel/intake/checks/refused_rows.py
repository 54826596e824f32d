"""Refusals of a rule as problems of the row that is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.fields.paths import verbose_name_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.refusals import Refused


def add_refusal(draft_sheet: DraftSheet, draft: RowDraft, refused: Refused) -> None:
    """Note a refusal at the columns that it names, else at the row. A record on file is left alone by writing it as it is."""
    otherwise = _("Ghi lại như trong sổ, hoặc không đọc dòng này.") if draft.action == "change" else ""
    named = [name for name in refused.fields if name in draft_sheet.columns]
    for name in named or [""]:
        texts = refused.fields.get(name) or (str(refused),)
        sentence, _dot, advice = " ".join(texts).partition(". ")
        draft.refusals += 1
        draft_sheet.add_problem(
            draft,
            name,
            sentence.rstrip(".") + ".",
            with_missing_columns(draft_sheet, refused.fields, advice or otherwise),
            code=refused.code,
        )


def with_missing_columns(draft_sheet: DraftSheet, names: Iterable[str], advice: str) -> str:
    """The advice about fields, and for those that are no columns of the sheet how their columns are called."""
    own = draft_sheet.register.form_fields() if draft_sheet.table is not None else ()
    missing = [name for name in names if name not in draft_sheet.columns and name in own]
    if not missing:
        return advice
    headings = ", ".join(f"“{verbose_name_at(draft_sheet.model, name)}”" for name in missing)
    return f"{advice} {_('Tệp chưa có cột %(headings)s.') % {'headings': headings}}".strip()
