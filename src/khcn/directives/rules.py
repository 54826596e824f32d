"""Who may change assigned work and drafted documents: the office, and the division that leads the work."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

office = in_unit("VP")
# Officers and heads write what their own unit leads (``OwnUnit`` of the registers).
unit_staff = has_role(Role.OFFICER, Role.HEAD)
# Whose decision it is until when work is due, and which unit leads it.
assigners = office | has_role(Role.LEADER)
