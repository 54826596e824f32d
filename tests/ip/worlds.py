"""Small worlds for the figures of editions of contests and of protected rights (tests/conformance), and what they count in them."""

from datetime import date

from tests.conformance.world_days import LAST, NEXT, WINDOW
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


GRANTED = date(2020, 3, 1)
# name: (codes, day of the application, of the title, last day, day on which it ended)
ASSETS = {
    "protected on its last day": ("SH-05", GRANTED, GRANTED, LAST, None),
    "granted on the last day of the window": ("SH-05", GRANTED, LAST, None, None),
    "ended the day after": ("SH-05", GRANTED, GRANTED, None, NEXT),
    "expired": ("", GRANTED, GRANTED, date(2023, 9, 13), None),
    "ended": ("", GRANTED, GRANTED, None, LAST),
    "applied for": ("", GRANTED, None, None, None),
    "granted the day after": ("", GRANTED, NEXT, None, None),
}


def build_assets():
    """Make the rights; returns names by primary key."""
    return {
        ip.IpAssetFactory(filed_on=filed, granted_on=granted, expires_on=expires, ended_on=ended).pk: name
        for name, (_codes, filed, granted, expires, ended) in ASSETS.items()
    }


WORLDS = {
    "ip.ipasset": (build_assets, {name: codes.split() for name, (codes, *_rest) in ASSETS.items()}),
    "ip.contestedition": (
        build_editions,
        {name: codes.split() for name, (codes, *_rest) in EDITIONS.items()},
    ),
}
