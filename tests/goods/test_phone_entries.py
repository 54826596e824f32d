"""What a telephone sends about a diary: once for each id, by the rules of the form, with its clock and its photographs."""

import json
import re
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from khcn.goods.models import LotEntry
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.attachments import attachments_of
from khcn.kernel.registers.registry import register_of
from khcn.trace.models import Event
from tests.factories.goods import LocationFactory, LotEntryFactory, LotFactory, ProcessStepFactory
from tests.factories.parties import OrganisationFactory, ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.phone_given import DATA, ENTRIES, send, send_photo, sent_entry
from tests.kernel.png_points import png_of
from tests.kernel.test_picture_metadata import DRAWN, photograph, segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return LotFactory(item__name="Chè Shan Minh Họa")


@pytest.fixture
def location(lot):
    return LocationFactory(organisation=lot.item.organisation, name="Xưởng chè")


@pytest.fixture
def account(lot, tenant_of):
    return tenant_of(lot.item.organisation)


@pytest.fixture
def phone(client, account):
    client.force_login(account)
    return client


def test_an_entry_is_stored_with_its_event_and_the_clock_of_the_telephone(phone, lot, location, account):
    sent = sent_entry(lot, location, account, note="Sáng sớm")
    answer = send(phone, sent)
    assert answer.status_code == 200, answer.content
    entry = LotEntry.objects.get()
    assert answer.json() == {
        "id": sent["id"],
        "record": entry.pk,
        "url": register_of(LotEntry).detail_url(entry.pk),
        "photos": [],
    }
    assert (str(entry.event), entry.amount, entry.note, entry.ordinal) == (
        sent["id"],
        Decimal("12.5"),
        "Sáng sớm",
        1,
    )
    assert (entry.typed_at.isoformat()[:16], entry.typed_offset, entry.clock_off) == (
        (entry.received_at - timedelta(hours=3)).isoformat()[:16],
        420,
        None,
    )
    assert Event.objects.get().event_id == f"urn:uuid:{sent['id']}"


def test_the_same_again_gets_the_same_answer_and_is_stored_once(phone, lot, location, account):
    sent = sent_entry(lot, location, account)
    answers = [send(phone, {**sent, "sent_at": f"2026-12-0{day}T05:00:00+07:00"}) for day in (1, 2, 3)]
    assert {(each.status_code, each.content) for each in answers} == {(200, answers[0].content)}
    assert (LotEntry.objects.count(), Event.objects.count()) == (1, 1)


def test_another_content_under_an_id_is_a_conflict_and_changes_nothing(phone, lot, location, account):
    sent = sent_entry(lot, location, account)
    send(phone, sent)
    answer = send(phone, {**sent, "entry": {**sent["entry"], "amount": "13"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "other_content")
    assert LotEntry.objects.get().amount == Decimal("12.5")


def test_the_id_of_an_entry_that_came_otherwise_is_a_conflict(phone, lot, location, account):
    typed = LotEntryFactory(lot=lot, location=location)
    answer = send(phone, sent_entry(lot, location, account, key=typed.event))
    assert (answer.status_code, answer.json()["code"]) == (409, "other_content")


@pytest.mark.parametrize(
    ("values", "field", "why"),
    [
        ({"amount": None}, "amount", "Hãy ghi số lượng"),
        ({"kind": "sell", "amount": "13"}, "amount", "Lô chỉ còn 0 kg"),
        ({"kind": "sell", "done_on": "2022-05-09"}, "done_on", "Lô sản xuất, thu hoạch ngày 10/05/2022"),
        ({"done_on": "2999-01-01"}, "done_on", "chưa đến"),
        ({"done_on": "2018-01-01"}, "location", "Ngày này địa điểm không được dùng"),
        ({"amount": "1.2345"}, "amount", ""),
        ({"amount": "0"}, "amount", "Số lượng phải lớn hơn 0"),
        ({"kind": "use"}, "into", "phải ghi lô được làm ra"),
        ({"kind": "ship"}, "receiver", "phải ghi bên nhận"),
    ],
)
def test_what_the_form_refuses_is_refused_with_the_same_words_and_can_be_sent_right_later(
    phone, lot, location, account, values, field, why
):
    sent = sent_entry(lot, location, account, **values)
    answer = send(phone, sent)
    assert answer.status_code == 422, answer.content
    assert why in answer.json()["errors"][field][0]
    assert LotEntry.objects.count() == 0
    assert send(phone, sent_entry(lot, location, account, key=sent["id"])).status_code == 200


def test_a_receiver_that_is_an_authority_is_none(phone, lot, location, account):
    authority = TracePartyFactory(is_authority=True)
    answer = send(phone, sent_entry(lot, location, account, kind="ship", receiver=authority.pk))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "Bên nhận này không còn trong danh sách" in answer.content.decode()


def test_without_a_trace_party_the_reason_is_given(client, tenant_of):
    lot = LotFactory(item__organisation=OrganisationFactory())
    location = LocationFactory(organisation=lot.item.organisation)
    account = tenant_of(lot.item.organisation)
    client.force_login(account)
    answer = send(client, sent_entry(lot, location, account))
    assert (answer.status_code, answer.json()["code"]) == (422, "no_trace_party")


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": 3},
        {"version": 4},
        {"typed_off": 5},
        {"version": "1"},
        {"version": True},
        {"id": "not an id"},
        {"id": None},
        {"id": "{2b0a9c3e-6f5c-4f0e-9d3e-0a8f3f0c1d11}"},
        {"account": "1"},
        {"sent_at": "2026-12-01T05:00:00"},
        {"typed_at": 5},
        {"typed_at": "0001-01-01T00:00:00+14:00"},
        {"typed_at": "9999-12-31T23:59:59+00:00"},
        {"entry": {}},
        {"entry": None},
        {"photos": None},
        {"photos": [{"id": "x", "sha256": "0" * 64}]},
        {"photos": [{"id": str(uuid.UUID(int=1)), "sha256": "0" * 63}]},
        {"photos": [{"id": str(uuid.UUID(int=1)), "sha256": "0" * 64}] * 2},
        {"photos": [{"id": str(uuid.UUID(int=each)), "sha256": "0" * 64} for each in range(11)]},
        {"more": 1},
    ],
)
def test_what_no_app_sends_is_refused_and_breaks_nothing(phone, lot, location, account, change):
    answer = send(phone, {**sent_entry(lot, location, account), **change})
    assert answer.status_code in {403, 422}, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert LotEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lot", None),
        ("lot", True),
        ("lot", 2**70),
        ("location", "1"),
        ("kind", "steal"),
        ("kind", None),
        ("done_on", "10/05/2022"),
        ("done_on", 5),
        ("done_at", "25:00"),
        ("amount", 12.5),
        ("amount", "-1"),
        ("amount", "NaN"),
        ("amount", "1" * 99),
        ("note", None),
        ("note", "\0"),
        ("note", "x" * 3000),
        ("into", "x"),
        ("receiver", []),
    ],
)
def test_values_of_another_kind_are_refused_at_their_field(phone, lot, location, account, name, value):
    answer = send(phone, sent_entry(lot, location, account, **{name: value}))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [name]), answer.content


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"1", b"\xff", b'"a"'])
def test_a_body_that_is_no_entry_is_refused(phone, body):
    answer = phone.post(ENTRIES, body, content_type="application/json")
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize(("ahead", "off"), [(-1440, -1440), (1440, 1440), (6, 6), (-4, None), (4, None)])
def test_a_clock_that_is_wrong_is_marked_and_not_corrected(phone, lot, location, account, ahead, off):
    sent = sent_entry(lot, location, account, ahead=timedelta(minutes=ahead))
    assert send(phone, sent).status_code == 200
    entry = LotEntry.objects.get()
    assert (entry.clock_off, entry.typed_at.isoformat()[:19]) == (
        off,
        _in_utc(sent["typed_at"]),
    )
    shown = phone.get(register_of(LotEntry).detail_url(entry.pk)).content.decode()
    assert ("Đồng hồ điện thoại lệch" in shown) is (off is not None)
    assert "Máy chủ nhận lúc" in shown


@pytest.mark.parametrize(
    ("typed", "typed_off", "off", "words"),
    [
        (timedelta(days=-400), -576000, -576000, "Chậm 400 ngày so với máy chủ."),
        (timedelta(hours=2), None, 120, "Nhanh 2 giờ so với máy chủ."),
        (timedelta(minutes=6), None, 6, "Nhanh 6 phút so với máy chủ."),
        (timedelta(days=-400), None, None, ""),  # it may have waited so long
        (timedelta(minutes=4), None, None, ""),
        (timedelta(0), 4, None, ""),
    ],
)
def test_a_clock_that_was_wrong_while_typing_is_marked_though_it_is_right_when_sending(
    phone, lot, location, account, typed, typed_off, off, words
):
    sent = in_third_version(sent_entry(lot, location, account), typed_off)
    assert send(phone, {**sent, "typed_at": (timezone.localtime() + typed).isoformat()}).status_code == 200
    entry = LotEntry.objects.get()
    assert entry.clock_off == off
    shown = phone.get(register_of(LotEntry).detail_url(entry.pk)).content.decode()
    assert re.findall(r"(?:Chậm|Nhanh) .*? so với máy chủ\.", shown) == [words] * bool(words)


@pytest.mark.parametrize("off", ["5", True, 1.5, 10**9, -(10**9)])
def test_what_is_no_number_of_minutes_is_refused(phone, lot, location, account, off):
    answer = send(phone, in_third_version(sent_entry(lot, location, account), off))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["typed_off"])


def _in_utc(text):
    from datetime import UTC, datetime

    return datetime.fromisoformat(text).astimezone(UTC).isoformat()[:19]


def test_photographs_come_one_by_one_and_each_once(phone, lot, location, account):
    pictures = [DRAWN, photograph(segment(0xFE, b"khac"))]
    sent = sent_entry(lot, location, account, photos=pictures)
    record = send(phone, sent).json()["record"]
    first, second = (each["id"] for each in sent["photos"])
    for _time in range(2):
        answer = send_photo(phone, record, second, pictures[1])
        assert (answer.status_code, answer.json()["photos"]) == (200, [second])
    assert send_photo(phone, record, first, pictures[0]).json()["photos"] == [first, second]
    assert send(phone, sent).json()["photos"] == [first, second]
    entry = LotEntry.objects.get()
    assert sorted(each.name for each in attachments_of(entry)) == sorted(entry.photo_names)
    shown = phone.get(register_of(LotEntry).detail_url(record)).content.decode()
    assert "2 ảnh, ở phần tệp đính kèm" in shown
    assert entry.photo_names[0] in shown


def test_a_photograph_that_is_not_listed_or_not_whole_is_refused(phone, lot, location, account):
    text = b"no picture at all"
    sent = sent_entry(lot, location, account, photos=[DRAWN, text, png_of((1, 2, 3), 4, 4)])
    record = send(phone, sent).json()["record"]
    first, second, third = (each["id"] for each in sent["photos"])
    assert send_photo(phone, record, first, DRAWN[:-9]).json()["code"] == "other_bytes"
    assert send_photo(phone, record, uuid.uuid4(), DRAWN).status_code == 404
    assert send_photo(phone, record, second, text).json()["code"] == "no_picture"
    assert send_photo(phone, record, third, png_of((1, 2, 3), 4, 4)).json()["code"] == "no_picture"
    assert send_photo(phone, record, first, b"x" * (4 * 1024 * 1024)).status_code == 422
    assert not attachments_of(LotEntry.objects.get()).exists()


def test_the_choices_are_of_the_organisation_alone_and_of_lots_that_are_open(phone, lot, location, account):
    sold = LotEntryFactory(lot__item=lot.item, lot__number="HET", amount=10)
    LotEntryFactory(lot=sold.lot, kind="sell", amount=10, location=sold.location)
    half = LotEntryFactory(lot__item=lot.item, lot__number="CON", amount=10)
    LotEntryFactory(lot=half.lot, kind="sell", amount=4, location=half.location)
    LotFactory(), LocationFactory()
    LocationFactory(organisation=lot.item.organisation, closed_on="2020-01-01", name="Kho cũ")
    found = phone.get(DATA).json()
    assert (found["account"], found["version"]) == ({"id": account.pk, "name": account.full_name}, 1)
    assert {each["number"]: each["amount"] for each in found["lots"]} == {lot.number: "0", "CON": "6"}
    assert {each["name"] for each in found["locations"]} == {
        location.name,
        sold.location.name,
        half.location.name,
    }
    assert [each["value"] for each in found["kinds"] if each["also"]] == ["use", "ship"]
    assert {each["value"]: each["change"] for each in found["kinds"]} == {
        "harvest": 1,
        "make": 1,
        "work": 0,
        "check": 0,
        **dict.fromkeys(("use", "ship", "sell", "destroy"), -1),
    }
    assert len(found["csrf"]) >= 32


@pytest.mark.parametrize(("days", "is_there"), [(0, True), (30, True), (31, False)])
def test_a_lot_stays_for_a_while_when_nothing_is_left_in_it(phone, lot, days, is_there):
    day = timezone.localdate() - timedelta(days=days)
    sold = LotEntryFactory(lot__item=lot.item, lot__number="HET", amount=10)
    LotEntryFactory(lot=sold.lot, kind="sell", amount=10, location=sold.location, done_on=day)
    assert ("HET" in {each["number"] for each in phone.get(DATA).json()["lots"]}) is is_there


def test_goods_that_were_received_are_found_by_the_label_of_their_maker(phone, lot):
    path = "/01/09521400000014/10/CS%2F01"
    LotFactory(item__organisation=lot.item.organisation, number="CS/01-2", source_path=path)
    found = {each["number"]: (each["gtin"], each["label"]) for each in phone.get(DATA).json()["lots"]}
    assert found == {
        lot.number: (lot.item.number, lot.number),
        "CS/01-2": ("09521400000014", "CS/01"),
    }


def step_of(lot, **more):
    return ProcessStepFactory(group=lot.item.group, **{"kind": "harvest", **more})


def in_second_version(sent, step):
    return {**sent, "version": 2, "entry": {**sent["entry"], "step": step}}


def in_third_version(sent, typed_off, step=None):
    return {**in_second_version(sent, step), "version": 3, "typed_off": typed_off}


def test_a_lot_comes_with_the_steps_of_the_day_it_was_made_on(phone, lot):
    second = step_of(lot, ordinal=2, name="Sấy", kind="make", asked="số giờ", valid_to=date(2022, 5, 11))
    first = step_of(lot, ordinal=1, name="Hái", valid_from=lot.made_on)
    step_of(lot, valid_to=lot.made_on)
    later = step_of(lot, ordinal=3, name="Sấy điện", kind="make", valid_from=date(2022, 5, 11))
    step_of(lot, kind="receive")
    ProcessStepFactory()
    other = LotFactory(item__organisation=lot.item.organisation)
    found = phone.get(DATA).json()
    assert {each["id"]: each["steps"] for each in found["lots"]} == {
        lot.pk: [first.pk, second.pk],
        other.pk: [],
    }
    assert found["steps"] == [
        {"id": first.pk, "name": "Hái", "kind": "harvest", "asked": ""},
        {"id": second.pk, "name": "Sấy", "kind": "make", "asked": "số giờ"},
        {"id": later.pk, "name": "Sấy điện", "kind": "make", "asked": ""},  # of a lot that begins today
    ]


def test_steps_whose_goods_are_those_of_another_lot_are_work_in_this_one(phone, lot, account):
    plucked = step_of(lot, ordinal=1, name="Hái búp", makes="loose")
    packed = step_of(lot, ordinal=2, name="Đóng gói", kind="make", makes="packed")
    box = LotFactory(item__organisation=lot.item.organisation, item__group=lot.item.group, item__unit="PA")
    lots = {each["id"]: each for each in phone.get(DATA).json()["lots"]}
    assert {key: (each["steps"], each["goods_elsewhere"]) for key, each in lots.items()} == {
        lot.pk: ([plucked.pk, packed.pk], [packed.pk]),
        box.pk: ([plucked.pk, packed.pk], [plucked.pk]),
    }
    place = LocationFactory(organisation=lot.item.organisation)
    sent = in_second_version(sent_entry(box, place, account), plucked.pk)  # of an app from before the rule
    answer = send(phone, sent).json()
    assert (
        "không làm ra hàng của lô này nên ghi là “Trồng, chăm sóc, sơ chế” và để trống số lượng"
        in answer["detail"]
    )
    sent["entry"] |= {"kind": "work", "amount": None}
    assert send(phone, {**sent, "id": str(uuid.uuid4())}).status_code == 200


def test_an_entry_names_a_step_and_stands_for_it(phone, lot, location, account):
    step = step_of(lot, is_required=True)
    sent = in_second_version(sent_entry(lot, location, account), step.pk)
    for _time in range(2):
        assert send(phone, sent).status_code == 200
    assert LotEntry.objects.get().step == step
    assert [each.days for each in lot.process] == [(date(2022, 5, 10),)]
    without = in_second_version(sent_entry(lot, location, account), None)
    assert send(phone, without).status_code == 200
    assert LotEntry.objects.get(event=without["id"]).step is None


def test_a_step_of_others_without_its_words_or_unknown_is_refused(phone, lot, location, account):
    asking = step_of(lot, asked="số giờ").pk
    for step, status, why in (
        (asking, 422, "phải ghi thêm: số giờ"),
        (step_of(lot, kind="check").pk, 422, "ghi là"),
        (ProcessStepFactory(kind="harvest").pk, 422, "Chọn công đoạn của nhóm"),
        (step_of(lot, valid_to=lot.made_on).pk, 422, "áp dụng vào ngày 10/05/2022"),
        (10**9, 404, "Không còn công đoạn này."),
        ("1", 422, "không đọc được"),
        (True, 422, "không đọc được"),
    ):
        answer = send(phone, in_second_version(sent_entry(lot, location, account), step))
        assert (answer.status_code, why in answer.content.decode()) == (status, True), answer.content.decode()
    assert send(phone, {**sent_entry(lot, location, account), "version": 2}).status_code == 422
    assert LotEntry.objects.count() == 0


def test_nothing_of_another_organisation_is_found(phone, lot, location, account, tenant_of):
    other = LotFactory()
    place = LocationFactory(organisation=other.item.organisation)
    for values in (
        {"lot": other.pk},
        {"location": place.pk},
        {"kind": "use", "into": other.pk},
        {"kind": "ship", "receiver": 10**9},
        {"lot": 10**9},
    ):
        answer = send(phone, sent_entry(lot, location, account, **values))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), values
        assert re.search("Bấm “Sửa”|Bỏ mục này rồi ghi lại", answer.json()["detail"]), values
    theirs, client = tenant_of(other.item.organisation), Client()
    client.force_login(theirs)
    sent = sent_entry(other, place, theirs, photos=[DRAWN])
    record = send(client, sent).json()["record"]
    assert send(phone, {**sent, "account": account.pk}).status_code == 404
    assert send_photo(phone, record, sent["photos"][0]["id"], DRAWN).status_code == 404
    assert LotEntry.objects.count() == 1


def test_who_cannot_confirm_goods_is_not_offered_and_refused_with_one_sentence(phone, lot, location, account):
    offered = TracePartyFactory(organisation=OrganisationFactory())
    without = TracePartyFactory(organisation=None)
    assert phone.get(DATA).json()["receivers"] == [{"id": offered.pk, "name": offered.name}]
    LotEntryFactory(lot=lot, location=location, amount=20)
    for receiver, field, why in (
        (without.pk, "partner", "Bên nhận chưa gắn với tổ chức nào nên không xác nhận được. Hãy liên hệ Sở."),
        (None, "receiver", "Giao hàng thì phải ghi bên nhận."),
    ):
        answer = send(phone, sent_entry(lot, location, account, kind="ship", receiver=receiver)).json()
        assert (answer["detail"], answer["errors"][field]) == (why, [why])
    assert not LotEntry.objects.filter(kind="ship").exists()


def test_only_the_account_that_entered_sends(phone, lot, location, account):
    sent = sent_entry(lot, location, account)
    answer = send(phone, {**sent, "account": account.pk + 1})
    assert (answer.status_code, answer.json()["code"]) == (403, "other_account")
    assert LotEntry.objects.count() == 0


def test_without_a_session_and_without_the_token_of_the_page_nothing_is_taken(lot, location, account):
    stranger = Client()
    for answer in (stranger.get(DATA), send(stranger, sent_entry(lot, location, account))):
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account)
    answer = send(strict, sent_entry(lot, location, account))
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    token = strict.get(DATA).json()["csrf"]
    body = json.dumps(sent_entry(lot, location, account))
    headers = {"X-CSRFToken": token}
    assert strict.post(ENTRIES, body, content_type="application/json", headers=headers).status_code == 200


def test_who_must_choose_a_password_first_is_refused_with_it(phone, lot, location, account):
    from django.utils import timezone

    with acting(SYSTEM):
        account.issued_password_until = timezone.now() + timedelta(days=1)
        account.save()
    for answer in (phone.get(DATA), send(phone, sent_entry(lot, location, account))):
        assert (answer.status_code, answer.json()["code"]) == (403, "password_change_required")


def test_an_entry_that_was_declared_wrong_stays_known(phone, lot, location, account):
    from tests.goods.test_diary import of, take

    sent = sent_entry(lot, location, account)
    send(phone, sent)
    take(LotEntry.objects.get(), "declare-wrong", of(lot.item.organisation), reason="Ghi nhầm lô")
    assert send(phone, sent).status_code == 200
    assert LotEntry.objects.count() == 1


def test_a_producer_without_lots_gets_an_empty_list(client, tenant_of):
    client.force_login(tenant_of(ProducerFactory()))
    assert client.get(DATA).json()["lots"] == []
