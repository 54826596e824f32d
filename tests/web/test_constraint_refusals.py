"""What a constraint of the database refuses is a refusal in words that names its fields, in every channel."""

import json
from datetime import date

import pytest
from django.db import IntegrityError

from khcn.kernel.actions import Action
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM
from khcn.kernel.api.responses import refusal_response
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.spec import OwnedFields
from khcn.kernel.registers.writing import ValidationContext, Write, rule_violations
from khcn.science.models import ScienceTask, TeamMember
from tests.factories.science import ScienceTaskFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db
DAY = date(2023, 9, 14)
TAKEN_ROLE = "Người này đã có vai trò này trong nhiệm vụ."
ORDER = "Ngày kết thúc phải sau ngày bắt đầu."


def sent(client, values):
    return client.post("/api/science/team-members/", json.dumps(values), content_type="application/json")


def test_a_constraint_of_the_model_is_reported_at_the_fields_that_it_compares(officer):
    there = TeamMemberFactory()
    values = {"task": {"id": there.task_id}, "person": {"id": there.person_id}, "role": there.role}
    taken = sent(officer, values)
    assert taken.status_code == 422
    assert taken.json()["errors"] == {name: [TAKEN_ROLE] for name in ("task", "person", "role")}
    other = {**values, "role": "secretary" if there.role != "secretary" else "member"}
    turned = sent(officer, {**other, "from_on": "2023-05-02", "to_on": "2023-05-01"})
    assert turned.status_code == 422
    assert turned.json()["errors"] == {name: [ORDER] for name in ("to_on", "from_on")}


def refusal_in_an_action(operation):
    """What comes of an action whose operation does this."""
    task = ScienceTaskFactory()
    action = Action(name="test", label="Thử", operation=operation, subject="task")
    with pytest.raises(Refused) as refused:
        run(action, register_of(ScienceTask), task.pk, {}, actor=SYSTEM, on=DAY)
    return refused.value


def test_a_key_that_is_taken_inside_an_action_is_a_conflict_that_names_it():
    there = TeamMemberFactory()

    def operation(*, task, actor, on):
        TeamMember(task=there.task, person=there.person, role=there.role).save()

    refused = refusal_in_an_action(operation)
    assert (str(refused), refused.code) == (TAKEN_ROLE, "taken")
    assert refused.fields == dict.fromkeys(("task", "person", "role"), (TAKEN_ROLE,))
    assert refusal_response(refused).status_code == 409
    assert TeamMember.objects.count() == 1


def test_a_broken_check_inside_an_action_is_refused_with_its_fields():
    there = TeamMemberFactory()

    def operation(*, task, actor, on):
        there.from_on, there.to_on = date(2023, 5, 2), date(2023, 5, 1)
        there.save()

    refused = refusal_in_an_action(operation)
    assert (str(refused), refused.code) == (ORDER, "constraint")
    assert refused.fields == dict.fromkeys(("to_on", "from_on"), (ORDER,))
    assert refusal_response(refused).status_code == 422


def test_a_violation_of_which_the_database_says_no_more_is_refused_too():
    def operation(*, task, actor, on):
        raise IntegrityError("FOREIGN KEY constraint failed")

    refused = refusal_in_an_action(operation)
    assert (refused.code, refused.fields) == ("constraint", {})
    assert "trái ràng buộc" in str(refused)


def test_an_owned_field_whose_value_is_a_list_is_empty_when_the_list_is(monkeypatch):
    register = register_of(TeamMember)
    owned = OwnedFields(("illustrative",), "chỉ bằng thao tác")
    monkeypatch.setattr(type(register), "owned", (owned,))
    found = []
    for stored in ([], ["note"]):
        record = TeamMemberFactory(illustrative=stored)
        before = TeamMember.objects.get(pk=record.pk)
        record.illustrative = ["role"]
        write = Write(record, before, frozenset({"illustrative"}))
        refused = [why for _write, why in rule_violations(register, [write], ValidationContext(SYSTEM, DAY))]
        found.append([why.code for why in refused])
    assert found == [[], ["owned"]]
