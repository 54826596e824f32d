"""Small worlds for the figures of states of this area (tests/conformance), and what each counts in them."""

from datetime import date

from tests.conformance.world_days import LAST, NEXT
from tests.factories import technology

BEFORE = date(2022, 11, 10)
# The figure adds up what is planned; in this world each plan has 1, as each record of the others counts.
# By name: codes; kind, year, adopted, given up, items on these days.
PLANS = {
    "broadcasts of the year": ("TTKH-02", "broadcast", 2023, BEFORE),
    "adopted on the last day": ("TTKH-02", "broadcast", 2023, LAST),
    "adopted the day after": ("", "broadcast", 2023, NEXT),
    "given up the day after": ("TTKH-02", "broadcast", 2023, BEFORE, NEXT),
    "given up with one item on the last day": ("TTKH-02", "broadcast", 2023, BEFORE, LAST, LAST),
    "given up with one item the day after": ("", "broadcast", 2023, BEFORE, LAST, NEXT),
    "of the year before": ("", "broadcast", 2022, BEFORE),
    "posts of the year": ("", "web", 2023, BEFORE),
}
# By name: codes; kind, year of the plan (0: of none; -1: adopted the day after), day.
ITEMS = {
    "broadcast of the year": ("TTKH-01", "broadcast", 2023, date(2023, 3, 10)),
    "before the window": ("TTKH-01", "broadcast", 2023, BEFORE),
    "on the last day": ("TTKH-01", "broadcast", 2023, LAST),
    "the day after": ("", "broadcast", 2023, NEXT),
    "of the plan of the year before": ("", "broadcast", 2022, date(2023, 3, 10)),
    "of a plan adopted the day after": ("", "broadcast", -1, date(2023, 3, 10)),
    "of no plan": ("", "broadcast", 0, date(2023, 3, 10)),
    "a post": ("", "web", 2023, date(2023, 3, 10)),
}
# By name: codes; issued, ended.
CERTIFICATES = {
    "in force": ("CN-06", BEFORE, None),
    "issued on the last day": ("CN-06", LAST, None),
    "ended the day after": ("CN-06", BEFORE, NEXT),
    "ended on the last day": ("", BEFORE, LAST),
    "issued the day after": ("", NEXT, None),
}


def build_plans():
    made = {}
    for name, (_codes, kind, year, adopted, *rest) in PLANS.items():
        ended, items = (rest[0], rest[1:]) if rest else (None, ())
        plan = technology.MediaPlanFactory(
            kind=kind, year=year, planned=1 if not items else 48, agreed_on=adopted, ended_on=ended
        )
        made[plan.pk] = name
        for day in items:  # of another kind, which no figure of items counts: they are alone in their world
            technology.MediaItemFactory(kind="other", plan=plan, published_on=day)
    return made


def build_items():
    # Plans of a kind that no figure counts: those of the other world are alone with theirs.
    plans = {year: technology.MediaPlanFactory(kind="other", year=year) for year in (2022, 2023)}
    plans[-1] = technology.MediaPlanFactory(kind="other", agreed_on=NEXT)
    return {
        technology.MediaItemFactory(kind=kind, plan=plans.get(year), published_on=day).pk: name
        for name, (_codes, kind, year, day) in ITEMS.items()
    }


def build_certificates():
    return {
        technology.EnterpriseCertificateFactory(issued_on=issued, ended_on=ended).pk: name
        for name, (_codes, issued, ended) in CERTIFICATES.items()
    }


def meant(world):
    return {name: codes.split() for name, (codes, *_rest) in world.items()}


WORLDS = {
    "technology.mediaplan": (build_plans, meant(PLANS)),
    "technology.mediaitem": (build_items, meant(ITEMS)),
    "technology.enterprisecertificate": (build_certificates, meant(CERTIFICATES)),
}
