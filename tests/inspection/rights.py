"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from khcn.kernel.actors import Role
from tests.conformance.access_given import ADMINISTRATORS, UNITS, alone
from tests.security.rights_shape import Rights, each
from tests.security.route_shape import ADMIN, LEADER

INSPECTORS = frozenset({"inspector"})
BY_INSPECTORS = Rights(write=INSPECTORS)
PETITION_READERS = LEADER | ADMIN | INSPECTORS
TERMS = ("extend-deadline", "take-back-deadline-event")

RIGHTS = {
    "inspection.inspectionplan": BY_INSPECTORS,
    "inspection.inspection": Rights(
        write=INSPECTORS,
        actions=each(
            INSPECTORS, "record-decision", "begin", "finish", "report", "record-conclusion", "record-concluded", "postpone",
            "correct-inspection", "take-back-inspection",
            "draft-inspection-decision", "draft-inspection-check-decision",
            "draft-inspection-conclusion", "draft-inspection-check-conclusion", *TERMS,
        ),
    ),
    "inspection.inspectionmember": BY_INSPECTORS,
    "inspection.inspectionsubject": BY_INSPECTORS,
    "inspection.inspectionfinding": Rights(write=INSPECTORS, actions=each(INSPECTORS, *TERMS)),
    "inspection.findingexecution": BY_INSPECTORS,
    "inspection.administrativeviolation": Rights(
        write=INSPECTORS,
        actions=each(INSPECTORS, "record-sanction", "deliver", "execute", "close", "correct-violation", "take-back-violation",
            "draft-sanction-decision", *TERMS,
        ),
    ),
    "inspection.petition": Rights(
        write=INSPECTORS,
        read=PETITION_READERS,
        actions=each(
            INSPECTORS, "accept", "resolve", "forward", "refuse", "stop", "correct-petition", "take-back-petition", *TERMS,
        ),
    ),
    "inspection.citizenreception": Rights(write=INSPECTORS, read=PETITION_READERS),
    "inspection.legalplan": BY_INSPECTORS,
}  # fmt: skip

INSPECTORS_ALONE = alone("TTRA")
READING_PETITIONS = INSPECTORS_ALONE | ADMINISTRATORS | {(Role.LEADER, unit) for unit in UNITS}
# Of each role in each unit, by area or register.
WRITERS = {"inspection": INSPECTORS_ALONE}
READERS = {
    "inspection.petition": READING_PETITIONS,
    "inspection.citizenreception": READING_PETITIONS,
}
