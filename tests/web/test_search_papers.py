"""Issued papers are found by their number, by those who may read the records that they were issued for."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.papers.printing import finish_paper
from khcn.parties.models import RoleRight, User
from tests.factories.parties import OrganisationFactory
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.web.conftest import tree

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PAPERS = "//a[starts-with(@href,'/papers/') and @href != '/papers/']"


def found(client, text, page="/search/"):
    return tree(client.get(page, {"q": text})).xpath(PAPERS + "/@href")


@pytest.fixture
def paper():
    draft(accepted_task(title="Nấm số 01"))
    made = issue(draft(accepted_task(title="Chè Shan tuyết")))
    finish_paper(paper=made, actor=SYSTEM)
    return made


@pytest.mark.parametrize("page", ["/search/", "/search/suggest/"])
def test_a_paper_is_found_by_its_number_whatever_the_capitals(officer, paper, page):
    number = paper.number.text
    for typed in (number, number.lower(), number[:6]):
        assert found(officer, typed, page) == [paper.get_absolute_url()]
    hit = tree(officer.get(page, {"q": number})).xpath(f"string({PAPERS})")
    assert number in hit
    assert found(officer, f"{number}9", page) == []
    assert found(officer, "GCN", page) == []  # without a figure nothing is meant to be a number


def test_papers_are_one_statement_of_a_search(officer, paper):
    with CaptureQueriesContext(connection) as asked:
        assert found(officer, paper.number.text) == [paper.get_absolute_url()]
    assert len([each for each in asked if 'FROM "kernel_papers_paper"' in each["sql"]]) == 1


def test_who_may_not_read_the_tasks_does_not_find_their_papers(sign_in, paper):
    days = {"valid_from": date(2020, 1, 1), "valid_to": date(2099, 1, 1), "reason": "thử"}
    with acting(SYSTEM):
        RoleRight(role_id="head", register="science.sciencetask", verb="read", allowed=False, **days).save()
    assert found(sign_in(Role.OFFICER), paper.number.text) == [paper.get_absolute_url()]
    assert found(sign_in(Role.HEAD), paper.number.text) == []


def test_an_account_from_outside_finds_no_paper(client, paper):
    with acting(SYSTEM):
        outside = User.objects.create_user("ngoai", full_name="Ngoài", organisation=OrganisationFactory())
    client.force_login(outside)
    assert found(client, paper.number.text) == []
