"""Versions of one rule follow each other: a new one ends the one before it, and no two are in force on one day.

Ending a version before its successor is on record is often refused (``rule_coverage``), so officials enter the successor
first. The version that nobody wrote is then ended in the same act, on the first day of the new one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.fields.dated_links import records_on_days, refusal_of_new_days
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date
from khcn.reference.operations.moved_links import count_to_move, move_records, says_the_same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.dated.models import Version
    from khcn.kernel.registers.writing import ValidationContext, Write

_DAYS: Final = frozenset({"valid_from", "valid_to"})


def first_gap(versions: Iterable[Version], on: date) -> date | None:
    """The first day from ``on`` on which no version is in force; None where there is no such day."""
    versions, day = list(versions), on
    while True:
        ends = [
            each.valid_to
            for each in versions
            if each.valid_from <= day and (each.valid_to is None or day < each.valid_to)
        ]
        if not ends:
            return day
        if None in ends:
            return None
        day = max(end for end in ends if end is not None)


@dataclass(frozen=True, slots=True)
class _Span:
    """The days of a version."""

    valid_from: date
    valid_to: date | None


@dataclass(slots=True)
class _Versions:
    """All versions of one rule: those whose days are being written, and the others on record."""

    written: list[Write] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)

    def new_ends(self) -> dict[int, date | None]:
        """Versions that nobody wrote and that end on another day now, by key."""
        found = {}
        for row in self.others:
            end, starts = row.valid_to, self._starts_after(row.valid_from, written_only=True)
            for write in self.written:
                if (
                    write.before is not None
                    and row.valid_to == write.before.valid_from < write.record.valid_from
                ):
                    end = write.record.valid_from  # the border of the two is moved
                    starts = self._starts_after(row.valid_from)
            end = min([*starts, *([end] if end else [])], default=None)
            if end != row.valid_to:
                found[row.pk] = end
        return found

    def _starts_after(self, day: date, *, written_only: bool = False) -> list[date]:
        rows = [each.record for each in self.written] + ([] if written_only else self.others)
        return [each.valid_from for each in rows if each.valid_from > day]

    def refusals(self) -> Iterator[tuple[Write, Refused]]:
        """Written versions that would be in force beside a younger one, or after which an older one still is."""
        refused = False
        for write in self.written:
            starts = self._starts_after(write.record.valid_from)
            end = write.record.valid_to
            if starts and (end is None or end > min(starts)):
                refused = True
                yield write, _ends_too_late(write.record, min(starts))
        if not refused:
            yield from self._uncovered()

    def left_outside(self, actor: Actor) -> Iterator[tuple[Write, Refused]]:
        """Written versions because of which another one ends under records that name it."""
        ends = self.new_ends()
        for row in (each for each in self.others if each.pk in ends):
            span = _Span(row.valid_from, ends[row.pk])
            if refused := refusal_of_new_days(row, span, actor=actor, successors=self.successors_of(row)):
                yield self.reason_of(span.valid_to), refused

    def successors_of(self, row: Any) -> list[Any]:
        """The written versions to which records that name the row are moved."""
        return [
            each.record
            for each in self.written
            if each.record.valid_from > row.valid_from and says_the_same(row, each.record)
        ]

    def reason_of(self, end: date | None) -> Write:
        """The written version because of which another one ends on this day."""
        return next((each for each in self.written if each.record.valid_from == end), self.written[0])

    def _uncovered(self) -> Iterator[tuple[Write, Refused]]:
        ends = self.new_ends()
        spans = [_Span(each.record.valid_from, each.record.valid_to) for each in self.written]
        spans += [_Span(each.valid_from, ends.get(each.pk, each.valid_to)) for each in self.others]
        for row in self.others:
            end = ends.get(row.pk)
            if end is None or (row.valid_to is not None and row.valid_to <= end):
                continue
            gap = first_gap(spans, end)
            if gap is not None and (row.valid_to is None or gap < row.valid_to):
                for write in self.written:
                    if write.record.valid_to == gap:
                        yield write, _ends_too_early(row, gap)


class VersionWriter(RowWriter):
    """Ends the version before a new one, in the same act, and refuses other overlaps."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Lock all versions of the rules: by their days it is decided which one is ended."""
        for write in writes:
            rows = versions_of(write.record)
            if rows is not None:
                lock_rows(rows)

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Only writes of days or keys are asked about: an overlap that is on record keeps nobody from mending a word."""
        for versions in _by_rule(writes):
            yield from versions.refusals()
            yield from versions.left_outside(context.actor)

    def new_ends(self, writes: Sequence[Write]) -> dict[int, date | None]:
        """On which days other versions end because of these writes, by key."""
        return {key: end for versions in _by_rule(writes) for key, end in versions.new_ends().items()}

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """End the versions before the new ones, and move records of later days to these."""
        for versions in list(_by_rule(writes)):
            ends = versions.new_ends()
            _set_ends(type(writes[0].record), ends)
            for row in (each for each in versions.others if each.pk in ends):
                for successor in versions.successors_of(row):
                    move_records(row, to=successor, days=successor, actor=actor)

    def before_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Records that name the deleted version name the one that goes on in its place."""
        going_on = ends_without(record)
        for row in (each for each in versions_of(record) or () if each.pk in going_on):
            if says_the_same(row, record):
                move_records(record, to=row, days=record, actor=actor)

    def consequences(self, removed: Sequence[Any]) -> set[tuple[str, int, str]]:
        """Records that were moved to the versions."""
        return {
            (each._meta.label_lower, each.pk, name)
            for row in removed
            for name, records in records_on_days(row, row)
            for each in records
        }

    def after_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """The version that ended where the deleted one began goes on in its place."""
        _set_ends(type(record), ends_without(record))

    def effects(self, writes: Sequence[Write]) -> Iterator[tuple[Write, str]]:
        """Which versions end on another day now."""
        for versions in _by_rule(writes):
            rows = {each.pk: each for each in versions.others}
            for key, end in versions.new_ends().items():
                if end is None:
                    continue
                words = {**_named(rows[key]), "day": format_date(end)}
                yield (
                    versions.reason_of(end),
                    _("Nay %(kind)s “%(name)s” có hiệu lực từ ngày %(since)s hết hiệu lực từ ngày %(day)s.")
                    % words,
                )
                if count := count_to_move(rows[key], versions.successors_of(rows[key])):
                    yield (
                        versions.reason_of(end),
                        _("%(count)d bản ghi từ ngày đó chuyển sang mục mới.") % {"count": count},
                    )

    def effects_of_removal(self, record: Any) -> Iterator[str]:
        """Which version goes on in place of the record."""
        rows = {each.pk: each for each in versions_of(record) or ()}
        for key in ends_without(record):
            words = {**_named(rows[key]), "day": format_date(record.valid_from)}
            yield _("Từ ngày %(day)s áp dụng lại %(kind)s “%(name)s” có hiệu lực từ ngày %(since)s.") % words


def _named(row: Any) -> dict[str, Any]:
    return {"kind": row._meta.verbose_name, "name": row, "since": format_date(row.valid_from)}


def ends_without(record: Any) -> dict[int, date | None]:
    """On which days other versions end once the record is gone, by key."""
    rows = [each for each in versions_of(record) or () if each.pk != record.pk]
    starts = [each.valid_from for each in rows if each.valid_from > record.valid_from]
    end = min([*starts, *([record.valid_to] if record.valid_to else [])], default=None)
    return {each.pk: end for each in rows if each.valid_to == record.valid_from}


def _set_ends(model: Any, ends: dict[int, date | None]) -> None:
    for row in model.objects.filter(pk__in=ends).order_by("pk"):
        row.valid_to = ends[row.pk]
        row.save()


def _key_names(model: Any) -> list[str]:
    return [name for name in register_of(model).natural_key if name != "valid_from"]


def _touches(model: Any, changed: Collection[str]) -> bool:
    return bool({*_DAYS, *_key_names(model)} & set(changed))


def rule_key(record: Any) -> tuple[Any, ...]:
    """What the versions of one rule have in common. Of a parent that the same file brings there is no key yet."""
    values = []
    for name in _key_names(type(record)):
        column = record._meta.get_field(name)
        value = getattr(record, column.attname)
        values.append(id(getattr(record, name)) if value is None and column.is_relation else value)
    return tuple(values)


def versions_of(record: Any) -> Any:
    """The stored versions of the rule of a record; None where a parent is not stored yet."""
    values = {
        name: getattr(record, record._meta.get_field(name).attname) for name in _key_names(type(record))
    }
    return None if None in values.values() else type(record).objects.filter(**values).order_by("valid_from")


def _by_rule(writes: Sequence[Write]) -> Iterator[_Versions]:
    found: defaultdict[tuple[Any, ...], _Versions] = defaultdict(_Versions)
    for write in writes:
        if write.is_new or _touches(type(write.record), write.changed):
            found[rule_key(write.record)].written.append(write)
    written = {each.record.pk for versions in found.values() for each in versions.written}
    for versions in found.values():
        rows = versions_of(versions.written[0].record)
        versions.others = [each for each in rows if each.pk not in written] if rows is not None else []
        yield versions


def _ends_too_late(record: Any, start: date) -> Refused:
    text = _(
        "Từ ngày %(day)s đã có dòng %(kind)s kế tiếp. Hãy gõ ngày hết hiệu lực là ngày %(day)s hoặc sớm hơn."
    ) % {"day": format_date(start), "kind": record._meta.verbose_name}
    return Refused.about(text, "valid_to", code="versions_overlap")


def _ends_too_early(row: Any, gap: date) -> Refused:
    values = {
        **_named(row),
        "gap": format_date(gap),
        "end": format_date(row.valid_to) if row.valid_to else "",
    }
    if row.valid_to is None:
        text = _(
            "Đang có %(kind)s “%(name)s” từ ngày %(since)s, chưa hết hiệu lực, nên sau ngày %(gap)s không rõ áp dụng dòng nào. Hãy "
            "để trống ngày hết hiệu lực rồi lưu; nếu từ ngày %(gap)s áp dụng khác thì thêm một dòng nữa có hiệu lực từ ngày đó."
        )
    else:
        text = _(
            "Đang có %(kind)s “%(name)s” từ ngày %(since)s đến trước ngày %(end)s, nên sau ngày %(gap)s không rõ áp dụng dòng nào. Hãy "
            "gõ ngày hết hiệu lực là ngày %(end)s rồi lưu; nếu từ ngày %(gap)s áp dụng khác thì thêm một dòng nữa có hiệu lực từ "
            "ngày đó."
        )
    return Refused.about(text % values, "valid_to", code="versions_overlap")
