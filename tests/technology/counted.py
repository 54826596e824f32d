"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from datetime import date, timedelta

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.models import RecomputeCause
from khcn.kernel.deadlines.recomputing import recompute
from tests.factories import technology


def opinion(**project):
    return lambda on: technology.TechnologyOpinionFactory(
        project=technology.InvestmentProjectFactory(**project),
        received_on=date(2019, 5, 1),
        state="answered",
        answer_number="12/SKHCN-QLCN",
        answered_on=on,
    )


def answered(days):
    """One that was to be answered so many days before it was; its term is stored."""

    def make(on):
        made = technology.TechnologyOpinionFactory(
            received_on=date(2019, 5, 1),
            state="answered",
            answer_number="12/SKHCN-QLCN",
            answer_by=on - timedelta(days=days),
            answered_on=on,
        )
        with acting(SYSTEM):
            label = made._meta.label_lower
            recompute(label, {made.pk}, RecomputeCause(label, ""))
        return made

    return make


def closed(on):
    return technology.TechnologyOpinionFactory(received_on=date(2019, 5, 1), state="closed", closed_on=on)


def contract(state, **days):
    return lambda on: technology.TransferContractFactory(
        signed_on=date(2019, 4, 1), received_on=date(2019, 5, 1), state=state, **dict.fromkeys(days, on)
    )


def item(kind):
    return lambda on: technology.MediaItemFactory(kind=kind, published_on=on)


def planned_broadcast(on):
    return technology.MediaItemFactory(plan=technology.MediaPlanFactory(), published_on=on)


def given(kind, year):
    """One copy: the figure adds up copies."""

    def make(on):
        publication = technology.PublicationFactory(kind=kind, year=year)
        return technology.PublicationDistributionFactory(publication=publication, handed_out_on=on)

    return make


def statistics(kind, year):
    return lambda on: technology.StatisticsReportFactory(kind=kind, year=year, submitted_on=on)


DISTRICTS = {"scale": 1, "scale_unit": "health_centre"}
WATER = {"scale": 1, "scale_unit": "m3_day"}

# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "CN-01": (opinion(), [closed]),
    "CN-02": (opinion(), [closed]),
    "CN-03": (opinion(**WATER), [opinion(), opinion(**DISTRICTS)]),
    "CN-04": (opinion(**DISTRICTS), [opinion(), opinion(**WATER)]),
    "CN-05": (contract("registered", registered_on=1), [contract("closed", closed_on=1)]),
    "CN-07": (answered(1), [answered(0)]),
    "TTKH-03": (item("party_bulletin"), [item("web"), item("broadcast")]),
    "TTKH-04": (item("web"), [item("party_bulletin"), item("other")]),
    "TTKH-05": (given("farm_calendar", 2023), [given("farm_calendar", 2022), given("bulletin", 2023)]),
    "TTKH-06": (given("farm_calendar", 2022), [given("farm_calendar", 2023), given("bulletin", 2022)]),
    "TTKH-07": (statistics("report", 2022), [statistics("report", 2021), statistics("survey", 2022)]),
    "TTKH-09": (item("broadcast"), [planned_broadcast, item("web")]),
    "TTKH-08": (statistics("survey", 2022), [statistics("report", 2022)]),
}
