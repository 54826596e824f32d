"""Of each chart of this area records, of which its window leaves some out (tests/conformance/test_breakdowns.py)."""

from datetime import date

from tests.factories.parties import OrgUnitFactory
from tests.factories.planning import PlannedWorkFactory


def work():
    one, other = OrgUnitFactory(name="Phòng Một"), OrgUnitFactory(name="Phòng Hai")
    day = {"planned_on": date(2022, 12, 15), "due_on": date(2023, 6, 30)}
    PlannedWorkFactory.create_batch(2, unit=one, **day)
    PlannedWorkFactory(unit=one, **day, completed_on=date(2023, 6, 1), achieved=1, result="Xong")
    PlannedWorkFactory(unit=other, **day, dropped_on=date(2023, 6, 1), drop_reason="Thôi")
    return 4


# name of the register: makes records, and returns how many of them the chart has
DRAWN = {"planning.plannedwork": work}
