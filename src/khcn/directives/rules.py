"""Who may change assigned work and drafted documents: the office, and the division that leads the work."""

from khcn.kernel.access import has_role, in_unit, predicate
from khcn.kernel.actors import Actor, Role

office = in_unit("VP")
# Officers and heads write what their own unit leads (``OwnUnit`` of the registers).
unit_staff = has_role(Role.OFFICER, Role.HEAD)


@predicate
def leading_unit(actor: Actor, record: object = None) -> bool:
    """Officers and heads of the unit that leads the work; of the register as a whole, of any unit."""
    if actor.unit_id is None or not unit_staff.test(actor, record):
        return False
    return record is None or getattr(record, "lead_unit_id", None) == actor.unit_id


office_or_leading_unit = office | leading_unit
