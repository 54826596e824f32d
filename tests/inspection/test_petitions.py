"""Complaints and denunciations: their terms by kind, and who may know of them."""

from datetime import date

import pytest

from khcn.inspection.models import CitizenReception, Petition
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.operations import extend_deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.reference.operations import enter_shipped_rules
from tests.factories.base import an_actor
from tests.factories.inspection import CitizenReceptionFactory, PetitionFactory

pytestmark = pytest.mark.django_db
INSPECTOR, TODAY = an_actor(Role.OFFICER, "TTRA"), date(2023, 9, 14)
HEAD = an_actor(Role.HEAD, "TTRA")  # moves terms that have passed
RECEIVED = date(2023, 8, 7)  # a Monday


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def take(record, name, on=TODAY, **values):
    register = register_of(Petition)
    run(action_to_run(register, name), register, record.pk, values, actor=INSPECTOR, on=on)
    record.refresh_from_db()


def terms(record):
    rows = Deadline.objects.filter(subject_model="inspection.petition", subject_id=record.pk)
    return {each.kind.partition(".")[2]: (each.due_on, each.met_on) for each in rows}


@pytest.mark.parametrize(
    ("kind", "acceptance", "due_on"),
    [
        ("complaint", "complaint_acceptance", date(2023, 8, 17)),  # 10 days
        ("denunciation", "denunciation_acceptance", date(2023, 8, 16)),  # 7 working days
    ],
)
def test_the_terms_are_those_of_the_kind(kind, acceptance, due_on):
    petition = PetitionFactory(kind=kind, received_on=RECEIVED)
    assert terms(petition) == {acceptance: (due_on, None)}
    take(petition, "accept", accepted_on=date(2023, 8, 15))
    # 30 days from 15/08/2023: Thursday 14/09.
    assert terms(petition) == {acceptance: (due_on, date(2023, 8, 15)), kind: (date(2023, 9, 14), None)}
    take(petition, "resolve", ended_on=date(2023, 9, 12), outcome="Không có cơ sở")
    assert terms(petition)[kind] == (date(2023, 9, 14), date(2023, 9, 12))
    assert (petition.state, petition.outcome) == ("resolved", "Không có cơ sở")


def test_a_complaint_is_prolonged_by_a_decision():
    petition, day = PetitionFactory(kind="complaint", received_on=RECEIVED), date(2023, 9, 12)
    take(petition, "accept", accepted_on=date(2023, 8, 15))
    extend_deadline(
        record=petition, term="inspection.complaint", until=date(2023, 9, 29), day=day, paper="MH-07/QĐ-SKHCN",
        paper_on=day, reason="Vụ việc phức tạp", actor=HEAD, on=day,
    )  # fmt: skip
    assert terms(petition)["complaint"] == (date(2023, 9, 29), None)


def test_a_suggestion_has_no_term_and_is_answered():
    petition = PetitionFactory(kind="suggestion", received_on=RECEIVED)
    assert terms(petition) == {}
    take(petition, "resolve", ended_on=TODAY, outcome="Đã trả lời")
    assert petition.state == "resolved"


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_only_what_was_taken_up_is_resolved(kind):
    petition = PetitionFactory(kind=kind, received_on=RECEIVED)
    with pytest.raises(Refused, match="chưa thụ lý"):
        take(petition, "resolve", ended_on=TODAY, outcome="Không có cơ sở")
    petition.refresh_from_db()
    assert (petition.state, petition.ended_on) == ("received", None)


@pytest.mark.parametrize(
    ("step", "values", "state"),
    [
        ("forward", {"outcome": "Chuyển cơ quan điều tra"}, "forwarded"),
        ("stop", {"reason": "Rút đơn"}, "stopped"),
    ],
)
def test_what_was_taken_up_may_end_without_a_decision_and_a_wrong_step_is_taken_back(step, values, state):
    petition = PetitionFactory(received_on=RECEIVED)
    take(petition, "accept", accepted_on=date(2023, 8, 15))
    take(petition, step, ended_on=date(2023, 8, 25), **values)
    assert (petition.state, petition.outcome) == (state, *values.values())
    assert terms(petition)["complaint"] == (date(2023, 9, 14), date(2023, 8, 25))
    take(petition, "take-back-petition", reason="Nhầm đơn")
    assert (petition.state, petition.ended_on, petition.outcome) == ("accepted", None, "")
    assert terms(petition)["complaint"] == (date(2023, 9, 14), None)
    take(petition, "take-back-petition", reason="Nhầm đơn")
    assert (petition.state, petition.accepted_on, petition.corrected) == ("received", None, True)
    remove_row(register_of(Petition), petition, actor=HEAD, on=TODAY)


@pytest.mark.parametrize(
    ("step", "values", "state"),
    [
        ("forward", {"outcome": "Chuyển UBND huyện"}, "forwarded"),
        ("refuse", {"reason": "Đơn không ký tên"}, "refused"),
        ("stop", {"reason": "Rút đơn"}, "stopped"),
    ],
)
def test_what_is_not_taken_up_ends_its_term(step, values, state):
    petition = PetitionFactory(received_on=RECEIVED)
    with pytest.raises(Refused, match="đứng trước"):
        take(petition, step, ended_on=date(2023, 8, 6), **values)
    petition.refresh_from_db()
    take(petition, step, ended_on=date(2023, 8, 9), **values)
    assert (petition.state, petition.ended_on) == (state, date(2023, 8, 9))
    assert petition.outcome in values.values()
    assert terms(petition) == {"complaint_acceptance": (date(2023, 8, 17), date(2023, 8, 9))}
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(Petition), petition, actor=INSPECTOR, on=TODAY)


def test_nothing_is_received_on_a_day_to_come():
    for model, made in (
        (Petition, PetitionFactory.build(received_on=date(2023, 9, 15))),
        (CitizenReception, CitizenReceptionFactory.build(received_on=date(2023, 9, 15))),
    ):
        with pytest.raises(Refused, match="chưa đến"):
            save_row(register_of(model), made, actor=INSPECTOR, on=TODAY)


@pytest.mark.parametrize(
    ("role", "unit", "reads"),
    [
        (Role.OFFICER, "TTRA", True),
        (Role.LEADER, "BGD", True),
        (Role.ADMIN, "VP", True),
        (Role.OFFICER, "QLKH", False),
        (Role.OFFICE, "VP", False),
        (Role.READER, "TTRA", False),
    ],
)
@pytest.mark.parametrize("model", [Petition, CitizenReception])
def test_senders_are_protected(model, role, unit, reads):
    register = register_of(model)
    PetitionFactory()
    CitizenReceptionFactory()
    assert register.visible(an_actor(role, unit)).count() == int(reads)


def test_the_day_of_a_petition_s_end_is_corrected():
    petition = PetitionFactory(kind="complaint", received_on=RECEIVED)
    take(petition, "accept", accepted_on=date(2023, 8, 15))
    take(petition, "correct-petition", accepted_on=date(2023, 8, 16), reason="Gõ nhầm")
    # 30 days from 16/08/2023: Friday 15/09.
    assert (petition.state, petition.corrected) == ("accepted", True)
    assert terms(petition)["complaint"] == (date(2023, 9, 15), None)
