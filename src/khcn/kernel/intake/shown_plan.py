"""What the preview of a file shows: what would be written, row by row, and the answers that it is read with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import ROWS_SHOWN

if TYPE_CHECKING:
    from khcn.kernel.intake.import_plan import ImportPlan, RowPlan


def shown_parts(plan: ImportPlan, *, taken_over: bool) -> dict[str, object]:
    """Every part by its name; the rows that the page only counts are one part for each sheet."""
    parts: dict[str, object] = {_("Chuyển từ hồ sơ giấy"): taken_over}
    for sheet in plan.sheets:
        for row in sheet.rows[:ROWS_SHOWN]:
            place = _("%(sheet)s, dòng %(row)d") % {"sheet": sheet.sheet, "row": row.row}
            parts[place] = _content(row)
        named = {"sheet": sheet.sheet}
        parts[_("%(sheet)s, các dòng còn lại") % named] = [_content(row) for row in sheet.rows[ROWS_SHOWN:]]
        parts[_("%(sheet)s, số dòng mỗi loại") % named] = sheet.counts.as_json()
    for question in plan.settled:
        place = _("%(sheet)s, cột “%(heading)s”, “%(value)s”") % {
            "sheet": question.sheet,
            "heading": question.heading,
            "value": question.value,
        }
        parts[place] = question.answer and [question.answer.action, question.answer.target]
    return parts


def _content(row: RowPlan) -> list[object]:
    changes = [[each.column, each.old, each.new] for each in row.changes]
    return [row.action, row.label, row.pk, changes, row.effects]
