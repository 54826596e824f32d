"""The passport of a lot that a producer enters here: of what is published, and of nothing before and after."""

import json
from datetime import date

import pytest

from khcn.goods.rules import internal_gtin
from khcn.reference.models import AdminLevel
from tests.factories.goods import LocationFactory
from tests.factories.reference import AdminUnitFactory, AdminUnitSuccessionFactory
from tests.goods.public_given import complete, made_lot, publish
from tests.goods.test_diary import of, take, write
from tests.trace.open_documents import open_documents
from tests.trace.public_given import page, visitor

__all__ = ["visitor"]  # a fixture

pytestmark = pytest.mark.django_db

SECRET = "Canarybimat"


def test_a_published_lot_has_what_registers_know(visitor):
    lot = made_lot(name="Chè <Nương> Cao")
    _entry, certificate, picture, photo = complete(lot)
    publish(lot)
    passport, document = open_documents(visitor, lot.public_path)
    item, gln = lot.item, lot.item.organisation.trace_parties.get().gln
    product = passport["product"]
    assert (product["gtin"], product["brand"], product["group"], product["standards"]) == (
        item.number,
        "Hiệu Nương Cao",
        item.group.name,
        "TCCS 01:2023",
    )
    assert product["picture"] == f"http://testserver/public/pictures/{picture}/whole"
    assert passport["producer"]["gln"] == gln
    assert visitor.get(passport["producer"]["page"].removeprefix("http://testserver")).status_code == 200
    assert passport["certificates"] == [
        {
            "kind": "VietGAP",
            "number": "VG-77",
            "issuer": certificate.issuer,
            "valid_until": "2023-12-31",
            "is_past": True,
            "is_checked_by_department": False,
        }
    ]
    [step] = passport["traceability"]["steps"]
    assert (step["title"], step["words"]["en"]) == ("Thu hoạch, làm ra", "Commissioning")
    assert step["pictures"] == [f"http://testserver/public/pictures/{photo}/whole"]
    (event,) = document["epcisBody"]["eventList"]
    assert event["ilmd"]["cbvmda:lotNumber"] == lot.number
    assert event["quantityList"] == [{"epcClass": passport["id"]}]


def test_numbers_of_our_own_are_no_gtin_for_programs(visitor):
    own, other = made_lot(gtin=internal_gtin("06", 4)), made_lot(gtin="9521400000014")
    words = "không phải GTIN của GS1"
    for lot, is_internal in ((own, True), (other, False)):
        complete(lot)
        publish(lot)
        passport, document = open_documents(visitor, lot.public_path)
        assert passport["product"]["is_internal_gtin"] is is_internal
        data = json.loads(page(visitor, lot.public_path, Accept="application/ld+json"))
        assert ("gs1:gtin" in data) is not is_internal
        for one in (data, document):
            assert any(words in each for each in one.get("rdfs:comment", [])) is is_internal


def test_what_is_not_published_or_withdrawn_has_no_step_and_no_fact(visitor):
    lot = made_lot(standards=f"TC {SECRET}", brand=f"Hiệu {SECRET}")
    complete(lot)

    def is_withheld():
        passport, document = open_documents(visitor, lot.public_path)
        assert passport["status"] == "unpublished"
        assert passport["traceability"]["steps"] == document["epcisBody"]["eventList"] == []
        assert (passport["certificates"], passport["product"]["picture"]) == ([], None)
        assert passport["produced_on"] is None
        shown = json.dumps([passport, document], ensure_ascii=False)
        assert "VG-77" not in shown
        assert "/public/pictures/" not in shown
        assert f"TC {SECRET}" not in shown

    is_withheld()
    publish(lot)
    assert open_documents(visitor, lot.public_path)[0]["status"] == "good"
    take(lot, "withdraw-publication", of(lot.item.organisation), reason="Nhãn in sai")
    is_withheld()


def test_a_place_is_called_as_then_and_as_today(visitor):
    then = AdminUnitFactory(
        full_name="Xã Bằng Phúc, Huyện Chợ Đồn", level=AdminLevel.COMMUNE, valid_to=date(2025, 7, 1)
    )
    now = AdminUnitFactory(
        full_name="Xã Đồng Phúc, Tỉnh Thái Nguyên", level=AdminLevel.COMMUNE, valid_from=date(2025, 7, 1)
    )
    AdminUnitSuccessionFactory(predecessor=then, successor=now, effective_on=date(2025, 7, 1))
    lot = made_lot()
    complete(lot)
    place = LocationFactory(organisation=lot.item.organisation, admin_unit=then, name="Nương Cao")
    write(lot, place, "harvest", 5, of(lot.item.organisation))
    publish(lot)
    passport, _document = open_documents(visitor, lot.public_path)
    steps = passport["traceability"]["steps"]
    assert [one["place_today"] for one in steps if one["place"]["name"] == "Nương Cao"] == [now.full_name]


def test_expired_goods_say_so(visitor):
    lot = made_lot(is_without_expiry=False, shelf_life_days=30)
    complete(lot)
    publish(lot)
    passport, _document = open_documents(visitor, lot.public_path)
    assert passport["status"] == "expired"
    assert date.fromisoformat(passport["expires_on"]) == lot.last_day()
