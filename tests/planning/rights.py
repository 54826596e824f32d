"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from khcn.kernel.actors import Role
from tests.conformance.access_given import EVERY_DIVISION, OFFICE_ALONE, UNITS
from tests.security.rights_shape import ASSIGNERS, DIVISIONS, LEADING, Rights, each

RIGHTS = {
    "planning.plannedwork": Rights(
        write=LEADING,
        create=DIVISIONS,
        own="unit",
        actions={
            **each(LEADING, "complete", "drop", "take-back-outcome"),
            **each(ASSIGNERS, "postpone", "take-back-postponement", "correct-plan"),
        },
    ),
    "planning.plannedworkpostponement": Rights(write=ASSIGNERS),
    "planning.assessment": Rights(
        write=LEADING, create=DIVISIONS, own="unit", actions=each(LEADING, "mend", "reopen")
    ),
}

# Of each role in each unit, by area or register.
WRITERS = {
    "planning": EVERY_DIVISION,
    "planning.plannedworkpostponement": OFFICE_ALONE | {(Role.LEADER, unit) for unit in UNITS},
}
