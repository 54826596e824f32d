"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from datetime import date

from tests.factories import finance


def appraised(**values):
    return lambda on: finance.PriceAppraisalFactory(appraised_on=on, **values)


def plan(on):
    return finance.ProcurementPlanFactory(task=finance.ScienceTaskFactory(), decided_on=on)


def plan_of_department(on):
    return finance.ProcurementPlanFactory(decided_on=on)


def package(kind, task=None, **days):
    """Of one thing: the figures add up quantities."""
    earlier = date(2019, 4, 10)
    plan_of = finance.ProcurementPlanFactory
    return lambda on: finance.TenderPackageFactory(
        plan=plan_of(decided_on=earlier, task=task and task()),
        kind=kind,
        **{"awarded_on": earlier, **dict.fromkeys(days, on)},
    )


def awarded(kind):
    return package(kind, awarded_on=1)


def completed(kind):
    return package(kind, completed_on=1)


def of_task(kind):
    return package(kind, finance.ScienceTaskFactory, completed_on=1)


def sent(form):
    return lambda on: finance.PublicAssetFactory(form=form, dossier_sent_on=on)


def settlement(state, **days):
    return lambda on: finance.YearSettlementFactory(
        year=2018, submitted_on=date(2019, 5, 1), state=state, approved_amount=1, **dict.fromkeys(days, on)
    )


def reduction(on):
    """Of one đồng: the figure adds up amounts."""
    return finance.PaymentReductionFactory(amount=1, decided_on=on)


def asset(**days):
    return lambda on: finance.TaskAssetFactory(
        recorded_on=date(2019, 4, 1), **{"decided_on": date(2019, 5, 1), **dict.fromkeys(days, on)}
    )


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "KHTC-02": (appraised(), [appraised(task=None)]),
    "KHTC-03": (plan, [plan_of_department]),
    "KHTC-04": (awarded("software"), [awarded("car"), completed("software")]),
    "KHTC-05": (completed("car"), [awarded("car"), completed("other"), of_task("car")]),
    "KHTC-06": (completed("repair"), [awarded("repair"), completed("car"), of_task("repair")]),
    "KHTC-07": (completed("office_equipment"), [completed("measuring"), of_task("office_equipment")]),
    "KHTC-08": (sent("sale"), [sent("land_return"), sent("transfer")]),
    "KHTC-12": (settlement("approved", approved_on=1), [settlement("returned", returned_on=1)]),
    "KHTC-13": (reduction, []),
    "KHTC-15": (
        completed("measuring"),
        [
            awarded("other"),
            completed("car"),
            completed("software"),
            completed("repair"),
            of_task("other"),
            of_task("supplies"),
        ],
    ),
    "KHTC-14": (asset(handed_over_on=1), [asset(decided_on=1)]),
}
