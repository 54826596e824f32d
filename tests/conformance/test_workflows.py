"""Every workflow of every package: it holds together, each step has a permission, and nothing reads a label."""

import importlib
import pkgutil

import pytest
from django.utils import translation

import khcn
from khcn.kernel.access.predicates import is_staff
from khcn.kernel.actors import SYSTEM
from khcn.kernel.registers.registry import registers
from khcn.kernel.workflow import FINAL, Workflow
from tests.factories.base import OUTSIDER


def found_workflows():
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(khcn.__path__, "khcn.")
        if each.name.endswith(".workflow") and each.name != "khcn.kernel.workflow"
    ]
    return {
        value.name: value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Workflow)
    }


WORKFLOWS = found_workflows()
every_workflow = pytest.mark.parametrize("flow", WORKFLOWS.values(), ids=WORKFLOWS)


def test_workflows_of_registers_are_among_those_tested():
    assert {register.workflow.name for register in registers() if register.workflow} <= set(WORKFLOWS)
    assert "science_task" in WORKFLOWS


@every_workflow
def test_table_holds_together(flow):
    assert list(flow.problems()) == []
    assert [state.initial for state in flow.states].count(True) == 1
    reached = {flow.initial.value}
    for _each in flow.states:
        reached |= {step.target for step in flow.transitions if set(step.sources) & reached}
    assert reached == set(flow.by_value)


@every_workflow
def test_final_states_are_final_and_every_other_state_can_be_left(flow):
    for state in flow.states:
        if state.final:
            assert flow.leaving(state.value) == ()
            assert state.category in FINAL
        else:
            assert flow.leaving(state.value), state.value


@every_workflow
def test_each_step_has_a_permission_of_its_own_or_that_of_its_register(flow):
    named = {register.workflow.name for register in registers() if register.workflow}
    for step in flow.transitions:
        if step.who is None:
            assert flow.name in named, step.name
            continue
        assert step.who is not is_staff, step.name
        assert step.who.test(SYSTEM, None), step.name
        assert not step.who.test(OUTSIDER, None), step.name


@every_workflow
def test_nothing_depends_on_the_language_of_labels(flow):
    names = [step.name for step in flow.transitions]
    with translation.override("vi"):
        vietnamese = flow.replay(names)
    with translation.override("en"):
        assert flow.replay(names) == vietnamese
    assert all(value.isascii() and value == value.lower() for value in (*flow.by_value, *flow.by_name))
    for label in (flow.label, *(each.label for each in (*flow.states, *flow.transitions))):
        assert str(label).strip()
