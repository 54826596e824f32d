"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import ADMINISTRATORS, EVERY_CLERK, OFFICE_ALONE
from tests.security.rights_shape import BY_EDITORS, MERGING, READING, Rights
from tests.security.route_shape import CLERKS

RIGHTS = {
    "parties.orgunitsuccession": BY_EDITORS,
    "parties.orgunit": BY_EDITORS,
    "parties.organisation": Rights(write=CLERKS, own="pk", outside=READING, actions=MERGING),
    "parties.person": Rights(
        write=CLERKS, own="organisation", outside=frozenset({"read", "create", "change"}), actions=MERGING
    ),
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {
    "parties": OFFICE_ALONE | ADMINISTRATORS,
    "parties.organisation": EVERY_CLERK,
    "parties.person": EVERY_CLERK,
}
