"""Conditions of query sets about terms as they stood on a past day: they are read from stored rows where nothing has
happened to the record since that could have moved the term; else they are computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Value

from khcn.kernel.deadlines.computing import CHUNK, compute
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import Deadline, DeadlineEvent
from khcn.kernel.prepared_query import ComputedCondition
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet


class MissedTerm(ComputedCondition):
    """Is a record one of ``among`` whose term was not met by a day, and ended before it?

    Extensions decided later are not there yet. ``without_last_day``: the answer for a record that has no such term on
    that day, or one that is not met and has no last day. The terms follow from the facts, rules and calendar that are on
    record when the query is asked.
    """

    output_field = BooleanField()

    def __init__(self, kind: str, among: QuerySet[Any], on: date, *, without_last_day: bool = False) -> None:
        super().__init__(F("pk"))
        self.kind, self.among, self.on, self.without_last_day = kind, among, on, without_last_day
        self.model = among.model._meta.label_lower

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, Any]:  # type: ignore[override]
        """``key IN (...)``. Raises ``EmptyResultSet`` where no term was missed."""
        answers = (
            self.among.using(connection.alias)
            .order_by()
            .annotate(_is_stored=self._is_stored(), _is_missed=self._is_missed_as_stored())
        )
        found, unknown = [], []
        for key, is_stored, is_missed in answers.values_list("pk", "_is_stored", "_is_missed"):
            if not is_stored:
                unknown.append(key)
            elif is_missed:
                found.append(key)
        found += self._computed(unknown)
        if not found:
            raise EmptyResultSet
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"{column} IN ({', '.join(map(str, found))})", parameters

    def _stored(self) -> QuerySet[Deadline]:
        return Deadline.objects.filter(
            subject_model=self.model, subject_id=OuterRef("pk"), kind=self.kind, is_stale=False
        )

    def _is_stored(self) -> Q | Value:
        """Does a stored row hold the last day that the term had on that day?"""
        changed_since = registry.kinds[self.kind].changed_since
        if changed_since is None:
            return Value(False)
        event = DeadlineEvent.objects.filter(
            subject_model=self.model, subject_id=OuterRef("pk"), kind=self.kind, on__gt=self.on
        )
        return Exists(self._stored()) & ~Exists(event) & ~changed_since(self.on)

    def _is_missed_as_stored(self) -> Exists:
        missed = Q(due_on__lt=self.on)
        if self.without_last_day:
            missed |= Q(due_on__isnull=True)
        return Exists(self._stored().filter(missed, Q(met_on__isnull=True) | Q(met_on__gt=self.on)))

    def _computed(self, keys: list[int]) -> list[int]:
        found: list[int] = []
        for part in chunks(keys, CHUNK):
            terms = compute(self.model, part, on=self.on, only=self.kind)
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
