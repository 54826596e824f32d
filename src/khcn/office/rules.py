"""Who may change and read the registers of the office."""

from khcn.kernel.access.predicates import has_role, in_unit, predicate
from khcn.kernel.actors import Actor, Role

office_staff = in_unit("VP")
# What concerns single members of staff: the office, which works with it, who leads the department, and who decides about rights.
staff_readers = office_staff | has_role(Role.LEADER, Role.ADMIN)


@predicate
def of_task_unit(actor: Actor, record: object = None) -> bool:
    """Does the actor belong to the unit that does the task? Without a record: to some unit."""
    if actor.unit_id is None:
        return False
    return record is None or isinstance(record, type) or getattr(record, "unit_id", None) == actor.unit_id


unit_staff = has_role(Role.OFFICER, Role.HEAD)
# A task of a plan is somebody's turn: the unit that does it says when it was done.
task_doers = office_staff | (unit_staff & of_task_unit)
