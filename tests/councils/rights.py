"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import alone
from tests.security.rights_shape import BY_SCIENCE, OF_SCIENCE, Rights, each

RIGHTS = {
    "councils.council": BY_SCIENCE,
    "councils.councilmember": Rights(write=OF_SCIENCE, actions=each(OF_SCIENCE, "swap-roles")),
    "councils.councilmeeting": Rights(
        write=OF_SCIENCE,
        actions=each(
            OF_SCIENCE, "correct-minutes-number", "draft-meeting-minutes", "record-conclusions", "correct-day"
        ),
    ),
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {"councils": alone("QLKH")}
