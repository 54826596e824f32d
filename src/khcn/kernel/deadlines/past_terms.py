"""Conditions of query sets about terms as they stood on a past day, which no stored row tells: decisions have moved it since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F

from khcn.kernel.deadlines.computing import CHUNK, compute
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.prepared_query import ComputedCondition
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet


class MissedTerm(ComputedCondition):
    """Is a record one of ``among`` whose term was not met by a day, and ended before it?

    Extensions decided later are not there yet. ``without_last_day``: the answer for a record that has no such term on
    that day, or one that is not met and has no last day. The terms are computed by the facts, rules and calendar that
    are on record when the query is asked.
    """

    output_field = BooleanField()

    def __init__(self, kind: str, among: QuerySet[Any], on: date, *, without_last_day: bool = False) -> None:
        super().__init__(F("pk"))
        self.kind, self.among, self.on, self.without_last_day = kind, among, on, without_last_day

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
            terms = compute(model, part, on=self.on, only=self.kind)
            found += [key for key in part if self._is_missed(terms.get((key, self.kind)))]
        return found

    def _is_missed(self, term: Deadline | None) -> bool:
        if term is not None and term.met_on is not None:
            return False
        return self.without_last_day if term is None or term.due_on is None else term.due_on < self.on


def terms_as_of(model: str, keys: Iterable[int], *, on: date) -> list[Deadline]:
    """All terms of some records as they stood on a day, each with the key of its stored row, if it has one."""
    found: list[Deadline] = []
    for part in chunks(sorted(keys), CHUNK):
        stored = Deadline.objects.of_subject(model, part).values_list("subject_id", "kind", "pk")
        stored_keys = {(subject, kind): pk for subject, kind, pk in stored}
        for key, row in compute(model, part, on=on).items():
            row.pk = stored_keys.get(key)
            found.append(row)
    return found
