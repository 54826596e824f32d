"""From the facts of records to deadlines: no writes here, so that a page may ask for any day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.calendar.terms import (
    EventKind,
    Term,
    TermEnd,
    TermEvent,
    TermExactness,
    TermUnit,
    end_of_term,
)
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law_source import law_for
from khcn.kernel.deadlines.models import Deadline, DeadlineEvent
from khcn.kernel.prepared_query import PreparedQuery, asked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from khcn.kernel.calendar.terms import Step
    from khcn.kernel.deadlines.kinds import DeadlineKind, FactsOf, SubjectFacts, TermFacts
    from khcn.kernel.deadlines.law_source import Law, RuleVersion

CHUNK = 500
_FIXED = Term(0, TermUnit.FIXED)
_EVENT_COLUMNS: Final = ("subject_id", "kind", "event", "on", "until", "reason")
# Of one record, whose deadlines follow it at every write.
_EVENTS_OF_ONE: Final = PreparedQuery(
    lambda: DeadlineEvent.objects.filter(subject_model=asked("model"), subject_id=asked("key")).values_list(
        *_EVENT_COLUMNS
    )
)


def compute(
    model: str,
    keys: Collection[int],
    *,
    law: Law | None = None,
    on: date | None = None,
    only: str = "",
) -> dict[tuple[int, str], Deadline]:
    """The deadlines that records have by what is on record, by key and kind; with ``on``, as they stood on that day.

    The rows are not stored. A record that is gone has none. ``only``: of one kind, without the day until which another term is shown.
    """
    kinds = [each for each in registry.by_subject.get(model, []) if only in ("", each.code)]
    wanted = sorted(keys)
    law = law or law_for(model)
    events = _events(model, wanted, on)
    by_facts: defaultdict[FactsOf, list[DeadlineKind]] = defaultdict(list)
    for kind in kinds:
        by_facts[kind.facts].append(kind)
    found: dict[tuple[int, str], Deadline] = {}
    for facts_of, group in by_facts.items():
        for key, facts in facts_of(wanted, on).items():
            for kind in group:
                term = facts.terms.get(kind.code)
                if term is not None:
                    own = events.get((key, kind.code), ())
                    found[key, kind.code] = _deadline(model, key, kind, facts, term, own, law)
    for (key, code), row in found.items():
        shown_by = found.get((key, registry.kinds[code].shown_by))
        if shown_by is not None:
            row.shown_until = _later(row.due_on, shown_by.due_on)
    return found


def _later(own: date | None, other: date | None) -> date | None:
    """The last day of the other term, where it has one that is not before the own."""
    return other if own is not None and other is not None and other >= own else None


def _events(model: str, keys: Sequence[int], on: date | None) -> Mapping[tuple[int, str], list[TermEvent]]:
    found: defaultdict[tuple[int, str], list[TermEvent]] = defaultdict(list)
    for key, kind, event, day, until, reason in _rows_of_events(model, keys, on):
        found[key, kind].append(TermEvent(day, EventKind(event), until, reason))
    return found


def _rows_of_events(model: str, keys: Sequence[int], on: date | None) -> Iterable[tuple[Any, ...]]:
    if on is None and len(keys) == 1:
        return _EVENTS_OF_ONE.records(model=model, key=keys[0])
    rows = DeadlineEvent.objects.filter(subject_model=model, subject_id__in=keys)
    if on is not None:
        rows = rows.filter(on__lte=on)
    return rows.values_list(*_EVENT_COLUMNS)


def _deadline(
    model: str,
    key: int,
    kind: DeadlineKind,
    facts: SubjectFacts,
    term: TermFacts,
    own: Sequence[TermEvent],
    law: Law,
) -> Deadline:
    rule: RuleVersion | None = None
    if term.fixed_on is None and kind.rule:
        rule = law.rule(kind.rule, term.counts_from)
    # What was done to the term before it began anew was done to the one before.
    of_this_run = (each for each in own if each.on >= term.counts_from)
    end = _end(kind, term, (*term.events, *of_this_run), rule, law)
    return Deadline(
        subject_model=model,
        subject_id=key,
        subject_label=facts.label[:300],
        kind=kind.code,
        owner_code=facts.owner,
        starts_on=term.counts_from,
        due_on=end.due_on,
        precision=end.exactness.value,
        stopped_since=end.stopped_since,
        met_on=term.met_on,
        rule_code=kind.rule if term.fixed_on is None else "",
        rule_id=rule.pk if rule else None,
        is_provisional=bool(end.provisional),
        explanation=list(end.steps),
    )


def _end(
    kind: DeadlineKind, term: TermFacts, events: Sequence[TermEvent], rule: RuleVersion | None, law: Law
) -> TermEnd:
    if term.met_on is not None:  # what happened to a term after it was met does not move it
        events = [each for each in events if each.on <= term.met_on]
    if term.fixed_on is not None:
        return end_of_term(
            term.fixed_on, _FIXED, calendar=law.calendar, events=events, exactness=term.exactness
        )
    length = term.length or (rule.term if rule is not None else None)
    if length is None:
        step: Step = {"step": "no_rule", "code": kind.rule, "on": term.counts_from.isoformat()}
        return TermEnd(None, TermExactness.DAY, steps=(step,))
    return end_of_term(
        term.counts_from, length, calendar=law.calendar, events=events, exactness=term.exactness
    )
