"""A stored word looked up in a fixed table, inside the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Func

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Field


class Mapped(Func):
    """``CASE column WHEN key THEN value … END``: NULL for words that are not in the table.

    The same as a ``Case`` of many ``When``, which Django resolves and compiles again for every page.
    """

    def __init__(self, column: str, table: Mapping[str, Any], output_field: Field[Any, Any]) -> None:
        """``column`` is an ORM path, ``table`` maps its stored values."""
        super().__init__(column, output_field=output_field)
        self.table = tuple(table.items())

    def as_sql(
        self, compiler: Any, connection: Any, *_args: Any, **_options: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """One arm for each entry."""
        column, parameters = compiler.compile(self.get_source_expressions()[0])
        arms = " ".join(["WHEN %s THEN %s"] * len(self.table))
        return f"CASE {column} {arms} END", (*parameters, *(part for entry in self.table for part in entry))
