"""Who may do what with reports: a division writes its own sections, its head hands them in, the office compiles, a leader approves."""

from __future__ import annotations

from khcn.kernel.access.predicates import Predicate, has_role
from khcn.kernel.actors import Actor, Role


def _of_own_division(actor: Actor, section: object = None) -> bool:
    """The actor belongs to the division that answers for the section."""
    return bool(actor.unit_code) and actor.unit_code == getattr(section, "owner_code", None)


of_own_division = Predicate(_of_own_division, name="of_own_division")
office = has_role(Role.OFFICE)
leader = has_role(Role.LEADER)
system = has_role()
can_hand_in = office | (has_role(Role.HEAD) & of_own_division) | has_role()
can_edit_section = office | (has_role(Role.OFFICER, Role.HEAD) & of_own_division) | has_role()
can_edit_form = has_role(Role.OFFICE, Role.ADMIN)
