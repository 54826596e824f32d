"""The passport and the EPCIS document of a label: valid, of the same events as its page, and without anything that the page does not show."""

import json
import re

import jsonschema_rs
import pytest

from khcn.epcis import load
from khcn.trace.queries.page_notices import Notice
from khcn.trace.views.passport import SCHEMA
from tests.trace.open_documents import open_documents
from tests.trace.public_given import (
    BOX,
    GROWER,
    NOODLES,
    NOODLES_GTIN,
    ROOTS_GTIN,
    SHOP,
    STARCH_GTIN,
    commissioned,
    lot,
    master,
    named,
    noodles,
    observed,
    of,
    page,
    parties,
    place,
    reported,
    send,
    serial,
    steps,
    transformed,
    visitor,
    with_master_data,
)

__all__ = ["parties", "visitor"]  # fixtures

LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
PACKET = f"{LOT}/21/A1"
ROOT = "http://testserver"
OWN_LOT, OWN_PACKET = NOODLES, serial("A1")


def events_of(document):
    return document["epcisBody"]["eventList"]


def records_of(document):
    """By the id of goods what the header says of them."""
    (vocabulary,) = document["epcisHeader"]["epcisMasterData"]["vocabularyList"]
    return {
        record["id"]: {each["id"].rpartition(":")[2]: each["attribute"] for each in record["attributes"]}
        for record in vocabulary["vocabularyElementList"]
    }


def test_the_schema_is_one():
    assert jsonschema_rs.meta.is_valid(json.loads(SCHEMA))
    refused = jsonschema_rs.validator_for(json.loads(SCHEMA)).is_valid
    assert not refused({})


def test_a_packet_has_its_journey_in_both_documents(parties, visitor):
    noodles(parties)
    named(parties)
    passport, document = open_documents(visitor, PACKET)
    words = [label for label, _day in steps(page(visitor, PACKET))]
    assert [one["words"]["vi"] for one in passport["traceability"]["steps"]] == words
    assert [(one["type"], one.get("action"), one["bizStep"]) for one in events_of(document)] == [
        ("ObjectEvent", "ADD", "urn:khcn:goods:bizstep:harvesting"),
        ("TransformationEvent", None, "commissioning"),
        ("TransformationEvent", None, "commissioning"),
        ("ObjectEvent", "ADD", "commissioning"),
        ("AggregationEvent", "ADD", "packing"),
        ("ObjectEvent", "OBSERVE", "shipping"),
        ("ObjectEvent", "OBSERVE", "receiving"),
        ("AggregationEvent", "DELETE", "unpacking"),
        ("ObjectEvent", "OBSERVE", "retail_selling"),
    ]
    harvest, milling, drying, commissioning, packing, *_others, sale = events_of(document)
    (roots,) = [one["epcClass"] for one in harvest["quantityList"]]
    (starch,) = [one["epcClass"] for one in milling["outputQuantityList"]]
    assert milling["inputQuantityList"] == [{"epcClass": roots}]
    assert drying["inputQuantityList"] == [{"epcClass": starch}]
    assert drying["outputQuantityList"] == [{"epcClass": OWN_LOT}]
    assert drying["ilmd"] == {
        "cbvmda:lotNumber": "MIEN-1",
        "cbvmda:productionDate": "2026-09-10",
        "cbvmda:itemExpirationDate": "2027-09-10",
        "cbvmda:countryOfOrigin": "VN",
    }
    assert commissioning["epcList"] == packing["childEPCs"] == sale["epcList"] == [OWN_PACKET]
    assert records_of(document) == {
        OWN_PACKET: {"descriptionShort": "Miến dong"},
        roots: {"descriptionShort": "Củ dong riềng", "lotNumber": "CU-1"},
        starch: {"descriptionShort": "Tinh bột dong riềng", "lotNumber": "BOT-1"},
    }
    assert harvest["readPoint"] == {
        "id": place(GROWER),
        "rdfs:label": "Xưởng miến",
        "gs1:streetAddress": "Thôn 1, Na Rì",
    }
    assert (harvest["eventTime"], harvest["eventTimeZoneOffset"]) == ("2026-09-01T08:00:00+07:00", "+07:00")
    assert sale["gs1:organizationName"] == "Cửa hàng Thử Nghiệm"
    assert len(load(json.dumps(document), strict=True).events) == 9


def test_places_of_one_number_have_their_own_ids_where_they_have_their_own_names(parties, visitor):
    field, shed, unnamed = (f"{place(GROWER)}/254/{name}" for name in ("RUONG", "XUONG", "KHO"))
    named(parties)
    masters = [
        master("BusinessLocation", field, name="Ruộng khoai"),
        master("BusinessLocation", shed, name="Xưởng chế biến"),
    ]
    parties.grower.captured(with_master_data(*masters))
    send(
        parties.grower,
        commissioned(50, 1, OWN_LOT, GROWER, readPoint={"id": field}),
        observed(51, 2, "inspecting", GROWER, quantityList=of(OWN_LOT)) | {"readPoint": {"id": shed}},
        observed(52, 3, "storing", GROWER, quantityList=of(OWN_LOT)) | {"readPoint": {"id": unnamed}},
    )
    expected = [
        (field, "Ruộng khoai"),
        (shed, "Xưởng chế biến"),
        (place(GROWER), "Xưởng miến"),  # its name is that of the number
    ]
    passport, document = open_documents(visitor, LOT)
    points = [one["readPoint"] for one in events_of(document)]
    assert [(one["id"], one["rdfs:label"]) for one in points] == expected
    there = [one["place"] for one in passport["traceability"]["steps"]]
    assert [(one["id"], one["name"], one["gln"]) for one in there] == [(*one, GROWER) for one in expected]
    data = json.loads(page(visitor, LOT, Accept="application/ld+json"))
    found = [one["epcis:readPoint"] for one in data["epcis:eventList"]]
    assert [(one["@id"], one["rdfs:label"]) for one in found] == expected
    assert "Ruộng khoai" in page(visitor, field.removeprefix("https://id.gs1.org"))


def test_the_passport_has_the_elements_of_the_decree(parties, visitor):
    noodles(parties)
    named(parties)
    passport, _document = open_documents(visitor, PACKET)
    steps_there = passport["traceability"].pop("steps")
    verdicts = passport.pop("verdicts")
    assert verdicts[0]["title"] == "Mã đúng, còn hạn sử dụng"
    assert passport.pop("as_of")
    assert passport == {
        "$schema": f"{ROOT}/public/schemas/passport-2026-01-23.json",
        "is_national_format": False,
        "id": OWN_PACKET,
        "page": ROOT + PACKET,
        "language": "vi",
        "is_illustrative": False,
        "status": "good",
        "product": {
            "gtin": NOODLES_GTIN,
            "is_internal_gtin": False,
            "name": "Miến dong",
            "is_name_confirmed": True,
            "brand": None,
            "group": None,
            "standards": None,
            "picture": None,
        },
        "lot": "MIEN-1",
        "serial": "A1",
        "producer": {
            "name": "Hợp tác xã Thử Nghiệm",
            "address": "Thôn 1, Na Rì",
            "address_today": None,
            "gln": None,
            "page": None,
        },
        "origin": {
            "country": "VN",
            "last_made_at": {
                "name": "Xưởng miến",
                "address": "Thôn 1, Na Rì",
                "id": place(GROWER),
                "gln": GROWER,
                "is_confirmed": True,
            },
        },
        "produced_on": "2026-09-10",
        "best_before": None,
        "expires_on": "2027-09-10",
        "certificates": [],
        "safety_warnings": [],
        "traceability": {"is_whole": True, "events": f"{ROOT}{PACKET}?form=epcis"},
        "national_portal": None,
    }
    assert steps_there[2]["made_of"] == [
        {"name": "Tinh bột dong riềng", "lot": "BOT-1", "is_name_confirmed": True, "is_recalled": False}
    ]


def test_nothing_leaves_that_the_page_does_not_show(parties, visitor):
    """Everything that a public page never has stands in these events: amounts, orders, buyers, own fields, other codes."""
    noodles(parties)
    named(parties)
    send(
        parties.grower,
        observed(
            50, 18, "shipping", GROWER, quantityList=[{"epcClass": NOODLES, "quantity": 7319, "uom": "KGM"}],
            bizLocation={"id": place("9521234000044")},
            bizTransactionList=[{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521234000006:DON-4471"}],
            sourceList=[{"type": "owning_party", "source": f"https://id.gs1.org/417/{GROWER}"}],
            destinationList=[{"type": "owning_party", "destination": "https://id.gs1.org/417/9521236000004"}],
            **{"vidu:gia": "giá 88000"},
        ),
        reported(
            51, "TransactionEvent", 19, action="ADD", bizStep="accepting", epcList=[serial("A1"), serial("A2")],
            bizTransactionList=[{"bizTransaction": "urn:epcglobal:cbv:bt:9521234000006:HD-9902"}],
            readPoint={"id": place(GROWER)},
        ),
    )  # fmt: skip
    for path in (LOT, PACKET, f"{LOT}/21/GIA"):
        shown = json.dumps(open_documents(visitor, path), ensure_ascii=False)
        for secret in (
            "7319", "KGM", '"quantity"', "9521234000044", "DON-4471", "HD-9902", "88000", "9521236000004", "A2",
            "00000000-0000-4000-9000", BOX.rpartition("/")[2], ROOTS_GTIN, STARCH_GTIN, "sourceList", "destinationList", "sensor",
        ):  # fmt: skip
            assert secret not in shown, (path, secret)
    lot_alone = json.dumps(open_documents(visitor, LOT), ensure_ascii=False)
    assert "Cửa hàng" not in lot_alone
    assert SHOP not in lot_alone


def test_ids_of_other_goods_are_those_of_one_document(parties, visitor):
    """Of two labels with one raw material nobody learns by these documents that it is one."""
    send(
        parties.grower,
        commissioned(1, 1, lot(STARCH_GTIN, "BOT-1"), GROWER),
        transformed(2, 5, [lot(STARCH_GTIN, "BOT-1")], [NOODLES]),
        transformed(3, 6, [lot(STARCH_GTIN, "BOT-1")], [lot(NOODLES_GTIN, "MIEN-2")]),
    )
    named(parties)
    found = [open_documents(visitor, path)[1] for path in (LOT, LOT, f"/01/{NOODLES_GTIN}/10/MIEN-2")]
    ids = [{thing for thing in records_of(one) if thing.startswith("urn:uuid:")} for one in found]
    assert ids[0] == ids[1]
    assert ids[0].isdisjoint(ids[2])
    assert all(len(one) == 1 for one in ids)


def test_an_object_that_was_used_up_is_an_input(parties, visitor):
    noodles(parties)
    send(
        parties.shop,
        reported(
            52, "TransformationEvent", 20, bizStep="commissioning", inputEPCList=[serial("A1")],
            outputQuantityList=of(lot("09521235000012", "LAU-1")), readPoint={"id": place(SHOP)},
        ),
    )  # fmt: skip
    _passport, document = open_documents(visitor, PACKET)
    used = events_of(document)[-1]
    assert (used["type"], used["inputEPCList"]) == ("TransformationEvent", [OWN_PACKET])
    assert used["transformationID"].startswith("urn:uuid:")
    assert not {"outputEPCList", "outputQuantityList", "ilmd"} & used.keys()


def test_a_recall_is_an_event_and_a_warning(parties, visitor):
    noodles(parties)
    send(
        parties.grower,
        observed(
            31, 21, "holding", GROWER, quantityList=of(NOODLES), disposition="recalled",
            **{"vidu:recallReason": "Có <dị vật>"},
        ),
    )  # fmt: skip
    for path in (LOT, PACKET):
        passport, document = open_documents(visitor, path)
        recalls = [one for one in events_of(document) if one.get("disposition") == "recalled"]
        assert passport["status"] == "recalled"
        assert passport["safety_warnings"] == [
            {"since": "2026-09-21T08:00:00+07:00", "by": "Hợp tác xã Thử Nghiệm", "text": "Có <dị vật>"}
        ]
        assert [(one["eventTime"], one["quantityList"]) for one in recalls] == [
            ("2026-09-21T08:00:00+07:00", [{"epcClass": OWN_LOT}])
        ]
        assert any("THU HỒI" in one for one in document["rdfs:comment"])


def test_a_recall_that_no_step_tells_is_an_event_too(parties, visitor):
    noodles(parties)
    kind = f"https://id.gs1.org/01/{NOODLES_GTIN}"
    send(
        parties.grower,
        observed(31, 21, "holding", GROWER, quantityList=[{"epcClass": kind}], disposition="recalled"),
    )
    _passport, document = open_documents(visitor, PACKET)
    assert events_of(document)[-1] == {
        "type": "ObjectEvent",
        "eventTime": "2026-09-21T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "disposition": "recalled",
        "epcList": [OWN_PACKET],
        "gs1:organizationName": "Hợp tác xã Thử Nghiệm",
    }


def test_hostile_and_long_texts_and_goods_without_amount_or_name(parties, visitor):
    hostile = "</script><b>\"'&\u202e=1+1\0".replace("\0", "\u0007")
    assert parties.grower.captured(
        with_master_data(
            master(
                "EPCClass",
                f"https://id.gs1.org/01/{NOODLES_GTIN}",
                descriptionShort=hostile,
                brandName="x" * 999,
            ),
            master("BusinessLocation", place(GROWER), name="y" * 999, city=hostile),
        )
    )["success"]
    send(
        parties.grower,
        commissioned(1, 1, lot(ROOTS_GTIN, "CU-1"), GROWER, quantityList=[{"epcClass": lot(ROOTS_GTIN, "CU-1")}]),
        transformed(
            2, 5, [lot(ROOTS_GTIN, "CU-1")], [lot(NOODLES_GTIN, "A%2FB%25")],
            bizStep="https://example.org/bi-mat/0912345678", readPoint={"id": "urn:example:kho-rieng"},
            ilmd={"cbvmda:productionDate": "hôm qua " + hostile, "cbvmda:countryOfOrigin": "Z" * 500},
        ),
        reported(3, "https://example.org/su-kien-rieng", 6, **{"vidu:a": "b"}),
    )  # fmt: skip
    passport, document = open_documents(visitor, f"/01/{NOODLES_GTIN}/10/A%2FB%25")
    assert passport["lot"] == "A/B%"
    assert passport["product"]["name"] == "</script><b>\"'&=1+1"
    assert len(passport["product"]["brand"]) == 200
    assert "bi-mat" not in json.dumps(document)
    assert "kho-rieng" not in json.dumps(document)
    assert [one["type"] for one in events_of(document)] == ["ObjectEvent", "TransformationEvent"]


def test_times_long_ago_have_no_seconds_in_their_offset(parties, visitor):
    send(
        parties.grower,
        commissioned(1, 1, NOODLES, GROWER),
        observed(2, 2, "storing", GROWER, quantityList=of(NOODLES), eventTime="1850-01-01T08:00:00.000+07:00"),
        observed(3, 2, "storing", GROWER, quantityList=of(NOODLES), eventTime="0001-01-02T08:00:00.000+07:00"),
    )  # fmt: skip
    passport, document = open_documents(visitor, LOT)
    assert [(one["eventTime"], one["eventTimeZoneOffset"]) for one in events_of(document)[:2]] == [
        ("0001-01-02T01:00:00+00:00", "+00:00"),
        ("1850-01-01T01:00:00+00:00", "+00:00"),
    ]
    assert passport["traceability"]["steps"][1]["at"] == "1850-01-01T01:00:00+00:00"


def test_english(parties, visitor):
    noodles(parties)
    passport, document = open_documents(visitor, f"{LOT}/21/GIA", lang="en")
    assert passport["language"] == "en"
    assert passport["status"] == "unknown_serial"
    assert not re.search(
        "[ạảấầẩẫậắằẳẵặếềểễệ]", passport["verdicts"][0]["text"] + "".join(document["rdfs:comment"])
    )
    assert visitor.get(LOT, {"form": "passport", "lang": "en"})["Content-Language"] == "en"


def test_what_has_no_such_form(parties, visitor):
    noodles(parties)
    assert visitor.get(f"/01/{NOODLES_GTIN}?form=passport").status_code == 404  # a product alone
    assert visitor.get(f"{LOT}?form=xml").status_code == 404
    assert visitor.get("/01/09521234999997/10/X?form=epcis").status_code == 404
    assert visitor.get(f"/01/{NOODLES_GTIN[:-1]}0/10/X?form=epcis").status_code == 400
    assert visitor.get(f"{LOT}?form=").status_code == 200


@pytest.mark.parametrize(("kind", "form"), [("dpp", "passport"), ("traceability", None)])
def test_a_machine_finds_them_by_link_type(parties, visitor, kind, form):
    noodles(parties)
    answer = visitor.get(f"{LOT}?linkType=gs1:{kind}", headers={"Accept": "application/json"})
    target = ROOT + LOT + (f"?form={form}" if form else "?lang=vi")
    assert (answer.status_code, answer["Location"]) == (307, target)
    listed = visitor.get(f"{LOT}?linkType=linkset").json()["linkset"][0]
    assert f"{ROOT}{LOT}?form=epcis" in [one["href"] for one in listed["https://ref.gs1.org/voc/epcis"]]
    assert '<a href="?form=passport">' in page(visitor, LOT)
    assert "?form=" not in page(visitor, f"/01/{NOODLES_GTIN}")


def test_the_schema_has_a_word_for_each_verdict():
    words = json.loads(SCHEMA)["properties"]["status"]["enum"]
    verdicts = {notice.value.replace(" ", "_") for notice in Notice if notice is not Notice.ILLUSTRATIVE}
    assert set(words) == {"good", "unconfirmed", *verdicts}
