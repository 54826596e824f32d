"""What is kept of the page on which the rows of a batch were typed: how to go back to it, and to the list that led there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import QueryDict
from django.urls import reverse

from khcn.kernel.deadlines.law_source import law_source
from khcn.kernel.intake.layouts.sheet_layouts import LITERAL, ON_PAGE
from khcn.kernel.intake.models import Batch, TypedPage
from khcn.kernel.province import province_key
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.numbers import short_number
from khcn.kernel.ui.http import with_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.changes.change_workbook import ChangedRow
    from khcn.kernel.intake.models import BatchQuerySet
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

PREVIEW_RULE: Final = "intake.preview_days"
TYPED_IN: Final = "preview"  # in the address of such a page: the batch whose form it shows again
_FIRST_ROW: Final = 2  # of the workbook of a page, below its headings
_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105 -- the name of an input


@dataclass(frozen=True, slots=True)
class TypedOn:
    """A form of such a page as it was sent: by which page, for which register, from which list."""

    way: str
    register: Register
    conditions: str
    sent: str
    row_names: tuple[str, ...]
    cells: frozenset[str]
    again: int | None = None  # the batch whose form the page showed again
    literal: tuple[str, ...] = ()  # fields whose texts mean what they say

    @classmethod
    def of(
        cls,
        request: Request,
        way: str,
        register: Register,
        rows: Sequence[ChangedRow],
        literal: Sequence[str],
    ) -> TypedOn:
        """The form of a request, and the rows that it comes to."""
        conditions, sent = request.GET.copy(), request.POST.copy()
        again = short_number(request.GET.get(TYPED_IN, ""))
        conditions.pop(TYPED_IN, None)
        sent.pop(_TOKEN, None)
        return cls(
            way,
            register,
            conditions.urlencode(),
            sent.urlencode(),
            tuple(each.name for each in rows),
            frozenset(_cells(rows)),
            again,
            tuple(literal),
        )

    def choices(self) -> dict[str, str]:
        """How the workbook of the page is to be read."""
        return {ON_PAGE: self.way, LITERAL: " ".join(self.literal)}

    def keep(self, batch: Batch) -> None:
        """Keep it with the batch of its rows."""
        values = {
            "way": self.way,
            "register": self.register.name,
            "conditions": self.conditions,
            "sent": self.sent,
            "row_names": list(self.row_names),
            "cells": sorted(self.cells),
        }
        TypedPage.objects.update_or_create(batch=batch, defaults=values)

    def before(self, batch: Batch) -> BatchQuerySet:
        """What the same person typed on this page for this register before, has not decided about, and has now typed again: the batch whose
        form was shown again, what took the place of that one meanwhile, and those of which each cell was typed once more. Other records and
        other cells stay as they are.
        """
        shown_again = set(_and_replacements(self.again))
        found = Batch.objects.undecided().filter(
            typed_page__way=self.way,
            typed_page__register=self.register.name,
            uploaded_by_id=batch.uploaded_by_id,
            province=province_key(),
        )
        rows = found.exclude(pk=batch.pk).values_list("pk", "typed_page__cells")
        typed_again = [
            key for key, cells in rows.iterator() if key in shown_again or self.cells.issuperset(cells)
        ]
        return found.filter(pk__in=typed_again)


def _cells(rows: Sequence[ChangedRow]) -> Iterator[str]:
    """The cells that were typed: of records by key and field, of new records by what was typed."""
    for row in rows:
        if row.pk is None:
            yield f"+ {sorted((name, str(value)) for name, value in row.typed.items())}"
        else:
            yield from (f"{row.pk} {name}" for name in row.typed)


def last_day_of_preview(typed_on: date) -> date:
    """The day, by rule, on which what was typed on a page on a day is kept last without a decision."""
    return law_source().end_by_rule(PREVIEW_RULE, start=typed_on)


def forget_form(batch: Batch) -> None:
    """Of a batch that is decided about only the way to the list is kept."""
    TypedPage.objects.filter(batch=batch).update(sent="", cells=[])


def typed_page_of(batch: Batch) -> TypedPage | None:
    """The page on which the rows of a batch were typed; ``None`` for a file."""
    return TypedPage.objects.filter(batch=batch).first()


def preview_after(page: TypedPage) -> Batch | None:
    """The preview that took the place of one, or of the one that did; None where there is none, or it was put aside as well."""
    *_before, last = _and_replacements(page.batch_id)
    found = Batch.objects.get(pk=last)
    return found if last != page.batch_id and found.state != "rejected" else None


def _and_replacements(batch: int | None) -> Iterator[int]:
    """The number of a batch, of what took its place, and so on."""
    while batch is not None:
        yield batch
        batch = TypedPage.objects.filter(batch=batch).values_list("replaced_by", flat=True).first()


def rows_named(page: TypedPage | None) -> Callable[[Sequence[int | None]], str]:
    """What gives the rows of a workbook, by their numbers, the names that a person knows them by: of a file these are the numbers."""
    names: list[str] = page.row_names if page is not None else []

    def name(row: int | None) -> str:
        place = (row or 0) - _FIRST_ROW
        return names[place] if 0 <= place < len(names) else str(row or "–")

    return lambda rows: ", ".join(map(name, rows))


def list_of(page: TypedPage) -> str:
    """The address of the list with the filter and ticks that led to the page; "" where the register is no more."""
    register = _register(page)
    return with_query(register.list_url(), page.conditions) if register is not None else ""


def page_again(page: TypedPage) -> str:
    """The address of the page with what was typed there; "" where that is no longer kept."""
    register = _register(page)
    if register is None or not page.sent:
        return ""
    address = reverse(f"import-{page.way}", args=[register.area, register.slug])
    return with_query(address, "&".join(filter(None, (page.conditions, f"{TYPED_IN}={page.batch_id}"))))


def form_again(number: int | None, way: str, register: Register, actor: Actor) -> QueryDict | None:
    """What the actor typed on such a page for an undecided batch; ``None`` where nothing is kept."""
    page = TypedPage.objects.filter(
        batch__in=Batch.objects.visible_to(actor).undecided(),
        batch=number,
        batch__uploaded_by_id=actor.user_id,
        way=way,
        register=register.name,
    ).first()
    return QueryDict(page.sent) if page is not None and page.sent else None


def _register(page: TypedPage) -> Register | None:
    return next((each for each in registers() if each.name == page.register), None)
