"""The only way to change a stored state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.db import models, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.audited import Audited
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.record_versions import advance_version
from khcn.kernel.refusals import Refused
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
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


def available(workflow: Workflow, record: Stateful, actor: Actor) -> list[OfferedTransition]:
    """Every transition leaving the present state, each with the reason when this actor may not take it."""
    return [
        OfferedTransition(step, allowed=True)
        if step.who.test(actor, record)
        else OfferedTransition(
            step, allowed=False, why_not=_("Tài khoản của bạn không có quyền thực hiện bước này.")
        )
        for step in workflow.leaving(record.state)
    ]


def fire(
    workflow: Workflow, record: Stateful, name: str, *, actor: Actor, on: date, note: str = ""
) -> WorkflowStep:
    """Take one step: check, compare-and-set the state, write the step and the change log.

    Raises :class:`TransitionRefused` when the step does not start from the stored state (somebody took another step first), when
    the actor may not take it, or when a note that it needs is missing.
    """
    step = workflow.by_name[name]
    if not step.who.test(actor, record):
        raise TransitionRefused(_("Tài khoản của bạn không có quyền thực hiện bước này."))
    if "note" in step.needs and not note.strip():
        raise TransitionRefused(
            _("Hãy ghi lý do trước khi thực hiện bước “%(step)s”.") % {"step": step.label}
        )
    model = type(record)
    assert issubclass(model, models.Model)  # noqa: S101 -- narrows the protocol for the type checker
    source = record.state
    with acting(actor, note), transaction.atomic():
        # The conditional UPDATE is the claim: of two people clicking at once exactly one row count is 1, on every
        # database; the second one gets the present state in the refusal.
        rows: models.QuerySet[models.Model] = models.QuerySet(model).filter(pk=record.pk)
        if rows.filter(state=source, state__in=step.sources).update(state=step.target) != 1:
            now = rows.values_list("state", flat=True).first()
            label = workflow.by_value[now].label if now in workflow.by_value else "?"
            raise TransitionRefused(
                _("Không thực hiện được bước “%(step)s”: hồ sơ đang ở trạng thái “%(state)s”.")
                % {"step": step.label, "state": label}
            )
        record.state = step.target
        if isinstance(record, Audited):
            record.updated_at = advance_version(
                type(record), [record.pk]
            )  # the version changes with the state
            log_change(record, {"state": source}, {"state": step.target})
        return WorkflowStep.objects.create(
            workflow=workflow.name,
            object_id=record.pk,
            name=name,
            source=source,
            target=step.target,
            effective_on=on,
            actor_label=actor.label,
            note=note,
        )
