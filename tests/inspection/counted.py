"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from tests.factories import inspection


def begun(on, **fields):
    return inspection.InspectionFactory(state="begun", decided_on=on, begun_on=on, planned_on=on, **fields)


def unplanned(on):
    return begun(on, plan=None)


def planned_check(on):
    return begun(on, kind="check")


def of_other_plan(on):
    return begun(on, plan__year=2022)


def concluded(on):
    days = dict.fromkeys(("decided_on", "begun_on", "finished_on", "reported_on", "concluded_on"), on)
    return inspection.InspectionFactory(state="concluded", planned_on=on, **days)


def postponed(on, **fields):
    return inspection.InspectionFactory(state="postponed", postponed_on=on, **fields)


def subject(kind):
    return lambda on: inspection.InspectionSubjectFactory(kind=kind, inspection=begun(on))


def finding(recommendation):
    return lambda on: inspection.InspectionFindingFactory(
        recommendation=recommendation, subject__inspection=concluded(on)
    )


def recovered(amount):
    """Concluded long before the window: what is carried out counts on its own day."""
    return lambda on: inspection.FindingExecutionFactory(
        done_on=on, amount=amount, finding__subject__inspection=concluded(on.replace(year=2019))
    )


def recovered_too_early(on):
    return inspection.FindingExecutionFactory(done_on=on, finding__subject__inspection=begun(on))


def sanctioned(on, **fields):
    return inspection.AdministrativeViolationFactory(
        state="sanctioned", recorded_on=on, decided_on=on, fine=1, **fields
    )


def sanctioned_by_inspection(on):
    return sanctioned(on, inspection=inspection.InspectionFactory())


def paid(amount, **fields):
    return lambda on: inspection.AdministrativeViolationFactory(
        state="executed", recorded_on=on.replace(year=2019), decided_on=on.replace(year=2019), executed_on=on,
        fine=1, paid=amount, **fields,
    )  # fmt: skip


def paid_by_inspection(amount):
    def made(on):
        return paid(amount, inspection=inspection.InspectionFactory())(on)

    return made


def recorded(on):
    return inspection.AdministrativeViolationFactory(recorded_on=on, fine=1)


def petition(**fields):
    return lambda on: inspection.PetitionFactory(received_on=on, **fields)


def ended(on):
    return inspection.PetitionFactory(state="resolved", received_on=on.replace(year=2019), ended_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "TTR-01": (begun, [unplanned, postponed, planned_check, of_other_plan]),
    "TTR-02": (unplanned, [begun]),
    "TTR-17": (planned_check, [begun, unplanned, of_other_plan]),
    "TTR-18": (of_other_plan, [begun, unplanned, planned_check]),
    "TTR-03": (concluded, [begun, postponed]),
    "TTR-12": (
        postponed,
        [begun, lambda on: postponed(on, plan=None), lambda on: postponed(on, plan__year=2022)],
    ),
    "TTR-04": (subject("organisation"), [subject("unit"), subject("individual")]),
    "TTR-05": (subject("unit"), [subject("organisation"), subject("individual")]),
    "TTR-06": (subject("individual"), [subject("organisation"), subject("unit")]),
    "TTR-07": (finding("reduce_payment"), [finding("recover"), recovered(1)]),
    "TTR-08": (finding("recover"), [finding("reduce_payment"), recovered(1)]),
    "TTR-09": (recovered(1), [finding("recover"), recovered(0), recovered_too_early]),
    "TTR-10": (sanctioned, [recorded]),
    "TTR-11": (sanctioned, [recorded]),
    "TTR-19": (sanctioned_by_inspection, [recorded, sanctioned]),
    "TTR-20": (paid_by_inspection(1), [paid(1), paid_by_inspection(0), sanctioned_by_inspection]),
    "TTR-13": (petition(), []),
    "TTR-14": (ended, [petition()]),
    "TTR-15": (lambda on: inspection.CitizenReceptionFactory(received_on=on), [petition()]),
    "TTR-16": (lambda on: inspection.LegalPlanFactory(issued_on=on), []),
}
