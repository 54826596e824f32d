"""Workflow tables, replay, and the one way to change a stored state."""

from datetime import date

import pytest
from django.db import connection, models

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.audit.jobs import verify_log_job
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.attachments import AttachmentRefused
from khcn.kernel.workflow import Category, State, Transition, Workflow, WorkflowError
from khcn.kernel.workflow.engine import TransitionRefused, available, fire
from khcn.kernel.workflow.models import WorkflowStep
from khcn.reports.refusals import ReportRefused
from tests.factories.base import an_actor

OFFICE = an_actor(Role.OFFICE, "VP", label="Trần Văn Phòng")
LEADER = an_actor(Role.LEADER, "BGD", label="Phạm Lãnh Đạo")
DRAFT = State("draft", "đang soạn", Category.PREPARING, initial=True)
SENT = State("sent", "đã trình", Category.OPEN)
SIGNED = State("signed", "đã duyệt", Category.DONE, final=True)
STEPS = (
    Transition("send", "Trình duyệt", ("draft",), "sent", has_role(Role.OFFICE)),
    Transition("return", "Trả lại", ("sent",), "draft", has_role(Role.LEADER), ("note",)),
    Transition("sign", "Duyệt", ("sent",), "signed", has_role(Role.LEADER)),
)
FLOW = Workflow("paper", "Hồ sơ thử", (DRAFT, SENT, SIGNED), STEPS)


class Paper(models.Model):
    """A record with a stored state, in a table of this test alone."""

    state = models.CharField(max_length=40, default="draft")

    class Meta:
        app_label = "kernel_workflow"
        managed = False
        db_table = "test_paper"


@pytest.fixture
def paper(db):
    with connection.cursor() as cursor:
        kind = "integer PRIMARY KEY" if connection.vendor == "sqlite" else "bigserial PRIMARY KEY"
        cursor.execute(f"CREATE TABLE test_paper (id {kind}, state varchar(40) NOT NULL)")
    return Paper.objects.create()


# -------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("states", "steps", "fault"),
    [
        ((DRAFT, SENT, SIGNED), (STEPS[0],), "state signed cannot be reached"),
        ((DRAFT, SENT), STEPS, "transition sign names the unknown state signed"),
        (
            (DRAFT, SENT, SIGNED),
            (*STEPS, Transition("undo", "Hoàn tác", ("signed",), "sent")),
            "transition undo leaves the final state signed",
        ),
        ((DRAFT, SENT, SIGNED), (*STEPS, STEPS[0]), "a state or transition is named twice"),
        ((DRAFT, DRAFT, SENT, SIGNED), STEPS, "a state or transition is named twice"),
    ],
    ids=["unreachable", "unknown state", "out of a final state", "step twice", "state twice"],
)
def test_a_table_that_does_not_hold_together_is_refused(states, steps, fault):
    with pytest.raises(WorkflowError, match=f"paper: {fault}"):
        Workflow("paper", "Hồ sơ thử", states, steps)


def test_a_table_can_be_asked():
    assert FLOW.initial is DRAFT
    assert FLOW.values(Category.OPEN, Category.DONE) == ("sent", "signed")
    assert FLOW.choices() == [("draft", "đang soạn"), ("sent", "đã trình"), ("signed", "đã duyệt")]
    assert [step.name for step in FLOW.leaving("sent")] == ["return", "sign"]
    assert [FLOW.position(step.name) for step in STEPS] == [0, 1, 2]


@pytest.mark.parametrize(
    ("names", "state", "refused"),
    [
        ([], "draft", []),
        (["send"], "sent", []),
        (["send", "return", "send", "sign"], "signed", []),
        (["sign"], "signed", ["sign"]),
        (["send", "something else", "sign"], "signed", []),
        (["send", "sign", "return"], "draft", ["return"]),
    ],
)
def test_replay_follows_events_and_names_what_was_not_allowed(names, state, refused):
    found, not_allowed = FLOW.replay(names)
    assert (found.value, not_allowed) == (state, refused)


# ---------------------------------------------------------------------------------------------- fire


def test_a_step_changes_the_state_and_is_stored_with_both_dates(paper):
    step = fire(FLOW, paper, "send", actor=OFFICE, on=date(2023, 9, 14), note="gửi")
    assert (paper.state, Paper.objects.get().state) == ("sent", "sent")
    stored = WorkflowStep.objects.get()
    assert stored == step
    assert (stored.workflow, stored.object_id, stored.name, stored.source, stored.target) == (
        "paper",
        paper.pk,
        "send",
        "draft",
        "sent",
    )
    assert (stored.effective_on, stored.actor_label, stored.note) == (date(2023, 9, 14), OFFICE.label, "gửi")
    assert stored.recorded_at is not None
    entry = ChangeEntry.objects.get()
    assert (entry.model, entry.actor_label, entry.reason) == (
        "kernel_workflow.workflowstep",
        OFFICE.label,
        "gửi",
    )
    verify_log_job()


def test_of_two_people_at_one_record_the_second_reads_what_happened(paper):
    same = Paper.objects.get()
    fire(FLOW, paper, "send", actor=OFFICE, on=date(2023, 9, 14))
    with pytest.raises(TransitionRefused) as refusal:
        fire(FLOW, same, "send", actor=OFFICE, on=date(2023, 9, 14))
    assert (
        str(refusal.value) == "Không thực hiện được bước “Trình duyệt”: hồ sơ đang ở trạng thái “đã trình”."
    )
    assert (same.state, WorkflowStep.objects.count()) == ("draft", 1)


def test_a_step_from_several_states_starts_from_the_one_that_was_read(paper):
    end = Transition("end", "Kết thúc", ("draft", "sent"), "signed", has_role(Role.OFFICE))
    flow = Workflow("paper", "Hồ sơ thử", (DRAFT, SENT, SIGNED), (*STEPS, end))
    same = Paper.objects.get()
    fire(flow, paper, "send", actor=OFFICE, on=date(2023, 9, 14))
    with pytest.raises(TransitionRefused, match="hồ sơ đang ở trạng thái “đã trình”"):
        fire(flow, same, "end", actor=OFFICE, on=date(2023, 9, 14))
    assert (Paper.objects.get().state, WorkflowStep.objects.count()) == ("sent", 1)


@pytest.mark.parametrize(
    ("name", "actor", "note", "words"),
    [
        ("send", LEADER, "", "không có quyền"),
        ("sign", LEADER, "", "đang ở trạng thái “đang soạn”"),
        ("return", LEADER, " ", "Hãy ghi lý do trước khi thực hiện bước “Trả lại”"),
    ],
)
def test_a_refused_step_leaves_nothing(paper, name, actor, note, words):
    with pytest.raises(TransitionRefused, match=words):
        fire(FLOW, paper, name, actor=actor, on=date(2023, 9, 14), note=note)
    assert Paper.objects.get().state == paper.state == "draft"
    assert not WorkflowStep.objects.exists()
    assert not ChangeEntry.objects.exists()


def test_a_record_that_is_gone_is_refused(paper):
    left = Paper.objects.get()
    paper.delete()
    with pytest.raises(TransitionRefused, match=r"“\?”"):
        fire(FLOW, left, "send", actor=OFFICE, on=date(2023, 9, 14))


def test_buttons_say_why_not(paper):
    assert [
        (offer.transition.name, offer.allowed, offer.why_not)
        for offer in available(FLOW, paper, actor=LEADER, on=date(2023, 9, 14))
    ] == [("send", False, "Tài khoản của bạn không có quyền thực hiện bước này.")]
    paper.state = "sent"
    assert [
        (offer.transition.name, offer.allowed)
        for offer in available(FLOW, paper, actor=LEADER, on=date(2023, 9, 14))
    ] == [
        ("return", True),
        ("sign", True),
    ]
    paper.state = "signed"
    assert available(FLOW, paper, actor=LEADER, on=date(2023, 9, 14)) == []


def test_a_step_of_a_record_without_register_and_without_a_rule_is_for_nobody(paper):
    open_to_all = Workflow(
        "paper", "Hồ sơ thử", (DRAFT, SENT), (Transition("send", "Trình", ("draft",), "sent"),)
    )
    with pytest.raises(TransitionRefused, match="không có quyền"):
        fire(open_to_all, paper, "send", actor=OFFICE, on=date(2023, 9, 14))


def test_a_guard_greys_the_button_and_refuses_the_step_with_one_sentence(paper):
    def why_not(record, *, actor, on):
        return "" if on >= date(2023, 9, 14) else f"Chưa đến ngày, {actor.label}."

    step = Transition("send", "Trình", ("draft",), "sent", has_role(Role.OFFICE), guard=why_not)
    flow, early = Workflow("paper", "Hồ sơ thử", (DRAFT, SENT), (step,)), date(2023, 9, 13)
    assert [(each.allowed, each.why_not) for each in available(flow, paper, actor=OFFICE, on=early)] == [
        (False, "Chưa đến ngày, Trần Văn Phòng.")
    ]
    with pytest.raises(TransitionRefused, match=r"^Chưa đến ngày, Trần Văn Phòng\.$"):
        fire(flow, paper, "send", actor=OFFICE, on=early)
    assert (Paper.objects.get().state, WorkflowStep.objects.count()) == ("draft", 0)
    fire(flow, paper, "send", actor=OFFICE, on=date(2023, 9, 14))
    assert Paper.objects.get().state == "sent"


@pytest.mark.parametrize("kind", [AttachmentRefused, IntakeRefused, ReportRefused, TransitionRefused])
def test_every_refusal_is_one_that_all_channels_answer(kind):
    assert issubclass(kind, Refused)
