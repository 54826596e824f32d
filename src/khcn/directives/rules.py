"""Who may change assigned work and drafted documents: the office, and the division that leads the work."""

from khcn.kernel.access.predicates import has_role, in_unit, predicate
from khcn.kernel.actors import Actor, Role


@predicate
def of_lead_unit(actor: Actor, record: object = None) -> bool:
    """Does the actor belong to the unit that leads the work? Without a record: to some unit."""
    return actor.unit_id is not None and (
        record is None or getattr(record, "lead_unit_id", None) == actor.unit_id
    )


office = in_unit("VP")
# Officers and heads write what their own unit leads (``OwnUnit`` of the registers).
unit_staff = has_role(Role.OFFICER, Role.HEAD)
# Whose decision it is until when work is due, and which unit leads it.
assigners = office | has_role(Role.LEADER)
# Of work that the office leads, the head of the department says when it was done.
result_writers = assigners | (unit_staff & of_lead_unit)
