"""Small worlds for the figures of states (tests/conformance), and what they count in them."""

from datetime import date

from tests.conformance.world_days import FIRST, LAST, NEXT
from tests.factories import quality

BEFORE, LONG_BEFORE = date(2022, 12, 14), date(2022, 5, 10)
# name: (codes, field, state, decided, finished, given up)
CHECKS = {
    "metrology under way": ("DL-08", "metrology", "decided", LAST, None, None),
    "metrology over on the day after": ("DL-08", "metrology", "finished", FIRST, NEXT, None),
    "metrology over on the last day": ("", "metrology", "finished", LONG_BEFORE, LAST, None),
    "metrology decided on the day after": ("", "metrology", "decided", NEXT, None, None),
    "quality under way": ("CL-07", "quality", "decided", LONG_BEFORE, None, None),
    "quality given up on the day after": ("CL-07", "quality", "cancelled", FIRST, None, NEXT),
    "quality given up": ("", "quality", "cancelled", FIRST, None, LAST),
    "quality not decided": ("", "quality", "planned", None, None, None),
}
# Of each name the codes, and the days on which it was registered, contracted, published and stopped. TX-01 and TX-02 count whom
# support was given to in the window, whenever it began: they are no figures of a state (tests/quality/test_declarations.py asks them).
SUPPORTS = {
    "registered": ("TX-01 TX-03", LAST, None, None, None),
    "contracted": ("TX-01 TX-02 TX-03", LONG_BEFORE, LAST, None, None),
    "contracted on the day after": ("TX-01 TX-03", FIRST, NEXT, None, None),
    "published in the window": ("TX-01 TX-02", LONG_BEFORE, LONG_BEFORE, LAST, None),
    "published before": ("", LONG_BEFORE, LONG_BEFORE, BEFORE, None),
    "contracted after it was published": ("TX-01", LONG_BEFORE, LAST, FIRST, None),
    "stopped in the window": ("TX-01", LONG_BEFORE, None, None, FIRST),
    "stopped before": ("", LONG_BEFORE, None, None, BEFORE),
    "registered on the day after": ("", NEXT, None, None, None),
}
# Of each name the codes, and the days on which it was published and ended.
STANDARDS = {
    "in force": ("TK-02", date(2015, 12, 31), None),
    "ended on the day after": ("TK-02", date(2015, 12, 31), NEXT),
    "ended on the last day": ("", date(2015, 12, 31), LAST),
    "published on the day after": ("", NEXT, None),
    "of an unknown day": ("TK-02", None, None),
}


def build_checks():
    """Make them; returns names by primary key."""
    topics = {"metrology": "water_meters", "quality": "fuel"}
    return {
        quality.StateCheckFactory(
            field=field, topic=topics[field], state=state, decided_on=decided, begun_on=finished,
            finished_on=finished, cancelled_on=given_up,
        ).pk: name
        for name, (_codes, field, state, decided, finished, given_up) in CHECKS.items()
    }  # fmt: skip


def build_supports():
    """Make them; returns names by primary key."""
    found = {}
    for name, (_codes, registered, contracted, published, stopped) in SUPPORTS.items():
        state = (
            "published"
            if published
            else "stopped"
            if stopped
            else "contracted"
            if contracted
            else "registered"
        )
        made = quality.TraceabilitySupportFactory(
            state=state,
            registered_on=registered,
            contracted_on=contracted,
            published_on=published,
            stopped_on=stopped,
        )
        found[made.pk] = name
    return found


def build_standards():
    """Make them; returns names by primary key."""
    return {
        quality.StandardFactory(published_on=published, ended_on=ended).pk: name
        for name, (_codes, published, ended) in STANDARDS.items()
    }


def counted(world):
    return {name: codes.split() for name, (codes, *_rest) in world.items()}


WORLDS = {
    "quality.statecheck": (build_checks, counted(CHECKS)),
    "quality.traceabilitysupport": (
        build_supports,
        {name: [code for code in codes if code == "TX-03"] for name, codes in counted(SUPPORTS).items()},
    ),
    "quality.standard": (build_standards, counted(STANDARDS)),
}
