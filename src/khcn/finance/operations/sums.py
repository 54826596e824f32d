"""Amounts of several rows that together may not be above what they are parts of, also when two people enter them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.kernel.text.numbers import format_money

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.registers.writing import ValidationContext, Write


@dataclass(frozen=True, slots=True)
class Bound:
    """What the rows of one record may add up to.

    ``link`` is the foreign key to that record, ``limit`` says how much it allows (None: nothing is set), ``whose`` names it in the
    refusal.
    """

    link: str
    limit: Callable[[Any], int | None]
    whose: StrOrPromise
    column: str = "amount"


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


def refuse_below(write: Write, column: str, model: type[Model], link: str, of_child: str = "amount") -> None:
    """Raise ``Refused`` where an amount becomes less than what its parts add up to."""
    amount = getattr(write.record, column)
    if write.is_new or column not in write.changed or amount is None:
        return
    parts = total_of(model, link, write.record.pk, of_child)
    if amount < parts:
        text = _("Các khoản đã ghi cộng lại %(parts)s, lớn hơn số tiền này. Hãy xem lại số tiền.")
        raise Refused.about(text % {"parts": format_money(parts)}, column, code="below_parts")


class SumWriter(PastDayWriter):
    """Rows that are parts of others; their days have come."""

    def __init__(self, model: type[Model], bounds: Sequence[Bound], *days: str) -> None:
        """``bounds`` are asked in this order; ``days`` as in `PastDayWriter`."""
        super().__init__(*days)
        self.model, self.bounds = model, bounds

    def lock(self, writes: Sequence[Write]) -> None:
        """What the rows are parts of, as it is now: of two entered at the same moment the second sees the first, and an amount or a
        state that somebody has changed meanwhile.
        """
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        for bound in self.bounds:
            field: Any = self.model._meta.get_field(bound.link)
            keys = {getattr(row, field.attname) for row in rows}
            stored = {each.pk: each for each in locked_all(field.related_model, keys - {None})}
            for row in (each.record for each in writes):
                if (parent := stored.get(getattr(row, field.attname))) is not None:
                    setattr(row, bound.link, parent)

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each by itself, then together with all others of the same record, also those of the same workbook."""
        wrong = list(super().validate(writes, context))
        yield from wrong
        refused = {id(write) for write, _why in wrong}
        for bound in self.bounds:
            for write, why in self._above(bound, writes, context):
                if id(write) not in refused:
                    refused.add(id(write))
                    yield write, why

    def _above(
        self, bound: Bound, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        parents = [getattr(each.record, bound.link) for each in writes]
        keys = {each.pk for each in parents if each is not None and each.pk is not None}
        written = [each.record.pk for each in writes if each.record.pk]
        stored = self.model._default_manager.filter(**{f"{bound.link}__in": keys}).exclude(pk__in=written)
        totals: dict[Any, int] = context.seen.setdefault(f"{self.model._meta.label}.{bound.link}", {})
        for key, total in stored.order_by().values_list(bound.link).annotate(_total=Sum(bound.column)):
            totals.setdefault(key, total)
        for write, parent in zip(writes, parents, strict=True):
            if parent is None or (amount := getattr(write.record, bound.column)) is None:
                continue
            key = parent.pk or str(parent)
            totals[key] = totals.get(key, 0) + amount
            limit = bound.limit(parent)
            if (
                limit is not None
                and totals[key] > limit
                and (write.is_new or write.changed & {bound.link, bound.column})
            ):
                text = _("Cộng lại %(total)s, lớn hơn %(whose)s là %(limit)s. Hãy xem lại số tiền.") % {
                    "total": format_money(totals[key]),
                    "whose": bound.whose,
                    "limit": format_money(limit),
                }
                yield write, Refused.about(text, bound.column, code="above")
