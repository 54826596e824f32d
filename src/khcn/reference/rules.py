"""Who may change what the whole department shares: the office, and the administrator."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

editors = in_unit("VP") | has_role(Role.ADMIN)
# Those who enter records may enter the document on which they are based.
clerks = has_role(Role.OFFICER, Role.HEAD, Role.OFFICE, Role.ADMIN)
