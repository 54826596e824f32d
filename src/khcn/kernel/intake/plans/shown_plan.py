"""What the preview of a file shows: what would be written, row by row, and the answers that it is read with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import ROWS_SHOWN
from khcn.kernel.refusals.shown_content import ShownPart

if TYPE_CHECKING:
    from khcn.kernel.intake.import_plan import ImportPlan, RowPlan


def shown_parts(plan: ImportPlan, *, taken_over: bool) -> dict[str, ShownPart]:
    """Every part; the rows that the page only counts are one part for each sheet."""
    parts = {"taken_over": ShownPart(_("Chuyển từ hồ sơ giấy"), taken_over)}
    for sheet in plan.sheets:
        for row in sheet.rows[:ROWS_SHOWN]:
            place = _("%(sheet)s, dòng %(row)d") % {"sheet": sheet.sheet, "row": row.row}
            parts[f"{sheet.sheet}!{row.row}"] = ShownPart(place, _content(row))
        named = {"sheet": sheet.sheet}
        rest = [_content(row) for row in sheet.rows[ROWS_SHOWN:]]
        parts[f"{sheet.sheet}!+"] = ShownPart(_("%(sheet)s, các dòng còn lại") % named, rest)
        counts = _("%(sheet)s, số dòng mỗi loại") % named
        parts[f"{sheet.sheet}!#"] = ShownPart(counts, sheet.counts.as_json())
    for question in plan.settled:
        place = _("%(sheet)s, cột “%(heading)s”, “%(value)s”") % {
            "sheet": question.sheet,
            "heading": question.heading,
            "value": question.value,
        }
        answer = question.answer and [question.answer.action, question.answer.target]
        parts[f"{question.sheet}?{question.key}"] = ShownPart(place, answer)
    return parts


def _content(row: RowPlan) -> list[object]:
    changes = [[each.column, each.old, each.new] for each in row.changes]
    return [row.action, row.label, row.pk, changes, row.effects, row.facts, row.corrects]
