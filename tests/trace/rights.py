"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import ADMINISTRATORS, alone
from tests.security.rights_shape import READING, Rights
from tests.security.route_shape import ADMIN

RIGHTS = {
    "trace.traceparty": Rights(write=ADMIN | frozenset({"quality_officer"}), own="organisation", outside=READING),
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {"trace": alone("TDC") | ADMINISTRATORS}
