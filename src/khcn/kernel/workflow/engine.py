"""The only way to change a stored state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models, transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import may_act
from khcn.kernel.actors import acting
from khcn.kernel.audit.audited import Audited
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.audit.log_entries import log_change, log_state_changes
from khcn.kernel.audit.record_versions import advance_version
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.fields.reference_targets import has_target, target_of
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Transition, Workflow


class Stateful(Protocol):
    """A model instance with a ``state`` column that belongs to one workflow."""

    pk: int
    state: str


class TransitionRefused(Refused):
    """The step is not allowed now or not for this actor; the text says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class OfferedTransition:
    """A transition as a button: allowed, or greyed with the reason."""

    transition: Transition
    allowed: bool
    why_not: str = ""
    of_others: bool = False  # others may take it, whatever the state of the record


def may_take(step: Transition, actor: Actor, record: Any) -> bool:
    """May the actor take the step on this record? Of records without a register only the step itself can tell."""
    if has_target(type(record)):
        return may_act(step.who, target_of(type(record)), actor, record)
    return step.who is not None and bool(step.who.test(actor, record))


def why_not(workflow: Workflow, step: Transition, record: Any, *, actor: Actor, on: date) -> str:
    """Why the record does not allow the step now, by its state or the step's guard; "" when it does."""
    if record.state not in step.sources:
        return _not_from(workflow, step, record.state, actor)
    return str(step.guard(record, actor=actor, on=on)) if step.guard else ""


def _not_from(workflow: Workflow, step: Transition, value: str | None, actor: Actor) -> str:
    state = workflow.by_value.get(value or "")
    return _("Không thực hiện được bước “%(step)s”: hồ sơ đang ở trạng thái “%(state)s”.") % {
        "step": step.label,
        "state": state.label_for(actor) if state else "?",
    }


def available(workflow: Workflow, record: Stateful, *, actor: Actor, on: date) -> list[OfferedTransition]:
    """Every step that people take from the present state, each with the reason when this actor may not take it now."""
    found = []
    for step in (each for each in workflow.leaving(record.state) if each.offered):
        of_others = not may_take(step, actor, record)
        if of_others:
            reason = _("Tài khoản của bạn không có quyền thực hiện bước này.")
        else:
            reason = why_not(workflow, step, record, actor=actor, on=on)
        found.append(OfferedTransition(step, allowed=not reason, why_not=reason, of_others=of_others))
    return found


def fire(
    workflow: Workflow, record: Stateful, name: str, *, actor: Actor, on: date, note: str = ""
) -> WorkflowStep:
    """Take one step: check, compare-and-set the state, write the step and the change log.

    Raises :class:`TransitionRefused` when the step does not start from the stored state (somebody was faster), when
    the actor may not take it, when its guard has a reason against it, or when a note that it needs is missing.
    """
    step = workflow.by_name[name]
    if not may_take(step, actor, record):
        raise TransitionRefused(
            _("Tài khoản của bạn không có quyền thực hiện bước này."), code="not_permitted"
        )
    if "note" in step.needs and not note.strip():
        raise TransitionRefused(
            _("Hãy ghi lý do trước khi thực hiện bước “%(step)s”.") % {"step": step.label}
        )
    if record.state in step.sources and (reason := why_not(workflow, step, record, actor=actor, on=on)):
        raise TransitionRefused(reason, code="guard")
    model = type(record)
    assert issubclass(model, models.Model)  # noqa: S101 -- narrows the protocol for the type checker
    source = record.state
    with acting(actor, note), transaction.atomic():
        # The conditional UPDATE decides who has it: of two people clicking at once exactly one row count is 1, on every
        # database; the second one gets the present state in the refusal.
        rows: models.QuerySet[models.Model] = models.QuerySet(model).filter(pk=record.pk)
        if rows.filter(state=source, state__in=step.sources).update(state=step.target) != 1:
            now = rows.values_list("state", flat=True).first()
            raise TransitionRefused(_not_from(workflow, step, now, actor), code="guard")
        record.state = step.target
        taken = _taken(workflow, step, record, source, actor, on, note)
        taken.save()
        if isinstance(record, Audited):
            record.updated_at = advance_version(
                type(record), [record.pk]
            )  # the version changes with the state
            # After the step: what follows from the record, such as its deadlines, reads the steps.
            log_change(record, {"state": source}, {"state": step.target})
        return taken


def fire_all(
    workflow: Workflow, records: Sequence[Any], name: str, *, actor: Actor, on: date, note: str = ""
) -> None:
    """Take one step of many audited records of one model, or of none of them, as `fire` does of one; in few statements for each.

    Raises :class:`TransitionRefused` as `fire` does, for the first record that does not allow it.
    """
    if not records:
        return
    step, model = workflow.by_name[name], type(records[0])
    for record in records:
        if not may_take(step, actor, record):
            raise TransitionRefused(
                _("Tài khoản của bạn không có quyền thực hiện bước này."), code="not_permitted"
            )
        if reason := why_not(workflow, step, record, actor=actor, on=on):
            raise TransitionRefused(reason, code="guard")
    sources = {each.pk: each.state for each in records}
    with acting(actor, note), transaction.atomic():
        for part in chunks(sorted(sources)):  # everybody locks the rows of a table by ascending key
            locked_all(model, part)
            for source in sorted({sources[key] for key in part}):
                keys = [key for key in part if sources[key] == source]
                rows: models.QuerySet[models.Model] = models.QuerySet(model).filter(pk__in=keys)
                if rows.filter(state=source).update(state=step.target) != len(keys):
                    now = rows.exclude(state=step.target).values_list("state", flat=True).first()
                    raise TransitionRefused(_not_from(workflow, step, now, actor), code="guard")
        bulk_insert([_taken(workflow, step, each, sources[each.pk], actor, on, note) for each in records])
        version = advance_version(model, sorted(sources))
        for record in records:
            record.state, record.updated_at = step.target, version
        log_state_changes(records, sources, step.target)


def _taken(
    workflow: Workflow, step: Transition, record: Stateful, source: str, actor: Actor, on: date, note: str
) -> WorkflowStep:
    return WorkflowStep(
        workflow=workflow.name,
        object_id=record.pk,
        name=step.name,
        source=source,
        target=step.target,
        effective_on=on,
        actor_label=actor.label,
        note=note,
    )
