"""Small worlds for the figures of places in indices, posts and documents of a year (tests/conformance), and what they count."""

from tests.conformance.world_days import FIRST, LAST, NEXT, WINDOW
from tests.factories import office

# Places, posts and documents are added up; in these worlds each is 1, as each record of the others counts.
# By name: codes, kind, year and day of publication.
RANKINGS = {
    "reform of the year before": ("VP-11 VP-12", "par", WINDOW.year - 1, LAST),
    "reform of the year": ("", "par", WINDOW.year, LAST),
    "reform two years before": ("", "par", WINDOW.year - 2, LAST),
    "competitiveness of the year before": ("VP-13", "ddci", WINDOW.year - 1, LAST),
    "competitiveness of the year": ("", "ddci", WINDOW.year, LAST),
    "digital of the year before, after the window": ("", "digital", WINDOW.year - 1, NEXT),
}
# By name: codes, year, of whom, and day of the decision.
QUOTAS = {
    "of the year": ("VP-17", WINDOW.year, "civil_servant", FIRST),
    "of the year, decided on the last day": ("VP-17", WINDOW.year, "public_employee", LAST),
    "of the year, decided after the window": ("", WINDOW.year, "civil_servant", NEXT),
    "contracts of the year": ("", WINDOW.year, "contract", FIRST),
    "of the year before": ("", WINDOW.year - 1, "civil_servant", FIRST),
}
# By name: codes, way, year and month.
COUNTS = {
    "incoming in August": ("VP-15", "incoming", WINDOW.year, 8),
    "incoming in September, which has not ended": ("", "incoming", WINDOW.year, 9),
    "incoming in January": ("VP-15", "incoming", WINDOW.year, 1),
    "incoming in the December before, which ended in the reporting year": (
        "VP-15",
        "incoming",
        WINDOW.year - 1,
        12,
    ),
    "incoming in the November before": ("", "incoming", WINDOW.year - 1, 11),
    "outgoing in August": ("VP-16", "outgoing", WINDOW.year, 8),
    "outgoing in September": ("", "outgoing", WINDOW.year, 9),
}


def build_rankings():
    """Make them; returns names by primary key."""
    return {
        office.IndexRankingFactory(kind=kind, year=year, population=1, published_on=published).pk: name
        for name, (_codes, kind, year, published) in RANKINGS.items()
    }


def build_quotas():
    """Make them; returns names by primary key."""
    return {
        office.PostQuotaFactory(year=year, staff_kind=staff, decided_on=on).pk: name
        for name, (_codes, year, staff, on) in QUOTAS.items()
    }


def build_counts():
    """Make them; returns names by primary key."""
    return {
        office.CorrespondenceCountFactory(way=way, year=year, month=month).pk: name
        for name, (_codes, way, year, month) in COUNTS.items()
    }


def meant(world):
    """Of each name the codes."""
    return {name: codes.split() for name, (codes, *_rest) in world.items()}


WORLDS = {
    "office.indexranking": (build_rankings, meant(RANKINGS)),
    "office.postquota": (build_quotas, meant(QUOTAS)),
    "office.correspondencecount": (build_counts, meant(COUNTS)),
}
