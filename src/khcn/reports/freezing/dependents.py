"""Frozen reports as what depends on records: what a signed report printed of a record is not changed on the quiet.

A correction is compared with it (`contradictions`). As with papers, it opens for corrections and removals while a replacement of the report is being prepared, which counts the
records as they are on its approval (`openings`). A report that has been replaced prevents no correction any more; its
replacement does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.actions.dependents import Dependent
from khcn.kernel.prepared_query import PreparedQuerySets
from khcn.reports.freezing.replacement import open_replacements, replacements
from khcn.reports.models import FrozenFigure

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import Model, QuerySet

    from khcn.reports.models import ReportInstance


def frozen_reports_with(
    model: type[Model], keys: Collection[int], /, *, removed: bool
) -> Iterable[Dependent]:
    """The records that a figure of a frozen report counted, each with the name of the report.

    What is corrected stays on record; what is removed is not there to be compared with a report again. So a removal asks
    those reports too that have been replaced, but none while a replacement of the newest in its line is being prepared.
    """
    label = model._meta.label_lower
    figures = _of_model(_preventing_removal(), label) if removed else _HOLDING.rows(label)
    wanted = set(keys)
    found = (
        report_as_dependent(each.report.instance, key, removed=removed)
        for each in figures
        for key in sorted(wanted.intersection(each.ids))
    )
    return dict.fromkeys(found)


def report_as_dependent(report: ReportInstance, key: int, *, removed: bool = False) -> Dependent:
    """The report as what depends on the record with this key. A correction is compared with it (`contradictions`)."""
    url = reverse("reports:changes", args=[report.pk])
    remedy = _remedy_of_removal() if removed else _remedy()
    return Dependent(key, str(report), url, remedy, compared=not removed)


def _holding_records() -> QuerySet[FrozenFigure]:
    """Figures of reports that stand as they were signed: no replacement has been approved or is being prepared."""
    return FrozenFigure.objects.filter(~Exists(replacements().filter(replaces=OuterRef("report__instance"))))


def _of_model(figures: QuerySet[FrozenFigure], label: str) -> QuerySet[FrozenFigure]:
    return figures.filter(model=label).select_related("report__instance").order_by("pk")


_HOLDING: Final[PreparedQuerySets[str, QuerySet[FrozenFigure]]] = PreparedQuerySets(
    lambda label: _of_model(_holding_records(), label)
)
"""By the model of the records. Every page of a record asks."""


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
