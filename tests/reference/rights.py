"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import ADMINISTRATORS, EVERY_CLERK, OFFICE_ALONE
from tests.security.rights_shape import BY_EDITORS, EDITORS, Rights, each
from tests.security.route_shape import CLERKS

RIGHTS = {
    "reference.adminunitsuccession": BY_EDITORS,
    "reference.adminunit": BY_EDITORS,
    "reference.codelistitem": BY_EDITORS,
    "reference.legaldocument": Rights(write=CLERKS, actions=each(EDITORS, "correct")),
    "reference.regimewindow": BY_EDITORS,
    "reference.reportingregime": BY_EDITORS,
    "reference.ruleparameter": Rights(write=EDITORS, actions=each(EDITORS, "confirm")),
    "reference.workingdayexception": BY_EDITORS,
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {
    "reference": OFFICE_ALONE | ADMINISTRATORS,
    "reference.legaldocument": EVERY_CLERK,
}
