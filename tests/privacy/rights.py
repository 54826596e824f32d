"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from khcn.kernel.actors import Role
from tests.conformance.access_given import ADMINISTRATORS, EVERY_CLERK, OFFICE_ALONE, UNITS
from tests.security.rights_shape import BY_EDITORS, EDITORS, Rights, each
from tests.security.route_shape import CLERKS, LEADER

RIGHTS = {
    "privacy.consenttext": BY_EDITORS,
    "privacy.consent": Rights(
        write=CLERKS,
        own="person__organisation",
        outside=frozenset({"read", "create"}),
        actions=each(CLERKS, "withdraw"),
    ),
    "privacy.personidentity": Rights(write=CLERKS, read=CLERKS | LEADER),
    "privacy.datarequest": Rights(
        write=EDITORS,
        read=EDITORS | LEADER,
        actions=each(EDITORS, "answer", "extend", "carry-out", "refuse", "withdraw"),
    ),
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {
    "privacy": OFFICE_ALONE | ADMINISTRATORS,
    "privacy.personidentity": EVERY_CLERK,
    "privacy.consent": EVERY_CLERK,
}
# Registers that not all of the staff read: who does.
READERS = {
    "privacy.personidentity": EVERY_CLERK | {(Role.LEADER, unit) for unit in UNITS},
    "privacy.datarequest": OFFICE_ALONE | ADMINISTRATORS | {(Role.LEADER, unit) for unit in UNITS},
}
