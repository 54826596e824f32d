"""Who may change R&D tasks and what happens around them: the science division; and whose a submission or a task is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khcn.kernel.access.predicates import in_unit, predicate
from khcn.kernel.actors import ActorKind

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor

science_staff = in_unit("QLKH")


@predicate
def is_submitter(actor: Actor, record: Any = None) -> bool:
    """An account of the organisation that hands in; of the register as a whole, whether it can be."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if record is None or isinstance(record, type):
        return actor.is_outside
    return bool(actor.is_outside and record.organisation_id == actor.organisation_id)


@predicate
def is_host(actor: Actor, record: Any = None) -> bool:
    """An account of the organisation that hosts the task of the record; of the register as a whole, whether it can be."""
    if record is None or isinstance(record, type):
        return actor.is_outside
    return bool(actor.is_outside and record.task.host_id == actor.organisation_id)
