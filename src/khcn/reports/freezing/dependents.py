"""Frozen reports as what depends on records: a record that a signed figure counted is not changed on the quiet.

As with papers, it opens for corrections and removals while a replacement of the report is being prepared, which counts the
records as they are on its approval (`openings`). A report that has been replaced prevents no correction any more; its
replacement does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import Dependent
from khcn.kernel.indicators import IndicatorRegistry, registry
from khcn.reports.freezing.replacement import open_replacements, replacements
from khcn.reports.models import FrozenFigure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.db.models import Model, QuerySet

    from khcn.reports.models import ReportInstance


def frozen_reports_with(
    model: type[Model], keys: Collection[int], /, *, removed: bool
) -> Iterable[Dependent]:
    """The records that a figure of a frozen report counted, each with the name of the report.

    What is corrected stays on record; what is removed is not there to be compared with a report again. So a removal asks
    those reports too that have been replaced, but none while a replacement of the newest in its line is being prepared.
    """
    figures = _preventing_removal() if removed else _holding_records()
    figures = figures.filter(model=model._meta.label_lower).select_related("report__instance")
    wanted, remedy = set(keys), _remedy_of_removal() if removed else _remedy()
    found = (
        Dependent(
            key, str(each.report.instance), reverse("reports:changes", args=[each.report.instance_id]), remedy
        )
        for each in figures.order_by("pk")
        for key in sorted(wanted.intersection(each.ids))
    )
    return dict.fromkeys(found)


def _holding_records() -> QuerySet[FrozenFigure]:
    """Figures of reports that stand as they were signed: no replacement has been approved or is being prepared."""
    return FrozenFigure.objects.filter(~Exists(replacements().filter(replaces=OuterRef("report__instance"))))


def _preventing_removal() -> QuerySet[FrozenFigure]:
    """Figures of all reports but those in a line that a replacement is being prepared for."""
    return FrozenFigure.objects.exclude(report__instance__in=open_replacements(whole_lines=True))


def _remedy() -> str:
    return _(
        "Mở báo cáo đó, vào “Thay đổi sau khi chốt”, bấm “Lập bản thay thế” (Văn phòng); trong lúc bản thay thế được soạn thì "
        "đính chính được."
    )


def _remedy_of_removal() -> str:
    return _(
        "Mở báo cáo đó, hoặc bản mới nhất đã thay thế nó, vào “Thay đổi sau khi chốt”, bấm “Lập bản thay thế” (Văn phòng); trong "
        "lúc bản thay thế được soạn thì xóa được."
    )


Counted: TypeAlias = "dict[ReportInstance, list[tuple[str, int, str]]]"


def counted_in_frozen_reports(
    records: Sequence[Model], known: IndicatorRegistry = registry
) -> dict[tuple[str, str], list[tuple[str, int, str]]]:
    """By name and remedy of each frozen report that counted one of these records: the figures that would count it now, with
    the line that they would print for it.
    """
    remedy = _remedy()
    found = counted_by(_holding_records(), records, known)
    return {(str(instance), remedy): counted for instance, counted in found.items()}


def counted_by(
    figures: QuerySet[FrozenFigure], records: Sequence[Model], known: IndicatorRegistry
) -> Counted:
    """By each report of which one of these figures counted one of the records: the figures that would count it now, with the
    line that they would print for it.
    """
    keys: dict[str, set[int]] = {}
    for record in records:
        keys.setdefault(record._meta.label_lower, set()).add(record.pk)
    found: Counted = {}
    figures = figures.filter(model__in=keys).select_related("report__instance")
    for figure in figures.order_by("pk"):
        wanted = keys[figure.model].intersection(figure.ids)
        if not wanted or figure.code not in known:
            continue
        indicator, instance = known[figure.code], figure.report.instance
        rows = indicator.rows(instance.period()).filter(pk__in=wanted)
        counted = found.setdefault(instance, [])
        counted.extend((figure.code, row.pk, indicator.line(row)) for row in rows)
    return found
