"""Who may change the registers of the Centre: the unit that applies technology and verifies instruments."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

UNIT = "TTUD"
centre_staff = in_unit(UNIT)
# Who ends what was agreed with a customer before its time, and takes back steps that were entered by a slip.
centre_head = centre_staff & has_role(Role.HEAD)
