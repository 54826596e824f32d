"""Passwords that an administrator issues: good for choosing another, and for those who decide only with a second person."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.ui.work_items import work_of
from khcn.parties.models import Delegation, FailureCount, PasswordIssue, RoleAssignment, User
from khcn.parties.operations.password_issues import (
    are_independent,
    confirmers,
    may_confirm,
)
from khcn.parties.operations.two_persons import takes_two_persons
from khcn.web.jobs import send_address_change_mail, send_password_issue_mail
from khcn.web.views import accounts
from tests.web.conftest import account, tree, words

NOON = datetime(2023, 9, 14, 5, tzinfo=UTC)


def today():
    return timezone.localdate()


OWN = "ba ngàn con gà mái"
PASSWORD = "mat-khau-thu-nghiem"
pytestmark = pytest.mark.django_db


def of(user):
    client = Client()
    client.force_login(user)
    return client


def password_on(page):
    return tree(page).xpath("string(//main//code)")


def sign_in(user, password):
    client = Client()
    return client, client.post("/login/", {"username": user.username, "password": password})


def issued(user, admin=None):
    """A password that an administrator has issued for somebody who decides nothing."""
    page = of(admin or account(Role.ADMIN, "VP")).post(f"/accounts/{user.pk}/password/")
    assert page.status_code == 200
    return password_on(page)


def chosen(client, old, new=OWN):
    return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": new})


# ------------------------------------------------------------------------------------ to be changed


def test_an_issued_password_opens_nothing_but_the_choice_of_another():
    user = account(Role.READER)
    password = issued(user)
    client, answer = sign_in(user, password)
    assert answer.status_code == 302
    for address in ("/", "/science/tasks/", "/search/?q=a", "/accounts/"):
        page = client.get(address)
        assert (page.status_code, page.headers["Location"]) == (303, "/password/"), address
    assert client.post("/period/", {"year": "2023", "kind": "year"}).headers["Location"] == "/password/"
    api = client.get("/api/science/tasks/")
    assert (api.status_code, api.json()["code"], api["Content-Type"]) == (
        403,
        "password_change_required",
        "application/problem+json",
    )
    page = client.get("/password/")
    assert "Nguyễn admin.vp" in words(page)
    assert not tree(page).xpath("//nav[@id='menu']")
    same = chosen(client, password, password)
    assert (same.status_code, "phải khác mật khẩu được cấp" in words(same)) == (422, True)
    assert chosen(client, password).status_code == 302
    assert [client.get(each).status_code for each in ("/", "/api/science/tasks/")] == [200, 200]
    assert "Người khác đã cấp mật khẩu cho bạn" in words(client.get("/password/"))


def test_who_must_choose_a_password_may_sign_out_and_switch_the_language():
    user = account(Role.READER)
    client, _answer = sign_in(user, issued(user))
    assert client.post("/language/", {"language": "en"}).status_code in {204, 302}
    assert client.post("/logout/").headers["Location"] == "/login/"


def test_an_issued_password_expires_in_the_session_too():
    user = account(Role.READER)
    with time_machine.travel(NOON, tick=False) as clock:
        password = issued(user)
        clock.shift(timedelta(days=7, seconds=-60))
        client, answer = sign_in(user, password)
        assert answer.status_code == 302
        clock.shift(61)
        assert client.get("/password/").headers["Location"] == "/login/"
        assert chosen(client, password).headers["Location"].startswith("/login/")
        _client, answer = sign_in(user, password)
        assert (answer.status_code, "đã hết hạn" in words(answer)) == (422, True)
        _client, wrong = sign_in(user, "sai")
        assert "đã hết hạn" not in words(wrong)
        assert sign_in(user, issued(user))[1].status_code == 302


def test_the_owner_gets_a_mail_without_the_password():
    user = account(Role.READER)
    with acting(SYSTEM):
        user.email = "nguoi@so.gov.vn"
        user.save()
    password = issued(user)
    send_password_issue_mail(issue=PasswordIssue.objects.get().pk)
    (sent,) = mail.outbox
    assert (sent.to, "Nguyễn admin.vp" in sent.body, password in sent.body) == (
        ["nguoi@so.gov.vn"],
        True,
        False,
    )


# -------------------------------------------------------------------------------- the second person


@pytest.fixture
def people():
    return account(Role.ADMIN, "VP"), account(Role.ADMIN, "QLCN"), account(Role.LEADER, "BGD")


def requested(asking, subject):
    answer = of(asking).post(f"/accounts/{subject.pk}/password/", {"reason": "quên"})
    assert answer.status_code == 303
    return PasswordIssue.objects.filter(account=subject).first()


def statuses(client, issue, *steps):
    return [client.post(f"/password-issues/{issue.pk}/{step}/").status_code for step in steps]


def test_the_password_of_a_leader_takes_two(people):
    first, second, leader = people
    issue = requested(first, leader)
    assert (issue.two_persons, issue.reason, issue.used_at) == (True, "quên", None)
    assert sign_in(leader, PASSWORD)[1].status_code == 302  # nothing has changed yet
    assert statuses(of(first), issue, "use", "confirm") == [303, 303]  # refused in a sentence
    assert statuses(of(leader), issue, "confirm") == [303]
    issue.refresh_from_db()
    assert (issue.confirmed_by, issue.used_at) == (None, None)
    assert "Xác nhận" in words(of(second).get("/password-issues/"))
    assert statuses(of(second), issue, "confirm", "use") == [303, 303]
    issue.refresh_from_db()
    assert (issue.confirmed_by, issue.used_at) == (second, None)
    page = of(first).post(f"/password-issues/{issue.pk}/use/")
    password = password_on(page)
    assert (page.status_code, page["Cache-Control"], bool(password)) == (200, "no-store", True)
    assert of(first).post(f"/password-issues/{issue.pk}/use/").status_code == 303  # once
    client, answer = sign_in(leader, password)
    assert answer.status_code == 302
    shown = words(client.get("/password/"))
    assert "Nguyễn admin.vp (Nguyễn admin.qlcn xác nhận)" in shown
    assert sign_in(leader, PASSWORD)[1].status_code == 422
    logged = ChangeEntry.objects.filter(model="parties.passwordissue").order_by("pk")
    assert [each.actor_label for each in logged] == [str(first), str(second), str(first)]


@pytest.mark.parametrize("role", [Role.HEAD, Role.OFFICE, Role.LEADER, Role.ADMIN])
def test_who_decides_takes_two_and_lowering_the_role_first_changes_nothing(people, role):
    first, _second, _leader = people
    subject = account(role, "TDC")
    with acting(SYSTEM):
        subject.role_id = Role.READER.value
        subject.save()
    assert requested(first, subject).used_at is None
    subject.refresh_from_db()
    assert subject.check_password(PASSWORD)


def test_who_decides_only_for_some_days_takes_two(people):
    subject = account(Role.OFFICER, "TDC")
    assert not takes_two_persons(subject)
    with acting(SYSTEM):
        RoleAssignment(
            user=subject, role_id=Role.HEAD.value, unit=subject.unit, valid_from=NOON.date(), reason="quyền"
        ).save()
    assert requested(people[0], subject).used_at is None


def test_a_new_account_that_decides_has_no_password_until_the_second_person_agrees(people):
    first, second, _leader = people
    sent = {
        "username": "giam.doc",
        "full_name": "Giám Đốc Mới",
        "role": "leader",
        "email": "",
        "is_active": "on",
    }
    assert of(first).post("/accounts/new/", sent).status_code == 303
    made = User.objects.get(username="giam.doc")
    assert not made.has_usable_password()
    issue = PasswordIssue.objects.get(account=made)
    statuses(of(second), issue, "confirm")
    password = password_on(of(first).post(f"/password-issues/{issue.pk}/use/"))
    assert sign_in(made, password)[1].status_code == 302


def test_an_account_that_one_person_alone_has_made_confirms_nothing(people):
    """Otherwise an administrator would make the second person too."""
    first, _second, leader = people
    puppet = account(Role.READER, "TTRA")
    password = issued(puppet, first)
    client, _answer = sign_in(puppet, password)
    chosen(client, password)
    with acting(SYSTEM):
        puppet.refresh_from_db()
        puppet.role_id = Role.ADMIN.value
        puppet.save()
    issue = requested(first, leader)
    assert "chưa xác nhận cho người khác được" in words(client.get("/password-issues/"))
    client.post(f"/password-issues/{issue.pk}/confirm/")
    issue.refresh_from_db()
    assert issue.confirmed_at is None


def raised(admin, user, role=Role.ADMIN):
    """An administrator gives an account a role, on the page."""
    values = {"username": user.username, "full_name": user.full_name, "unit": user.unit_id, "is_active": "on"}
    assert admin.post(f"/accounts/{user.pk}/", {**values, "role": role.value, "email": ""}).status_code == 303
    user.refresh_from_db()


def test_an_account_that_one_person_alone_has_made_requests_nothing(people):
    """Otherwise an administrator would be both: the account asks, and he confirms."""
    first, _second, leader = people
    puppet = account(Role.OFFICER, "TTRA")
    password = issued(puppet, first)
    client, _answer = sign_in(puppet, password)
    chosen(client, password)
    raised(of(first), puppet)
    answer = client.post(f"/accounts/{leader.pk}/password/", {"lost_device": "1"}, follow=True)
    assert "do một người tự cấp" in words(answer)
    assert not PasswordIssue.objects.filter(account=leader).exists()
    with acting(SYSTEM):  # as if it had been asked for before
        issue = PasswordIssue(
            account=leader,
            requested_by=puppet,
            requested_at=timezone.now(),
            expires_at=timezone.now() + timedelta(days=1),
            two_persons=True,
        )
        issue.save()
    statuses(of(first), issue, "confirm")
    issue.refresh_from_db()
    assert issue.confirmed_at is None
    with acting(SYSTEM):
        issue.confirmed_by, issue.confirmed_at = people[1], timezone.now()
        issue.save()
    assert client.post(f"/password-issues/{issue.pk}/use/").status_code == 303
    issue.refresh_from_db()
    assert (issue.used_at, leader.check_password(PASSWORD)) == (None, True)


@pytest.mark.parametrize("by", ["account", "assignment", "request", "confirmation"])
@pytest.mark.parametrize("asks", [True, False], ids=["the puppet asks", "the puppet confirms"])
def test_who_made_the_other_person_cannot_stand_beside_that_person(people, by, asks):
    first, second, leader = people
    account(Role.LEADER, "TTRA")  # who may confirm with any person of this test
    puppet = account(Role.OFFICER, "TTRA")
    if by == "account":
        raised(of(first), puppet)
    elif by == "assignment":
        with acting(first.actor):
            RoleAssignment(
                user=puppet,
                role_id=Role.ADMIN.value,
                unit=puppet.unit,
                valid_from=NOON.date(),
                reason="quyền",
            ).save()
    else:
        with acting(SYSTEM):
            puppet.role_id = Role.ADMIN.value
            puppet.save()
            one, other = (first, second) if by == "request" else (second, first)
            at = timezone.now()
            PasswordIssue(
                account=puppet,
                requested_by=one,
                confirmed_by=other,
                confirmed_at=at,
                requested_at=at,
                expires_at=at,
                used_at=at,
                two_persons=True,
            ).save()
    asking, confirming = (puppet, first) if asks else (first, puppet)
    subject = account(Role.HEAD, "TDC")
    assert confirming not in confirmers(subject, actor=asking.actor_on(today()), on=today())
    issue = requested(asking, leader)
    assert issue is not None  # others may confirm it
    statuses(of(confirming), issue, "confirm")
    issue.refresh_from_db()
    assert issue.confirmed_at is None
    assert "Xác nhận</button>" not in of(confirming).get("/password-issues/").content.decode()
    with acting(SYSTEM):  # as if it had been confirmed before
        issue.confirmed_by, issue.confirmed_at = confirming, timezone.now()
        issue.save()
    statuses(of(asking), issue, "use")
    issue.refresh_from_db()
    assert issue.used_at is None


def test_an_account_without_a_password_is_no_second_person():
    first, subject = account(Role.ADMIN, "VP"), account(Role.HEAD, "TDC")
    empty = account(Role.LEADER, "BGD")
    with acting(SYSTEM):
        empty.set_unusable_password()
        empty.save()
    assert (confirmers(subject, actor=first.actor, on=today()), may_confirm(empty.actor)) == ([], False)
    assert requested(first, subject) is None


def test_a_new_address_is_mailed_to_the_old_one(people, monkeypatch):
    jobs = []
    monkeypatch.setattr(accounts, "enqueue", lambda path, **values: jobs.append((path, values)))
    admin, second, leader = people
    officer = account(Role.OFFICER)
    for user in (leader, officer):
        with acting(SYSTEM):
            user.email = f"{user.username}@so.gov.vn"
            user.save()
    for user in (leader, officer, second):
        values = {"username": user.username, "full_name": "Tên", "role": user.role_id, "unit": user.unit_id}
        for _twice in range(2):
            sent = {**values, "email": "khac@so.gov.vn", "is_active": "on"}
            assert of(admin).post(f"/accounts/{user.pk}/", sent).status_code == 303
    values, of_officer = (
        {"account": user.pk, "before": f"{user.username}@so.gov.vn"} for user in (leader, officer)
    )
    assert jobs == [("khcn.web.jobs.send_address_change_mail", each) for each in (values, of_officer)]
    send_address_change_mail(**values)
    (mailed,) = mail.outbox
    assert (mailed.to, leader.username in mailed.subject) == (["leader.bgd@so.gov.vn"], True)


def test_who_works_by_delegation_or_has_worked_so_takes_two():
    subject, principal = account(Role.OFFICER, "TDC"), account(Role.HEAD, "TDC")
    assert not takes_two_persons(subject)
    with acting(SYSTEM):
        lent = Delegation(principal=principal, delegate=subject, registers=["science"], reason="nghỉ phép",
                          valid_from=NOON.date(), valid_to=NOON.date() + timedelta(days=9))  # fmt: skip
        lent.save()
    assert takes_two_persons(subject)


def test_nobody_is_a_second_person_in_the_name_of_another(people):
    first, _second, leader = people
    lent = Delegation(principal=leader, delegate=first, registers=["science"])
    acting_for = lent.acting_for(first.actor, on=today())
    assert (acting_for.role, may_confirm(acting_for), may_confirm(first.actor)) == (Role.LEADER, False, True)


def test_where_nobody_else_is_there_the_page_names_the_command(capsys):
    only, subject = account(Role.ADMIN, "VP"), account(Role.HEAD)
    page = of(only).get(f"/accounts/{subject.pk}/")
    assert f"./khcn account-password {subject.username}" in words(page)
    assert requested(only, subject) is None
    call_command("account_password", subject.username)
    password = capsys.readouterr().out.strip()
    client, answer = sign_in(subject, password)
    assert answer.status_code == 302
    assert "người vận hành máy chủ" in words(client.get("/password/"))
    assert client.get("/").headers["Location"] == "/password/"


def test_the_first_account_is_made_on_the_server(capsys):
    call_command("account_password", "quan.tri", "--new", "Quản Trị", "--role", "admin")
    made = User.objects.get()
    assert (made.role_id, made.full_name) == ("admin", "Quản Trị")
    printed = capsys.readouterr()
    until = f"{timezone.localtime(made.issued_password_until):%H:%M %d/%m/%Y}"
    assert printed.err.splitlines()[0] == f"quan.tri, {made.role}: dùng được đến / good until {until}"
    assert sign_in(made, printed.out.removesuffix("\n"))[1].status_code == 302
    for arguments in (
        ["khong.co"],
        ["quan.tri", "--new", "Khác", "--role", "admin"],
        ["moi", "--new", "A", "--role", "admin", "--unit", "KHONG"],
    ):
        with pytest.raises(CommandError):
            call_command("account_password", *arguments)


def test_on_the_server_too_nobody_becomes_an_administrator_unsaid():
    with pytest.raises(CommandError, match="--role"):
        call_command("account_password", "chuyen.vien", "--new", "Chuyên Viên")
    assert not User.objects.exists()


def test_an_issued_password_in_other_characters_is_the_same():
    user = account(Role.READER)
    password = issued(user)
    client, _answer = sign_in(user, password)
    wide = password.translate({ord(each): ord(each) + 0xFEE0 for each in password})
    assert chosen(client, password, wide).status_code == 422


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/proof/", {"proof": "sai"}),
        ("/second-factor/", {"do": "begin", "password": "sai"}),
        ("/password/", {"old_password": "sai", "new_password1": OWN, "new_password2": OWN}),
    ],
)
def test_wrong_passwords_in_a_session_are_in_the_log(address, sent):
    user = account(Role.READER)
    client = of(user)
    assert [client.post(address, sent).status_code for _each in range(3)] == [422] * 3
    assert [(each.account, each.count) for each in FailureCount.objects.all()] == [(user.pk, 3)]
    assert ChangeEntry.objects.filter(action="refused", object_id=str(user.pk)).count() == 1


def test_a_request_waits_three_days_and_is_withdrawn_or_refused(people):
    first, second, leader = people
    with time_machine.travel(NOON, tick=False) as clock:
        issue = requested(first, leader)
        assert requested(first, leader) == issue  # one at a time
        clock.shift(timedelta(hours=72))
        statuses(of(second), issue, "confirm")
        issue.refresh_from_db()
        assert issue.confirmed_at is None
        again = requested(first, leader)
        assert again != issue
        statuses(of(leader), again, "close")  # the owner objects
        statuses(of(second), again, "confirm")
        again.refresh_from_db()
        assert (again.closed_by, again.confirmed_at) == (leader, None)


def test_the_second_person_and_then_the_first_have_it_in_their_work_lists(people):
    first, second, leader = people
    issue = requested(first, leader)

    def waiting(user):
        found = work_of(user.actor, on=issue.requested_at.date())
        return [
            str(each.what) for each in (*found.late, *found.this_week, *found.later) if each.icon == "key"
        ]

    assert [waiting(each) for each in (first, second, leader)] == [[], ["Xác nhận cấp lại mật khẩu"], []]
    statuses(of(second), issue, "confirm")
    assert [waiting(each) for each in (first, second)] == [["Lấy mật khẩu đã được xác nhận để giao"], []]


def test_nobody_issues_a_password_for_oneself_or_for_a_stopped_account(people):
    first, _second, leader = people
    assert requested(first, first) is None
    with acting(SYSTEM):
        leader.is_active = False
        leader.save()
    assert of(first).post(f"/accounts/{leader.pk}/password/").status_code == 400


def test_the_database_too_refuses_an_issue_without_the_second_person(people):
    first, _second, leader = people
    row = {
        "account": leader,
        "requested_by": first,
        "requested_at": NOON,
        "expires_at": NOON,
        "two_persons": True,
    }
    for wrong in ({"used_at": NOON}, {"confirmed_by": first}, {"confirmed_by": leader}):
        with pytest.raises(IntegrityError), transaction.atomic(), acting(SYSTEM):
            PasswordIssue(**row, **wrong).save()


def test_a_corrected_name_makes_nobody_dependent(people):
    first, second, leader = people
    raised(of(first), second)  # the form, with the role that the account has
    assert are_independent(first.pk, second.pk)
    assert not are_independent(first.pk, first.pk)
    with acting(first.actor):
        leader.full_name = "Tên Khác"
        leader.save()
    assert are_independent(leader.pk, first.pk)
    raised(of(first), second, Role.READER)
    raised(of(first), second, Role.LEADER)
    assert [are_independent(*each) for each in ((first.pk, second.pk), (second.pk, first.pk))] == [False] * 2
