"""Small worlds for the figures of states of this area (tests/conformance), and what each counts in them."""

from datetime import date

from tests.conformance.world_days import LAST, NEXT, WINDOW
from tests.factories import finance
from tests.factories.science import TaskMilestoneFactory

BEFORE = date(2022, 11, 10)
MARCH = date(2023, 3, 10)
# Estimates and advances are added up; in these worlds each is of one đồng, as each record of the others counts.
# By name: codes; year, assigned; of some what is left of it from a day.
ESTIMATES = {
    "of the year": ("KHTC-01", WINDOW.year, BEFORE),
    "assigned on the last day": ("KHTC-01", WINDOW.year, LAST),
    "assigned the day after": ("", WINDOW.year, NEXT),
    "of the year before": ("", WINDOW.year - 1, BEFORE),
    "not assigned": ("", WINDOW.year, None),
    "adjusted on the last day": ("KHTC-01", WINDOW.year, BEFORE, 1, LAST),
    "adjusted the day after": ("KHTC-01", WINDOW.year, BEFORE, 9, NEXT),
}
# By name: codes; due, paid, dropped; of some also the day on which the condition was met, or the end of the contract.
WAITING = "waiting"
INSTALMENTS = {
    "condition not met": ("", MARCH, None, None, WAITING),
    "condition met": ("KHTC-09", MARCH, None, None, BEFORE),
    "condition met the day before the last": ("KHTC-09", MARCH, None, None, date(2023, 9, 13)),
    "condition met on the last day": ("", MARCH, None, None, LAST),
    "condition met the day after": ("", MARCH, None, None, NEXT),
    "of a stopped task": ("", MARCH, None, None, None, "stopped", LAST),
    "of a terminated contract": ("", MARCH, None, None, None, "terminated", MARCH),
    "of a task that was stopped the day after": ("KHTC-09", MARCH, None, None, None, "stopped", NEXT),
    "of a suspended task": ("KHTC-09", MARCH, None, None, None, "suspended", MARCH),
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
    for name, (_codes, year, assigned, *adjusted) in ESTIMATES.items():
        left, adjusted_on = (*adjusted, None, None)[:2]
        # One that was adjusted inside the window had another amount before.
        amount = 5 if adjusted_on == LAST else 1
        values = {"year": year, "assigned_on": assigned, "assigned_amount": amount}
        kind = finance.AssignedEstimateFactory if assigned else finance.BudgetEstimateFactory
        row = kind(**(values if assigned else {"year": year}))
        if adjusted_on is not None:
            finance.BudgetAdjustmentFactory(estimate=row, amount=left, adjusted_on=adjusted_on)
        made[row.pk] = name
    return made


def build_instalments():
    """Make them; returns names by primary key."""
    made = {}
    for name, (_codes, due, paid, dropped, *more) in INSTALMENTS.items():
        met_on, kind, ended_on = (*more, None, None, None)[:3]
        row = finance.ContractInstalmentFactory(
            amount=1,
            due_on=due,
            dropped_on=dropped,
            drop_reason="Dừng" if dropped else "",
            condition="Sau khi thanh toán đợt 1" if met_on else "",
            condition_met_on=None if met_on == WAITING else met_on,
        )
        if kind:
            TaskMilestoneFactory(task=row.task, kind=kind, on=ended_on)
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
