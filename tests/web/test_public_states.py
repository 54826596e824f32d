"""What a host reads of the state of its tasks and requests: the public words, on every page and over JSON, in both languages."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone, translation

from khcn.kernel.actors import SYSTEM, acting
from khcn.parties.models import User
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW, TASK_FLOW
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    made = ScienceTaskFactory(code="NV-1", planned_end_on=date(timezone.localdate().year + 1, 6, 30))
    TaskMilestoneFactory(task=made, kind="determined", on=date(2023, 3, 1))
    return made


@pytest.fixture
def host(task):
    with acting(SYSTEM):
        user = User.objects.create_user("ngoai", full_name="Ngoài", organisation=task.host)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("flow", [TASK_FLOW, AMENDMENT_REQUEST_FLOW], ids=["task", "request"])
def test_each_state_has_public_words_in_both_languages(flow):
    for state in flow.states:
        with translation.override("vi"):
            vietnamese = str(state.public)
        with translation.override("en"):
            english = str(state.public)
        assert vietnamese.strip(), state.value
        assert english not in {"", vietnamese}, state.value


def test_the_host_reads_the_public_words_of_the_state_of_its_task(task, host, officer):
    inside, public = "đã xác định nhiệm vụ", "đã xác định, chờ phê duyệt danh mục"
    for address in ("/science/tasks/", f"/science/tasks/{task.pk}/"):
        page = words(host.get(address)).lower()
        assert (public in page, inside in page) == (True, False), address
        assert inside in words(officer.get(address)).lower(), address
    answer = host.get(f"/api/science/tasks/{task.pk}/")
    assert inside not in answer.content.decode().lower()


def test_the_host_reads_the_public_words_of_its_request(task, host):
    request = AmendmentRequestFactory(task=task, state="refused")
    for address in ("/science/amendment-requests/", f"/science/amendment-requests/{request.pk}/"):
        page = words(host.get(address)).lower()
        assert "không được chấp thuận" in page, address
