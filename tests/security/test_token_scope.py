"""Every operation of the JSON interface with a token of every area: it answers within the scope, and nowhere else."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache

import pytest
from django.test import Client
from django.utils import timezone

from khcn.kernel.actors import Role, acting
from khcn.kernel.api.endpoints import api
from khcn.kernel.registers.registry import find_register, registers
from khcn.parties.operations.account_tokens import issue_token
from tests.kernel.papers_given import accepted_task, draft
from tests.web.conftest import account

pytestmark = pytest.mark.django_db
AREAS = sorted({register.area for register in registers()})
METHODS = ("get", "post", "put", "patch", "delete")


def token_of(scope, *, write=True):
    user = account(Role.HEAD, "QLKH")
    now = datetime.now(UTC)
    with acting(user.actor):
        return issue_token(
            account=user, name="thử", scope=[scope], can_write=write, until=timezone.localdate(now), form_key=None, at=now
        )  # fmt: skip


def operations(paper):
    """Method and address of every operation; none of its records is there, but for the paper."""
    return [
        (method, path.replace("{pk}", str(paper.pk) if path.startswith("/api/papers/") else "999999"))
        for method, path in published()
    ]


@cache
def published():
    """Method and path of every operation in the description, which takes a while to make."""
    found = api.get_openapi_schema(path_prefix="/api/")["paths"]
    return [(method, path) for path, offered in found.items() for method in METHODS if method in offered]


def refusals(secret, wanted):
    """By operation the code of the refusal, "" for what is answered otherwise."""
    client = Client(raise_request_exception=False)
    found = {}
    for method, path in wanted:
        answer = client.generic(
            method.upper(), path, b"{}", content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
        )  # fmt: skip
        assert answer.status_code < 500, (method, path, answer.status_code)
        assert answer.status_code != 401, (method, path)
        body = answer.json() if answer.status_code == 403 else {}
        found[method, path] = body.get("code", "")
    return found


@pytest.fixture
def paper():
    return draft(accepted_task(), actor=account(Role.OFFICER, "QLKH").actor)


def area_of(path):
    first = path.split("/")[2]
    return "science" if first == "papers" else first


def one_of_each_register(every):
    """Of the operations of each register one: to which register an address belongs is all that the scope looks at."""
    return list({tuple(path.split("/")[2:4]): (method, path) for method, path in every}.values())


def some_of_other_areas(area, every):
    """Of each area one register, and of all registers those whose turn it is with this area: each has its turn with a token of
    another area.
    """
    registers_asked = one_of_each_register(every)
    in_turn = (AREAS.index(area) + 1) % len(AREAS)
    of_areas = {area_of(each[1]): each for each in registers_asked}
    return {*of_areas.values(), *registers_asked[in_turn :: len(AREAS)]}


@pytest.mark.parametrize("area", AREAS)
def test_a_token_of_one_area_is_refused_in_all_others(paper, area):
    every = operations(paper)
    assert {area_of(path) for _method, path in every} == set(AREAS)
    asked = some_of_other_areas(area, every) | {each for each in every if area_of(each[1]) == area}
    found = refusals(token_of(area), asked)
    outside = {each for each, code in found.items() if code == "outside_token_scope"}
    assert outside == {(method, path) for method, path in asked if area_of(path) != area} != set()


def test_a_token_of_one_register_is_refused_in_its_neighbours(paper):
    every = operations(paper)
    asked = {*one_of_each_register(every), *(each for each in every if area_of(each[1]) == "science")}
    found = refusals(token_of("science.taskpartner"), asked)
    outside = {each for each, code in found.items() if code == "outside_token_scope"}
    own = {each for each in every if each[1].startswith("/api/science/task-partners/")}
    assert asked - outside == own & asked == own


def some_of_each_register(every):
    """Of each kind of operation one of each area; of each register one that reads and one that writes, another kind for the next."""
    by_register, by_kind = defaultdict(list), {}
    for method, path in every:
        by_register[tuple(path.split("/")[2:4]), method == "get"].append((method, path))
        by_kind[area_of(path), method, len(path.split("/"))] = method, path
    in_turn = (each[number % len(each)] for number, each in enumerate(by_register.values()))
    return {*by_kind.values(), *in_turn}


def test_a_token_that_reads_writes_nothing(paper):
    found = refusals(token_of("*", write=False), some_of_each_register(operations(paper)))
    assert {each for each, code in found.items() if code == "token_reads_only"} == {
        (method, path) for method, path in found if method != "get"
    }


def test_what_decides_is_never_done_by_a_token(paper):
    every = operations(paper)
    expected = set()
    for method, path in every:
        if method == "get":
            continue
        area, slug, name = path.split("/")[2], path.split("/")[3], path.rstrip("/").rpartition("/")[2]
        if area == "papers" or find_register(area, slug).takes_person:
            expected.add((method, path))
        elif "/actions/" in path:
            (action,) = [each for each in find_register(area, slug).actions if each.name == name]
            if action.asks_again or action.takes_person:
                expected.add((method, path))
    actions = {each for each in every if "/actions/" in each[1]}
    found = refusals(token_of("*"), expected | actions | some_of_each_register(every))
    assert {each for each, code in found.items() if code == "takes_person"} == expected
    names = {re.sub(r".*/actions/", "", path) for _method, path in expected}
    assert {"determine-task/", "reject/", "issue/", "approve/"} <= names


def test_a_paper_that_is_not_there_tells_no_more_than_any_other(paper):
    client, secret = Client(), token_of("trace")
    answers = [
        client.get(f"/api/papers/{pk}/", headers={"Authorization": f"Bearer {secret}"}) for pk in (paper.pk, 10**25)
    ]  # fmt: skip
    assert [each.status_code for each in answers] == [403, 404]
