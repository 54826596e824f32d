"""Amounts of several rows whose sum may not be above what they are parts of, also when two people enter them at once."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Case, F, Sum, Value, When
from django.utils.translation import gettext as _

from khcn.finance.models.advances import sum_of
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.combined_writes import combined_writes
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.text.numbers import format_money

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from django.db.models import Model, QuerySet
    from django.db.models.expressions import Combinable
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.registers.writing import ValidationContext, Write


@dataclass(frozen=True, slots=True)
class Bound:
    """What the rows of one record may add up to.

    ``model`` is that of the rows, ``link`` their foreign key to that record, ``limit`` says how much it allows (None: nothing is set),
    ``whose`` names it in the refusal. ``ended``: the column with the day from which a row is part of it no more; of such a row only
    what ``rest`` adds up counts. ``back``: the rows by which a part of it came back, and their foreign key to it; what came back
    does not count.
    """

    model: type[Model]
    link: str
    limit: Callable[[Any], int | None]
    whose: StrOrPromise
    column: str = "amount"
    ended: str = ""
    rest: Bound | None = None
    back: tuple[Callable[[], QuerySet[Any]], str] | None = None

    @property
    def field(self) -> Any:
        """The foreign key."""
        return self.model._meta.get_field(self.link)

    @property
    def name(self) -> str:
        """Names the bound among others."""
        return f"{self.model._meta.label}.{self.link}"

    def key_of(self, row: Any) -> int | None:
        """The key of the record that a row is part of; None for one that is not on record."""
        parent = self.field.get_cached_value(row, default=None)
        found: int | None = getattr(row, self.field.attname) if parent is None else parent.pk
        return found

    def amount_of(self, row: Any) -> int:
        """How much of a row counts, what came back included."""
        if not self.ended or getattr(row, self.ended) is None:
            return getattr(row, self.column) or 0
        return 0 if self.rest is None or row.pk is None else self.rest.total_of(row.pk)

    def came_back(self, row: Any) -> int:
        """How much of a stored row came back."""
        if self.back is None or row.pk is None:
            return 0
        rows, link = self.back
        found: int = rows().filter(**{link: row.pk}).aggregate(total=Sum("amount"))["total"] or 0
        return found

    def counted(self) -> Combinable:
        """How much of a stored row counts."""
        if self.back is not None:
            rows, link = self.back
            return F(self.column) - sum_of(rows(), link)
        if not self.ended:
            return F(self.column)
        rest: Any = Value(0)
        if self.rest is not None:
            rest = sum_of(self.rest.model._default_manager.all(), self.rest.link)
        is_part = When(**{f"{self.ended}__isnull": True}, then=F(self.column))
        return Case(is_part, default=rest, output_field=BigIntegerField())

    def totals(self, keys: Collection[int]) -> dict[int, int]:
        """What the stored rows of records add up to, by the keys of these."""
        found: dict[int, int] = {}
        for part in chunks(sorted(keys)):
            rows = self.model._default_manager.filter(**{f"{self.link}__in": part}).order_by()
            found.update(rows.values_list(self.link).annotate(_total=Sum(self.counted())))
        return found

    def total_of(self, key: int) -> int:
        """What the stored rows of one record add up to."""
        return self.totals([key]).get(key, 0)

    def is_touched(self, write: Write) -> bool:
        """May the row make a sum larger?"""
        return write.is_new or bool(write.changed & {self.link, self.column, self.ended})

    def grows(self, write: Write) -> bool:
        """Does the row make the sum of its record larger? What makes it smaller is right, also where it stays too large."""
        before = write.before
        if before is None or self.key_of(before) != self.key_of(write.record):
            return True
        return self.is_touched(write) and self.amount_of(write.record) > self.amount_of(before)

    def refusal(self, total: int, limit: int, column: str) -> Refused:
        """Of rows that add up to more than their record allows."""
        text = _("Cộng lại %(total)s, lớn hơn %(whose)s là %(limit)s. Hãy xem lại số tiền.") % {
            "total": format_money(total),
            "whose": self.whose,
            "limit": format_money(limit),
        }
        return Refused.about(text, column, code="above")


def budget_of(task: Any) -> int | None:
    """What the state gives for a task; where that is not on record, all of its budget."""
    state: int | None = task.budget_state
    return state if state is not None else task.budget_total


def total_of(
    model: type[Model], link: str, key: int, column: str = "amount", besides: Collection[int] = ()
) -> int:
    """What the stored rows of one record add up to, without the rows ``besides``."""
    rows = model._default_manager.filter(**{link: key}).exclude(pk__in=list(besides))
    return rows.aggregate(total=Sum(column))["total"] or 0


def _moved(bound: Bound, writes: Sequence[Write], context: ValidationContext) -> dict[int, int]:
    """By how much the rows of a file, or else ``writes``, change the sums of records: by key, of records to come by identity."""
    combined = combined_writes(context, bound.model)
    found: dict[int, int] | None = context.seen.get(f"moved {bound.name}") if combined else None
    if found is None:
        found = {}
        for write in combined or writes:
            moves = write.before is not None and _whole(bound, write.before) != _whole(bound, write.record)
            for row, sign in ((write.record, 1), (write.before, -1)):
                if row is not None and (key := _whole(bound, row)) is not None:
                    counts = bound.amount_of(row) - (bound.came_back(row) if moves else 0)
                    found[key] = found.get(key, 0) + sign * counts
        if combined:
            context.seen[f"moved {bound.name}"] = found
    return found


def _whole(bound: Bound, row: Any) -> int | None:
    """Names the record that a row is part of, also one to come: keys are above 0, so identities are given below."""
    if (key := bound.key_of(row)) is not None:
        return key
    parent = bound.field.get_cached_value(row, default=None)
    return None if parent is None else -id(parent)


def refuse_below(write: Write, column: str, bound: Bound, context: ValidationContext) -> None:
    """Raise ``Refused`` where an amount becomes less than what its parts add up to, those of the same file as they shall be."""
    amount = getattr(write.record, column)
    if write.is_new or column not in write.changed or amount is None:
        return
    before, key = getattr(write.before, column), write.record.pk
    if before is not None and amount >= before:
        return
    parts = bound.total_of(key) + _moved(bound, (), context).get(key, 0)
    if amount < parts:
        text = _("Các khoản đã ghi cộng lại %(parts)s, lớn hơn số tiền này. Hãy xem lại số tiền.")
        raise Refused.about(text % {"parts": format_money(parts)}, column, code="below_parts")


class SumWriter(PastDayWriter):
    """Rows that are parts of others, or have parts; their days have come."""

    def __init__(
        self,
        model: type[Model],
        bounds: Sequence[Bound],
        *days: str,
        parts: Mapping[str, Bound] | None = None,
    ) -> None:
        """``bounds`` are asked in this order; ``days`` as in `PastDayWriter`; ``parts``: what other rows may add up to, by the column
        that says how much.
        """
        super().__init__(*days)
        self.model, self.bounds, self.parts = model, bounds, parts or {}

    def lock(self, writes: Sequence[Write]) -> None:
        """What the rows are parts of, as it is now: of two entered at the same moment the second sees the first, and an amount or a
        state that somebody has changed meanwhile.
        """
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        for bound in self.bounds:
            field = bound.field
            keys = {getattr(row, field.attname) for row in rows}
            stored = {each.pk: each for each in locked_all(field.related_model, keys - {None})}
            for row in (each.record for each in writes):
                if (parent := stored.get(getattr(row, field.attname))) is not None:
                    setattr(row, bound.link, parent)

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each by itself, then combined with all others of the same record, also those of the same workbook."""
        wrong = list(super().validate(writes, context))
        yield from wrong
        if context.restoring:  # the rows are stored already: what they add up to is asked at the end
            return
        refused = {id(write) for write, _why in wrong}
        for bound in self.bounds:
            for write, why in self._above(bound, writes, context):
                if id(write) not in refused:
                    refused.add(id(write))
                    yield write, why

    def _above(
        self, bound: Bound, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        asked = [each for each in writes if bound.grows(each)]
        wholes = {_whole(bound, each.record): getattr(each.record, bound.link) for each in asked}
        # As the same file makes them.
        planned = {
            each.record.pk: each.record for each in combined_writes(context, bound.field.related_model)
        }
        stored = bound.totals([key for key in wholes if key is not None and key > 0])
        moved = _moved(bound, writes, context)
        for write in asked:
            key = _whole(bound, write.record)
            if key is None:
                continue
            limit = bound.limit(planned.get(key, wholes[key]))
            total = stored.get(key, 0) + moved.get(key, 0)
            if limit is not None and total > limit:
                yield write, bound.refusal(total, limit, bound.column)

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """A workbook, its undoing, and two people at once change parts and wholes: no sum is further above what is allowed than it
        was, by what is stored.
        """
        before = [excesses(bound, touched) for bound, _column, touched in self.touched(writes, removed)]
        yield
        after = self.touched(writes, removed)  # also records that had no key before
        for (bound, column, touched), earlier in zip(after, before, strict=True):
            for key, (total, limit) in excesses(bound, touched).items():
                was, allowed = earlier.get(key, (0, 0))
                if total - limit > max(0, was - allowed):
                    raise bound.refusal(total, limit, column).at(touched[key])

    def touched(
        self, writes: Sequence[Write], removed: Sequence[Any]
    ) -> list[tuple[Bound, str, dict[int, Any]]]:
        """The sums that writes and removals may bring above what is allowed: the bound, the column that is asked about, the rows by the key of
        what they are parts of.
        """
        found = []
        for bound in self.bounds:
            rows = {bound.key_of(each.record): each.record for each in writes if bound.is_touched(each)}
            found.append((bound, bound.column, {key: row for key, row in rows.items() if key is not None}))
        for column, bound in self.parts.items():
            wholes = {
                each.record.pk: each.record
                for each in writes
                if each.before is not None and column in each.changed
            }
            found.append((bound, column, wholes))
        return found


def excesses(bound: Bound, keys: Collection[int]) -> dict[int, tuple[int, int]]:
    """Of records, by key, what their rows add up to and what they allow, as stored; without those for which nothing is set."""
    totals = bound.totals(keys)
    found = {}
    for part in chunks(sorted(keys)):
        for key, whole in bound.field.related_model._base_manager.in_bulk(part).items():
            if (limit := bound.limit(whole)) is not None:
                found[key] = (totals.get(key, 0), limit)
    return found
