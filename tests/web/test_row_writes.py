"""A page on which a row is added is offered only to whom the sending is allowed."""

import pytest
from django.utils import timezone

from khcn.kernel.actors import Role
from khcn.web.permissions import NONE, lines
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import tree
from tests.web.test_rights import right

pytestmark = pytest.mark.django_db
NEW = "/science/milestones/new/"


@pytest.mark.parametrize("may_act", [True, False])
def test_the_form_of_a_milestone_opens_for_who_may_act_on_tasks(sign_in, may_act):
    task = ScienceTaskFactory()
    right(register="science.sciencetask", verb="act", role="officer", unit="QLKH", allowed=may_act)
    right(register="science.taskmilestone", verb="*", role="officer", unit="QLKH", allowed=True)
    client = sign_in(Role.OFFICER, "QLKH")
    assert client.get(NEW).status_code == (200 if may_act else 403)
    for page in ("/science/milestones/", f"/science/tasks/{task.pk}/"):
        links = tree(client.get(page)).xpath("//main//a/@href")
        assert any(link.startswith(NEW) for link in links) is (may_act and page == "/science/milestones/")


def test_a_right_to_add_milestones_without_the_right_to_act_on_tasks_is_shown_as_none_and_is_none(sign_in):
    ScienceTaskFactory()
    right(register="science.taskmilestone", verb="*", role="officer", unit="QLCN", allowed=True)
    client = sign_in(Role.OFFICER, "QLCN")
    (line,) = [
        each
        for each in lines(timezone.localdate())
        if each.action is None and each.register.name == "science.taskmilestone"
    ]
    cells = line.cells[Role.OFFICER, "QLCN"]
    assert {verb: cells[verb] for verb in ("create", "change", "delete")} == dict.fromkeys(
        ("create", "change", "delete"), NONE
    )
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {}).status_code == 403
