"""A replacement that is being prepared opens records that the signed report counted, and stays when somebody relied on that.

A correction or removal that a signed report would prevent is written down at the replacement that let it through. Such a
replacement is not cancelled: the signed report would be in force again and say something else than the records, and
nothing would tell so. Other changes of these records, which no report prevents, do not matter.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.reports.freezing.replacement import open_replacements, replacements
from khcn.reports.models import FrozenFigure, ReportInstance
from khcn.reports.models.relying_corrections import RelyingCorrection
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import Model

    Item = tuple[str, int]  # a record by the name of its model and its key

_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class OpenReplacements:
    """Replacements of signed reports as what opens records (`khcn.kernel.actions.dependents.Opening`)."""

    def lock(self, removed: Sequence[Model], /) -> dict[int, list[Model]]:
        """Those that open these records for removal, with the records. Until the transaction ends none is cancelled or signed,
        and of the reports that counted one of the records none is replaced.
        """
        records = {(each._meta.label_lower, each.pk): each for each in removed}
        counted = counted_by_reports(records)
        lock_lines(set(counted))
        lines = open_replacements(whole_lines=True) if counted else {}
        found: dict[int, set[Item]] = defaultdict(set)
        for signed in counted.keys() & lines.keys():
            found[lines[signed]] |= counted[signed]
        return {key: [records[each] for each in sorted(opened)] for key, opened in found.items()}

    @in_vietnamese
    def mark(self, opened: Mapping[int, Sequence[Model]], /) -> None:
        """Write down at each replacement the records of which a correction or removal relied on it."""
        bulk_insert(
            [
                RelyingCorrection(
                    replacement_id=key, model=each._meta.label_lower, record_id=each.pk, label=str(each)[:300]
                )
                for key, records in opened.items()
                for each in records
            ]
        )


def counted_by_reports(items: Iterable[Item]) -> dict[int, set[Item]]:
    """By the key of each signed report that counted some of these records: those records."""
    asked: dict[str, set[int]] = defaultdict(set)
    for name, pk in items:
        asked[name].add(pk)
    found: dict[int, set[Item]] = defaultdict(set)
    figures = FrozenFigure.objects.filter(model__in=asked)
    for report, name, ids in figures.values_list("report__instance_id", "model", "ids"):
        if shared := asked[name].intersection(ids):
            found[report] |= {(name, pk) for pk in shared}
    return found


def lock_lines(signed: set[int]) -> None:
    """Lock these reports with all that replace them, down to the one that is being prepared.

    Rows that refer to them may be added meanwhile: who cancels or approves a replacement has locked it, and then has the
    database look at the report that it refers to.
    """
    have: set[int] = set()
    while wanted := _lines_of(signed) - have:  # a replacement may have been made before the lock
        rows = ReportInstance.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        list(rows.values_list("pk", flat=True))
        have |= wanted


def _lines_of(signed: set[int]) -> set[int]:
    found, last = set(signed), signed
    while last:
        last = set(replacements().filter(replaces__in=last).values_list("pk", flat=True))
        found |= last
    return found


def refuse_cancelling_after_corrections(made: ReportInstance) -> None:
    """Raise :class:`ReportRefused` for a replacement on which a correction or removal relied.

    With the replacement gone the signed report would be in force and say something else than the records.
    """
    relying = made.relying_corrections.order_by("pk")
    named = {
        f"{each.label} ({format_date(timezone.localtime(each.created_at).date())})": None for each in relying
    }
    if named:
        message = _(
            "Không hủy được: nhờ đang lập bản thay thế này nên đã đính chính hoặc xóa bản ghi mà báo cáo đã ký tính: %(records)s. "
            "Hủy thì báo cáo đã ký khác dữ liệu mà không có bản nào thay. Hãy hoàn thành rồi trình duyệt bản thay thế này."
        )
        listed = list(named)
        more = (
            _(" và %(count)d bản ghi khác") % {"count": len(listed) - _NAMED} if len(listed) > _NAMED else ""
        )
        raise ReportRefused(message % {"records": "; ".join(listed[:_NAMED]) + more}, code="relied_on")
