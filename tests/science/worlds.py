"""A small world for the figures of states and cohorts of this area (tests/conformance), and what each counts in it."""

from datetime import date

from tests.conformance.world_days import FIRST, LAST, NEXT
from tests.factories import finance, reference, science

SIGNED = ("contract_signed", date(2022, 3, 1))
CARRIED = "NV-01 NV-02 NV-04"
STARTED = "NV-01 NV-03 NV-09"


def carried(end, *milestones, level="province", side="province", **fields):
    return {
        "start_year": 2022,
        "planned_end_on": end,
        "level": level,
        "managing_side": side,
        **fields,
    }, milestones


def fresh(*milestones, year=2023, level="province", **fields):
    dates = {"planned_start_on": None, "planned_end_on": None}
    return {"start_year": year, "level": level, **dates, **fields}, milestones


IN_2025 = date(2025, 12, 31)
# name: (codes that count it, (fields, milestones), amendments)
TASKS = {
    "running": (CARRIED, carried(IN_2025, SIGNED), []),
    "past its end": (f"{CARRIED} NT-07", carried(date(2023, 8, 31), SIGNED), []),
    "past its end, in the days of its dossier": (CARRIED, carried(date(2023, 8, 31), SIGNED, planned_dossier_on=LAST), []),
    "past the days of its dossier": (
        f"{CARRIED} NT-07",
        carried(date(2023, 8, 31), SIGNED, planned_dossier_on=date(2023, 9, 13)),
        [],
    ),
    "past its end, and the dossier is in": (
        CARRIED,
        carried(date(2023, 8, 31), SIGNED, ("dossier_submitted", LAST), planned_dossier_on=date(2023, 9, 13)),
        [],
    ),
    "past its end but suspended": (CARRIED, carried(date(2023, 3, 31), SIGNED, ("suspended", date(2023, 2, 1))), []),
    "past its end but accepted": (f"{CARRIED} TL-01", carried(date(2023, 3, 31), SIGNED, ("accepted_province", LAST)), []),
    "accepted, an asset is not handled": (
        f"{CARRIED} TL-01 KP-04",
        carried(date(2023, 3, 31), SIGNED, ("accepted_province", LAST)),
        [],
    ),
    "accepted, its asset was handled on the last day": (
        f"{CARRIED} TL-01",
        carried(date(2023, 3, 31), SIGNED, ("accepted_province", LAST)),
        [],
    ),
    "accepted, its asset was handled the day after": (
        f"{CARRIED} TL-01 KP-04",
        carried(date(2023, 3, 31), SIGNED, ("accepted_province", LAST)),
        [],
    ),
    "running, an asset is not handled": (CARRIED, carried(IN_2025, SIGNED), []),
    "accepted the day after": (f"{CARRIED} NT-07", carried(date(2023, 3, 31), SIGNED, ("accepted_province", NEXT)), []),
    "ends on the last day": (CARRIED, carried(LAST, SIGNED), []),
    "ends the day after": (f"{CARRIED} NT-06", carried(NEXT, SIGNED), []),
    "ends on 31/12": (f"{CARRIED} NT-06", carried(date(2023, 12, 31), SIGNED), []),
    "ends on 01/01": (CARRIED, carried(date(2024, 1, 1), SIGNED), []),
    "dossier is in": (f"{CARRIED} NT-06", carried(date(2023, 10, 1), SIGNED, ("dossier_submitted", LAST)), []),
    "extended before the window": (
        f"{CARRIED} NT-06 DC-09",
        carried(date(2023, 6, 30), SIGNED),
        [("extend_duration", date(2022, 11, 1), date(2023, 12, 31))],
    ),
    "extended on the last day": (
        f"{CARRIED} DC-09",
        carried(date(2023, 12, 31), SIGNED),
        [("extend_duration", LAST, date(2024, 6, 30))],
    ),
    "extended the day after": (
        f"{CARRIED} NT-06",
        carried(date(2023, 10, 31), SIGNED),
        [("extend_duration", NEXT, date(2024, 6, 30))],
    ),
    "extended, due next year at first": (
        CARRIED,
        carried(date(2024, 1, 1), SIGNED),
        [("extend_duration", date(2023, 2, 1), date(2024, 6, 30))],
    ),
    "dossier extended": (
        f"{CARRIED} DC-10 TL-01 TH-01",
        carried(
            date(2023, 6, 30),
            SIGNED,
            ("accepted_province", date(2023, 8, 8)),
            planned_dossier_on=date(2023, 7, 30),
        ),
        [("extend_submission", date(2023, 5, 5), date(2023, 12, 30))],
    ),
    "dossier extended, due next year at first": (
        f"{CARRIED} NT-06",
        carried(date(2023, 12, 20), SIGNED, planned_dossier_on=date(2024, 1, 19)),
        [("extend_submission", date(2023, 5, 5), date(2024, 3, 30))],
    ),
    "national, dossier extended": (
        "NV-01 NV-02 NV-07 DC-10",
        carried(date(2023, 12, 31), SIGNED, level="national", side="delegated"),
        [("extend_submission", date(2023, 5, 5), date(2024, 3, 30))],
    ),
    "recognised the day before": ("", carried(IN_2025, ("recognised", date(2022, 12, 14))), []),
    "stopped the day before": ("", carried(IN_2025, SIGNED, ("stopped", date(2022, 12, 14))), []),
    "terminated the day before": ("", carried(IN_2025, SIGNED, ("terminated", date(2022, 12, 14))), []),
    "liquidated the day before": ("", carried(IN_2025, ("liquidated", date(2022, 12, 14))), []),
    "recognised on the first day": (CARRIED, carried(IN_2025, SIGNED, ("recognised", FIRST)), []),
    "accepted long ago": (f"{CARRIED} TL-01 TH-01 TH-02 TH-03", carried(date(2022, 6, 1), ("accepted_province", date(2022, 7, 1))), []),
    "mountain, co-managed, terminated": (
        "NV-01 NV-02 NV-05 NV-06",
        carried(IN_2025, SIGNED, ("terminated", date(2023, 5, 9)), level="national", side="co_managed", programme="rural_mountain"),
        [],
    ),
    "mountain, delegated": (
        "NV-01 NV-02 NV-05",
        carried(IN_2025, level="national", side="delegated", programme="rural_mountain"),
        [],
    ),
    "intellectual property": (
        "NV-01 NV-02 NV-08",
        carried(IN_2025, level="national", side="delegated", programme="ip_assets"),
        [],
    ),
    "followed only": ("", carried(date(2023, 8, 31), SIGNED, level="national", side="central"), []),
    "the host's own, accepted": (
        "",
        carried(date(2023, 8, 31), SIGNED, ("accepted_province", LAST), level="grassroots", side="host"),
        [],
    ),
    "accepted, registered on the last day": (
        f"{CARRIED} TL-01 TH-02 TH-03",
        carried(date(2023, 3, 31), SIGNED, ("accepted_province", date(2023, 6, 1)), ("registered", LAST)),
        [],
    ),
    "accepted, registered the day after": (
        f"{CARRIED} TL-01 TH-01 TH-02 TH-03",
        carried(date(2023, 3, 31), SIGNED, ("accepted_province", date(2023, 6, 1)), ("registered", NEXT)),
        [],
    ),
    "accepted and liquidated": (
        f"{CARRIED} TH-01 TH-02",
        carried(date(2023, 3, 31), SIGNED, ("accepted_province", FIRST), ("liquidated", LAST)),
        [],
    ),
    "the host's own": ("", carried(date(2023, 8, 31), SIGNED, level="grassroots", side="host"), []),
    "new, signed": (f"{STARTED} NV-10", fresh(("outline_approved", date(2023, 5, 1)), ("contract_signed", LAST)), []),
    "new, signed the day after": (STARTED, fresh(("outline_approved", date(2023, 5, 1)), ("contract_signed", NEXT)), []),
    "new, approved": (STARTED, fresh(("outline_approved", date(2023, 5, 1))), []),
    "new, signed before approval": (STARTED, fresh(("contract_signed", date(2023, 5, 1))), []),
    "new, national": ("NV-01 NV-03", fresh(level="national", managing_side="delegated"), []),
    "new, of the host": ("", fresh(level="grassroots", managing_side="host"), []),
    "added, direct": (f"{STARTED} NV-11 NV-12", fresh(is_supplementary=True, mode="direct"), []),
    "added, selection": (f"{STARTED} NV-11 NV-13", fresh(is_supplementary=True, mode="selection"), []),
    "direct": (STARTED, fresh(mode="direct"), []),
    "next, selection": ("NV-15", fresh(("determined", LAST), year=2024, mode="selection"), []),
    "next, selected the day after": (
        "NV-15",
        fresh(("determined", date(2023, 6, 1)), ("awarded", NEXT), year=2024, mode="selection"),
        [],
    ),
    "next, selected": ("", fresh(("determined", date(2023, 6, 1)), ("awarded", LAST), year=2024, mode="selection"), []),
    "next, direct": ("", fresh(("determined", date(2023, 6, 1)), year=2024, mode="direct"), []),
    "next, determined the day after": ("", fresh(("determined", NEXT), year=2024, mode="selection"), []),
    "in two years": ("", fresh(("determined", date(2023, 6, 1)), year=2025, mode="selection"), []),
}  # fmt: skip

# By name of a task: when its asset was handed over.
ASSETS = {
    "accepted, an asset is not handled": None,
    "accepted, its asset was handled on the last day": LAST,
    "accepted, its asset was handled the day after": NEXT,
    "running, an asset is not handled": None,
}


def build_tasks():
    """Make the world of tasks; returns names by primary key."""
    names = {}
    for rule, days in (("registration", 30), ("settlement", 60), ("liquidation", 90)):
        reference.RuleParameterFactory(code=f"science.{rule}_days", value=days)
    for name, (_codes, (fields, milestones), amendments) in TASKS.items():
        own = dict(fields)
        if code := own.get("programme"):
            own["programme"] = reference.ProgrammeFactory(code=code, label=code)
        task = science.ScienceTaskFactory(short_name=name, **own)
        for kind, on in milestones:
            science.TaskMilestoneFactory(task=task, kind=kind, on=on)
        for kind, on, new_end_on in amendments:
            science.TaskAmendmentFactory(
                task=task, kind=kind, decided_on=on, old_end_on=None, new_end_on=new_end_on
            )
        if name in ASSETS:
            finance.TaskAssetFactory(task=task, decided_on=date(2023, 8, 1), handed_over_on=ASSETS[name])
        names[task.pk] = name
    return names


# name: (codes, day of issue, day on which it ended)
CERTIFICATES = {
    "issued on the last day": ("TC-02", LAST, None),
    "ended the day after": ("TC-02", date(2020, 3, 1), NEXT),
    "ended": ("", date(2020, 3, 1), LAST),
    "of the day after": ("", NEXT, None),
}


def build_certificates():
    """Make the certificates of operation; returns names by primary key."""
    return {
        science.OperationCertificateFactory(issued_on=issued, ended_on=ended).pk: name
        for name, (_codes, issued, ended) in CERTIFICATES.items()
    }


WORLDS = {
    "science.sciencetask": (build_tasks, {name: codes.split() for name, (codes, *_rest) in TASKS.items()}),
    "science.operationcertificate": (
        build_certificates,
        {name: codes.split() for name, (codes, *_rest) in CERTIFICATES.items()},
    ),
}
