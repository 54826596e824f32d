"""Small worlds for the figures of work that is planned and of shortcomings (tests/conformance), and what they count."""

from datetime import date

from khcn.parties.models import OrgUnit
from tests.conformance.world_days import LAST, NEXT, WINDOW
from tests.factories import planning
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.science import ScienceTaskFactory

YEAR_END = date(WINDOW.year, 12, 31)
# By name: codes, kind, day of the plan, last day, day of completion. Quantities are 1, as each record of the others counts.
WORK = {
    "support until the end of the year": ("KH-01 KH-09", "ip_support", LAST, YEAR_END, None),
    "support planned after the window": ("", "ip_support", NEXT, YEAR_END, None),
    "class about technology": ("KH-02 KH-09", "technology_class", LAST, YEAR_END, None),
    "class about indications": ("KH-03 KH-09", "gi_class", LAST, YEAR_END, None),
    "class of the next year": ("", "gi_class", LAST, date(WINDOW.year + 1, 1, 1), None),
    "class that was given on the last day": ("", "gi_class", LAST, YEAR_END, LAST),
    "class that was given the day after": ("KH-03 KH-09", "gi_class", LAST, YEAR_END, NEXT),
    "late support": ("KH-01 KH-09 KH-12", "ip_support", date(2023, 1, 3), date(2023, 9, 13), None),
    "late": ("KH-09 KH-12 KH-19", "other", date(2023, 1, 3), date(2023, 9, 13), None),
    "due on the last day": ("KH-09 KH-19", "other", date(2023, 1, 3), LAST, None),
    "settlement by the Centre": ("KH-04 KH-09", "settlement", LAST, YEAR_END, None),
    "help with a task of the province": ("KH-05 KH-07 KH-08 KH-09", "coordination", LAST, YEAR_END, None),
    "help with a national task": ("KH-05 KH-06 KH-08 KH-09", "coordination", LAST, YEAR_END, None),
    "help with a task of the same host": ("KH-05 KH-07 KH-09", "coordination", LAST, YEAR_END, None),
    "help with a task of another level": ("KH-05 KH-08 KH-09 KH-22", "coordination", LAST, YEAR_END, None),
    "settlement by a division": ("KH-09 KH-14", "settlement", LAST, YEAR_END, None),
    "work of QLKH": ("KH-09 KH-14", "other", LAST, YEAR_END, None),
    "work of QLCN": ("KH-09 KH-15", "other", LAST, YEAR_END, None),
    "work of TDC": ("KH-09 KH-16", "other", LAST, YEAR_END, None),
    "work of TTRA": ("KH-09 KH-17", "other", LAST, YEAR_END, None),
    "work of VP": ("KH-09 KH-18", "other", LAST, YEAR_END, None),
    "work of BGD": ("KH-09 KH-20", "other", LAST, YEAR_END, None),
}
# By name: codes, last day before, last day after, day of the decision; all were planned at the beginning of the year.
PUT_OFF = {
    "put off to the next year, on the last day": ("", LAST, date(WINDOW.year + 1, 1, 1), LAST),
    "put off to the next year, the day after": ("KH-09 KH-19", YEAR_END, date(WINDOW.year + 1, 1, 1), NEXT),
    "put off from the day before the last": ("KH-09 KH-19", date(2023, 9, 13), LAST, date(2023, 9, 13)),
}
# By name: codes, kind, day, day of the mending.
ASSESSMENTS = {
    "of the period before": ("HC-02 HC-08", "shortcoming", date(2022, 12, 1), None),
    "mended on the last day": ("", "shortcoming", date(2022, 12, 1), LAST),
    "mended the day after": ("HC-02 HC-08", "shortcoming", date(2022, 12, 1), NEXT),
    "strength": ("", "strength", date(2022, 12, 1), None),
    "of the period": ("HC-02 HC-08", "shortcoming", LAST, None),
    "of the day after": ("", "shortcoming", NEXT, None),
    "shortcoming of QLKH": ("HC-02 HC-03", "shortcoming", LAST, None),
    "shortcoming of QLCN": ("HC-02 HC-04", "shortcoming", LAST, None),
    "shortcoming of TDC": ("HC-02 HC-05", "shortcoming", LAST, None),
    "shortcoming of TTRA": ("HC-02 HC-06", "shortcoming", LAST, None),
    "shortcoming of VP": ("HC-02 HC-07", "shortcoming", LAST, None),
    "shortcoming of BGD": ("HC-02 HC-09", "shortcoming", LAST, None),
}
# Of those that are not the Centre's.
UNITS = {"settlement by a division": "QLKH"}


def unit_of(name):
    """The Centre, unless the name says another."""
    code = UNITS.get(name) or (name.split()[-1] if name.split()[-1].isupper() else "TTUD")
    return OrgUnit.objects.filter(code=code).first() or OrgUnitFactory(code=code)


def build_work():
    """Make them; returns names by primary key."""
    host, other, third = (OrganisationFactory() for _each in range(3))
    tasks = {
        "settlement by the Centre": ("province", host),
        "settlement by a division": ("province", host),
        "help with a task of the province": ("province", host),
        "help with a national task": ("national", other),
        "help with a task of the same host": ("province", host),
        "help with a task of another level": ("grassroots", third),
    }
    found = {}
    for name, (_codes, kind, planned_on, due_on, completed_on) in WORK.items():
        given = {"kind": kind, "planned_on": planned_on, "due_on": due_on, "unit": unit_of(name)}
        if completed_on is not None:
            given |= {"completed_on": completed_on, "achieved": 1, "result": "Xong"}
        if name in tasks:
            level, hosted_by = tasks[name]
            given["task"] = ScienceTaskFactory(level=level, host=hosted_by)
        found[planning.PlannedWorkFactory(**given).pk] = name
    for name, (_codes, old_due_on, new_due_on, decided_on) in PUT_OFF.items():
        days = {"old_due_on": old_due_on, "new_due_on": new_due_on, "decided_on": decided_on}
        planned = {"work__planned_on": date(2023, 1, 3), "work__unit": unit_of(name)}
        found[planning.PlannedWorkPostponementFactory(**days, **planned).work_id] = name
    return found


def build_assessments():
    """Make them; returns names by primary key."""
    return {
        planning.AssessmentFactory(
            kind=kind, noted_on=noted_on, mended_on=mended_on, unit=unit_of(name)
        ).pk: name
        for name, (_codes, kind, noted_on, mended_on) in ASSESSMENTS.items()
    }


def meant(world):
    """Of each name the codes."""
    return {name: codes.split() for name, (codes, *_rest) in world.items()}


WORLDS = {
    "planning.plannedwork": (build_work, meant(WORK | PUT_OFF)),
    "planning.assessment": (build_assessments, meant(ASSESSMENTS)),
}
