"""The bound figures of a report as rows, for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import override as language

from khcn.kernel.text.language import in_vietnamese
from khcn.reports.composing.printed_records import plain_number
from khcn.reports.models import OverrideAspect

if TYPE_CHECKING:
    from khcn.reports.composing.resolve import Report
    from khcn.reports.composing.sources import Number


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One statement. ``value`` is a plain number; ``records`` counts the records behind it, ``ids`` names them."""

    figure_id: str
    code: str
    label: str
    value: str
    unit: str
    records: int
    ids: tuple[int, ...]


@in_vietnamese
def figure_rows(report: Report) -> list[FigureRow]:
    """One row for each statement of the inventory that a bound figure makes, by its number; then the other figures.

    A value is as the report prints it first, so a typed value shows here too; the records are always those counted.
    """
    printed: dict[str, Number] = {}
    for each in report.occurrences:
        if each.kind is OverrideAspect.VALUE:
            printed.setdefault(each.code, each.printed.value)
    rows = []
    with language("vi"):
        for code in report.codes:
            indicator = report.readings.indicator(code)
            ids = tuple(record.pk for record in report.readings.records(code))
            value = printed.get(code, report.readings.value(code))
            rows += [
                FigureRow(
                    figure_id,
                    code,
                    str(indicator.label),
                    plain_number(value),
                    str(indicator.unit),
                    len(ids),
                    ids,
                )
                for figure_id in indicator.figure_ids or ("",)
            ]
    return sorted(rows, key=lambda row: (not row.figure_id, row.figure_id))
