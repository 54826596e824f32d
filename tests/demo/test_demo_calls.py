"""Calls of the demonstration: one takes submissions on the day, one waits to be opened, one has ended."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction

from khcn.config.demo.calls import publish_calls
from khcn.kernel.actors import Role, acting
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Organisation
from khcn.science.enums import CallPhase
from khcn.science.models import ProposalCall, Submission, TaskProposal
from khcn.science.work import call_work, tenant_call_work
from tests.demo.conftest import CUT_OFF, ENTERED
from tests.factories.base import an_actor
from tests.science.calls_given import tenant

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
NOW = datetime(2023, 9, 15, 2, tzinfo=UTC)
OFFICER = an_actor(Role.OFFICER, "QLKH")
MODELS = (ProposalCall, Submission, TaskProposal)


@pytest.fixture(scope="module")
def calls(demo_year, django_db_blocker):
    """The calls on the day after the last of the report, by their code; taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        before = set(TaskProposal.objects.values_list("pk", flat=True))
        publish_calls(folder=settings.DEMO / "calls", on=ENTERED)
        rows = {each.code: each for each in ProposalCall.objects.all()}
        rows["proposals"] = TaskProposal.objects.exclude(pk__in=before)
        yield rows
        transaction.set_rollback(True)


def asked(work, actor):
    with acting(actor, on=ENTERED, at=NOW):
        return [(each.what, each.title) for each in work(actor, ENTERED).items]


def test_one_takes_submissions_on_the_day(calls):
    call = calls["TB-MH-01"]
    assert call.phase(NOW) is CallPhase.TAKING
    assert call.for_year == 2024
    states = call.submissions.order_by("pk").values_list("organisation__name", "state")
    assert list(states) == [
        ("Viện minh họa 04", "draft"),
        ("Hợp tác xã Chè Shan tuyết Minh Họa", "draft"),
        ("Công ty minh họa 02", "submitted"),
    ]
    writer = tenant(Organisation.objects.get(name="Viện minh họa 04"))
    assert [what for what, _title in asked(tenant_call_work, writer)] == ["Nộp hồ sơ đang soạn"]


def test_one_is_sealed_and_waits_to_be_opened(calls):
    call = calls["TB-MH-02"]
    assert (call.is_sealed, call.phase(NOW), call.task.code) == (True, CallPhase.OVER, "24-05")
    rows = call.submissions.order_by("submitted_at").values_list("receipt", "entered_from_paper", "is_late")
    assert list(rows) == [
        ("HS-2023-01", False, False),
        ("HS-2023-02", True, False),
        ("HS-2023-03", False, False),
    ]
    assert asked(call_work, OFFICER) == [("Mở hồ sơ", call.title)]
    assert set(register_of(Submission).visible(OFFICER).filter(call=call)) == set()


def test_one_has_ended_and_its_valid_submissions_became_proposals_that_were_answered(calls):
    call = calls["TB-MH-00"]
    assert (call.state, len(call.present.splitlines())) == ("closed", 3)
    assert sorted(call.submissions.values_list("state", flat=True)) == ["invalid", "valid", "valid"]
    made = calls["proposals"]
    assert {(each.outcome, each.submission.call, bool(each.answer)) for each in made.all()} == {
        ("rejected", call, True)
    }
    assert [each.received_on < CUT_OFF - timedelta(days=300) for each in made.all()] == [True, True]


def test_all_of_it_is_marked_as_invented(calls):
    rows = [*ProposalCall.objects.all(), *Submission.objects.all(), *calls["proposals"]]
    assert [each for each in rows if each.illustrative != ["*"]] == []
    assert len(rows) == 14


def test_again_it_changes_nothing(calls):
    def rows():
        return [list(model.objects.order_by("pk").values()) for model in MODELS]

    before = rows()
    publish_calls(folder=settings.DEMO / "calls", on=ENTERED + timedelta(days=9))
    assert rows() == before


def test_it_moves_no_figure_of_the_report(demo_year, calls):
    assert not any(demo_year.period.start <= each.received_on <= CUT_OFF for each in calls["proposals"].all())
