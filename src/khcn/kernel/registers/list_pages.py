"""A list page as data: filter, search, order, one keyset page, formatted cells. No template and no request in here."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from khcn.kernel.access.closed_registers import closed_link
from khcn.kernel.access.shown_names import name_in_closed_register
from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.plain_text import plain_text
from khcn.kernel.fields.registry import field_kind_of, kind_at
from khcn.kernel.registers.record_model import Record
from khcn.kernel.registers.spec import Column, Register
from khcn.kernel.text.numbers import is_comparable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

PAGE_SIZE = 50
# Beyond this the page says "more than"; the exact count is fetched apart, so that it never delays the rows.
COUNTED_UP_TO = 1000


UNREADABLE: Final = (TypeError, ValueError, ArithmeticError, ValidationError)
"""What fields raise for a value of a cursor that is none of theirs."""


class BadCursorError(ValueError):
    """The cursor in the address was cut or made up."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One formatted cell."""

    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One record of the page."""

    pk: int
    cells: tuple[Cell, ...]
    invented: tuple[str, ...] = ()  # names of fields with illustrative values, "*" for the whole record


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list, with the cursors of its neighbours."""

    columns: tuple[Column, ...]
    rows: tuple[ListRow, ...]
    older: str
    newer: str
    count: int
    count_is_exact: bool


def all_columns(register: Register) -> tuple[Column, ...]:
    """Every column the register offers, each with its heading."""
    found = []
    for each in register.columns:
        column = each if isinstance(each, Column) else Column(each)
        if not column.heading:
            column = replace(column, heading=verbose_name_at(register.model, column.path))
        found.append(column)
    return tuple(found)


def list_column_text(register: Register, column: Column) -> tuple[Any, Callable[[Any], str]]:
    """For a column of a list: the ORM path or expression to read, and the function that turns its value into text."""
    if link := closed_link(register.model, column.path, register.closed):
        return link, name_in_closed_register
    kind = kind_at(register.model, column.path)
    if kind is not None:
        path, kind = kind.listed(column.path)
        return path, kind.texts()
    if column.choices:
        texts = {value: str(label) for value, label in column.choices}  # translated once, not once a row
        return column.path, lambda value: texts.get(value, "" if value is None else str(value))
    return column.path, plain_text


class OrderPart(NamedTuple):
    """One column of a list's order. ``field`` is None for an annotation, whose type only the query knows."""

    path: str
    falling: bool
    field: Any
    may_be_empty: bool


def _part(register: Register, path: str, *, falling: bool) -> OrderPart:
    if path == "pk":
        return OrderPart(path, falling, register.model._meta.pk, may_be_empty=False)
    model: Any = register.model
    field: Any = None
    may_be_empty = False
    for step in path.split("__"):  # an empty link on the way leaves the last column empty
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return OrderPart(path, falling, None, may_be_empty=True)
        may_be_empty = may_be_empty or field.null
        model = field.related_model or model
    return OrderPart(path, falling, field, may_be_empty)


class Keyset:
    """Order of a list as comparable columns ending in the primary key, and cursors that point between two rows."""

    def __init__(self, register: Register, order: Sequence[str]) -> None:
        """``order`` names ORM paths or annotations, with a leading minus for falling order."""
        self.parts = [
            _part(register, each.lstrip("-"), falling=each.startswith("-"))
            for each in dict.fromkeys((*order, "pk"))
        ]

    def apply(self, records: QuerySet[Any], *, backwards: bool) -> QuerySet[Any]:
        """Order rows; an empty value sorts as the lowest one."""
        records = records.annotate(
            **{f"_key{place}": self._expression(records, part) for place, part in enumerate(self.parts)}
        )
        return records.order_by(
            *(
                ("-" if part.falling != backwards else "") + f"_key{place}"
                for place, part in enumerate(self.parts)
            )
        )

    @staticmethod
    def _expression(records: QuerySet[Any], part: OrderPart) -> Any:
        if not part.may_be_empty:
            return F(part.path)
        field = part.field or records.query.annotations[part.path].output_field
        return field_kind_of(field).with_empty_lowest(part.path)

    def beyond(self, records: QuerySet[Any], cursor: str, *, backwards: bool) -> QuerySet[Any]:
        """Rows after (or, backwards, before) a cursor. Raises :class:`BadCursorError`."""
        try:
            return self.beyond_values(records, self.read(cursor), backwards=backwards)
        except UNREADABLE as fault:
            raise BadCursorError(cursor) from fault

    def beyond_values(
        self, records: QuerySet[Any], values: Sequence[Any], *, backwards: bool
    ) -> QuerySet[Any]:
        """Rows after (or, backwards, before) the place with these values, which may be places of a prepared statement."""
        condition = Q()
        for place, part in enumerate(self.parts):
            equal = {f"_key{before}": values[before] for before in range(place)}
            operator = "lt" if part.falling != backwards else "gt"
            condition |= Q(**equal, **{f"_key{place}__{operator}": values[place]})
        # The first column alone bounds the scan; databases do not see that through the OR by themselves.
        bound = "lte" if self.parts[0].falling != backwards else "gte"
        return records.filter(condition, **{f"_key0__{bound}": values[0]})

    def cursor(self, values: Sequence[object]) -> str:
        """Pack one row's key into an address-safe text."""
        return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")

    def read(self, cursor: str) -> list[Any]:
        """Unpack a cursor. Raises :class:`BadCursorError`."""
        try:
            values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        except (binascii.Error, ValueError) as fault:
            raise BadCursorError(cursor) from fault
        if not isinstance(values, list) or [*map(is_comparable, values)] != [True] * len(self.parts):
            raise BadCursorError(cursor)
        return values


class Cells:
    """What a page reads of each record beside its key, and how it shows it in the language of now."""

    def __init__(self, register: Register, columns: Sequence[Column]) -> None:
        formatters = [list_column_text(register, column) for column in columns]
        self.paths = [path for path, _show in formatters]
        self._looks = [(column.look, show) for column, (_path, show) in zip(columns, formatters, strict=True)]
        if issubclass(register.model, Record):
            self.paths.append("illustrative")

    def row(self, pk: int, values: Sequence[Any]) -> ListRow:
        """One record from the values of ``paths``."""
        cells = tuple(
            Cell(show(value), look) for value, (look, show) in zip(values, self._looks, strict=False)
        )
        return ListRow(pk, cells, tuple(values[-1]) if len(values) > len(cells) else ())


def _these(records: QuerySet[Any]) -> Any:
    """The rows of a query as a list of keys that another query asks for.

    Given to the filter as it is, Django would copy all its annotations, and with them the half of what a page costs.
    """
    return RawSQL(*records.values("pk").query.sql_with_params())  # noqa: S611 -- put together by Django


def first_rows(
    register: Register, records: QuerySet[Any], cells: Cells, *, order: Sequence[str], size: int
) -> QuerySet[Any]:
    """Key and cells of the first of ``records``, and of one more where there are more."""
    ordered = Keyset(register, order).apply(records, backwards=False)
    return ordered.filter(pk__in=_these(ordered[: size + 1])).values_list("pk", *cells.paths)


def page_rows(
    keyset: Keyset,
    cells: Cells,
    records: QuerySet[Any],
    size: int,
    cursor: str | Sequence[Any] = "",
    *,
    backwards: bool = False,
) -> QuerySet[Any]:
    """Key, place and cells of the rows of one page, and of one more where there are more. Raises :class:`BadCursorError`.

    ``cursor``: of the address, or the places of its values in a prepared statement.
    """
    found = ordered = keyset.apply(records, backwards=backwards)
    if cursor and isinstance(cursor, str):
        found = keyset.beyond(ordered, cursor, backwards=backwards)
    elif cursor:
        found = keyset.beyond_values(ordered, cursor, backwards=backwards)
    page = ordered.filter(pk__in=_these(found[: size + 1]))
    return page.values_list("pk", *(f"_key{place}" for place in range(len(keyset.parts))), *cells.paths)


def list_page(  # noqa: PLR0913 -- a page names all it depends on
    register: Register,
    records: QuerySet[Any],
    *,
    columns: Sequence[Column],
    order: Sequence[str] = (),
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
    counted: bool = True,
    prepared: QuerySet[Any] | None = None,
) -> ListPage:
    """One page of ``records`` in at most two queries, whatever its place in the list: rows and count.

    Without ``counted`` the count is left to a later request wherever the page does not show all there is.
    Which rows are on the page is asked in an inner query of keys alone, so that annotations (a state, a deadline) and joins
    are worked out for these and no others, even where the database has to sort or knows little about its tables.
    ``prepared``: what `page_rows` gives for this page of ``records``, where the caller has its statement ready.
    """
    keyset = Keyset(register, order or register.order)
    cells = Cells(register, columns)
    backwards = bool(before)
    try:
        if prepared is None:
            prepared = page_rows(keyset, cells, records, size, after or before, backwards=backwards)
        places = list(prepared)
    except EmptyResultSet:  # nothing can be in the list, such as that of an actor who may see nothing
        places = []
    more, places = len(places) > size, places[:size]
    if backwards:
        places.reverse()
    skip = 1 + len(keyset.parts)
    rows = tuple(cells.row(place[0], place[skip:]) for place in places)
    if not (more or after or before):
        count, exact = len(places), True
    elif counted:
        found_up_to = records.order_by().values("pk")[: COUNTED_UP_TO + 1].count()
        count, exact = min(found_up_to, COUNTED_UP_TO), found_up_to <= COUNTED_UP_TO
    else:
        count, exact = len(places), False
    cursors = [keyset.cursor(place[1:skip]) for place in (places[0], places[-1])] if places else ["", ""]
    return ListPage(
        columns=tuple(columns),
        rows=rows,
        newer=cursors[0] if (more if backwards else after) else "",
        older=cursors[1] if (before if backwards else more) else "",
        count=count,
        count_is_exact=exact,
    )
