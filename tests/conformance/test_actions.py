"""Every declared action of every register holds together; a wrong declaration keeps the program from starting."""

import inspect
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.core import checks
from django.db import models
from django.utils import translation

from khcn.kernel.access.scopes import Department, OwnOrganisation
from khcn.kernel.actions import ANY_FIELD, Action, Bulk
from khcn.kernel.papers.kinds import all_paper_kinds
from khcn.kernel.registers.action_checks import _wording_faults, action_faults, check_actions
from khcn.kernel.registers.registry import registers
from khcn.kernel.registers.spec import Column, Register, Section
from khcn.kernel.registers.workflow_actions import Effect, workflow_actions
from khcn.kernel.workflow import Category, State, Transition, Workflow
from khcn.parties.models import Organisation
from khcn.science.documents import CERTIFICATE
from khcn.science.models import AmendmentRequest
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW, REQUEST_TERM
from tests.web.conftest import catalogues  # noqa: F401 -- English labels need the compiled messages

ACTIONS = [(register, action) for register in registers() for action in register.actions]
every_action = pytest.mark.parametrize(
    ("register", "action"), ACTIONS, ids=[f"{register}:{action.name}" for register, action in ACTIONS]
)
VIETNAMESE = re.compile("[À-ỹ]")


def test_our_actions_pass_and_the_check_runs_at_start():
    assert check_actions(None) == []
    assert check_actions in checks.registry.registry.get_checks()


def texts_of(action):
    """All that an action says to people."""
    yield from (action.label, action.help_text, action.lead)
    for section in action.inputs:
        yield section.title
    for kind in action.kinds().values():
        yield from (kind.label, kind.field.help_text)


@every_action
def test_everything_that_an_action_says_has_english(register, action):
    with translation.override("en"):
        english = [str(text).replace("đồng", "VND") for text in texts_of(action)]
    assert [text for text in english if VIETNAMESE.search(text)] == []


def test_what_an_operation_can_do_without_may_be_left_empty():
    """Dialogs of which the words say that a box may stay empty demanded it: that was noticed by nobody who called the operation."""
    demanded = {
        (register.name, action.name, name)
        for register, action in ACTIONS
        for name, kind in action.kinds().items()
        if (given := inspect.signature(action.operation).parameters.get(name)) is not None
        and given.default is not given.empty
        and not (kind.field.blank or kind.field.null or kind.field.has_default())
    }
    # the counter says which unit takes a dossier; the list of the provincial system says it of itself
    assert demanded == {("dossiers.procedure", "receive", "unit")}


# ------------------------------------------------------------------------------------ wrong declarations


def close(*, record, closed_on, actor, on, reason=""):
    """A sound operation."""


def sound_guard(record, *, actor, on):
    return ""


SOUND = {
    "name": "close",
    "label": "Kết thúc",
    "operation": close,
    "subject": "record",
    "guard": sound_guard,
    "fields": {"closed_on": models.DateField("ngày")},
    "inputs": (Section("Kết thúc", "closed_on"),),
}


def faults_of(*actions, **declared):
    """Codes of what is wrong with a register that declares these actions."""
    made = {
        "model": Organisation,
        "slug": "organisations",
        "scope": Department(),
        "columns": ("name", Column("kind")),
        "natural_key": ("province",),
        "actions": actions,
        **declared,
    }
    register = type("Trial", (Register,), made)()
    return [fault.id.removeprefix("khcn.actions.") for fault in action_faults([register])]


def test_a_sound_action_passes():
    assert faults_of(Action(**SOUND)) == []
    assert faults_of(Action(**SOUND, asks_reason="Lý do")) == []


def by_place(record, closed_on, *, actor, on):
    """Takes the record by its place."""


def without_actor(*, record, closed_on, on):
    """Nobody knows who did it."""


def without_day(*, record, closed_on, actor):
    """Would need a clock."""


def other_record(*, organisation, closed_on, actor, on):
    """Calls the record something else."""


def other_input(*, record, ended_on, actor, on):
    """Wants an input that nobody asks for, and does not take the one that is asked for."""


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"name": "Kết thúc"}, ["E001"]),
        ({"name": "close_it"}, ["E001"]),
        ({"label": " "}, ["E001"]),
        ({"operation": by_place}, ["E002", "E002", "E002"]),
        ({"operation": without_actor}, ["E002"]),
        ({"operation": without_day}, ["E002"]),
        ({"operation": other_record}, ["E002", "E002"]),
        ({"operation": other_input}, ["E002", "E002"]),
        ({"subject": "closed_on"}, ["E002", "E002"]),
        ({"inputs": ()}, ["E002", "E004"]),
        ({"inputs": (Section("A", "closed_on"), Section("B", "closed_on"))}, ["E003"]),
        ({"fields": {}}, ["E003"]),
        ({"fields": {}, "source": Organisation}, ["E003"]),
        ({"fields": {"closed_on": models.JSONField("ngày")}}, ["E003"]),
        ({"required": ("closed_at",)}, ["E004"]),
        ({"fields": {**SOUND["fields"], "note": models.TextField("ghi chú")}}, ["E004"]),
        ({"inputs": (Section("A", "closed_on", when=("kind", ("x",))),)}, ["E002", "E005"]),
        ({"guard": lambda record: ""}, ["E006"]),
        ({"guard": lambda record, actor, day: ""}, ["E006"]),
        ({"initial": lambda *, actor, on: {}}, ["E006"]),
        ({"choices": lambda record, *, actor: {}}, ["E006"]),
        ({"notice": lambda record, *, on: ""}, ["E006"]),
        ({"preview": lambda record, *, actor, on: []}, ["E006"]),
        ({"lock_first": lambda: None}, ["E006"]),
        ({"prints": "certificate"}, ["E007"]),
        ({"writes": (ANY_FIELD, "science.TaskMilestone.on")}, []),
        ({"writes": ("phone",)}, ["E013"]),
        ({"writes": ("nothing",)}, ["E013"]),
        ({"writes": ("science.TaskMilestone.nothing", "science.Milestone.on")}, ["E013", "E013"]),
        ({"bulk": Bulk.EACH, "notice": lambda record, *, actor, on: ""}, ["E008"]),
        ({"bulk": Bulk.EACH, "initial": lambda record, *, actor, on: {}}, ["E008"]),
        *(
            ({"bulk": Bulk.EACH, name: lambda record, **given: []}, ["E008"])
            for name in ("preview", "choices")
        ),
        ({"bulk": Bulk.TOGETHER}, ["E008"]),
        ({"bulk": Bulk.TOGETHER, "described_by": ("nothing",)}, ["E008"]),
        ({"bulk": Bulk.TOGETHER, "described_by": ("kind",), "lock_first": lambda record: None}, ["E008"]),
        ({"bulk": Bulk.EACH, "described_by": ("kind",), "lead": "bản chính"}, ["E008"]),
        ({"described_by": ("kind",)}, ["E008"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_declaration_is_named(changes, codes):
    assert faults_of(Action(**{**SOUND, **changes})) == codes


def several(*, records, closed_on, actor, on):
    """Sound for records that are taken together."""


@pytest.mark.parametrize(
    ("declared", "changes"),
    [
        ({"natural_key": ()}, {}),
        ({"natural_key": ("closed_on",)}, {}),
        ({}, {"prints": CERTIFICATE}),
        (
            {},
            {
                "bulk": Bulk.TOGETHER,
                "described_by": ("kind",),
                "operation": several,
                "subject": "records",
            },
        ),
    ],
)
def test_an_action_that_no_sheet_can_hold_has_none(declared, changes):
    action = {**SOUND, **changes}
    assert faults_of(Action(**action), **declared) == []
    assert faults_of(Action(**action, importable=True), **declared) == ["E014"]
    assert faults_of(Action(**SOUND, importable=True)) == []


def test_a_paper_that_is_declared_may_be_printed():
    assert CERTIFICATE in all_paper_kinds()
    assert faults_of(Action(**SOUND, prints=CERTIFICATE)) == []


def test_two_actions_of_one_name_are_refused():
    assert faults_of(Action(**SOUND), Action(**SOUND)) == ["E009"]


# ---------------------------------------------------------------------------------------- stored workflows


def request_faults(flow=AMENDMENT_REQUEST_FLOW, effects=None, model=AmendmentRequest):
    effects = effects or {}
    return faults_of(*workflow_actions(flow, effects), model=model, workflow=flow, effects=effects)


def amended(**changes):
    """The workflow of requests without its terms, with another first step."""
    first = {"name": "approve", "label": "Duyệt", "sources": ("pending",), "target": "approved", **changes}
    others = [Transition(name, name, ("pending",), name) for name in ("refused", "withdrawn")]
    return Workflow(
        "amendment_request", "Đề nghị", AMENDMENT_REQUEST_FLOW.states, (Transition(**first), *others)
    )


def test_a_sound_workflow_passes():
    assert request_faults(amended()) == []


def test_steps_and_effects_are_checked_like_actions():
    inputs = {"inputs": (Section("A", "decided_on"),), "inputs_model": "science.TaskAmendment"}
    assert request_faults(amended(**inputs, dated_by="decided_on")) == []
    assert request_faults(amended(**inputs, dated_by="effective_on")) == ["E012"]

    def takes_less(*, record, actor, on):
        """Does not take the day of the decision."""

    def takes_all(*, request, decided_on, actor, on):
        """Sound."""

    def effects(operation, subject, step="approve"):
        return {step: Effect(operation=operation, subject=subject)}

    assert request_faults(amended(**inputs), effects(takes_all, "request")) == []
    assert request_faults(amended(**inputs), effects(takes_less, "record")) == ["E002"]
    assert request_faults(amended(**inputs), effects(takes_all, "record")) == ["E002", "E002"]
    assert request_faults(amended(**inputs), effects(takes_all, "request", "nothing")) == ["E010"]
    assert request_faults(amended(**inputs, offered=False), effects(takes_all, "request")) == ["E010"]


def test_states_that_outside_accounts_see_have_a_public_wording():
    flow = AMENDMENT_REQUEST_FLOW
    pending, *others = flow.states
    bare = Workflow("amendment_request", "Đề nghị", (replace(pending, public=" "), *others), flow.transitions)
    seen = Department() | OwnOrganisation("task__host")
    for scope, faults in ((seen, ["E015"]), (Department(), []), (OwnOrganisation("task__host"), ["E015"])):
        register = SimpleNamespace(workflow=bare, scope=scope)
        assert [number for number, _text in _wording_faults(register)] == [int(each[1:]) for each in faults]


def test_a_stored_workflow_needs_its_column_and_its_deadlines():
    assert request_faults(model=Organisation) == ["E010", "E011"]
    assert request_faults() == ["E011"]
    assert request_faults(amended(ends=REQUEST_TERM)) == ["E011"]


def test_a_replayed_workflow_has_neither_effects_nor_terms():
    states = (
        State("new", "mới", Category.OPEN, initial=True),
        State("done", "xong", Category.DONE, final=True),
    )
    step = Transition("end", "Kết thúc", ("new",), "done", starts=REQUEST_TERM)
    flow = Workflow("trial", "Thử", states, (step,), replayed=True)
    effect = Effect(operation=close, subject="record")
    assert faults_of(workflow=flow) == ["E010"]
    assert faults_of(workflow=flow, effects={"end": effect}) == ["E010", "E010"]
    assert faults_of(effects={"end": effect}) == ["E010"]
    assert list(workflow_actions(flow, {})) == list(workflow_actions(None, {})) == []
