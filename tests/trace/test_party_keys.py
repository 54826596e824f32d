"""Keys of a party on its page: issued, exchanged and revoked by the editors and by the party's own people."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from khcn.parties.models import User
from khcn.reference.models import RuleParameter
from khcn.trace.models import ApiKey
from khcn.trace.operations.api_keys import MOST_IN_USE, exchange_key, issue_key, viewer_for
from khcn.trace.work import key_work
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory
from tests.trace.rest_given import GROWER, OTHER, SHOP, party, problem_of
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 10, 9, 5, tzinfo=UTC)
DAY = timedelta(days=1)
EDITOR = an_actor(Role.OFFICER, "TDC")
SECRET = re.compile(r"khcn_[\w-]{43}")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as found:
        yield found


def own_people(one, name="Hợp tác xã"):
    """A browser of an account of the party's organisation."""
    organisation = OrganisationFactory(name=name)
    with acting(SYSTEM):
        one.organisation = organisation
        one.save()
        user = User.objects.create_user(
            f"tk.{one.gln}", password="mat-khau-thu-nghiem", full_name=f"Người của {name}", organisation=organisation
        )  # fmt: skip
    return signed_in(user)


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def address(one, *tail):
    return "/".join(("/trace/trace-parties", str(one.pk), *map(str, tail), ""))


def filled(client, place, **values):
    return {**form_values(tree(client.get(place))), **values}


def status_of(secret):
    return Client().get("/epcis/events", headers={"Authorization": f"Bearer {secret}"}).status_code


def secret_in(answer):
    assert answer.status_code == 200, words(answer)
    (found,) = SECRET.findall(answer.content.decode())
    return found


def test_a_party_issues_its_own_key_and_sees_it_once(caplog):
    one = party()
    client, place = own_people(one), address(one, "keys", "new")
    sent = filled(client, place, label="Phần mềm kho")
    answer = client.post(place, sent)
    secret = secret_in(answer)
    assert "no-store" in answer["Cache-Control"]
    assert status_of(secret) == 200
    again = client.post(place, sent)
    assert (again.status_code, again["Location"]) == (303, address(one) + "#keys")
    page = client.get(address(one))
    assert ("Phần mềm kho" in words(page), "đã cấp một khóa rồi" in words(page)) == (True, True)
    key = ApiKey.objects.get()
    assert (key.label, key.issued_by.username) == ("Phần mềm kho", f"tk.{GROWER}")
    everything = (
        page.content.decode() + caplog.text + str(list(ChangeEntry.objects.values())) + str(key.__dict__)
    )
    assert secret[5:] not in everything


def test_the_editors_of_the_department_do_it_too_and_nobody_else():
    one, other = party(), party(SHOP, "Cửa hàng")
    own_people(one)
    stranger = own_people(other, "Người khác")
    place = address(one, "keys", "new")
    statuses = {
        name: client.get(place).status_code
        for name, client in {
            "editor": signed_in(account(Role.OFFICER, "TDC")),
            "admin": signed_in(account(Role.ADMIN, "VP")),
            "reader": signed_in(account(Role.READER, "TDC")),
            "other division": signed_in(account(Role.HEAD, "QLKH")),
            "another organisation": stranger,
            "nobody": Client(),
        }.items()
    }
    assert statuses == {
        "editor": 200, "admin": 200, "reader": 403, "other division": 403, "another organisation": 404, "nobody": 302,
    }  # fmt: skip
    issue_key(party=one, label="Máy quét", actor=SYSTEM, at=NOON)
    pages = [words(signed_in(account(role, "TDC")).get(address(one))) for role in (Role.OFFICER, Role.READER)]
    assert ["Máy quét" in each for each in pages] == [True, False]


def test_a_key_is_that_of_the_party_in_the_address():
    one, other = party(), party(SHOP, "Cửa hàng")
    issue_key(party=other, label="a", actor=SYSTEM, at=NOON)
    client, key = own_people(one), ApiKey.objects.get()
    for step in ("exchange", "revoke"):
        assert client.get(address(one, "keys", key.pk, step)).status_code == 404
        assert client.post(address(one, "keys", key.pk, step)).status_code == 404
    assert ApiKey.objects.get().revoked_at is None


@pytest.mark.parametrize(("overlap", "old_is_good_for"), [(7, 7 * DAY), (1, DAY), (0, 0 * DAY)])
def test_an_exchanged_key_ends_after_the_time_that_was_chosen(clock, overlap, old_is_good_for):
    one = party()
    client, old = own_people(one), issue_key(party=one, label="Kho", actor=SYSTEM, at=NOON)
    place = address(one, "keys", ApiKey.objects.get().pk, "exchange")
    sent = filled(client, place, overlap=str(overlap))
    new = secret_in(client.post(place, sent))
    assert client.post(place, sent).status_code == 303  # the same form
    assert (
        client.post(place, filled(client, place, overlap="7")).status_code == 303
    )  # another: exchanged before
    assert ApiKey.objects.count() == 2
    if overlap:
        clock.shift(old_is_good_for - timedelta(seconds=1))
        assert (status_of(old), status_of(new)) == (200, 200)
        clock.shift(1)
    assert (status_of(old), status_of(new)) == (401, 200)


def test_a_revoked_key_is_refused_at_once():
    one = party()
    client, secret = own_people(one), issue_key(party=one, label="Kho", actor=SYSTEM, at=NOON)
    place = address(one, "keys", ApiKey.objects.get().pk, "revoke")
    assert "chưa được dùng lần nào" in words(client.get(place))
    assert client.post(place).status_code == 303
    assert status_of(secret) == 401
    key = ApiKey.objects.get()
    assert (key.revoked_at, key.revoked_by.username) == (NOON, f"tk.{GROWER}")
    with pytest.raises(Refused, match="Hãy cấp khóa mới"):
        exchange_key(key=key, overlap=DAY, actor=SYSTEM, at=NOON)


def test_unknown_expired_and_revoked_keys_are_answered_alike(clock):
    one = party()
    expired = issue_key(party=one, label="a", actor=SYSTEM, at=NOON, until=date(2026, 10, 9))
    assert status_of(expired) == 200
    clock.move_to(datetime(2026, 10, 9, 16, 59, 59, tzinfo=UTC))
    assert status_of(expired) == 200
    clock.shift(1)  # midnight of the office
    answers = []
    for secret in (expired, "khcn_" + "x" * 43, "x"):
        answer = Client().get("/epcis/events", headers={"Authorization": f"Bearer {secret}"})
        problem = problem_of(answer, 401, "SecurityException")
        answers.append((problem["title"], problem["detail"], answer["WWW-Authenticate"]))
    assert len(set(answers)) == 1


def test_use_is_written_once_an_hour(clock):
    one = party()
    secret = issue_key(party=one, label="a", actor=SYSTEM, at=NOON)

    def statements():
        with CaptureQueriesContext(connection) as found:
            assert viewer_for(secret, at=datetime.now(UTC)) is not None
        return len([each for each in found if each["sql"].startswith(("SELECT", "UPDATE"))])

    entries = ChangeEntry.objects.count()
    assert [statements() for _each in range(3)] == [2, 1, 1]
    clock.shift(timedelta(hours=1))
    assert statements() == 1
    clock.shift(1)
    assert statements() == 2
    assert ApiKey.objects.get().last_used_at == NOON + timedelta(hours=1, seconds=1)
    assert ChangeEntry.objects.count() == entries


def test_a_database_that_is_busy_refuses_no_request_for_that():
    one = party()
    secret = issue_key(party=one, label="a", actor=SYSTEM, at=NOON)

    def busy(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(busy):
        assert status_of(secret) == 200
    assert ApiKey.objects.get().last_used_at is None


def test_the_last_day_is_that_of_the_rule_in_force_or_earlier():
    with acting(SYSTEM):
        RuleParameter(
            code="trace.key_days", label="Hạn", value=3, unit="month", valid_from=date(2026, 1, 1)
        ).save()
    one = party()
    client, place = own_people(one), address(one, "keys", "new")
    assert form_values(tree(client.get(place)))["until"] == "11/01/2027"  # 9 January is a Saturday
    for wrong in ("12/1/2027", "8/10/2026", "", "mai"):
        answer = client.post(place, filled(client, place, label="a", until=wrong))
        assert answer.status_code == 422, wrong
    secret_in(client.post(place, filled(client, place, label="a", until="09/10/2026")))
    issue_key(party=one, label="b", actor=SYSTEM, at=NOON)
    days = [each.expires_at for each in ApiKey.objects.order_by("pk")]
    assert days == [datetime(2026, 10, 9, 17, tzinfo=UTC), datetime(2027, 1, 11, 17, tzinfo=UTC)]


@pytest.mark.parametrize("value", [-1, 0, 2_000_000_000])
def test_a_rule_that_makes_no_sense_gives_the_usual_year(value):
    with acting(SYSTEM):
        RuleParameter(
            code="trace.key_days", label="Hạn", value=value, unit="year", valid_from=date(2026, 1, 1)
        ).save()
    issue_key(party=party(), label="a", actor=SYSTEM, at=NOON)
    assert ApiKey.objects.get().expires_at == datetime(2027, 10, 11, 17, tzinfo=UTC)


@pytest.mark.parametrize("label", ["", "   ", "x" * 101, "a\0b"])
def test_a_key_has_a_name(label):
    one = party()
    client, place = own_people(one), address(one, "keys", "new")
    assert client.post(place, filled(client, place, label=label)).status_code in {400, 422}
    assert not ApiKey.objects.exists()


def test_a_party_has_so_many_keys_and_no_more():
    one = party()
    for number in range(MOST_IN_USE):
        issue_key(party=one, label=str(number), actor=SYSTEM, at=NOON)
    with pytest.raises(Refused, match="Thu hồi khóa"):
        issue_key(party=one, label="một nữa", actor=SYSTEM, at=NOON)
    issue_key(party=party(SHOP, "Cửa hàng"), label="của bên khác", actor=SYSTEM, at=NOON)


def test_the_person_is_asked_again_and_then_gets_the_key(clock):
    one = party()
    client, place = own_people(one), address(one, "keys", "new")
    clock.shift(timedelta(minutes=10))
    page = client.post(place, filled(client, place, label="Kho"))
    assert (page.status_code, "Xác nhận lại là bạn" in words(page)) == (403, True)
    assert not ApiKey.objects.exists()
    proof = {**form_values(tree(page), "//form[@action='/proof/']"), "proof": "mat-khau-thu-nghiem"}
    offered = tree(client.post("/proof/", proof))
    answer = client.post(offered.xpath("string(//main//form/@action)"), form_values(offered, "//main//form"))
    assert status_of(secret_in(answer)) == 200


def test_people_outside_read_no_names_of_staff():
    one = party()
    officer = account(Role.OFFICER, "TDC")
    issue_key(party=one, label="Kho", actor=officer.actor, at=NOON)
    name = f"Nguyễn {officer.username}"
    own, staff = own_people(one), signed_in(account(Role.HEAD, "TDC"))
    assert [name in words(client.get(address(one))) for client in (own, staff)] == [False, True]


def test_keys_that_expire_soon_wait_in_the_work_list_of_the_editors(clock):
    one, other = party(), party(OTHER, "Bên khác")
    issue_key(party=one, label="Sắp hết", actor=SYSTEM, at=NOON, until=date(2026, 11, 9))
    issue_key(party=other, label="Còn lâu", actor=SYSTEM, at=NOON, until=date(2026, 11, 10))
    issue_key(party=other, label="Đã hết", actor=SYSTEM, at=NOON, until=date(2026, 10, 8))
    on = date(2026, 10, 9)  # and thirty days are 8 November, a Sunday
    (item,) = key_work(EDITOR, on).items
    assert (item.title, item.due_on) == ("Sắp hết – Hợp tác xã Thử Nghiệm", date(2026, 11, 9))
    assert item.url == address(one) + "#keys"
    assert [key_work(an_actor(role, unit), on).items for role, unit in ((Role.HEAD, "QLKH"), (Role.READER, "TDC"))] == [
        (), ()
    ]  # fmt: skip
    assert "sắp hết hạn" in words(own_people(one).get(address(one)))
    exchange_key(key=ApiKey.objects.get(label="Sắp hết"), overlap=7 * DAY, actor=SYSTEM, at=NOON)
    assert key_work(EDITOR, on).items == ()
