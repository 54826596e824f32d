"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from khcn.kernel.actors import Role
from tests.conformance.access_given import EVERY_DIVISION, OFFICE_ALONE, UNITS
from tests.security.rights_shape import ASSIGNERS, DIVISIONS, LEADING, Rights, each
from tests.security.route_shape import LEADER, OFFICE

RIGHTS = {
    "directives.adviseddocument": Rights(write=LEADING, create=DIVISIONS, own="lead_unit"),
    "directives.assignedtaskunit": Rights(write=OFFICE),
    "directives.assignedtaskextension": Rights(write=ASSIGNERS),
    "directives.assignedtask": Rights(
        write=LEADING,
        create=DIVISIONS,
        delete=OFFICE,
        own="lead_unit",
        actions={
            **each(ASSIGNERS, "extend-assignment", "correct-assignment"),
            **each(LEADING | LEADER, "record-result", "correct-result", "remove-result"),
        },
    ),
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {
    "directives.assignedtask": EVERY_DIVISION,
    "directives.assignedtaskunit": OFFICE_ALONE,
    "directives.assignedtaskextension": OFFICE_ALONE | {(Role.LEADER, unit) for unit in UNITS},
    "directives.adviseddocument": EVERY_DIVISION,
}
