"""A producer without an account asks to take part; the department confirms it with a party and a range of numbers, or refuses."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from khcn.epcis.ids.check import has_right_check_digit
from khcn.goods.jobs import send_participation_mail
from khcn.goods.models import ParticipationRequest, TradeItem
from khcn.goods.operations import compared_with_record, organisation_on_record, participation
from khcn.goods.rules import internal_gln, internal_gtin
from khcn.goods.views.participation import REQUESTS_OF_NETWORK
from khcn.goods.work import account_address
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Organisation
from khcn.reference.models import AdminLevel
from khcn.reference.operations import enter_shipped_rules
from khcn.trace.models import TraceParty
from tests.factories.goods import ParticipationRequestFactory, ProductGroupFactory, TradeItemFactory
from tests.factories.parties import OrganisationFactory, ProducerFactory
from tests.factories.reference import AdminUnitFactory, AdminUnitSuccessionFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.test_diary import TODAY, enter, take
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_quota_used():
    REQUESTS_OF_NETWORK.clear()
    yield
    REQUESTS_OF_NETWORK.clear()


@pytest.fixture
def commune():
    return AdminUnitFactory(level=AdminLevel.COMMUNE, full_name="Xã Côn Minh, Huyện Na Rì")


@pytest.fixture
def editor():
    return account(Role.OFFICER, "TDC").actor


def asked(client, commune, address="203.0.113.9", **changed):
    typed = {
        "name": "Hợp tác xã Tài Hoan Minh Họa",
        "kind": "cooperative",
        "tax_code": "4700123456",
        "admin_unit": commune.pk,
        "address": "Thôn Chợ B",
        "goods": "Miến dong",
        "gln": "",
        "contact_name": "Nguyễn Thị Liên Hệ",
        "phone": "0912 345 678",
        "email": "htx@vidu.vn",
        "consent": "on",
    }
    return client.post(reverse("participation"), {**typed, **changed}, REMOTE_ADDR=address)


def mail_of(request):
    """What the job that was put down for a request sends."""
    [arguments] = [
        each.args_kwargs["args"][1]
        for each in DBTaskResult.objects.all()
        if each.args_kwargs["args"] == [participation.MAIL, {"request": request.pk}]
    ]
    send_participation_mail(**arguments)
    return mail.outbox[-1]


def test_a_request_is_a_row_with_a_receipt_and_a_term(client, commune):
    enter_shipped_rules(actor=SYSTEM)
    response = asked(client, commune)
    stored = ParticipationRequest.objects.get()
    assert (response.status_code, stored.code in words(response)) == (200, True)
    assert (stored.name, stored.admin_unit, stored.phone) == (
        "Hợp tác xã Tài Hoan Minh Họa",
        commune,
        "0912 345 678",
    )
    assert stored.received_on == stored.consented_on == timezone.localdate()
    term = Deadline.objects.get(subject_model="goods.participationrequest", subject_id=stored.pk)
    assert (term.owner_code, term.kind) == ("TDC", "goods.participation")
    asked(client, commune)
    assert ParticipationRequest.objects.count() == 1
    client.force_login(account(Role.OFFICER, "TDC"))
    assert stored.code in words(client.get(reverse("work-list")))


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"kind": "state_body"},
        {"admin_unit": ""},
        {"admin_unit": "9" * 30},
        {"goods": ""},
        {"goods": "a" * 501},
        {"gln": "8930000000001"},
        {"gln": internal_gln("29061600")},
        {"contact_name": "Li\u202eên"},
        {"phone": "12"},
        {"email": "htx"},
        {"consent": ""},
    ],
)
def test_what_does_not_fit_is_named_and_what_was_typed_stays(client, commune, changed):
    response = asked(client, commune, **changed)
    assert response.status_code == 422
    [name] = changed
    assert tree(response).xpath(f"//div[@role='alert']//a[@href='#id_{name}']")
    assert "Thôn Chợ B" in response.content.decode()
    assert not ParticipationRequest.objects.exists()


def test_only_communes_of_today_are_offered(client, commune):
    AdminUnitFactory(level=AdminLevel.DISTRICT, full_name="Huyện Na Rì")
    AdminUnitFactory(
        level=AdminLevel.COMMUNE, full_name="Xã Đã Nhập", valid_to=timezone.localdate() - timedelta(days=1)
    )
    page = tree(client.get(reverse("participation")))
    offered = page.xpath("//select[@name='admin_unit']/option[@value!='']")
    assert [each.text_content().strip() for each in offered] == ["Xã Côn Minh, Huyện Na Rì"]


def test_one_address_sends_a_few_and_the_day_has_a_limit(client, commune, monkeypatch):
    for number in range(3):
        assert asked(client, commune, goods=f"Hàng {number}").status_code == 200
    stopped = asked(client, commune, goods="Hàng thứ tư")
    assert (stopped.status_code, 0 < int(stopped["Retry-After"]) <= 1200) == (429, True)
    monkeypatch.setattr(participation, "MOST_REQUESTS_OF_A_DAY", 3)
    full = asked(client, commune, "203.0.113.10", goods="Hàng khác")
    assert (full.status_code, "Hãy gọi điện" in words(full)) == (429, True)
    assert ParticipationRequest.objects.count() == 3


def test_a_confirmed_producer_is_a_party_with_numbers_of_its_own(editor):
    first, second = (
        ParticipationRequestFactory(name=f"HTX Minh Họa {each}", email="htx@vidu.vn") for each in "AB"
    )
    take(first, "confirm", editor)
    take(second, "confirm", editor, gln="8930000000002")
    prefixes = [first.party.confirmed_codes, second.party.confirmed_codes]
    assert [each[-4:] for each in prefixes] == ["0001", "0002"]
    assert (first.party.gln[:8], first.party.gln[8:12]) == (prefixes[0], "0000")
    assert has_right_check_digit(first.party.gln)
    assert second.party.gln == "8930000000002"
    assert first.party.organisation.name == "HTX Minh Họa A"
    assert first.party.organisation.kind == "cooperative"
    assert (first.decided_on, first.refusal_reason) == (TODAY, "")
    sent = mail_of(first)
    assert (sent.to, "đã xác nhận HTX Minh Họa A tham gia" in sent.body) == (["htx@vidu.vn"], True)
    group = ProductGroupFactory()
    made = [
        enter(TradeItem(organisation=each.party.organisation, name="Miến", group=group, unit="KGM"), SYSTEM)
        for each in (first, second, first)
    ]
    assert [each.gtin[:12] for each in made] == [
        f"{prefixes[0]}0001",
        f"{prefixes[1]}0001",
        f"{prefixes[0]}0002",
    ]


def test_the_dialog_confirms_a_producer_without_a_number_of_its_own(client):
    """As its words say: an empty number becomes one of this system, an empty organisation the one that was sent."""
    request = ParticipationRequestFactory(name="HTX Chưa Có Mã", gln="")
    client.force_login(account(Role.OFFICER, "TDC"))
    address = f"{register_of(ParticipationRequest).detail_url(request.pk)}actions/confirm/"
    dialog = tree(client.get(address)).xpath("//main//form[@method='post']//input[@type='hidden']")
    sent = {each.get("name"): each.get("value") or "" for each in dialog}
    answer = client.post(address, {**sent, "organisation": "", "gln": ""})
    assert answer.status_code in {302, 303}, words(answer)
    request.refresh_from_db()
    assert request.party.name == "HTX Chưa Có Mã"
    assert has_right_check_digit(request.party.gln)


def test_an_organisation_without_a_range_shares_one_that_no_party_has():
    group = ProductGroupFactory()
    made = [
        enter(TradeItem(organisation=ProducerFactory(), name="Miến", group=group, unit="KGM"), SYSTEM)
        for _each in range(2)
    ]
    assert [each.gtin[4:12] for each in made] == ["00000001", "00000002"]


def test_a_range_that_is_used_up_is_reported(editor):
    request = ParticipationRequestFactory()
    take(request, "confirm", editor)
    last = int(request.party.confirmed_codes[-4:]) * 10_000 + 9_999
    province = request.party.confirmed_codes[2:4]
    item = TradeItemFactory(organisation=request.party.organisation, gtin=internal_gtin(province, last))
    with pytest.raises(Refused, match="đã dùng hết mã nội bộ"):
        enter(TradeItem(organisation=item.organisation, name="Miến", group=item.group, unit="KGM"), SYSTEM)


def test_a_producer_that_is_on_record_is_found_and_takes_part_once(editor, client):
    known = OrganisationFactory(name="HTX Có Sẵn", tax_code="4700999888")
    request = ParticipationRequestFactory(name="hợp tác xã có sẵn", tax_code="4700999888")
    client.force_login(account(Role.OFFICER, "TDC"))
    page = client.get(f"/goods/participation-requests/{request.pk}/actions/confirm/").content.decode()
    assert "HTX Có Sẵn" in page
    take(request, "confirm", editor, organisation=known)
    assert request.party.organisation == known
    again = ParticipationRequestFactory(name="HTX Có Sẵn")
    with pytest.raises(Refused, match="Đã có tổ chức tên này"):
        take(again, "confirm", editor)
    with pytest.raises(Refused, match="Tổ chức này đã tham gia truy xuất"):
        take(again, "confirm", editor, organisation=known)
    other = ParticipationRequestFactory(name="HTX Khác", gln=request.party.gln)
    with pytest.raises(Refused, match="Mã GLN này là của cơ sở khác"):
        take(other, "confirm", editor, gln=request.party.gln)
    with pytest.raises(Refused, match="Mã bắt đầu bằng 2906 là mã nội bộ do hệ thống cấp"):
        take(other, "confirm", editor, gln=internal_gln("29061600"))
    assert not Organisation.objects.filter(name="HTX Khác").exists()  # nothing half-written
    with pytest.raises(Refused, match="đã được trả lời ngày"):
        take(request, "refuse", editor, reason="Trùng")
    assert TraceParty.objects.filter(organisation=known).count() == 1


def test_a_range_whose_gln_is_taken_is_passed_over(editor):
    """Else nobody without a GLN could be confirmed from then on."""
    first = ParticipationRequestFactory(name="HTX Một")
    take(first, "confirm", editor)
    number = int(first.party.confirmed_codes[-4:])
    TracePartyFactory(gln=internal_gln(f"2906{number + 1:04d}"))
    second = ParticipationRequestFactory(name="HTX Hai")
    take(second, "confirm", editor)
    assert second.party.confirmed_codes == f"2906{number + 2:04d}"


def test_a_stranger_with_the_name_and_tax_code_of_an_organisation_gets_nothing_of_it(editor, client, commune):
    known = OrganisationFactory(
        name="HTX Có Sẵn",
        tax_code="4700999888",
        admin_unit=commune,
        phone="0209 3999 999",
        email="that@vidu.vn",
    )
    before = (known.name, known.phone, known.email)
    request = ParticipationRequestFactory(
        name="HTX CÓ SẴN", tax_code="4700999888", phone="0911 000 000", email="la@vidu.vn"
    )
    assert (
        organisation_on_record(request, actor=editor, on=TODAY)["organisation"] is None
    )  # of another commune
    client.force_login(account(Role.OFFICER, "TDC"))
    dialog = words(client.get(f"/goods/participation-requests/{request.pk}/actions/confirm/"))
    for shown in (
        "Đang có: HTX Có Sẵn",
        "tên tổ chức: giống nhau (HTX Có Sẵn)",
        "mã số thuế: giống nhau (4700999888)",
        f"hệ thống ghi “{commune}”, đăng ký ghi “{request.admin_unit}”",
        "điện thoại: hệ thống ghi “0209 3999 999”, đăng ký ghi “0911 000 000”",
        "thư điện tử: hệ thống ghi “that@vidu.vn”, đăng ký ghi “la@vidu.vn”",
    ):
        assert shown in dialog
    take(request, "confirm", editor, organisation=known)
    known.refresh_from_db()
    assert (known.name, known.phone, known.email) == before
    assert request.party.name == "HTX Có Sẵn"
    address = account_address(request)
    assert "that%40vidu.vn" in address
    assert not [each for each in ("la%40", "full_name") if each in address]


def test_the_organisation_with_tax_code_and_commune_of_a_request_is_offered_first(editor):
    then, now = (AdminUnitFactory(level=AdminLevel.COMMUNE) for _each in range(2))
    then.valid_to = now.valid_from = date(2022, 7, 1)
    with acting(SYSTEM):
        now.save()
        then.save()
    AdminUnitSuccessionFactory(predecessor=then, successor=now, effective_on=date(2022, 7, 1))
    OrganisationFactory(name="HTX Có Sẵn", admin_unit=then)
    same = OrganisationFactory(tax_code="4700999888", admin_unit=then)
    request = ParticipationRequestFactory(name="HTX Có Sẵn", tax_code="4700999888", admin_unit=now)
    assert organisation_on_record(request, actor=editor, on=TODAY)["organisation"] == same.pk
    first = next(iter(compared_with_record(request, actor=editor, on=TODAY)))
    assert first == f"1. Đang có: {same}"


def test_a_refusal_has_a_reason_that_is_sent(editor):
    request = ParticipationRequestFactory(email="ho@vidu.vn")
    take(request, "refuse", editor, reason="Cơ sở không ở trong tỉnh")
    assert (request.decided_on, request.party, request.refusal_reason) == (
        TODAY,
        None,
        "Cơ sở không ở trong tỉnh",
    )
    assert "Cơ sở không ở trong tỉnh" in mail_of(request).body


def test_an_administrator_is_led_to_the_account_of_a_confirmed_producer(editor, client):
    request = ParticipationRequestFactory(name="HTX Chờ Tài Khoản", email="htx@vidu.vn")
    take(request, "confirm", editor)
    client.force_login(account(Role.ADMIN, "VP"))
    page = client.get(reverse("work-list"))
    assert "HTX Chờ Tài Khoản" in words(page)
    [address] = tree(page).xpath("//a[contains(@href, '/accounts/new/')]/@href")
    form = tree(client.get(address))
    filled = {name: form.xpath(f"//input[@name='{name}']/@value") for name in ("full_name", "email")}
    assert filled == {"full_name": ["Người Liên Hệ Minh Họa"], "email": ["htx@vidu.vn"]}
    assert "HTX Chờ Tài Khoản" in client.get(address).content.decode()
    client.force_login(account(Role.OFFICER, "TDC"))
    assert "/accounts/new/" not in client.get(reverse("work-list")).content.decode()
