"""Small worlds for the figures of states of this area (tests/conformance), and what each counts in them."""

from datetime import date

from tests.conformance.world_days import LAST, NEXT, WINDOW
from tests.factories import finance

BEFORE = date(2022, 11, 10)
MARCH = date(2023, 3, 10)
# Estimates and advances are added up; in these worlds each is of one đồng, as each record of the others counts.
# By name: codes; year, assigned.
ESTIMATES = {
    "of the year": ("KHTC-01", WINDOW.year, BEFORE),
    "assigned on the last day": ("KHTC-01", WINDOW.year, LAST),
    "assigned the day after": ("", WINDOW.year, NEXT),
    "of the year before": ("", WINDOW.year - 1, BEFORE),
    "not assigned": ("", WINDOW.year, None),
}
# By name: codes; due, paid, dropped.
INSTALMENTS = {
    "due and not paid": ("KHTC-09", MARCH, None, None),
    "due the day before the last": ("KHTC-09", date(2023, 9, 13), None, None),
    "due on the last day": ("", LAST, None, None),
    "due the day after": ("", NEXT, None, None),
    "paid": ("", MARCH, date(2023, 4, 10), None),
    "paid on the last day": ("", MARCH, LAST, None),
    "paid the day after": ("KHTC-09", MARCH, NEXT, None),
    "dropped": ("", MARCH, None, MARCH),
    "dropped the day after": ("KHTC-09", MARCH, None, NEXT),
}
# By name: codes; paid, the last day of the contract, cleared.
ADVANCES = {
    "paid, in its term": ("KHTC-10", MARCH, date(2023, 12, 1), None),
    "paid on the last day": ("KHTC-10", LAST, date(2023, 12, 1), None),
    "paid the day after": ("", NEXT, date(2023, 12, 1), None),
    "past its term": ("KHTC-10 KHTC-11", BEFORE, date(2023, 5, 10), None),
    "past its term by a day": ("KHTC-10 KHTC-11", BEFORE, date(2023, 9, 13), None),
    "its term ends on the last day": ("KHTC-10", BEFORE, LAST, None),
    "cleared": ("", BEFORE, date(2023, 5, 10), date(2023, 4, 10)),
    "cleared late": ("", BEFORE, date(2023, 5, 10), LAST),
    "cleared the day after": ("KHTC-10 KHTC-11", BEFORE, date(2023, 5, 10), NEXT),
}


def build_estimates():
    """Make them; returns names by primary key."""
    made = {}
    for name, (_codes, year, assigned) in ESTIMATES.items():
        values = {"year": year, "assigned_on": assigned, "assigned_amount": 1}
        kind = finance.AssignedEstimateFactory if assigned else finance.BudgetEstimateFactory
        made[kind(**(values if assigned else {"year": year})).pk] = name
    return made


def build_instalments():
    """Make them; returns names by primary key."""
    made = {}
    for name, (_codes, due, paid, dropped) in INSTALMENTS.items():
        row = finance.ContractInstalmentFactory(
            amount=1, due_on=due, dropped_on=dropped, drop_reason="Dừng" if dropped else ""
        )
        if paid:
            finance.AdvancePaymentFactory(task=row.task, instalment=row, amount=1, paid_on=paid)
        made[row.pk] = name
    return made


def build_advances():
    """Make them; returns names by primary key."""
    made = {}
    for name, (_codes, paid, clear_by, cleared) in ADVANCES.items():
        row = finance.AdvancePaymentFactory(amount=1, paid_on=paid, clear_by=clear_by)
        if cleared:
            finance.AdvanceClearanceFactory(advance=row, amount=1, cleared_on=cleared)
        made[row.pk] = name
    return made


def meant(world):
    """Of each name the codes."""
    return {name: codes.split() for name, (codes, *_rest) in world.items()}


WORLDS = {
    "finance.budgetestimate": (build_estimates, meant(ESTIMATES)),
    "finance.contractinstalment": (build_instalments, meant(INSTALMENTS)),
    "finance.advancepayment": (build_advances, meant(ADVANCES)),
}
