"""Who receives dossiers, and who settles them: the office at the counter, and the division that has the dossier."""

from khcn.kernel.access.predicates import has_role, in_unit, predicate
from khcn.kernel.actors import Actor, Role


@predicate
def of_settling_unit(actor: Actor, record: object = None) -> bool:
    """Does the actor belong to the unit that settles the dossier, or that of a row? Without a record: to some unit."""
    dossier = getattr(record, "dossier", record)
    return actor.unit_id is not None and (
        record is None or getattr(dossier, "unit_id", None) == actor.unit_id
    )


office = in_unit("VP")
unit_staff = has_role(Role.OFFICER, Role.HEAD)
# Who does the steps of one dossier.
settlers = office | (unit_staff & of_settling_unit)
