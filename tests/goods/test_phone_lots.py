"""Lots that are begun on a telephone: on record with the first entry that names them, by the rules of the form."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from khcn.goods.models import Lot, LotEntry
from khcn.trace.models import Event
from tests.factories.goods import LocationFactory, LotFactory, ProcessStepFactory, TradeItemFactory
from tests.goods.phone_given import DATA, send, sent_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return TradeItemFactory(name="Chè Shan Minh Họa", shelf_life_days=30)


@pytest.fixture
def location(item):
    return LocationFactory(organisation=item.organisation)


@pytest.fixture
def account(item, tenant_of):
    return tenant_of(item.organisation)


@pytest.fixture
def phone(client, account):
    client.force_login(account)
    return client


@pytest.fixture
def entry(item, location, account):
    """What the app sends; by default a harvest of a lot that begins with it."""

    def made(*, version=5, **values):
        named = {"lot": begun(item), "step": None, "shipment": None, "code": None, **values}
        sent = sent_entry(Lot(), location, account, **named)
        return {**sent, "version": version, "typed_off": None}

    return made


def begun(item, number="100522", made_on="2022-05-10"):
    return {"item": item.pk, "number": number, "made_on": made_on}


def test_a_lot_is_on_record_with_its_first_entry_and_has_the_later_ones(phone, item, entry):
    first, second = entry(), entry(kind="sell", amount="2.5")
    answers = [send(phone, each) for each in (first, second, first)]
    assert [each.status_code for each in answers] == [200] * 3, [each.content for each in answers]
    assert answers[0].content == answers[2].content
    lot = Lot.objects.get()
    assert (lot.item, lot.number, lot.made_on, lot.expires_on) == (
        item,
        "100522",
        date(2022, 5, 10),
        date(2022, 6, 9),
    )
    assert Lot.objects.with_amount().get().amount == Decimal(10)
    assert (LotEntry.objects.count(), Event.objects.count()) == (2, 2)


def test_one_that_was_written_on_the_web_meanwhile_is_the_same_lot(phone, item, entry):
    lot = LotFactory(item=item, number="100522", made_on=date(2022, 5, 10))
    assert send(phone, entry()).status_code == 200
    assert LotEntry.objects.get().lot == lot


def test_a_lot_may_begin_as_what_is_made_of_another(phone, item, entry):
    assert send(phone, entry()).status_code == 200
    dried = TradeItemFactory(organisation=item.organisation)
    answer = send(phone, entry(kind="use", amount="3", into=begun(dried, "SAY-1")))
    assert answer.status_code == 200, answer.content
    assert LotEntry.objects.get(kind="use").into == Lot.objects.get(item=dried, number="SAY-1")


@pytest.mark.parametrize(
    ("number", "made_on", "values", "field", "why"),
    [
        ("HET", "2022-05-11", {}, "number", "Sản phẩm đã có lô HET, sản xuất, thu hoạch ngày 01/05/2022."),
        ("", "2022-05-10", {}, "number", "Hãy điền ô này."),
        ("L" * 21, "2022-05-10", {}, "number", ""),
        ("Lô 1", "2022-05-10", {}, "number", ""),
        ("MOI", "2999-01-01", {"done_on": "2999-01-01"}, "made_on", "chưa đến"),
        ("MOI", "2022-05-11", {"kind": "sell"}, "done_on", "Lô sản xuất, thu hoạch ngày 11/05/2022"),
        ("MOI", "2022-05-10", {"kind": "sell"}, "amount", "Lô chỉ còn 0 kg"),
    ],
)
def test_what_is_refused_leaves_no_lot(phone, item, entry, number, made_on, values, field, why):
    LotFactory(item=item, number="HET", made_on=date(2022, 5, 1))
    answer = send(phone, entry(lot=begun(item, number, made_on), **values))
    assert answer.status_code == 422, answer.content
    assert why in answer.json()["errors"][field][0]
    assert (Lot.objects.count(), LotEntry.objects.count(), Event.objects.count()) == (1, 0, 0)


def test_a_lot_of_a_product_of_others_is_not_begun(phone, entry):
    answer = send(phone, entry(lot=begun(TradeItemFactory())))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "Sản phẩm này không còn trong danh sách của cơ sở." in answer.json()["detail"]
    assert Lot.objects.count() == 0


@pytest.mark.parametrize(
    "lot",
    [
        {"item": 1, "number": "A"},
        {"item": 1, "number": "A", "made_on": "2022-05-10", "note": ""},
        {"item": "1", "number": "A", "made_on": "2022-05-10"},
        {"item": 1, "number": 7, "made_on": "2022-05-10"},
        {"item": 1, "number": "A\0", "made_on": "2022-05-10"},
        {"item": 1, "number": "A", "made_on": "10/05/2022"},
        {"item": 1, "number": "A", "made_on": None},
        [1, "A", "2022-05-10"],
        {},
    ],
)
@pytest.mark.parametrize("field", ["lot", "into"])
def test_what_no_app_sends_of_a_lot_is_unreadable(phone, entry, field, lot):
    answer = send(phone, entry(**{field: lot}))
    assert (answer.status_code, answer.json()["code"], [*answer.json()["errors"]]) == (
        422,
        "unreadable",
        [field],
    )


def test_an_app_from_before_names_lots_by_their_keys_alone(phone, entry):
    answer = send(phone, entry(version=4))
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable")


def test_products_come_with_the_steps_of_a_lot_that_begins_today(phone, item):
    picked = ProcessStepFactory(group=item.group, ordinal=1, name="Hái", kind="harvest")
    yesterday = timezone.localdate() - timedelta(days=1)
    ProcessStepFactory(group=item.group, ordinal=2, name="Sấy củi", valid_to=yesterday)
    packed = ProcessStepFactory(group=item.group, ordinal=3, name="Đóng gói", makes="packed")
    TradeItemFactory()
    found = phone.get(DATA).json()
    assert found["items"] == [
        {
            "id": item.pk,
            "name": "Chè Shan Minh Họa",
            "gtin": item.number,
            "unit": "kg",
            "pieces": False,
            "steps": [picked.pk, packed.pk],
            "goods_elsewhere": [packed.pk],
        }
    ]
    assert [each["name"] for each in found["steps"]] == ["Hái", "Đóng gói"]


def test_entries_that_were_declared_wrong_are_named_to_the_telephone(phone, entry, item):
    from tests.goods.test_diary import of, take

    sent, other = entry(), entry()
    assert {send(phone, each).status_code for each in (sent, other)} == {200}
    assert phone.get(DATA).json()["declared_wrong"] == []
    found = LotEntry.objects.get(event=uuid.UUID(sent["id"]))
    take(found, "declare-wrong", of(item.organisation), reason="Ghi nhầm lô")
    assert phone.get(DATA).json()["declared_wrong"] == [sent["id"]]
