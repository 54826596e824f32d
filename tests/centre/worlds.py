"""Small worlds for the figures of states of this area (tests/conformance), and what each counts in them."""

from datetime import date

from tests.conformance.world_days import LAST, NEXT
from tests.factories import centre

BEFORE = date(2019, 5, 10)
OLD_YEAR, NEW_YEAR = date(2022, 12, 31), date(2023, 1, 1)

# The figures of plans add up quantities; in this world each is 1, as each record of the others counts.
# By name: codes; line, unit, year.
PLANS = {
    "spawn": ("UD-02", "mushroom_spawn", "kg", 2023),
    "spawn of another unit": ("", "mushroom_spawn", "bag", 2023),
    "spawn of the year before": ("", "mushroom_spawn", "kg", 2022),
    "spawn of the year after": ("", "mushroom_spawn", "kg", 2024),
    "bags": ("UD-04", "mushroom_bag", "bag", 2023),
    "bags by weight": ("", "mushroom_bag", "kg", 2023),
    "of another line": ("", "other", "kg", 2023),
}
# By name: codes; kind, first day, day from which it is not used.
SITES = {
    "in use": ("UD-15", "net_house", BEFORE, None),
    "since the last day": ("UD-15", "net_house", LAST, None),
    "left the day after": ("UD-15", "net_house", BEFORE, NEXT),
    "left on the last day": ("", "net_house", BEFORE, LAST),
    "begun the day after": ("", "net_house", NEXT, None),
    "a garden": ("", "orchid_garden", BEFORE, None),
}
# By name: codes; kind, begun, completed, dropped.
PROCESSES = {
    "preparation": ("UD-05", "bio_preparation", BEFORE, None, None),
    "preparation begun on the last day": ("UD-05", "bio_preparation", LAST, None, None),
    "preparation begun the day after": ("", "bio_preparation", NEXT, None, None),
    "preparation completed the year before": ("", "bio_preparation", BEFORE, OLD_YEAR, None),
    "food": ("UD-16", "food", BEFORE, None, None),
    "food completed in the year": ("UD-16", "food", BEFORE, NEW_YEAR, None),
    "food dropped in the year": ("UD-16", "food", BEFORE, None, NEW_YEAR),
    "food dropped the year before": ("", "food", BEFORE, None, OLD_YEAR),
    "cultivation": ("", "cultivation", BEFORE, None, None),
}
# By name: codes; for a task, begun, ended.
MODELS = {
    "followed": ("UD-19", True, BEFORE, None),
    "ended the day after": ("UD-19", True, BEFORE, NEXT),
    "ended on the last day": ("", True, BEFORE, LAST),
    "begun the day after": ("", True, NEXT, None),
    "for no task": ("", False, BEFORE, None),
}
# By name: codes; first year, signed, ended.
CONTRACTS = {
    "going on": ("UD-22", 2022, BEFORE, None),
    "signed last year, from this year": ("UD-22", 2023, OLD_YEAR, None),
    "signed this year, from last year": ("", 2022, NEW_YEAR, None),
    "signed on the last day": ("", 2023, LAST, None),
    "signed the day after": ("", 2022, NEXT, None),
    "ended the day after": ("UD-22", 2022, BEFORE, NEXT),
    "ended on the last day": ("", 2022, BEFORE, LAST),
}


def build_plans():
    return {
        centre.ProductionPlanFactory(
            product=centre.ProductFactory(line=line, unit=unit), year=year, quantity=1
        ).pk: name
        for name, (_codes, line, unit, year) in PLANS.items()
    }


def build_sites():
    return {
        centre.ProductionSiteFactory(kind=kind, area_m2=1, since_on=first, left_on=left).pk: name
        for name, (_codes, kind, first, left) in SITES.items()
    }


def build_processes():
    return {
        centre.TechnologyProcessFactory(
            kind=kind, started_on=begun, completed_on=completed, dropped_on=dropped
        ).pk: name
        for name, (_codes, kind, begun, completed, dropped) in PROCESSES.items()
    }


def build_models():
    return {
        centre.FollowedModelFactory(for_task=for_task, started_on=begun, ended_on=ended).pk: name
        for name, (_codes, for_task, begun, ended) in MODELS.items()
    }


def build_contracts():
    return {
        centre.ConsultingContractFactory(
            first_year=first_year,
            signed_on=signed,
            ended_on=ended,
            state="liquidated" if ended else "in_force",
        ).pk: name
        for name, (_codes, first_year, signed, ended) in CONTRACTS.items()
    }


def codes_of(world):
    return {name: codes.split() for name, (codes, *_rest) in world.items()}


# figure's model: (build the world, what each figure counts in it)
WORLDS = {
    "centre.productionplan": (build_plans, codes_of(PLANS)),
    "centre.productionsite": (build_sites, codes_of(SITES)),
    "centre.technologyprocess": (build_processes, codes_of(PROCESSES)),
    "centre.followedmodel": (build_models, codes_of(MODELS)),
    "centre.consultingcontract": (build_contracts, codes_of(CONTRACTS)),
}
