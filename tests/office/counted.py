"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from datetime import date

from tests.factories import office
from tests.factories.parties import OrgUnitFactory


def event(kind, staff_kind="civil_servant", position="", state="decided"):
    return lambda on: office.PersonnelEventFactory(
        kind=kind,
        staff_kind=staff_kind,
        position=position,
        state=state,
        effective_on=date(2019, 5, 1),
        decided_on=on,
        decision_number="12/QĐ-SKHCN",
    )


def nomination(title="merit", level="province", state="awarded", **values):
    return lambda on: office.EmulationNominationFactory(
        title=title, level=level, state=state, decided_on=on, decision_number="12/QĐ-UBND", **values
    )


def award_of_unit(on):
    return nomination(person=None, unit=OrgUnitFactory())(on)


def completed(on):
    return office.ParPlanTaskFactory(completed_on=on)


def sent_to_course(on):
    return office.TrainingAssignmentFactory(decided_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "VP-01": (
        event("maternity_leave", "contract"),
        [event("maternity_leave"), event("maternity_leave", "contract", state="prepared")],
    ),
    "VP-02": (
        event("recruitment", "contract"),
        [event("recruitment", "public_employee"), event("departure", "contract")],
    ),
    "VP-03": (
        event("reappointment", position="deputy_director"),
        [event("appointment", position="deputy_director"), event("reappointment", position="head")],
    ),
    "VP-04": (
        event("appointment", "public_employee", "centre_director"),
        [
            event("reappointment", "public_employee", "centre_director"),
            event("appointment", "public_employee", "centre_deputy"),
        ],
    ),
    "VP-05": (
        event("recruitment", "public_employee"),
        [event("recruitment", "contract"), event("recruitment")],
    ),
    "VP-06": (event("rotation"), [event("rotation", "public_employee"), event("transfer")]),
    "VP-07": (event("secondment"), [event("secondment", "public_employee"), event("rotation")]),
    "VP-08": (
        event("promotion", "public_employee"),
        [event("promotion"), event("salary_raise", "public_employee")],
    ),
    "VP-09": (
        event("appointment", position="deputy_head"),
        [event("reappointment", position="deputy_head"), event("appointment", position="head")],
    ),
    "VP-10": (
        nomination(),
        [
            nomination(level="ministry"),
            nomination(title="commendation"),
            nomination(state="refused"),
            award_of_unit,
        ],
    ),
    "VP-14": (sent_to_course, []),
    "VP-18": (completed, []),
    "VP-19": (event("maternity_leave", "public_employee"), [event("maternity_leave", "contract")]),
    "VP-20": (
        event("appointment", position="head"),
        [
            event("reappointment", position="deputy_director"),
            event("appointment", "public_employee", "centre_director"),
            event("appointment", position="deputy_head"),
            event("end_of_office", position="head"),
        ],
    ),
    "VP-21": (event("recruitment"), [event("recruitment", "public_employee")]),
    "VP-22": (nomination(level="ministry"), [nomination(), nomination("badge", "ministry")]),
    "VP-23": (
        event("retirement"),
        [event("end_of_office", position="head"), event("retirement", state="prepared")],
    ),
    "VP-24": (event("transfer"), [event("rotation"), event("secondment")]),
}
