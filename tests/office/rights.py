"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from khcn.kernel.actors import Role
from tests.conformance.access_given import ADMINISTRATORS, OFFICE_ALONE, UNITS
from tests.security.rights_shape import LEADING, Rights, each
from tests.security.route_shape import ADMIN, LEADER, OFFICE

BY_OFFICE = Rights(write=OFFICE)
READING = OFFICE | LEADER | ADMIN
OF_STAFF = {"write": OFFICE, "read": READING}
TERMS = ("extend-deadline", "take-back-deadline-event")

RIGHTS = {
    "office.correspondencecount": BY_OFFICE,
    "office.emulationnomination": Rights(
        **OF_STAFF, actions=each(OFFICE, "award", "refuse", "correct-award", "take-back-nomination")
    ),
    "office.emulationround": Rights(
        **OF_STAFF,
        actions=each(OFFICE, "submit", "take-back-submission", "draft-emulation-submission", *TERMS),
    ),
    "office.indexranking": BY_OFFICE,
    "office.isoreview": BY_OFFICE,
    "office.parplan": BY_OFFICE,
    "office.parplantask": Rights(
        write=OFFICE,
        own="unit",
        actions=each(LEADING, "complete", "take-back-completion", *TERMS),
    ),
    "office.personnelevent": Rights(
        **OF_STAFF,
        actions=each(
            OFFICE,
            *("record-decision", "drop", "correct-decision", "take-back-event", "draft-appointment-decision"),
            *TERMS,
        ),
    ),
    "office.postquota": BY_OFFICE,
    "office.trainingassignment": Rights(**OF_STAFF),
}

READING_STAFF = OFFICE_ALONE | ADMINISTRATORS | {(Role.LEADER, unit) for unit in UNITS}
# Of each role in each unit, by area or register.
WRITERS = {"office": OFFICE_ALONE}
READERS = {
    f"office.{name}": READING_STAFF
    for name in ("personnelevent", "trainingassignment", "emulationround", "emulationnomination")
}
