"""Who may change planned work and assessments: the office, and the division whose work it is."""

from khcn.kernel.access.predicates import has_role, in_unit, predicate
from khcn.kernel.actors import Actor, Role


@predicate
def of_unit(actor: Actor, record: object = None) -> bool:
    """Does the actor belong to the division whose work it is? Without a record: to some division."""
    return actor.unit_id is not None and (record is None or getattr(record, "unit_id", None) == actor.unit_id)


office = in_unit("VP")
# Officers and heads write what is of their own division (``OwnUnit`` of the registers).
unit_staff = has_role(Role.OFFICER, Role.HEAD)
outcome_writers = office | (unit_staff & of_unit)
# Who moves the day of work that is planned: not the division that would be late.
planners = office | has_role(Role.LEADER)
