"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import EVERY_DIVISION
from tests.security.rights_shape import DIVISIONS, LEADING, Rights, each

TERMS = ("extend-deadline", "take-back-deadline-event")

RIGHTS = {
    "planning.plannedwork": Rights(
        write=LEADING,
        create=DIVISIONS,
        own="unit",
        actions=each(LEADING, "complete", "drop", "take-back-outcome", *TERMS),
    ),
    "planning.assessment": Rights(
        write=LEADING, create=DIVISIONS, own="unit", actions=each(LEADING, "mend", "reopen")
    ),
}

# Of each role in each unit, by area or register.
WRITERS = {"planning": EVERY_DIVISION}
