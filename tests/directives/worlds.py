"""A small world for the figures of states and cohorts of this area (tests/conformance), and what each counts in it."""

from datetime import date

from tests.conformance.world_days import LAST, NEXT
from tests.factories import directives

MARCH = date(2023, 3, 31)
# name: (codes, year of the programme, deadline, day of the result)
ASSIGNED = {
    "in time": ("NG-01 NG-02", 2023, MARCH, date(2023, 3, 31)),
    "24 days late": ("NG-01 NG-02 NG-04", 2023, MARCH, date(2023, 4, 24)),
    "done on the last day": ("NG-01 NG-02", 2023, date(2023, 12, 31), LAST),
    "done the day after, late": ("NG-01 NG-03 NG-05", 2023, MARCH, NEXT),
    "open": ("NG-01 NG-03", 2023, date(2023, 12, 31), None),
    "due on the last day": ("NG-01 NG-03", 2023, LAST, None),
    "due the day before": ("NG-01 NG-03 NG-05", 2023, date(2023, 9, 13), None),
    "of last year": ("", 2022, date(2022, 12, 31), None),
    "of next year": ("", 2024, MARCH, date(2023, 9, 1)),
}


def build_assigned():
    """Make the world of assigned work; returns names by primary key."""
    return {
        directives.AssignedTaskFactory(content=name, year=year, due_on=due_on, done_on=done_on).pk: name
        for name, (_codes, year, due_on, done_on) in ASSIGNED.items()
    }


WORLDS = {
    "directives.assignedtask": (
        build_assigned,
        {name: codes.split() for name, (codes, *_rest) in ASSIGNED.items()},
    )
}
