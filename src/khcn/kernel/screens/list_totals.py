"""Totals of the amounts in a list: of all rows that the filter finds, not of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from khcn.kernel.fields.registry import kind_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.spec import Column, Register


def has_totals(register: Register, columns: Sequence[Column]) -> bool:
    """Is a column among these that lists add up?"""
    return bool(_summed(register, columns))


def _summed(register: Register, columns: Sequence[Column]) -> dict[str, FieldKind]:
    """Only columns of the record's own: an amount of a linked record would count once for each row that links it."""
    found = {each.path: kind_at(register.model, each.path) for each in columns if "__" not in each.path}
    return {path: kind for path, kind in found.items() if kind is not None and kind.summed}


def list_totals(
    register: Register, actor: Actor, records: QuerySet[Any], columns: Sequence[Column]
) -> tuple[str, ...]:
    """The text below each column, empty where nothing is added up; no texts at all where no column is."""
    kinds = _summed(register, columns)
    if not kinds:
        return ()
    # Once for each record, whatever the filter joins.
    rows = register.visible(actor).filter(pk__in=records.order_by().values("pk"))
    sums = rows.aggregate(**{f"sum_{path}": Sum(path) for path in kinds})
    return tuple(
        kinds[each.path].text(sums[f"sum_{each.path}"] or 0) if each.path in kinds else "" for each in columns
    )
