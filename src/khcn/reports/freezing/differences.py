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
from khcn.kernel.text.language import in_vietnamese
from khcn.reports.composing.printed_records import (
    PrintedRecord,
    codes_of_tables,
    headings,
    plain_number,
    printed_record,
)
from khcn.reports.texts import markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.kernel.indicators import Indicator, Period
    from khcn.reports.models import FrozenFigure, FrozenReport, ReportInstance


LONGEST_VALUE = 120
_WORDS_BEFORE = 30  # characters that stay of those before the first one that differs


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
    """Every figure whose records, or what was printed of them, are no longer what was signed, with the cause for each record."""
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


def not_compared(frozen: FrozenReport, known: IndicatorRegistry = registry) -> list[FrozenFigure]:
    """The figures of which the cells of the printed table cannot be compared: they were not kept when the report was signed,
    or the table has other columns now; and those that no register declares any more.
    """
    tables = printed_tables(frozen.instance)
    return [
        each
        for each in frozen.figures.all()
        if each.code not in known or (each.code in tables and not _keeps_cells(each, known[each.code]))
    ]


def printed_tables(report: ReportInstance) -> frozenset[str]:
    """The figures whose records the report prints as a table."""
    texts = report.sections.values_list("text", flat=True)
    return codes_of_tables(markup.parse_section(text) for text in texts)


@in_vietnamese
def _keeps_cells(figure: FrozenFigure, indicator: Indicator) -> bool:
    return figure.table is not None and _columns(figure) == headings(indicator)


def _columns(figure: FrozenFigure) -> list[str]:
    return list(figure.table["columns"]) if figure.table else []


class _Comparison:
    """One figure then and now."""

    def __init__(
        self, figure: FrozenFigure, indicator: Indicator, period: Period, signed_at: datetime
    ) -> None:
        self._figure, self._indicator = figure, indicator
        self._period, self._signed_at = period, signed_at
        self._records = {record.pk: record for record in indicator.rows(period)}
        self._then = _signed(figure, with_cells=_keeps_cells(figure, indicator))
        self._now = self._printed_now(with_cells=_keeps_cells(figure, indicator))

    @in_vietnamese
    def _printed_now(self, *, with_cells: bool) -> dict[int, PrintedRecord]:
        day = self._period.last_day
        return {
            pk: printed_record(self._indicator, record, day, as_table=with_cells)
            for pk, record in self._records.items()
        }

    def value_now(self) -> str:
        return plain_number(self._indicator.measure.over(list(self._records.values())))

    def changes(self) -> Iterator[RecordDifference]:
        added = [pk for pk in self._now if pk not in self._then]
        removed = [pk for pk in self._then if pk not in self._now]
        corrected = [pk for pk in self._then if pk in self._now and self._then[pk] != self._now[pk]]
        log = self._log([*added, *removed, *corrected])
        for pk in added:
            yield self._added(pk, log.get(pk, []))
        for pk in removed:
            yield self._removed(pk, log.get(pk, []))
        for pk in corrected:
            yield self._change(
                DifferenceCause.CORRECTED, pk, self._now[pk].line, self._corrected(pk), log.get(pk, [])
            )

    def _corrected(self, pk: int) -> str:
        then, now = self._then[pk], self._now[pk]
        columns = _columns(self._figure) if then.cells else ()
        cells = [
            _changed(heading, before, after)
            for heading, before, after in zip(columns, then.cells, now.cells, strict=True)
            if before != after
        ]
        sentences = [gettext("Bảng đã in: %(changes)s.") % {"changes": "; ".join(cells)}] if cells else []
        if then.amount != now.amount or (then.line != now.line and then.line not in then.cells):
            words = {"before": self._described(then), "after": self._described(now)}
            sentences.insert(0, gettext("Trước: %(before)s. Nay: %(after)s.") % words)
        return " ".join(sentences)

    def _described(self, printed: PrintedRecord) -> str:
        if printed.amount is None:
            return printed.line
        return f"{printed.line} – {printed.amount} {self._figure.unit}"

    def _added(self, pk: int, log: list[ChangeEntry]) -> RecordDifference:
        line = self._now[pk].line
        entered = next((each for each in log if each.action == LoggedAction.CREATE), None)
        if entered is None:
            return self._change(DifferenceCause.CORRECTED, pk, line, _touched(log), log)
        day = _business_date(self._records[pk], self._indicator.date_path)
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
        return self._change(DifferenceCause.WITHDRAWN, pk, self._then[pk].line, detail, log)

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


def _signed(figure: FrozenFigure, *, with_cells: bool) -> dict[int, PrintedRecord]:
    amounts = figure.amounts or [None] * len(figure.ids)
    rows = figure.table["rows"] if with_cells and figure.table else [()] * len(figure.ids)
    signed = zip(figure.ids, figure.lines, amounts, rows, strict=True)
    return {pk: PrintedRecord(line, amount, tuple(cells)) for pk, line, amount, cells in signed}


def _touched(log: list[ChangeEntry]) -> str:
    """Each field as it was on signing and as it is now, in the words of the record's history."""
    updates = [each for each in log if each.action == LoggedAction.UPDATE]
    values: dict[str, tuple[str, str]] = {}
    for write in readable_changes(updates, SYSTEM):
        for each in write.changes:
            values[each.label] = (values.get(each.label, (each.before,))[0], each.after)
    changed = [
        _changed(label, before, after) for label, (before, after) in sorted(values.items()) if before != after
    ]
    if changed:
        return gettext("Bản ghi đã sửa: %(changes)s.") % {"changes": "; ".join(changed)}
    return gettext("Bản ghi liên quan đã thay đổi.")


def _changed(what: str, before: str, after: str) -> str:
    if max(len(before), len(after)) > LONGEST_VALUE:
        before, after = _from_difference(before, after)
    words = {"field": what, "before": _short(before), "after": _short(after)}
    return gettext("%(field)s “%(before)s” thành “%(after)s”") % words


def _from_difference(before: str, after: str) -> tuple[str, str]:
    """Both from a few words before the first character that differs, which would be cut off otherwise."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((place for place, (was, now) in pairs if was != now), min(len(before), len(after)))
    start = before.rfind(" ", 0, max(same - _WORDS_BEFORE, 0)) + 1
    return (f"…{before[start:]}", f"…{after[start:]}") if start else (before, after)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _business_date(record: Any, path: str) -> date | None:
    for part in path.split("__") if path else ():
        record = getattr(record, part, None)
    if isinstance(record, datetime):
        return record.date()
    return record if path and isinstance(record, date) else None
