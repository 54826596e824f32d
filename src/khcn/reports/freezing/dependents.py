"""Frozen reports as what stands on records: a record that a signed figure counted is not corrected on the quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.reports.models import FrozenFigure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model


def frozen_reports_with(record: Model) -> Iterable[str]:
    """Names of the frozen reports in which a figure counted this record."""
    figures = FrozenFigure.objects.filter(model=record._meta.label_lower).select_related("report__instance")
    names = [str(each.report.instance) for each in figures.order_by("pk") if record.pk in each.ids]
    return dict.fromkeys(names)
