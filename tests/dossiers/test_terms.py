"""Until when a dossier is settled: by the version of its procedure, the calendar, and around requests for a supplement."""

from datetime import date

import pytest

from khcn.dossiers.models import Dossier, Procedure
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.computing import compute
from khcn.kernel.deadlines.models import Deadline
from tests.factories.dossiers import (
    DossierFactory,
    DossierHandoverFactory,
    ProcedureFactory,
    SupplementRequestFactory,
)

pytestmark = pytest.mark.django_db


def term_of(record, kind="dossiers.settlement"):
    return Deadline.objects.get(subject_model=record._meta.label_lower, subject_id=record.pk, kind=kind)


@pytest.mark.parametrize(
    ("received_on", "amount", "unit", "asked", "due_on"),
    [
        # the domain study's own example: 01/9 to 04/9/2023 are days off, Tuesday 05/9 is the first day
        (date(2023, 8, 31), 10, "working_day", [], date(2023, 9, 18)),
        # calendar days that end on a Sunday end on Monday
        (date(2023, 3, 1), 25, "day", [], date(2023, 3, 27)),
        # nine days are left when the stop begins on the fourth; 20/1 to 26/1/2023 is Tết
        (date(2023, 1, 10), 10, "working_day", [(date(2023, 1, 16), date(2023, 1, 30))], date(2023, 2, 7)),
        (date(2023, 1, 10), 25, "day", [(date(2023, 1, 16), date(2023, 1, 30))], date(2023, 2, 20)),
        # Tết alone, without a stop
        (date(2023, 1, 18), 3, "working_day", [], date(2023, 1, 30)),
        # what is asked for twice stops twice
        (
            date(2023, 3, 6),
            5,
            "working_day",
            [(date(2023, 3, 7), date(2023, 3, 9)), (date(2023, 3, 10), date(2023, 3, 15))],
            date(2023, 3, 20),
        ),
        # an open request leaves no last day
        (date(2023, 3, 6), 5, "working_day", [(date(2023, 3, 7), None)], None),
        # a request after the last day stops nothing
        (date(2023, 3, 6), 2, "working_day", [(date(2023, 3, 9), None)], date(2023, 3, 8)),
        # the same day
        (date(2023, 3, 6), 0, "working_day", [], date(2023, 3, 6)),
    ],
)
def test_the_last_day(calendar, received_on, amount, unit, asked, due_on):
    procedure = ProcedureFactory(term_amount=amount, term_unit=unit)
    dossier = DossierFactory(procedure=procedure, received_on=received_on)
    for asked_on, answered_on in asked:
        SupplementRequestFactory(dossier=dossier, asked_on=asked_on, answered_on=answered_on)
    assert term_of(dossier).due_on == due_on
    assert Dossier.objects.with_due().get().due_on == due_on
    assert term_of(dossier).owner_code == dossier.unit.code


def test_a_running_dossier_keeps_the_version_it_was_filed_under(calendar):
    old = ProcedureFactory(term_amount=10, valid_to=date(2023, 3, 8))
    dossier = DossierFactory(procedure=old, received_on=date(2023, 3, 6))
    ProcedureFactory(code=old.code, unit=old.unit, valid_from=date(2023, 3, 8), term_amount=3)
    assert Procedure.objects.filter(code=old.code).count() == 2
    assert term_of(dossier).due_on == date(2023, 3, 20)


def test_a_unit_has_its_share_of_the_term_and_waits_like_the_dossier(calendar):
    handover = DossierHandoverFactory(received_on=date(2023, 3, 6), share=3)
    assert term_of(handover, "dossiers.share").due_on == date(2023, 3, 9)
    assert term_of(handover, "dossiers.share").owner_code == handover.unit.code
    SupplementRequestFactory(
        dossier=handover.dossier, asked_on=date(2023, 3, 7), answered_on=date(2023, 3, 10)
    )
    assert term_of(handover, "dossiers.share").due_on == date(2023, 3, 14)
    with acting(SYSTEM, "test"):
        dossier = handover.dossier
        dossier.outcome, dossier.ended_on = "resolved", date(2023, 3, 13)
        dossier.save()
    assert term_of(handover, "dossiers.share").met_on == date(2023, 3, 13)


def test_a_day_that_is_asked_for_does_not_know_what_came_after_it(calendar):
    dossier = DossierFactory(received_on=date(2023, 3, 6), outcome="resolved", ended_on=date(2023, 3, 30))
    SupplementRequestFactory(dossier=dossier, asked_on=date(2023, 3, 8), answered_on=date(2023, 3, 15))
    key = (dossier.pk, "dossiers.settlement")
    before = compute("dossiers.dossier", [dossier.pk], on=date(2023, 3, 7))[key]
    while_waiting = compute("dossiers.dossier", [dossier.pk], on=date(2023, 3, 9))[key]
    assert (before.due_on, before.met_on) == (date(2023, 3, 20), None)
    assert (while_waiting.due_on, while_waiting.stopped_since) == (None, date(2023, 3, 8))
    assert term_of(dossier).due_on == date(2023, 3, 27)


def standing(dossier, on):
    return Dossier.objects.with_standing(on=on).get(pk=dossier.pk).standing


@pytest.mark.both
def test_the_classes_of_a_dossier_as_the_days_pass(calendar):
    dossier = DossierFactory(received_on=date(2023, 3, 6), outcome="resolved", ended_on=date(2023, 3, 28))
    SupplementRequestFactory(dossier=dossier, asked_on=date(2023, 3, 8), answered_on=date(2023, 3, 15))
    days = {
        date(2023, 3, 7): "open",
        date(2023, 3, 8): "waiting",
        date(2023, 3, 14): "waiting",
        date(2023, 3, 15): "open",
        date(2023, 3, 27): "open",
        date(2023, 3, 28): "late",
    }
    assert {day: standing(dossier, day) for day in days} == days


@pytest.mark.parametrize(
    ("outcome", "ended_on", "wanted"),
    [
        ("open", None, "overdue"),
        ("resolved", date(2023, 3, 17), "early"),
        ("resolved", date(2023, 3, 20), "on_time"),
        ("resolved", date(2023, 3, 21), "late"),
        ("refused", date(2023, 3, 21), "returned"),
        ("withdrawn", date(2023, 3, 17), "withdrawn"),
        ("stopped", date(2023, 3, 17), "stopped"),
    ],
)
def test_how_a_dossier_ended(calendar, outcome, ended_on, wanted):
    dossier = DossierFactory(outcome=outcome, ended_on=ended_on)
    assert standing(dossier, date(2023, 3, 31)) == wanted
