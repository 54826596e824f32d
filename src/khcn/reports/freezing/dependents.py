"""Frozen reports as what depends on records: a record that a signed figure counted is not changed on the quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from khcn.kernel.actions.dependents import Dependent
from khcn.reports.models import FrozenFigure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import Model


def frozen_reports_with(
    model: type[Model], keys: Collection[int], /, *, removed: bool
) -> Iterable[Dependent]:
    """The records that a figure of a frozen report counted, each with the name of the report."""
    figures = FrozenFigure.objects.filter(model=model._meta.label_lower).select_related("report__instance")
    wanted = set(keys)
    found = (
        Dependent(key, str(each.report.instance), reverse("reports:changes", args=[each.report.instance_id]))
        for each in figures.order_by("pk")
        for key in sorted(wanted.intersection(each.ids))
    )
    return dict.fromkeys(found)
