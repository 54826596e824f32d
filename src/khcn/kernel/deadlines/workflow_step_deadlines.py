"""Terms that run between the steps of a stored workflow: the steps themselves say when each began and was met."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from khcn.kernel.deadlines.kinds import DeadlineKind, SubjectFacts, TermFacts
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.workflow import Workflow


def deadline_of_steps(
    workflow: Workflow,
    model: type[Model],
    code: str,
    label: StrOrPromise,
    *,
    rule: str,
    owner: str,
    begins: str = "",
    listed: bool = True,
) -> DeadlineKind:
    """The kind of deadline that steps of the workflow start and end by its ``code``.

    ``begins`` names the day of the record itself, for a term that the workflow starts with the record.
    """

    def facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
        taken: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
        steps = WorkflowStep.objects.filter(workflow=workflow.name, object_id__in=keys)
        for key, name, day in steps.order_by("pk").values_list("object_id", "name", "effective_on"):
            if on is None or day <= on:
                taken[key].append((name, day))
        rows = model._default_manager.filter(
            pk__in=keys
        ).select_related()  # their names need what they belong to
        found = {}
        for record in rows:
            first = getattr(record, begins) if workflow.starts == code and begins else None
            term = _term(workflow, code, first, taken[record.pk])
            terms = {} if term is None else {code: term}
            found[record.pk] = SubjectFacts(str(record), owner, terms)
        return found

    return DeadlineKind(code, label, facts, {model._meta.label_lower: "pk"}, rule=rule, listed=listed)


def _term(
    workflow: Workflow, code: str, begun_on: date | None, steps: Sequence[tuple[str, date]]
) -> TermFacts | None:
    met_on: Any = None
    for name, day in steps:
        step = workflow.by_name.get(name)  # None: a step that this program does not know any more
        if step is not None and step.starts == code:
            begun_on, met_on = day, None
        elif step is not None and step.ends == code:
            met_on = day
        elif step is not None and step.reopens == code:
            met_on = None
    return TermFacts(begun_on, met_on) if begun_on is not None else None
