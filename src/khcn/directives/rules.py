"""Who may change assigned work and drafted documents: the office, and the division that leads the work."""

from khcn.kernel.access import in_unit, predicate
from khcn.kernel.actors import Actor, Role

office = in_unit("VP")
_WRITING = {Role.OFFICER, Role.HEAD}


@predicate
def leading_unit(actor: Actor, record: object = None) -> bool:
    """Officers and heads of the unit that leads the work; of the register as a whole, of any unit."""
    if actor.role not in _WRITING or actor.unit_id is None:
        return False
    return record is None or getattr(record, "lead_unit_id", None) == actor.unit_id


office_or_leading_unit = office | leading_unit
