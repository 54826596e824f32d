"""A small world for the figures of states and cohorts of this area (tests/conformance), and what each counts in it."""

from datetime import date

from tests.conformance.world_days import LAST, NEXT
from tests.factories import directives
from tests.factories.reference import LegalDocumentFactory

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
# name: (codes, deadline before, deadline after, day of the document)
EXTENDED = {
    "extended on the last day": ("NG-01 NG-03", MARCH, date(2023, 12, 31), LAST),
    "extended the day after": ("NG-01 NG-03 NG-05", MARCH, date(2023, 12, 31), NEXT),
}


def build_assigned():
    """Make the world of assigned work; returns names by primary key."""
    found = {
        directives.AssignedTaskFactory(content=name, year=year, due_on=due_on, done_on=done_on).pk: name
        for name, (_codes, year, due_on, done_on) in ASSIGNED.items()
    }
    for name, (_codes, old_due_on, new_due_on, issued_on) in EXTENDED.items():
        document = LegalDocumentFactory(issued_on=issued_on)
        days = {"old_due_on": old_due_on, "new_due_on": new_due_on}
        row = directives.AssignedTaskExtensionFactory(document=document, task__content=name, **days)
        found[row.task_id] = name
    return found


WORLDS = {
    "directives.assignedtask": (
        build_assigned,
        {name: codes.split() for name, (codes, *_rest) in (ASSIGNED | EXTENDED).items()},
    )
}
