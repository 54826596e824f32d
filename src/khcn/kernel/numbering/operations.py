"""Taking and voiding numbers."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any, TypedDict

from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Actor, Role, acting
from khcn.kernel.audit.prepared_insert import PreparedInsert
from khcn.kernel.audit.row_locks import locked, wait_for_turn
from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.numbering.typed_numbers import NumberOnRecord, typed_number
from khcn.kernel.province import province_key
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import vietnamese


class NotInTransactionError(RuntimeError):
    """A number was asked for outside a transaction: if the record failed, the number would be lost."""


class BadPatternError(ValueError):
    """The pattern lacks ``{number}`` or holds a place nobody fills."""


class NumberRefused(Refused):
    """No number is taken; the text says why."""


class CannotVoidError(NumberRefused):
    """The number is void already, the reason is missing, the day is before the issue, or a paper or report has it."""


# Who writes into the books by hand; papers and reports take their numbers by their own rules.
keeps_books = has_role(Role.HEAD, Role.OFFICE, Role.ADMIN)


_PLACE = re.compile(r"\{(number|unit|year)(?::(\d))?\}")


def render_number(pattern: str, *, number: int, unit_code: str, year: int) -> str:
    """The number as printed: "{number}/BC-SKHCN" with 5 gives "05/BC-SKHCN".

    ``{number}`` has a leading zero below 10 (NĐ 30/2020/NĐ-CP, Phụ lục I), ``{number:4}`` is padded to four
    digits; ``{unit}`` and ``{year}`` are the book's.

    Raises:
        BadPatternError: no ``{number}``, or another brace.
    """
    values = {"number": str(number), "unit": unit_code, "year": str(year)}

    def fill(place: re.Match[str]) -> str:
        name, width = place[1], place[2]
        return values[name].zfill(int(width or 2)) if name == "number" else values[name]

    rest = _PLACE.sub("", pattern)
    if "{" in rest or "}" in rest or not any(place[1] == "number" for place in _PLACE.finditer(pattern)):
        message = f"a number pattern holds {{number}} and may hold {{unit}}, {{year}}: {pattern!r}"
        raise BadPatternError(message)
    return _PLACE.sub(fill, pattern)


class BookOfYear(TypedDict):
    """Names a book and the day by which its year is found, as :func:`allocate` takes them."""

    book: str
    unit_code: str
    on: date
    pattern: str


def next_text(*, book: str, unit_code: str, on: date, pattern: str) -> str:
    """The number that :func:`allocate` gives if nobody else takes one before; locks nothing and promises nothing."""
    key = {"province": province_key(), "book": book, "unit_code": unit_code, "year": on.year}
    last = NumberBook.objects.filter(**key).values_list("last", flat=True).first() or 0
    return render_number(pattern, number=last + 1, unit_code=unit_code, year=on.year)


_TABLE = connection.ops.quote_name(NumberBook._meta.db_table)
# One statement takes the lock (the row on PostgreSQL, the file on SQLite), counts up and reads: two callers never get
# the same number, and a transaction that waits for the book waits for as few round trips as possible.
_COUNT_UP = (
    f"UPDATE {_TABLE} SET last = last + 1, pattern = %s, last_issued_on = %s "  # noqa: S608 -- our own names
    "WHERE province = %s AND book = %s AND unit_code = %s AND year = %s "
    "AND (last_issued_on IS NULL OR last_issued_on <= %s) RETURNING id, last"
)


def _next(book: str, unit_code: str, on: date, pattern: str) -> NumberBook:
    """Count the book up and return it; the row stays locked until the caller's transaction ends.

    Raises:
        NumberRefused: ``on`` is before the day of the book's last number.
    """
    key = {"province": province_key(), "book": book, "unit_code": unit_code, "year": on.year}
    if found := _count_up(key, pattern, on):
        return found
    _refuse_day_before_last(NumberBook.objects.filter(**key).first(), on)
    try:
        with transaction.atomic():
            return NumberBook.objects.create(**key, pattern=pattern, last=1, last_issued_on=on)
    except IntegrityError:  # somebody opened the year's book in this very moment
        if found := _count_up(key, pattern, on):
            return found
        _refuse_day_before_last(NumberBook.objects.get(**key), on)
        raise


def _count_up(key: dict[str, Any], pattern: str, on: date) -> NumberBook | None:
    """The book after it was counted up; None when there is none yet, or its last number is of a later day."""
    _wait_for_book(key["book"], key["year"])
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, (pattern, on, *key.values(), on))
        row = cursor.fetchone()
    return NumberBook(**key, pk=row[0], last=row[1], pattern=pattern, last_issued_on=on) if row else None


def _wait_for_book(book: str, year: int) -> None:
    """One transaction at a time takes or types numbers of a book's year, also where the year has no book yet.

    Those who wait for the row of a book are let in by chance, and some wait seconds under load; here they queue.
    """
    wait_for_turn(f"{NumberBook._meta.label}/{province_key()}/{book}/{year}")


def _refuse_day_before_last(book: NumberBook | None, on: date) -> None:
    """Numbers of a book rise with their days. Raises :class:`NumberRefused`."""
    if book is None or book.last_issued_on is None or on >= book.last_issued_on:
        return
    last = book.numbers.order_by("-number")[0]
    raise NumberRefused(
        _(
            "Sổ này đã cấp số %(text)s ngày %(last)s, số tiếp theo không lùi về ngày %(day)s. Chọn từ ngày đó trở đi."
        )
        % {"text": last.text, "last": f"{last.issued_on:%d/%m/%Y}", "day": f"{on:%d/%m/%Y}"},
        code="day_before_last",
    )


def allocate(
    *,
    book: str,
    unit_code: str,
    on: date,
    pattern: str,
    actor: Actor,
    given_to: str = "",
    record: Model | None = None,
) -> IssuedNumber:
    """Take the next number of the book of ``on``'s calendar year; its ``text`` is the number as printed.

    Must run inside the transaction that saves ``record``, which the number is for: a roll-back gives the number back,
    so a book has no gaps. The first of a year is 01. Concurrent callers of one book wait for each other. A number that a
    record already holds is passed over: it is void in the book, with the name of that record.

    Raises:
        NotInTransactionError: no transaction is open.
        BadPatternError: see `render_number`.
        NumberRefused: ``on`` is before the day of the book's last number.
    """
    if not connection.in_atomic_block:
        message = "allocate() must be called inside transaction.atomic()"
        raise NotInTransactionError(message)
    render_number(pattern, number=1, unit_code=unit_code, year=on.year)  # refuse before anything is locked
    place: BookOfYear = {"book": book, "unit_code": unit_code, "on": on, "pattern": pattern}
    while True:
        line = _write_line(place, given_to=given_to, record=record, actor=actor)
        typed = typed_number(book, on.year, line.text)
        if typed is None:
            return line
        _pass_over(line, typed, actor=actor, on=on)


def _pass_over(line: IssuedNumber, typed: NumberOnRecord, *, actor: Actor, on: date) -> None:
    """The number was given before there was a book, to a record that is typed in: here it is void."""
    reason = gettext("Số đã có trên hồ sơ nhập từ giấy, ngày %(day)s") % {"day": format_date(typed.day)}
    line.given_to = vietnamese(typed.record)[:300]
    line.model, line.object_id = typed.record._meta.label_lower, typed.record.pk
    line.voided_on, line.void_reason, line.voided_by = on, reason, actor.label
    with acting(actor, reason):
        line.save()


def _write_line(place: BookOfYear, *, given_to: str, record: Model | None, actor: Actor) -> IssuedNumber:
    on = place["on"]
    line = IssuedNumber(
        issued_on=on,
        given_to=given_to[:300],
        model=record._meta.label_lower if record else "",
        object_id=record.pk if record else None,
        issued_by=actor.label,
    )
    ready = PreparedInsert([line], late=("book_id", "number", "text"), labelled_late=True)
    with acting(actor):
        row = _next(place["book"], place["unit_code"], on, place["pattern"])
        text = render_number(place["pattern"], number=row.last, unit_code=place["unit_code"], year=row.year)
        ready.insert(book_id=row.pk, number=row.last, text=text)
    line.book = row
    return line


def give_number_to(*, issued: IssuedNumber, record: Model, actor: Actor) -> None:
    """Say which record bears a number that was taken before the record was there, in the transaction that took it.

    Raises:
        NotInTransactionError: no transaction is open.
    """
    if not connection.in_atomic_block:
        message = "give_number_to() must be called in the transaction that took the number"
        raise NotInTransactionError(message)
    issued.model, issued.object_id = record._meta.label_lower, record.pk
    with acting(actor):
        issued.save()


def take_number(*, book: NumberBook, given_to: str, actor: Actor, on: date) -> IssuedNumber:
    """Take a number by hand, for a document that is made elsewhere.

    Raises:
        NotPermitted: only the office, heads and administrators keep the books.
        NumberRefused: the book is of another year, or nothing says what the number is for.
    """
    _require_editor(actor)
    if not given_to.strip():
        raise NumberRefused(_("Chưa ghi số này cấp cho văn bản nào. Ghi trích yếu rồi làm lại."))
    if on.year != book.year:
        raise NumberRefused(
            _("Sổ này là của năm %(year)s. Số của năm nay lấy ở sổ của năm nay.") % {"year": book.year}
        )
    with transaction.atomic():
        return allocate(
            book=book.book,
            unit_code=book.unit_code,
            on=on,
            pattern=book.pattern,
            given_to=given_to.strip(),
            actor=actor,
        )


def _require_editor(actor: Actor) -> None:
    if not keeps_books.test(actor, None):
        raise NotPermitted(
            _("Chỉ Văn phòng, lãnh đạo phòng và quản trị hệ thống ghi được vào sổ cấp số."),
            code="not_permitted",
        )


def void(*, issued: IssuedNumber, reason: str, actor: Actor, on: date) -> None:
    """Declare a number void. It stays in the book with its reason and is never given out again.

    Raises:
        NotPermitted: only the office, heads and administrators keep the books.
        CannotVoidError: void already (also when somebody else has just declared it void), no reason, ``on`` before the day
            of issue, or a record bears it.
    """
    _require_editor(actor)
    if issued.model:
        raise CannotVoidError(
            _(
                "Số %(text)s đã ghi trên giấy hoặc báo cáo. Hãy thay thế hoặc thu hồi giấy đó, số cũ vẫn ở trong sổ."
            )
            % {"text": issued.text}
        )
    if not reason.strip():
        raise CannotVoidError(
            _("Chưa có lý do hủy số %(text)s. Ghi lý do rồi làm lại.") % {"text": issued.text}
        )
    if on < issued.issued_on:
        raise CannotVoidError(
            _("Số %(text)s cấp ngày %(day)s, ngày hủy phải từ ngày đó trở đi. Xem lại ngày hủy.")
            % {"text": issued.text, "day": f"{issued.issued_on:%d/%m/%Y}"}
        )
    with acting(actor, reason.strip()), transaction.atomic():
        lock_book(issued.book.book, {issued.book.year})  # like those who type a number into a record
        line = locked(IssuedNumber, issued.pk)
        if line.voided_on is not None:
            raise CannotVoidError(
                _("Số %(text)s đã hủy trước đó. Mở sổ cấp số để xem lý do.") % {"text": issued.text}
            )
        if (bearer := typed_number(line.book.book, line.book.year, line.text)) is not None:
            raise CannotVoidError(
                _("Số %(text)s đang ghi ở “%(record)s”. Bỏ số ở đó trước rồi hủy.")
                % {"text": line.text, "record": bearer.record}
            )
        line.voided_on, line.void_reason, line.voided_by = on, reason.strip(), actor.label
        line.save()
    issued.refresh_from_db()


def lock_book(book: str, years: Collection[int]) -> None:
    """Nobody else takes or types a number of these years until the transaction ends."""
    for year in sorted(years):
        _wait_for_book(book, year)
