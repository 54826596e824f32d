"""Names of rows that are in force for some days: where several rows of one name exist, each is shown with its first day."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db.models import CharField, F, Func
from django.utils.translation import gettext as _

from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

_BEFORE_DAY: Final = "\x1f"  # between name and day in what a query gives
_WITH_DAY: Final = re.compile(r"(.+) \(\D+(\d{1,2})/(\d{1,2})/(\d{4})\)\Z")


@cache
def is_dated(model: type[Model]) -> bool:
    """Are the rows of the model in force for some days?"""
    from khcn.kernel.dated.models import Dated  # local: app registry

    return issubclass(model, Dated)


def name_with_start(name: str, start: date) -> str:
    """The name of a dated row with its first day: so one of several rows of the same name is shown."""
    return _("%(name)s (từ %(start)s)") % {"name": name, "start": format_date(start)}


def name_and_start(text: str) -> tuple[str, date] | None:
    """The name and the first day in a text that :func:`name_with_start` has made, in whatever language."""
    found = _WITH_DAY.match(text.strip())
    if found is None:
        return None
    try:
        return found[1], date(int(found[4]), int(found[3]), int(found[2]))
    except ValueError:
        return None


def with_start_if_shared(record: Any, text: str, column: str) -> str:
    """The text, which names the record, with its first day where another row of this name begins on another day."""
    model: type[Model] = type(record)
    if not is_dated(model) or "__" in column or not column:
        return text
    others = model._base_manager.filter(**{column: getattr(record, column)})
    if not others.exclude(valid_from=record.valid_from).exists():
        return text
    return name_with_start(text, record.valid_from)


class _NameAndDay(Func):
    """The name of a dated row, with its first day where another row of the name begins on another day.

    As text: to build and compile the same of Django's expressions took a third of the time of a whole list.
    """

    output_field = CharField()

    def __init__(self, *sources: Any, model: type[Model], column: str, limit: Mapping[str, Any]) -> None:
        super().__init__(*sources)
        self.model, self.column, self.limit = model, column, limit

    def as_sql(
        self, compiler: Any, connection: Any, *_args: Any, **_options: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Reads name, first day and place in the alphabet of the row; the last has an index."""
        name, start, place = (compiler.compile(each)[0] for each in self.get_source_expressions())
        quoted = connection.ops.quote_name
        table = quoted(self.model._meta.db_table)
        fields = {each.name: quoted(each.column) for each in self.model._meta.concrete_fields}
        narrowed = "".join(f" AND other.{fields[key]} = %s" for key in self.limit)
        shared = (
            f"SELECT 1 FROM {table} other WHERE other.sort_key = {place} AND other.{fields[self.column]} = {name} "  # noqa: S608 -- names of tables and columns
            f"AND other.valid_from <> {start}{narrowed}"
        )
        sql = f"CASE WHEN EXISTS ({shared}) THEN {name} || %s || CAST({start} AS varchar) ELSE {name} END"
        return sql, (*self.limit.values(), _BEFORE_DAY)


def name_to_read(model: type[Model], column: str, *, link: str = "", limit: Any = None) -> Any:
    """What a query reads to name rows of a dated model, for :func:`shown_name`: no further query is needed.

    ``link`` leads to the row from the model that is asked; ``limit`` narrows the rows among which a name is looked for.
    """
    if "__" in column:
        return f"{link}__{column}" if link else column
    sources = (F(f"{link}__{each}" if link else each) for each in (column, "valid_from", "sort_key"))
    narrowed = limit if isinstance(limit, dict) else {}
    return _NameAndDay(*sources, model=model, column=column, limit=narrowed)


def shown_name(value: Any) -> str:
    """What was read by :func:`name_to_read`, as people read it."""
    name, mark, start = str("" if value is None else value).partition(_BEFORE_DAY)
    return name_with_start(name, date.fromisoformat(start)) if mark else name
