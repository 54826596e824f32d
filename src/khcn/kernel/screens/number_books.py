"""Number books on screen: which there are, who took what, what is void, and whether a number is missing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless, is_staff
from khcn.kernel.actions.running import LONGEST_KEY, ActionOutcome, run_once
from khcn.kernel.fields.reference_targets import NO_NAME
from khcn.kernel.numbering.gaps import counted_with_gaps, missing_numbers
from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.numbering.operations import keeps_books, take_number, void
from khcn.kernel.numbering.typed_numbers import NumberOnRecord, typed_numbers
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import registers
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import asks_again, read_only

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.http import HttpResponse

    from khcn.kernel.papers.models import Paper

ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class BookRow:
    """One book of the list."""

    book: Any  # with the counts of `counted_with_gaps`
    missing: str  # numbers that are not there, "" when all are


def _is_whole(book: Any) -> bool:
    """A quick look at the counts; the numbers themselves are only compared when these differ."""
    return bool(
        book.lines == book.last and (not book.lines or (book.lowest == 1 and book.highest == book.last))
    )


def _missing(book: Any) -> str:
    return "" if _is_whole(book) else ", ".join(str(each) for each in missing_numbers(book)[:20])


@read_only
def book_list(request: Request) -> HttpResponse:
    """Every book, the latest year first; by year, unit or symbol when asked."""
    deny_unless(is_staff.test(request.actor, None))
    books = NumberBook.objects.order_by("-year", "book", "unit_code")
    asked = {name: request.GET.get(name, "").strip()[:50] for name in ("year", "unit", "book")}
    if asked["year"].isdecimal() and asked["year"].isascii():
        books = books.filter(year=min(int(asked["year"][:6]), 9999))
    if asked["unit"]:
        books = books.filter(unit_code=asked["unit"])
    if asked["book"]:
        books = books.filter(book__icontains=asked["book"])
    rows = [
        BookRow(each, _missing(each))
        for each in counted_with_gaps(books).order_by("-year", "unit_code", "book")[:500]
    ]
    context = {
        "rows": rows,
        "asked": asked,
        "units": NumberBook.objects.order_by("unit_code").values_list("unit_code", flat=True).distinct(),
        "years": NumberBook.objects.order_by("-year").values_list("year", flat=True).distinct(),
    }
    return render(request, "number_books/list.html", context)


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One number with the address of what has it, and what became of the paper that has it in force no more."""

    number: IssuedNumber
    given_to: str
    url: str
    ended: str


def _lines(numbers: Iterable[IssuedNumber], unread: Collection[str]) -> list[NumberLine]:
    """Of a paper for a record of a register that the reader may not read, only the number is shown."""
    return [
        NumberLine(each, str(NO_NAME), "", _ended(each))
        if _subject(each) in unread
        else NumberLine(each, each.given_to, _address(each), _ended(each))
        for each in numbers
    ]


def _subject(number: IssuedNumber) -> str:
    """The model of the record that the number was taken for."""
    paper: Paper | None = getattr(number, "paper", None)
    return paper.model if paper is not None else number.model


def _ended(number: IssuedNumber) -> str:
    paper: Paper | None = getattr(number, "paper", None)
    if paper is None or paper.state not in {"replaced", "withdrawn"}:
        return ""
    return str(PAPER_FLOW.by_value[paper.state].label)


def _address(number: IssuedNumber) -> str:
    """The page of what took the number, "" for one taken by hand. One query for none: addresses need only the key."""
    if not number.model or number.object_id is None:
        return ""
    model = apps.get_model(number.model)
    return str(model(pk=number.object_id).get_absolute_url())


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number of this book and year that a record holds and that was not given by the book."""

    text: str
    day: date
    holder: str
    url: str


def _typed(found: Iterable[NumberOnRecord], unread: Collection[str]) -> list[TypedNumber]:
    return [
        TypedNumber(each.text, each.day, str(NO_NAME), "")
        if each.record._meta.label_lower in unread
        else TypedNumber(each.text, each.day, str(each.record), str(each.record.get_absolute_url()))
        for each in found
    ]


@read_only
def book(request: Request, pk: int) -> HttpResponse:
    """The lines of a book, the latest first."""
    deny_unless(is_staff.test(request.actor, None))
    found = get_object_or_404(counted_with_gaps(NumberBook.objects.filter(pk=pk)))
    numbers = found.numbers.select_related("paper").order_by("-number")
    text = request.GET.get("q", "").strip()[:100]
    unread = [each.name for each in registers() if not each.may("read", request.actor)]
    if text:
        readable = ~Q(model__in=unread) & (Q(paper__isnull=True) | ~Q(paper__model__in=unread))
        numbers = numbers.filter(Q(text__icontains=text) | Q(given_to__icontains=text) & readable)
    before = request.GET.get("before", "")
    if before.isdecimal() and before.isascii():
        numbers = numbers.filter(number__lt=int(before[:9]))
    shown, typed = list(numbers[: ON_A_PAGE + 1]), typed_numbers(found)
    context = {
        "book": found,
        "typed": _typed(typed[:ON_A_PAGE], unread),
        "typed_count": len(typed),
        "lines": _lines(shown[:ON_A_PAGE], unread),
        "older": shown[ON_A_PAGE - 1].number if len(shown) > ON_A_PAGE else 0,
        "missing": _missing(found),
        "may_keep": keeps_books.test(request.actor, None),
        "may_take": bool(found.pattern) and found.year == request.today.year,
        "asked": text,
        "token": secrets.token_urlsafe(16),
    }
    return render(request, "number_books/book.html", context)


@asks_again
@require_POST
def take(request: Request, pk: int) -> HttpResponse:
    """Take the next number for a document that is made elsewhere."""
    deny_unless(keeps_books.test(request.actor, None))
    found = get_object_or_404(NumberBook, pk=pk)
    given_to, token = request.POST.get("given_to", "")[:300], request.POST.get("token", "")
    if len(token) > LONGEST_KEY or "\0" in token:
        raise BadRequest  # no page of ours sends these: a token is 22 letters long

    def carry_out() -> ActionOutcome:
        number = take_number(book=found, given_to=given_to, actor=request.actor, on=request.today)
        words = _("Đã lấy số %(number)s.") % {"number": number.text}
        return ActionOutcome(found.pk, number._meta.label_lower, number.pk, words)

    try:
        # A form that is sent twice takes one number.
        outcome = run_once(
            actor=request.actor, key=token, request=f"number-take {found.pk} {given_to}", carry_out=carry_out
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, outcome.message)
    return see_other(reverse("number-book", args=[pk]))


@asks_again
@require_POST
def void_number_page(request: Request, pk: int) -> HttpResponse:
    """Declare a number void, with the reason."""
    deny_unless(keeps_books.test(request.actor, None))
    number = get_object_or_404(IssuedNumber, pk=pk)
    try:
        void(
            issued=number, reason=request.POST.get("reason", "")[:500], actor=request.actor, on=request.today
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã hủy số %(number)s.") % {"number": number.text})
    return see_other(reverse("number-book", args=[number.book_id]))
