"""A small world for the figures of editions of contests (tests/conformance), and what they count in it."""

from datetime import date

from tests.conformance.world_days import WINDOW
from tests.factories import ip

JANUARY = date(WINDOW.year, 1, 10)
# The figures add up the number of the edition, and the month; in this world both are 1, as each record of the others counts.
# name: (codes, kind, year, day planned for the results)
EDITIONS = {
    "start-ups of the year": ("KN-01 KN-02", "startup", WINDOW.year, JANUARY),
    "start-ups of the year before": ("", "startup", WINDOW.year - 1, JANUARY),
    "creativity of the year": ("KN-03", "creativity", WINDOW.year, JANUARY),
    "creativity of the year after": ("", "creativity", WINDOW.year + 1, None),
    "children's of the year": ("", "youth", WINDOW.year, JANUARY),
}


def build_editions():
    """Make them; returns names by primary key."""
    return {
        ip.ContestEditionFactory(kind=kind, year=year, result_planned_on=planned).pk: name
        for name, (_codes, kind, year, planned) in EDITIONS.items()
    }


WORLDS = {
    "ip.contestedition": (
        build_editions,
        {name: codes.split() for name, (codes, *_rest) in EDITIONS.items()},
    ),
}
