"""What the data say now against what was signed. The signed report itself never changes."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.indicators import IndicatorRegistry, registry
from khcn.kernel.query_chunks import chunks
from khcn.kernel.screens.history import readable_changes
from khcn.reports.composing.tables import plain_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.kernel.indicators import Indicator, Period
    from khcn.reports.models import FrozenFigure, FrozenReport


LONGEST_VALUE = 120


class DifferenceCause(enum.Enum):
    """Why a record counts otherwise than on signing."""

    NEW = "new"
    ENTERED_LATE = "entered_late"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """For people."""
        return str(
            {
                DifferenceCause.NEW: _("mới phát sinh"),
                DifferenceCause.ENTERED_LATE: _("nhập muộn"),
                DifferenceCause.CORRECTED: _("đã sửa"),
                DifferenceCause.WITHDRAWN: _("không còn được tính"),
            }[self]
        )


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """One record. ``at`` and ``actor`` are those of the last write after signing, where the log has one."""

    cause: DifferenceCause
    record_id: int
    line: str
    detail: str
    at: datetime | None = None
    actor: str = ""

    @property
    def cause_label(self) -> str:
        return self.cause.label


@dataclass(frozen=True, slots=True)
class FigureDifference:
    code: str
    label: str
    unit: str
    frozen_value: str
    now_value: str
    changes: tuple[RecordDifference, ...]


def differences(frozen: FrozenReport, known: IndicatorRegistry = registry) -> list[FigureDifference]:
    """Every figure whose records are no longer those that were signed, with the cause for each record."""
    period = frozen.instance.period()
    found = []
    for figure in frozen.figures.all():
        if figure.code not in known:
            continue
        comparison = _Comparison(figure, known[figure.code], period, frozen.created_at)
        if changes := tuple(comparison.changes()):
            found.append(
                FigureDifference(
                    figure.code, figure.label, figure.unit, figure.value, comparison.value_now(), changes
                )
            )
    return found


class _Comparison:
    """One figure then and now."""

    def __init__(
        self, figure: FrozenFigure, indicator: Indicator, period: Period, signed_at: datetime
    ) -> None:
        self._figure, self._indicator = figure, indicator
        self._period, self._signed_at = period, signed_at
        self._now = {record.pk: record for record in indicator.rows(period)}
        self._then = dict(zip(figure.ids, figure.lines, strict=True))
        self._amounts = dict(zip(figure.ids, figure.amounts or (), strict=False))

    def value_now(self) -> str:
        return plain_number(self._indicator.measure.over(list(self._now.values())))

    def changes(self) -> Iterator[RecordDifference]:
        added = [pk for pk in self._now if pk not in self._then]
        removed = [pk for pk in self._then if pk not in self._now]
        corrected = [pk for pk in self._then if pk in self._now and self._corrected(pk)]
        log = self._log([*added, *removed, *corrected])
        for pk in added:
            yield self._added(pk, log.get(pk, []))
        for pk in removed:
            yield self._removed(pk, log.get(pk, []))
        for pk in corrected:
            detail = gettext("Trước: %(before)s. Nay: %(after)s.") % {
                "before": self._described(self._then[pk], self._amounts.get(pk)),
                "after": self._described(self._line(pk), self._amount(pk)),
            }
            yield self._change(DifferenceCause.CORRECTED, pk, self._line(pk), detail, log.get(pk, []))

    def _line(self, pk: int) -> str:
        return " ".join(self._indicator.line(self._now[pk]).split())

    def _amount(self, pk: int) -> str | None:
        column = self._indicator.measure.column
        return plain_number(getattr(self._now[pk], column) or 0) if column else None

    def _described(self, line: str, amount: str | None) -> str:
        return line if amount is None else f"{line} – {amount} {self._figure.unit}"

    def _corrected(self, pk: int) -> bool:
        return self._line(pk) != self._then[pk] or self._amount(pk) != self._amounts.get(pk)

    def _added(self, pk: int, log: list[ChangeEntry]) -> RecordDifference:
        line = self._line(pk)
        entered = next((each for each in log if each.action == LoggedAction.CREATE), None)
        if entered is None:
            return self._change(DifferenceCause.CORRECTED, pk, line, _touched(log), log)
        day = _business_date(self._now[pk], self._indicator.date_path)
        if day is not None and day in self._period:
            detail = gettext("Ngày %(day)s nằm trong kỳ, nhập sau khi báo cáo đã chốt.") % {
                "day": f"{day:%d/%m/%Y}"
            }
            return self._change(DifferenceCause.ENTERED_LATE, pk, line, detail, log)
        detail = gettext("Nhập sau khi báo cáo đã chốt.")
        return self._change(DifferenceCause.NEW, pk, line, detail, log)

    def _removed(self, pk: int, log: list[ChangeEntry]) -> RecordDifference:
        deleted = any(each.action == LoggedAction.DELETE for each in log)
        detail = gettext("Bản ghi đã bị xóa.") if deleted else _touched(log)
        return self._change(DifferenceCause.WITHDRAWN, pk, self._then[pk], detail, log)

    @staticmethod
    def _change(
        cause: DifferenceCause, pk: int, line: str, detail: str, log: list[ChangeEntry]
    ) -> RecordDifference:
        last = log[-1] if log else None
        return RecordDifference(cause, pk, line, detail, last.at if last else None, last.who if last else "")

    def _log(self, keys: Iterable[int]) -> dict[int, list[ChangeEntry]]:
        """Writes to these records after signing, oldest first."""
        found: dict[int, list[ChangeEntry]] = {}
        wanted = [str(pk) for pk in keys]
        for part in chunks(wanted):
            entries = ChangeEntry.objects.filter(
                model=self._figure.model, object_id__in=part, at__gt=self._signed_at
            )
            for entry in entries.order_by("pk"):
                found.setdefault(int(entry.object_id), []).append(entry)
        return found


def _touched(log: list[ChangeEntry]) -> str:
    """Each field as it was on signing and as it is now, in the words of the record's history."""
    updates = [each for each in log if each.action == LoggedAction.UPDATE]
    values: dict[str, tuple[str, str]] = {}
    for write in readable_changes(updates, SYSTEM):
        for each in write.changes:
            values[each.label] = (values.get(each.label, (each.before,))[0], each.after)
    changed = [
        gettext("%(field)s “%(before)s” thành “%(after)s”")
        % {"field": label, "before": _short(before), "after": _short(after)}
        for label, (before, after) in sorted(values.items())
        if before != after
    ]
    if changed:
        return gettext("Bản ghi đã sửa: %(changes)s.") % {"changes": "; ".join(changed)}
    return gettext("Bản ghi liên quan đã thay đổi.")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _business_date(record: Any, path: str) -> date | None:
    for part in path.split("__") if path else ():
        record = getattr(record, part, None)
    if isinstance(record, datetime):
        return record.date()
    return record if path and isinstance(record, date) else None
