"""Who deals with personal data: the office, which answers persons, and the administrator; the leaders look on."""

from khcn.kernel.access.predicates import has_role, in_unit
from khcn.kernel.actors import Role

editors = in_unit("VP") | has_role(Role.ADMIN)
readers = editors | has_role(Role.LEADER)
# Identity numbers are entered by those who enter persons, and shown whole to the editors alone.
clerks = has_role(Role.OFFICER, Role.HEAD, Role.OFFICE, Role.ADMIN)
# The leaders see the masked ones, as they see everything else of the department: the log with its files is theirs.
identity_readers = clerks | has_role(Role.LEADER)
