"""Frozen reports as what depends on records: a record that a signed figure counted is not changed on the quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from khcn.kernel.actions.dependents import Dependent
from khcn.kernel.indicators import IndicatorRegistry, registry
from khcn.reports.models import FrozenFigure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

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


def counted_in_frozen_reports(
    records: Sequence[Model], known: IndicatorRegistry = registry
) -> dict[str, list[tuple[str, int, str]]]:
    """By the name of each frozen report that counted one of these records: the figures that would count it now, with the
    line that they would print for it.
    """
    keys: dict[str, set[int]] = {}
    for record in records:
        keys.setdefault(record._meta.label_lower, set()).add(record.pk)
    found: dict[str, list[tuple[str, int, str]]] = {}
    figures = FrozenFigure.objects.filter(model__in=keys).select_related("report__instance")
    for figure in figures.order_by("pk"):
        wanted = keys[figure.model].intersection(figure.ids)
        if not wanted or figure.code not in known:
            continue
        indicator, instance = known[figure.code], figure.report.instance
        rows = indicator.rows(instance.period()).filter(pk__in=wanted)
        found.setdefault(str(instance), []).extend((figure.code, row.pk, indicator.line(row)) for row in rows)
    return found
