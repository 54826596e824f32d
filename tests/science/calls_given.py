"""Calls and submissions for the tests, and how a step is taken at a moment of the server's clock."""

from datetime import UTC, date, datetime, time

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Actor, ActorKind, Role, acting
from khcn.kernel.registers.registry import register_of
from tests.factories.base import an_actor
from tests.factories.reference import FieldGroupFactory
from tests.factories.science import (
    ProposalCallFactory,
    ScienceTaskFactory,
    SubmissionFactory,
    TaskMilestoneFactory,
)

STAFF = an_actor(Role.OFFICER, "QLKH")
EARLY = datetime(2023, 5, 10, 2, tzinfo=UTC)
LAST = datetime(2023, 5, 31, 10, 0, tzinfo=UTC)  # 17:00 here
LATE = datetime(2023, 6, 1, 2, tzinfo=UTC)
OPENING = {"present": "Bà Mở Hồ Sơ, Phòng Quản lý khoa học"}


def tenant(organisation, user_id=3):
    return Actor(
        user_id, "Tài khoản ngoài", None, kind=ActorKind.ORGANISATION, organisation_id=organisation.pk
    )


def take(record, name, actor, /, *, at=EARLY, **values):
    """One step, as the button takes it."""
    register, on = register_of(type(record)), at.astimezone().date()
    with acting(actor, on=on, at=at):
        outcome = run(action_to_run(register, name), register, record.pk, values, actor=actor, on=on)
    record.refresh_from_db()
    return outcome


def published(**more):
    """A call for proposals from 1 April to 31 May 2023, 17:00."""
    call = ProposalCallFactory(**{"field_group": FieldGroupFactory(), **more})
    take(call, "publish", STAFF)
    return call


def a_bid_call(**more):
    """A call for bids for a task that was determined: sealed."""
    task = ScienceTaskFactory(mode="selection", host=None, principal_investigator=None)
    TaskMilestoneFactory(task=task, kind="determined", on=date(2023, 3, 1))
    task.refresh_from_db()
    return published(kind="selection", task=task, **more)


def a_draft(call, organisation, **more):
    """A draft with all that the rules ask for."""
    texts = ("necessity", "objectives", "main_content", "products", "users")
    filled = {name: f"Về {name}" for name in texts} | {"months": 18, "budget_total": 900, "budget_state": 500}
    drafted = {"state": "draft", "receipt": "", "submitted_at": None, "submitted_on": None}
    return SubmissionFactory(call=call, organisation=organisation, **{**filled, **drafted, **more})


def on_paper(call, organisation, at=EARLY, **more):
    """What the division enters of an envelope."""
    given = {
        "organisation": organisation,
        "person": None,
        "received_on": date(2023, 5, 9),
        "received_time": time(8, 30),
        "handed_in_by": "Người Mang Tới",
    }
    return take(call, "receive-on-paper", STAFF, at=at, **given | more)
