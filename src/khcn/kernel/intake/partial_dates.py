"""Dates of a sheet that are known to the month, quarter or year: a column of the date, and one that says how exactly it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.fields.kinds.partial_date import precisions_by_value
from khcn.kernel.text.dates import ParsedDate, Precision, last_day_of_parsed

if TYPE_CHECKING:
    from khcn.kernel.intake.drafts import DraftSheet


def join_precision(draft_sheet: DraftSheet, name: str, sibling: str) -> None:
    """Turn a date known to the month or quarter into the last day of it, and fill the field that says so."""
    column, beside = draft_sheet.columns[name], draft_sheet.columns.get(sibling)
    field_ = column.field.model._meta.get_field(sibling)
    meanings = precisions_by_value([value for value, _label in field_.flatchoices])
    stored = {meaning: value for value, meaning in meanings.items()}
    for draft in draft_sheet.drafts:
        parsed = draft.values.get(name)
        if not isinstance(parsed, ParsedDate):
            continue
        given = draft.values.get(sibling) if beside else None
        wanted = meanings.get(given, parsed.precision) if isinstance(given, str) else parsed.precision
        if parsed.precision is not Precision.DAY and wanted is not parsed.precision:
            draft_sheet.add_problem(
                draft,
                sibling,
                _("Ngày ghi theo %(written)s nhưng cột này ghi theo %(said)s.")
                % {"written": Precision(parsed.precision).label, "said": Precision(wanted).label},
                _("Sửa cho hai cột khớp nhau, hoặc để trống cột này."),
                code="precision",
            )
        elif wanted not in stored:
            draft_sheet.add_problem(
                draft,
                name,
                _("Cột “%(heading)s” không nhận ngày ghi theo %(written)s.")
                % {"heading": column.heading, "written": Precision(wanted).label},
                _("Ghi ngày cụ thể hơn."),
                code="precision",
            )
        else:
            draft.values[name] = last_day_of_parsed(parsed, wanted)
            draft.values[sibling] = stored[wanted]
