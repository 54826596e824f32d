"""Who may change units, organisations and persons."""

from khcn.kernel.access.predicates import has_role, in_own_name, in_unit
from khcn.kernel.actors import Role

editors = in_unit("VP") | has_role(Role.ADMIN)
# Those who enter records may enter the organisations and persons in them.
clerks = has_role(Role.OFFICER, Role.HEAD, Role.OFFICE, Role.ADMIN)
# Who decides what an account may see.
administrators = has_role(Role.ADMIN) & in_own_name
