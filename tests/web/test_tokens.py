"""Tokens for programs of staff at the JSON interface: made, used and ended, without session and cookie (docs/adr/0031)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from khcn.kernel.request_quotas import KNOWN_KEYS, TokenBuckets
from khcn.parties.models import AccountToken, RoleAssignment, User
from khcn.parties.operations.account_tokens import MOST_IN_USE, issue_token
from khcn.parties.operations.password_issues import issue_on_the_server
from khcn.reference.models import RuleParameter
from khcn.web import api_tokens
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import LegalDocumentFactory
from tests.kernel.test_verify import named, sql
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 10, 9, 5, tzinfo=UTC)
LAST = date(2026, 12, 31)
SECRET = re.compile(r"khcn_api_[\w-]{43}")
DOCUMENTS = "/api/reference/legal-documents/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as found:
        yield found


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def token(user=None, *, scope=("*",), write=True, until=LAST, name="Bảng theo dõi"):
    user = user or account(Role.OFFICER)
    with acting(user.actor):
        return issue_token(
            account=user, name=name, scope=scope, can_write=write, until=until, form_key=None, at=datetime.now(UTC)
        )  # fmt: skip


def ask(secret, path=DOCUMENTS, method="GET", body=None, client=None, **headers):
    client = client or Client(enforce_csrf_checks=True)
    sent = {
        "Authorization": f"Bearer {secret}",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    return client.generic(method, path, body or b"", content_type="application/json", headers=sent)


def events():
    found = ChangeEntry.objects.filter(model="event.account", action="token").order_by("pk")
    return [(each.actor_label, each.reason) for each in found]


def filled(client, **values):
    return {
        **form_values(tree(client.get("/tokens/new/"))),
        "name": "Bảng theo dõi",
        "scope": ["reference"],
        **values,
    }


# ------------------------------------------------------------------------------------------- the page


def test_a_person_makes_a_token_and_sees_it_once(caplog):
    user = account(Role.OFFICER)
    client = signed_in(user)
    sent = filled(client, can_write="read")
    assert sent["until"] == "07/01/2027"
    answer = client.post("/tokens/new/", sent)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    (secret,) = SECRET.findall(answer.content.decode())
    assert ask(secret).status_code == 200
    again = client.post("/tokens/new/", sent)
    assert (again.status_code, again["Location"]) == (303, "/tokens/")
    page = client.get("/tokens/")
    shown = words(page)
    assert [each in shown for each in ("Bảng theo dõi", "Chỉ đọc", "127.0.0.1", "đã cấp một mã rồi")] == [
        True
    ] * 4
    row = AccountToken.objects.get()
    assert (row.account, row.can_write, row.scope) == (user, False, ["reference"])
    stored = str(list(ChangeEntry.objects.values())) + str(row.__dict__) + page.content.decode() + caplog.text
    assert secret[9:] not in stored
    ((who, text),) = events()
    assert who == str(user)
    assert text.startswith("cấp “Bảng theo dõi”, chỉ đọc, đến hết 07/01/2027: Lĩnh vực ")


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 101}, {"until": "8/10/2026"}, {"until": "12/10/2027"}, {"until": ""}, {"scope": []},
     {"scope": ["parties.user"]}, {"scope": ["x"]}, {"can_write": "all"}],
)  # fmt: skip
def test_what_is_not_complete_makes_no_token(wrong):
    client = signed_in(account(Role.OFFICER))
    assert client.post("/tokens/new/", filled(client, **wrong)).status_code == 422
    assert not AccountToken.objects.exists()


def test_the_longest_term_is_a_dated_rule():
    with acting(SYSTEM):
        RuleParameter(
            code="accounts.token_days", label="Hạn", value=30, unit="day", valid_from=date(2026, 1, 1)
        ).save()
    client = signed_in(account(Role.OFFICER))
    assert filled(client)["until"] == "09/11/2026"  # 8 November is a Sunday
    assert client.post("/tokens/new/", filled(client, until="10/11/2026")).status_code == 422
    with pytest.raises(Refused):
        token(until=date(2026, 11, 10))


def test_the_person_is_asked_again(clock):
    client = signed_in(account(Role.OFFICER))
    clock.shift(timedelta(minutes=10))
    page = client.post("/tokens/new/", filled(client))
    assert (page.status_code, "Xác nhận lại là bạn" in words(page)) == (403, True)
    assert not AccountToken.objects.exists()


def test_there_are_so_many_and_no_more():
    for _each in range(MOST_IN_USE):
        token()
    with pytest.raises(Refused, match="Kết thúc mã"):
        token()


def test_people_outside_the_department_have_none():
    with acting(SYSTEM):
        outside = User.objects.create_user(
            "ngoai",
            password="mat-khau-thu-nghiem",
            full_name="Người ngoài",
            organisation=OrganisationFactory(),
        )
    client = signed_in(outside)
    assert [client.get(each).status_code for each in ("/tokens/", "/tokens/new/")] == [403, 403]
    with pytest.raises(Refused):
        token(outside)


# ------------------------------------------------------------------------------------------- at the interface


@pytest.mark.both  # the statement that finds a token is put together once, of bytes that each database takes in its own way
def test_a_program_reads_and_writes_under_the_name_of_its_person():
    user, document = account(Role.OFFICER), LegalDocumentFactory()
    secret = token(user)
    place = f"{DOCUMENTS}{document.pk}/"
    mark = ask(secret, place)["ETag"]
    answer = ask(
        secret, place, "PATCH", b'{"note": "Do ch\xc6\xb0\xc6\xa1ng tr\xc3\xacnh ghi"}', If_Match=mark
    )
    assert answer.status_code == 200, answer.content
    entry = ChangeEntry.objects.filter(model="reference.legaldocument", action="update").get()
    assert (entry.actor_id, entry.reason) == (user.pk, f"PATCH {place}, mã truy cập “Bảng theo dõi”")


def test_cookies_count_for_nothing_beside_a_token():
    officer, admin = account(Role.OFFICER), account(Role.ADMIN, "VP")
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    sent = dict(client.cookies.items())
    document = LegalDocumentFactory()
    secret = token(officer)
    answer = ask(secret, f"{DOCUMENTS}{document.pk}/", "PATCH", b"{}", client=client, If_Match="*")
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert "no-store" in answer["Cache-Control"]
    assert ask("khcn_api_" + "x" * 43, client=client).status_code == 401
    assert client.get(DOCUMENTS).status_code == 200  # the session is still there
    assert dict(client.cookies.items()) == sent


def test_a_token_opens_no_page_and_not_the_interface_of_traceability():
    secret = token(account(Role.ADMIN, "VP"))
    statuses = [
        ask(secret, path).status_code for path in ("/", "/accounts/", "/tokens/", "/api/", "/epcis/events")
    ]
    assert statuses == [200, 302, 302, 403, 401]  # the first is the portal, as strangers see it
    assert b"QLKH" not in ask(secret, "/").content
    assert ask(secret, "/api/openapi.json").status_code == 200


def test_unknown_expired_and_ended_tokens_are_answered_alike(clock):
    expired, ended = token(until=date(2026, 10, 9)), token(name="Đã bỏ")
    assert [ask(each).status_code for each in (expired, ended)] == [200, 200]
    row = AccountToken.objects.get(name="Đã bỏ")
    assert signed_in(row.account).post(f"/tokens/{row.pk}/end/").status_code == 303
    clock.move_to(datetime(2026, 10, 9, 17, tzinfo=UTC))  # midnight of the office
    answers = {
        (answer.status_code, answer.content, answer["WWW-Authenticate"], answer["Content-Type"])
        for answer in (
            ask(each) for each in (expired, ended, "khcn_api_" + "x" * 43, "x" * 5000, "", "khcn_\x7f")
        )
    }
    ((status, body, challenge, kind),) = answers
    assert (status, challenge, kind) == (
        401,
        'Bearer realm="khcn", error="invalid_token"',
        "application/problem+json",
    )
    assert b"invalid_token" in body
    assert Client().get(DOCUMENTS)["WWW-Authenticate"] == 'Bearer realm="khcn"'


def test_a_token_ends_with_a_new_password_from_others_and_with_the_account():
    user, other = account(Role.OFFICER), account(Role.HEAD)
    one, two = token(user), token(other)
    user.set_password("mot-mat-khau-khac-han")
    with acting(SYSTEM):
        issue_on_the_server(account=user, reason="quên", at=NOON)
        for is_active in (False, True):
            stored = User.objects.get(pk=other.pk)
            stored.is_active = is_active
            stored.save()
    assert [ask(each).status_code for each in (one, two)] == [401, 401]
    assert events()[-1] == ("Hệ thống", "mật khẩu được cấp lại: kết thúc “Bảng theo dõi”")
    assert ask(token(other)).status_code == 200


def test_ones_own_new_password_ends_none_and_says_so():
    user = account(Role.OFFICER)
    secret, client = token(user), signed_in(user)
    sent = {"old_password": "mat-khau-thu-nghiem", "new_password1": "cay-cau-bac-qua-song", "new_password2": "cay-cau-bac-qua-song"}  # fmt: skip
    page = client.post("/password/", sent, follow=True)
    assert "Mã truy cập của các chương trình vẫn dùng được" in words(page)
    assert ask(secret).status_code == 200


def test_it_does_what_the_person_may_do_at_that_moment():
    user = account(Role.OFFICER)
    secret, document = token(user), LegalDocumentFactory()
    place = f"{DOCUMENTS}{document.pk}/"
    assert ask(secret, place, "PATCH", b"{}", If_Match="*").status_code == 200
    with acting(SYSTEM):
        RoleAssignment(
            user=user, role_id="reader", unit=user.unit, valid_from=date(2026, 10, 9), reason="thử"
        ).save()
    assert ask(secret, place, "PATCH", b"{}", If_Match="*").status_code == 403
    assert ask(secret, place).status_code == 200
    with acting(SYSTEM):
        user.role, user.unit, user.organisation = None, None, OrganisationFactory()
        user.save()
    assert ask(secret, place).status_code == 401


def test_last_use_is_written_every_five_minutes(clock):
    secret = token()
    before = ChangeEntry.objects.count()
    ask(secret)
    clock.shift(timedelta(minutes=5))
    ask(secret, client=Client(REMOTE_ADDR="10.1.2.3"))
    assert AccountToken.objects.get().last_used_at == NOON
    clock.shift(1)
    ask(secret, client=Client(REMOTE_ADDR="10.1.2.3"))
    row = AccountToken.objects.get()
    assert (row.last_used_at, row.last_network) == (NOON + timedelta(minutes=5, seconds=1), "10.1.2.3")
    assert ChangeEntry.objects.count() == before


def test_good_tokens_wait_with_programs_and_wrong_ones_with_strangers(monkeypatch):
    secret = token()
    ask(secret)
    assert KNOWN_KEYS.has(f"Bearer {secret}")
    row = AccountToken.objects.get()
    signed_in(row.account).post(f"/tokens/{row.pk}/end/")
    ask(secret)
    assert not KNOWN_KEYS.has(f"Bearer {secret}")
    monkeypatch.setattr(api_tokens, "QUOTAS", TokenBuckets(0.0001, 2))
    other = token()
    answers = [ask(other) for _each in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0


# ------------------------------------------------------------------------------------------- those of others


def test_who_answers_for_people_sees_and_ends_their_tokens(clock):
    user = account(Role.OFFICER)
    statuses, shown = {}, {}
    for role, unit in (
        (Role.ADMIN, "VP"),
        (Role.LEADER, "BGD"),
        (Role.HEAD, "QLKH"),
        (Role.HEAD, "QLCN"),
        (Role.OFFICE, "VP"),
    ):
        token(user, name=f"Của {role} {unit}")
        row, client = AccountToken.objects.latest("pk"), signed_in(account(role, unit))
        shown[role, unit] = row.name in words(client.get("/tokens/"))
        statuses[role, unit] = client.post(f"/tokens/{row.pk}/end/").status_code
        assert (AccountToken.objects.get(pk=row.pk).ended_at is not None) == (statuses[role, unit] == 303)
    assert list(shown.values()) == [True, True, True, False, False]
    assert list(statuses.values()) == [303, 303, 303, 404, 404]
    assert events()[1] == (str(account(Role.ADMIN, "VP")), "kết thúc “Của admin VP”")
    admin = signed_in(account(Role.ADMIN, "VP"))
    assert "Của head QLCN" in words(admin.get(f"/accounts/{user.pk}/"))
    clock.shift(timedelta(minutes=10))
    row = AccountToken.objects.latest("pk")
    assert admin.post(f"/tokens/{row.pk}/end/").status_code == 403  # asked again
    assert signed_in(user).post(f"/tokens/{row.pk}/end/").status_code == 303


def test_a_token_exchanged_by_sql_is_named():
    token()
    sql("UPDATE parties_accounttoken SET can_write = %s, digest = %s", False, b"x" * 32)
    (finding,) = named(FindingKind.RECORD_CHANGED)
    assert finding.startswith("Mã truy cập “Bảng theo dõi”")
