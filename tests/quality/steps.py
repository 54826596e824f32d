"""Steps of checks, declarations and support as the buttons take them, and what follows from them."""

from datetime import date

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from tests.factories.base import an_actor
from tests.factories.quality import CheckedPlaceFactory, CheckMemberFactory, StateCheckFactory

OFFICER, TODAY = an_actor(Role.OFFICER, "TDC"), date(2023, 9, 14)
HEAD = an_actor(Role.HEAD, "TDC")  # moves terms that have passed
NUMBER = "MH-101/QĐ-SKHCN"


def take(record, name, on=TODAY, actor=OFFICER, **values):
    """One step, as the button takes it."""
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=on)
    record.refresh_from_db()
    return record


def save(record, **values):
    """A change, as its form makes it."""
    for name, value in values.items():
        setattr(record, name, value)
    save_row(register_of(type(record)), record, actor=OFFICER, on=TODAY)
    return record


def ready(**values):
    """A planned check with a place and a head of the team."""
    made = StateCheckFactory(**values)
    CheckedPlaceFactory(check_case=made, checked_on=date(2023, 5, 10), outcome="conforming")
    CheckMemberFactory(check_case=made, role="head")
    return made


def finished(**values):
    made = ready(**values)
    take(made, "record-decision", decision_number=NUMBER, decided_on=date(2023, 5, 4))
    return take(made, "finish", begun_on=date(2023, 5, 8), finished_on=date(2023, 5, 12))


def reported(**values):
    return take(finished(**values), "report", reported_on=date(2023, 5, 18), result="Chấp hành tốt")


def terms(record):
    rows = Deadline.objects.filter(subject_model=record._meta.label_lower, subject_id=record.pk)
    return {each.kind.partition(".")[2]: (each.due_on, each.met_on) for each in rows}


def issue(kind, record, on=TODAY):
    drafted = draft_paper(kind=kind, record=record, actor=OFFICER, on=on)
    return issue_paper(paper=drafted, actor=OFFICER, on=on)
