"""Conditions of query sets about terms as they stood on a past day, which no stored row tells: decisions have moved it since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F

from khcn.kernel.deadlines.computing import CHUNK, compute
from khcn.kernel.prepared_query import ComputedCondition
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.deadlines.models import Deadline


class MissedTerm(ComputedCondition):
    """Is a record one of ``among`` whose term was not met by a day, and had no last day from that day on?

    Extensions decided later are not there yet. A record without such a term counts as late with it. The terms
    are computed by the facts, rules and calendar that are on record when the query is asked.
    """

    output_field = BooleanField()

    def __init__(self, kind: str, among: QuerySet[Any], on: date) -> None:
        super().__init__(F("pk"))
        self.kind, self.among, self.on = kind, among, on

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, Any]:  # type: ignore[override]
        """``key IN (...)``. Raises ``EmptyResultSet`` where no term was missed."""
        found = self._keys(connection.alias)
        if not found:
            raise EmptyResultSet
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"{column} IN ({', '.join(map(str, found))})", parameters

    def _keys(self, database: str) -> list[int]:
        keys = list(self.among.using(database).order_by().values_list("pk", flat=True))
        model = self.among.model._meta.label_lower
        found: list[int] = []
        for part in chunks(keys, CHUNK):
            terms = compute(model, part, on=self.on)
            found += [key for key in part if self._is_missed(terms.get((key, self.kind)))]
        return found

    def _is_missed(self, term: Deadline | None) -> bool:
        if term is None or term.due_on is None:
            return term is None or term.met_on is None
        return term.met_on is None and term.due_on < self.on
