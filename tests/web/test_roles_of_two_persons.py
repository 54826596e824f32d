"""Who may write by a right alone: the password of two persons, and the second factor, on the days of the right."""

import pytest
import time_machine

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import RoleAssignment, User
from khcn.parties.operations.two_persons import takes_two_persons
from tests.web.conftest import account, department_role
from tests.web.test_rights import DAY, NOON, TASKS, TODAY, decided, right
from tests.web.test_roles import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def same_day():
    with time_machine.travel(NOON):
        yield


WRITES = [("*", True), ("create", True), ("change", True), ("delete", True), ("act", True),
          ("read", False), ("attach", False), ("export", False)]  # fmt: skip


@pytest.mark.parametrize(("verb", "decides"), WRITES)
@pytest.mark.parametrize(
    ("acts_as", "of_all"), [("", False), ("reader", False), ("officer", False), ("", True)]
)
def test_who_decides_by_a_right_alone_is_guarded_as_those_who_decide(verb, decides, acts_as, of_all):
    """Whatever came first, the account or the right, and after the account's role was lowered."""
    department_role("van-thu", acts_as=acts_as)
    before, lent, officer = (
        account("van-thu", "VP"),
        account(Role.READER, "TDC"),
        account(Role.OFFICER, "TDC"),
    )
    decided(RoleAssignment(user=lent, role_id="van-thu", valid_from=TODAY, valid_to=TODAY + DAY, reason="x"))
    assert not any(map(takes_two_persons, (before, lent)))
    right(verb=verb, register="*", role="" if of_all else "van-thu", end=TODAY + DAY)
    after = account("van-thu", "TTRA")
    for each in (before, after):
        each.refresh_from_db()
        assert (each.needs_second_person, takes_two_persons(each)) == (decides, decides)
    lent.refresh_from_db()
    assert takes_two_persons(lent) == decides
    assert not takes_two_persons(officer)
    with acting(SYSTEM):
        before.role_id = "officer"
        before.save()
    assert takes_two_persons(before) == decides


def test_a_right_that_closes_makes_nobody_one_who_decides():
    department_role("van-thu")
    user = account("van-thu", "VP")
    right(allowed=False, role="van-thu")
    right(role="officer")
    user.refresh_from_db()
    assert not takes_two_persons(user)
    assert not takes_two_persons(account(Role.OFFICER, "QLKH"))


@pytest.mark.parametrize(("start", "end", "decides"), [(0, None, True), (9, None, True), (-9, 0, False)])
def test_only_rights_that_have_not_ended_ask_for_two_persons(sign_in, start, end, decides):
    """On the day on which the account gets the role; who had it while the right was in force stays one who decided."""
    admin = sign_in(Role.ADMIN, "VP")
    department_role("van-thu")
    had, lent = account("van-thu", "VP"), account(Role.READER, "TTRA")
    week = {"valid_from": TODAY - 2 * DAY, "valid_to": TODAY + DAY}
    decided(RoleAssignment(user=lent, role_id="van-thu", reason="x", **week))
    end = None if end is None else TODAY + end * DAY
    right(verb="change", role="van-thu", start=TODAY + start * DAY, end=end)
    given = {"username": "moi", "full_name": "Mới", "role": "van-thu", "unit": had.unit_id, "is_active": "on"}
    assert admin.post("/accounts/new/", given).status_code in {200, 303}
    new = User.objects.get(username="moi")
    had.refresh_from_db()
    with acting(SYSTEM, on=TODAY):
        assert [takes_two_persons(each) for each in (had, new)] == [True, decides]
        assert takes_two_persons(lent) == (start <= 0)  # its days and those of the right, and not today
    assert new.has_usable_password() != decides


def test_a_right_withdrawn_before_it_began_asks_for_nothing():
    department_role("van-thu")
    row = right(verb="change", role="van-thu", start=TODAY + 9 * DAY)
    row.withdrawn_on, row.withdrawn_reason = TODAY, "nhầm"
    decided(row)
    assert not takes_two_persons(account("van-thu", "VP"))


def test_the_second_factor_is_asked_on_the_days_of_the_right(settings):
    settings.SECOND_FACTOR_ROLES = frozenset({"admin"})
    department_role("van-thu")
    user = account("van-thu", "VP")
    right(verb="read", register="science.sciencetask", role="van-thu")
    right(
        verb="change", register="science.sciencetask", role="van-thu", start=TODAY + DAY, end=TODAY + 2 * DAY
    )
    answers = []
    for days in range(3):
        with time_machine.travel(NOON + days * DAY):
            answers.append(signed_in(user).get(TASKS).status_code)
    assert answers == [200, 303, 200]


@pytest.mark.parametrize("acts_as", ["", "reader"])
def test_who_decides_by_a_right_alone_has_a_second_factor_where_any_role_must(settings, acts_as):
    settings.SECOND_FACTOR_ROLES = frozenset({"admin", "leader", "head", "office", "officer"})
    department_role("van-thu", acts_as=acts_as)
    client = signed_in(account("van-thu", "VP"))
    right(verb="read", register="science.sciencetask", role="van-thu")
    assert client.get(TASKS).status_code == 200
    right(verb="change", register="science.sciencetask", role="van-thu")
    assert client.get(TASKS)["Location"] == "/second-factor/"
    assert client.get(f"/api{TASKS}").json()["code"] == "second_factor_required"
    settings.SECOND_FACTOR_ROLES = frozenset()
    assert client.get(TASKS).status_code == 200
