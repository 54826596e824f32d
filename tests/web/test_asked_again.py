"""Before what decides, the person proves once more who it is; what was typed is carried out afterwards."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.models import PersonalSettings
from khcn.kernel.numbering.models import IssuedNumber
from khcn.parties.models import AccountSession, PasswordIssue, RoleAssignment, User
from khcn.parties.operations import second_factors as factors
from khcn.parties.operations.password_issues import issue_on_the_server
from khcn.web.feed import renew_feed
from tests.factories.science import TaskProposalFactory
from tests.kernel.papers_given import accepted_task, draft
from tests.web.conftest import account, form_values, tree, words

NOON = datetime(2023, 9, 14, 5, tzinfo=UTC)
PASSWORD = "mat-khau-thu-nghiem"
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as found:
        yield found


@pytest.fixture
def admin(clock, sign_in):
    """An administrator whose sign-in was ten minutes ago."""
    client = sign_in(Role.ADMIN, "VP")
    clock.shift(timedelta(minutes=10))
    return client


def changed(user, **values):
    return {"username": user.username, "full_name": user.full_name, "role": user.role_id, "unit": user.unit_id,
            "email": "", "is_active": "on", **values}  # fmt: skip


def proof_of(page):
    assert (page.status_code, "Xác nhận lại là bạn" in words(page)) == (403, True)
    return form_values(tree(page), "//form[@action='/proof/']")


def carried_out(client, page, proof=PASSWORD):
    """What a person does with the page that asks: proves it, and presses the button of the next one."""
    offered = client.post("/proof/", {**proof_of(page), "proof": proof})
    assert offered.status_code == 200
    address = tree(offered).xpath("string(//main//form/@action)")
    return client.post(address, form_values(tree(offered), "//main//form"))


def test_a_change_of_role_waits_for_the_proof_and_is_then_carried_out(admin):
    user = account(Role.READER, "TTRA")
    page = admin.post(f"/accounts/{user.pk}/", changed(user, role="officer", full_name="Tên Đã Gõ"))
    assert User.objects.get(pk=user.pk).role_id == "reader"
    wrong = admin.post("/proof/", {**proof_of(page), "proof": "sai"})
    assert (wrong.status_code, "chưa đúng" in words(wrong)) == (422, True)
    assert User.objects.get(pk=user.pk).role_id == "reader"
    assert carried_out(admin, page).status_code == 303
    found = User.objects.get(pk=user.pk)
    assert (found.role_id, found.full_name) == ("officer", "Tên Đã Gõ")


def test_for_ten_minutes_nobody_is_asked_again(admin, clock):
    user = account(Role.READER, "TTRA")
    carried_out(admin, admin.post(f"/accounts/{user.pk}/", changed(user, role="officer")))
    clock.shift(timedelta(minutes=9, seconds=59))
    assert admin.post(f"/accounts/{user.pk}/", changed(user)).status_code == 303
    clock.shift(1)
    assert admin.post(f"/accounts/{user.pk}/", changed(user)).status_code == 403


def test_a_proof_gives_the_session_a_new_key(admin):
    """Who has copied the cookie before the proof gains nothing by it."""
    user, before = account(Role.READER, "TTRA"), admin.cookies["sessionid"].value
    carried_out(admin, admin.post(f"/accounts/{user.pk}/", changed(user, role="officer")))
    assert User.objects.get(pk=user.pk).role_id == "officer"
    thief = Client()
    thief.cookies["sessionid"] = before
    assert (admin.cookies["sessionid"].value != before, thief.get("/sessions/").status_code) == (True, 302)
    [session] = AccountSession.objects.all()
    assert (session.session_key, session.account) == (
        admin.cookies["sessionid"].value,
        account(Role.ADMIN, "VP").pk,
    )


def test_pages_that_only_show_are_not_asked_for(admin):
    user = account(Role.READER, "TTRA")
    addresses = (f"/accounts/{user.pk}/", "/assignments/new/", "/password-issues/", "/accounts/new/")
    assert [admin.get(each).status_code for each in addresses] == [200] * 4


def test_each_form_that_decides_asks(admin):
    user = account(Role.READER, "TTRA")
    before = PasswordIssue.objects.count(), RoleAssignment.objects.count()
    addresses = (
        "/accounts/new/",
        f"/accounts/{user.pk}/",
        f"/accounts/{user.pk}/password/",
        f"/accounts/{user.pk}/sessions/end/",
        f"/accounts/{user.pk}/identity/",
        "/sessions/end/",
        "/identity/link/",
        "/identity/remove/",
        "/second-factor/keys/new/",
        "/second-factor/keys/add/",
        "/second-factor/keys/1/remove/",
        "/roles/new/",
        "/roles/1/",
        "/assignments/new/",
        "/rights/new/",
        "/delegations/new/",
        "/password-issues/1/confirm/",
        "/password-issues/1/use/",
        "/number-books/1/take/",
        "/number-books/numbers/1/void/",
        "/papers/1/issue/",
        reverse("reports:approve", args=[1]),
        "/import/1/undo/",
    )
    for address in addresses:
        proof_of(admin.post(address))
    assert (PasswordIssue.objects.count(), RoleAssignment.objects.count()) == before


def test_who_has_a_second_factor_is_asked_for_its_code(admin, clock):
    me, user = account(Role.ADMIN, "VP"), account(Role.READER, "TTRA")
    with acting(SYSTEM):
        secret = factors.begin_code_app(account=me)
        factors.confirm_code_app(account=me, code=pyotp.TOTP(secret).now(), at=datetime.now(UTC))
    clock.shift(30)
    page = admin.post(f"/accounts/{user.pk}/", changed(user, role="officer"))
    form = proof_of(page)
    assert admin.post("/proof/", {**form, "proof": PASSWORD}).status_code == 422
    assert carried_out(admin, page, pyotp.TOTP(secret).now()).status_code == 303
    assert User.objects.get(pk=user.pk).role_id == "officer"


def test_a_carried_form_is_of_its_person_and_of_our_making(admin, clock, client):
    user = account(Role.READER, "TTRA")
    form = proof_of(admin.post(f"/accounts/{user.pk}/", changed(user, role="officer")))
    client.logout()
    client.force_login(account(Role.OFFICER))
    for carried in (form["carried"], "x", ""):
        answer = client.post("/proof/", {"carried": carried, "proof": PASSWORD})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_session_is_no_way_to_guess_the_password(admin):
    found = [admin.post("/proof/", {"proof": f"sai {number}"}) for number in range(11)]
    assert [each.status_code for each in found] == [422] * 11
    assert "quá nhiều lần" in words(found[-1])
    assert "quá nhiều lần" in words(admin.post("/proof/", {"proof": PASSWORD}))


def test_an_action_asks_by_its_declaration_on_the_page_and_over_json(clock, sign_in):
    client, proposal = sign_in(Role.OFFICER, "QLKH"), TaskProposalFactory()
    clock.shift(timedelta(minutes=10))
    page = f"/science/proposals/{proposal.pk}/actions/determine-task/"
    proof_of(client.post(page, {"title": "Gõ dở"}))
    assert client.post(f"/science/proposals/{proposal.pk}/actions/reject/", {}).status_code == 422
    answer = client.post(
        f"/api/science/proposals/{proposal.pk}/actions/determine-task/",
        "{}",
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert (answer.status_code, answer.json()["code"], answer["Content-Type"]) == (
        403,
        "proof_required",
        "application/problem+json",
    )


def test_an_action_on_several_records_asks_as_on_one(clock, sign_in):
    client, proposals = sign_in(Role.OFFICER, "QLKH"), [TaskProposalFactory() for _each in range(2)]
    clock.shift(timedelta(minutes=10))
    keys = [each.pk for each in proposals]
    assert client.get("/science/proposals/actions/determine-task/", {"pk": keys}).status_code == 200
    proof_of(client.post("/science/proposals/actions/determine-task/", {"pk": keys, "title": "Gõ dở"}))
    assert client.post("/science/proposals/actions/reject/", {"pk": keys}).status_code == 422


def test_a_paper_gets_no_number_over_json_without_the_proof(clock, sign_in):
    client, paper = sign_in(Role.OFFICER, "QLKH"), draft(accepted_task(), actor=account(Role.OFFICER).actor)
    clock.shift(timedelta(minutes=10))
    address = f"/api/papers/{paper.pk}/actions/issue/"
    answer = client.post(address, "{}", content_type="application/json", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"], IssuedNumber.objects.count()) == (
        403,
        "proof_required",
        0,
    )


def test_a_new_address_of_the_calendar_waits_for_the_proof(admin):
    page = admin.post("/my-work/settings/feed/")
    assert PersonalSettings.objects.exclude(feed_hash="").exists() is False
    assert carried_out(admin, page).status_code == 200
    assert PersonalSettings.objects.exclude(feed_hash="").count() == 1


def test_the_address_of_the_calendar_ends_with_an_issued_password(clock):
    user, other = account(Role.OFFICER), account(Role.READER, "TTRA")
    with acting(SYSTEM):
        token, others = renew_feed(user_id=user.pk), renew_feed(user_id=other.pk)
        user.set_password("ba ngàn con gà mái")
        issue_on_the_server(account=user, reason="bị lộ", at=NOON)
    assert Client().get(f"/calendar/{token}.ics").status_code == 404
    assert Client().get(f"/calendar/{others}.ics").status_code == 200
