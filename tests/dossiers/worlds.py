"""A small world for the figures of states of this area (tests/conformance), and what each counts in it."""

from datetime import date

from tests.conformance.world_days import FIRST, LAST, NEXT
from tests.factories import dossiers

WAITED = (date(2023, 9, 5), None)
# name: (codes, day of reception, days of the term, outcome, day of the end, days of a request for a supplement)
DOSSIERS = {
    "open in time": ("HS-06 HS-12", date(2023, 9, 6), 10, "open", None, None),
    "open on its last day": ("HS-06 HS-12", date(2023, 9, 4), 10, "open", None, None),
    "open late": ("HS-07 HS-12", date(2023, 9, 1), 12, "open", None, None),
    "waiting": ("HS-08 HS-12", date(2023, 9, 1), 10, "open", None, WAITED),
    "waited, goes on": (
        "HS-06 HS-12",
        date(2023, 9, 1),
        10,
        "open",
        None,
        (date(2023, 9, 5), date(2023, 9, 13)),
    ),
    "asked the day after": ("HS-06 HS-12", date(2023, 9, 8), 10, "open", None, (NEXT, None)),
    "answered the day after": ("HS-08 HS-12", date(2023, 9, 1), 10, "open", None, (date(2023, 9, 5), NEXT)),
    "resolved the day after, late": ("HS-07 HS-12", date(2023, 8, 1), 5, "resolved", NEXT, None),
    "resolved the day after, in time": ("HS-06 HS-12", date(2023, 9, 8), 10, "resolved", NEXT, None),
    "resolved on the last day": ("", date(2023, 9, 8), 10, "resolved", LAST, None),
    "received the day after": ("", NEXT, 10, "open", None, None),
    "carried over, late": ("HS-07 HS-12", date(2022, 12, 14), 5, "open", None, None),
    "ended on the first day": ("", date(2022, 12, 1), 30, "refused", FIRST, None),
    "ended before": ("", date(2022, 12, 1), 30, "resolved", date(2022, 12, 14), None),
}


def build_dossiers():
    """Make the world of dossiers; returns names by primary key."""
    names = {}
    for name, (_codes, received_on, term, outcome, ended_on, asked) in DOSSIERS.items():
        procedure = dossiers.ProcedureFactory(term_amount=term, term_unit="day")
        made = dossiers.DossierFactory(
            procedure=procedure, received_on=received_on, outcome=outcome, ended_on=ended_on
        )
        if asked is not None:
            dossiers.SupplementRequestFactory(dossier=made, asked_on=asked[0], answered_on=asked[1])
        names[made.pk] = name
    return names


# figure's model: (build the world, what each figure counts in it)
WORLDS = {
    "dossiers.dossier": (build_dossiers, {name: codes.split() for name, (codes, *_rest) in DOSSIERS.items()}),
}
