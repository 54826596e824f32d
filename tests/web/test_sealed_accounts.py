"""While a call is sealed nobody alone comes to read what was handed in, by way of an account of an outside organisation."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import LinkedIdentity, Organisation, PasswordIssue, User
from khcn.parties.operations import MergeRefused, merge_preview, merge_records
from khcn.parties.operations.linked_identities import reason_against
from khcn.parties.operations.password_resets import is_resettable
from khcn.web.jobs import send_outside_account_mail
from khcn.web.views import accounts
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ProposalCallFactory, SubmissionFactory
from tests.integrity.given import put
from tests.web.conftest import account, words

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 6, 15, 3, tzinfo=UTC)
DAY = date(2023, 6, 15)
OWN = "ba ngàn con gà mái"
TITLE = "Hồ sơ tuyển chọn giống mướp đắng"


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel("2023-06-15T03:00:00Z", tick=False):
        yield


@pytest.fixture
def people():
    return account(Role.ADMIN, "VP"), account(Role.ADMIN, "QLCN"), account(Role.LEADER, "BGD")


@pytest.fixture
def submission():
    call = ProposalCallFactory(state="published", is_sealed=True, closes_on=date(2023, 6, 30))
    return SubmissionFactory(call=call, title=TITLE)


def outside_account(organisation):
    name = f"ngoai.{User.objects.count()}"
    with acting(SYSTEM):
        return User.objects.create_user(name, full_name=f"Người {name}", organisation=organisation)


def write(user, **changed):
    for name, value in changed.items():
        setattr(user, name, value)
    with acting(SYSTEM):
        user.save()


def of(user):
    client = Client()
    client.force_login(user)
    return client


def values(organisation, **changed):
    given = {"username": "nguoi.la", "full_name": "Người Lạ", "email": "", "is_active": "on"}
    return {**given, "organisation": f"#{organisation.pk}", **changed}


def of_account(user, **changed):
    given = {
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "is_active": "on",
        "organisation": f"#{user.organisation_id}",
    }
    return {**given, **changed}


def test_a_new_account_of_any_organisation_waits_for_the_second_person(people, submission):
    """Of one that has handed nothing in as well: the administrator learns nothing of who did."""
    first, second, _leader = people
    for organisation in (submission.organisation, OrganisationFactory()):
        name = f"moi.{organisation.pk}"
        answer = of(first).post("/accounts/new/", values(organisation, username=name))
        assert answer.status_code == 303
        made = User.objects.get(username=name)
        issue = PasswordIssue.objects.get(account=made)
        assert (made.has_usable_password(), issue.two_persons) == (False, True)
        assert "Đang có thông báo niêm phong chưa mở hồ sơ" in words(of(first).get(f"/accounts/{made.pk}/"))
        assert of(first).post(f"/accounts/{made.pk}/password/").status_code == 303  # asks, and gives none
        assert of(second).post(f"/password-issues/{issue.pk}/confirm/").status_code == 303
        assert of(first).post(f"/password-issues/{issue.pk}/use/").status_code == 200
        made.refresh_from_db()
        assert made.has_usable_password()


@pytest.mark.parametrize(
    ("state", "is_sealed", "takes_two"),
    [
        ("draft", True, False),
        ("published", False, False),
        ("published", True, True),
        ("opened", True, False),
        ("withdrawn", True, False),
    ],
)
def test_one_person_issues_passwords_while_nothing_is_sealed(people, state, is_sealed, takes_two):
    first, _second, _leader = people
    user = outside_account(OrganisationFactory())
    ProposalCallFactory(state=state, is_sealed=is_sealed)
    user.email = "nguoi@donvi.vn"
    issued = of(first).post(f"/accounts/{user.pk}/password/").status_code
    assert (issued, is_resettable(user, at=NOW)) == ((303, False) if takes_two else (200, True))


def test_an_identity_that_an_administrator_linked_does_not_sign_in_while_something_is_sealed(submission):
    user = outside_account(submission.organisation)
    admin = account(Role.ADMIN, "VP")
    linked = LinkedIdentity(account=user, issuer="https://dinhdanh.vn", subject="1", linked_by=admin)
    assert reason_against(linked, at=NOW) == "not_trusted"


@pytest.mark.parametrize("way", ["moved", "used again"])
def test_an_account_that_comes_to_an_organisation_loses_the_password_that_one_person_may_know(
    people, submission, monkeypatch, way
):
    first, _second, _leader = people
    bidder = submission.organisation
    user = outside_account(OrganisationFactory() if way == "moved" else bidder)
    user.set_password(OWN)
    write(user, is_active=way == "moved")
    session = of(user)
    jobs = []
    monkeypatch.setattr(accounts, "enqueue", lambda name, **given: jobs.append((name, given)))
    changed = of_account(user, organisation=f"#{bidder.pk}")
    assert of(first).post(f"/accounts/{user.pk}/", changed).status_code == 303
    user.refresh_from_db()
    assert (user.organisation_id, user.has_usable_password()) == (bidder.pk, False)
    assert PasswordIssue.objects.get(account=user).two_persons
    assert jobs == [("khcn.web.jobs.send_outside_account_mail", {"account": user.pk})]
    page = session.get(f"/science/submissions/{submission.pk}/", follow=True)
    assert TITLE not in words(page)
    answer = Client().post("/login/", {"username": user.username, "password": OWN})
    assert answer.status_code != 302


def test_a_change_that_opens_nothing_leaves_the_password(people, submission):
    first, _second, _leader = people
    user = outside_account(submission.organisation)
    user.set_password(OWN)
    write(user)
    assert of(first).post(f"/accounts/{user.pk}/", of_account(user, full_name="Tên Khác")).status_code == 303
    user.refresh_from_db()
    assert (user.full_name, user.check_password(OWN)) == ("Tên Khác", True)


def test_no_organisation_with_accounts_is_merged_while_something_is_sealed(people, submission):
    actor = people[0].actor
    bidder, other = submission.organisation, OrganisationFactory(name="Hợp tác xã Bình Minh")
    user = outside_account(other)
    third, fourth = OrganisationFactory(), OrganisationFactory()
    merge_records(target=third, duplicate=fourth, actor=actor, on=DAY)  # no account reads more
    for target, duplicate in ((bidder, other), (other, bidder), (other, third)):
        given = {"duplicate": duplicate, "actor": actor, "on": DAY, "outside_access": True}
        preview = merge_preview(target, **given)
        with pytest.raises(MergeRefused, match="Đang có thông báo niêm phong chưa mở hồ sơ"):
            merge_records(target=target, **given)
        assert [("chưa mở hồ sơ" in each, TITLE in each) for each in preview] == [(True, False)]
    write(user, is_active=False)
    merge_records(target=bidder, duplicate=other, actor=actor, on=DAY)
    assert not Organisation.objects.filter(pk=other.pk).exists()


def test_who_hands_in_sees_which_accounts_read_it(submission):
    own = outside_account(submission.organisation)
    other = outside_account(submission.organisation)
    stopped = outside_account(submission.organisation)
    write(stopped, is_active=False)
    elsewhere = outside_account(OrganisationFactory())
    put(submission, state="draft")
    page = words(of(own).get(f"/science/submissions/{submission.pk}/actions/submit/"))
    shown = [f"{each.username} (" in page for each in (own, other, stopped, elsewhere)]
    assert ("chỉ các tài khoản này của đơn vị xem được" in page, shown) == (True, [True, True, False, False])


def test_the_others_of_the_organisation_are_mailed(submission, mailoutbox):
    own = outside_account(submission.organisation)
    other = outside_account(submission.organisation)
    elsewhere = outside_account(OrganisationFactory())
    for each, address in ((own, "moi@donvi.vn"), (other, "cu@donvi.vn"), (elsewhere, "khac@noikhac.vn")):
        write(each, email=address)
    send_outside_account_mail(own.pk)
    assert [(sent.to, own.username in sent.body) for sent in mailoutbox] == [(["cu@donvi.vn"], True)]
