"""What the tests of resolver and public pages share: a small chain captured by its parties, and a visitor."""

import copy
import re
from html import unescape

import pytest
from django.db import transaction
from django.test import Client
from django.utils.html import strip_tags

from khcn.kernel.actors import SYSTEM, acting
from tests.trace.rest_given import GROWER, OTHER, PROVINCE, SHOP, Speaker, document, party

ROOTS_GTIN, STARCH_GTIN, NOODLES_GTIN = "09521234000013", "09521234000020", "09521234000037"
BOX = "https://id.gs1.org/00/095212340000000013"


def lot(gtin, name):
    return f"https://id.gs1.org/01/{gtin}/10/{name}"


def serial(number):
    return f"https://id.gs1.org/01/{NOODLES_GTIN}/21/{number}"


ROOTS, STARCH, NOODLES = lot(ROOTS_GTIN, "CU-1"), lot(STARCH_GTIN, "BOT-1"), lot(NOODLES_GTIN, "MIEN-1")


def place(gln):
    return f"https://id.gs1.org/414/{gln}"


def reported(number, kind, day, **fields):
    usual = {
        "type": kind,
        "eventID": f"urn:uuid:00000000-0000-4000-9000-{number:012d}",
        "eventTime": f"2026-09-{day:02d}T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
    }
    return {name: value for name, value in {**usual, **fields}.items() if value is not None}


def of(*things, quantity=10):
    return [{"epcClass": thing, "quantity": quantity, "uom": "KGM"} for thing in things]


def commissioned(number, day, thing, gln, **fields):
    usual = {
        "action": "ADD",
        "bizStep": "commissioning",
        "quantityList": of(thing),
        "readPoint": {"id": place(gln)},
    }
    return reported(number, "ObjectEvent", day, **{**usual, **fields})


def observed(number, day, step, gln, **fields):
    return reported(
        number, "ObjectEvent", day, action="OBSERVE", bizStep=step, readPoint={"id": place(gln)}, **fields
    )


def transformed(number, day, inputs, outputs, gln=GROWER, **fields):
    usual = {
        "inputQuantityList": of(*inputs),
        "outputQuantityList": of(*outputs),
        "bizStep": "commissioning",
        "readPoint": {"id": place(gln)},
    }
    return reported(number, "TransformationEvent", day, **{**usual, **fields})


def master(kind, thing, **attributes):
    return {
        "type": f"urn:epcglobal:epcis:vtype:{kind}",
        "vocabularyElementList": [
            {
                "id": thing,
                "attributes": [
                    {"id": f"urn:epcglobal:cbv:mda:{name}", "attribute": value}
                    for name, value in attributes.items()
                ],
            }
        ],
    }


def with_master_data(*vocabularies, events=()):
    return document(*events, epcisHeader={"epcisMasterData": {"vocabularyList": list(vocabularies)}})


class Parties:
    """The grower who makes noodles, the shop, a stranger and the province, each with a key."""

    def __init__(self):
        self.grower = Speaker(party(GROWER, "Hợp tác xã Thử Nghiệm"))
        confirm(self.grower, "9521234")
        self.shop = Speaker(party(SHOP, "Cửa hàng Thử Nghiệm"))
        self.stranger = Speaker(party(OTHER, "Người lạ"))
        self.province = Speaker(party(PROVINCE, "Chi cục Thử Nghiệm", authority=True))


def confirm(speaker, codes):
    """The department confirms whose some codes are."""
    speaker.party.confirmed_codes = codes
    with acting(SYSTEM):
        speaker.party.save()


def send(speaker, *events, **more):
    job = speaker.captured(document(*events, **more))
    assert job["success"], job
    return job


def noodles(parties):
    """Roots to starch to noodles at the grower's; two packets, of which one is sold by the shop."""
    send(
        parties.grower,
        commissioned(1, 1, ROOTS, GROWER, bizStep="https://example.org/buoc/harvesting"),
        transformed(2, 5, [ROOTS], [STARCH]),
        transformed(
            3,
            10,
            [STARCH],
            [NOODLES],
            ilmd={
                "cbvmda:lotNumber": "MIEN-1",
                "cbvmda:productionDate": "2026-09-10",
                "cbvmda:itemExpirationDate": "2027-09-10",
                "cbvmda:countryOfOrigin": "VN",
            },
        ),
        reported(
            4,
            "ObjectEvent",
            11,
            action="ADD",
            bizStep="commissioning",
            epcList=[serial("A1"), serial("A2")],
            ilmd={"cbvmda:lotNumber": "MIEN-1"},
            readPoint={"id": place(GROWER)},
        ),
        reported(
            5,
            "AggregationEvent",
            12,
            action="ADD",
            bizStep="packing",
            parentID=BOX,
            childEPCs=[serial("A1"), serial("A2")],
            readPoint={"id": place(GROWER)},
        ),
        observed(6, 13, "shipping", GROWER, epcList=[BOX]),
    )
    send(
        parties.shop,
        observed(7, 14, "receiving", SHOP, epcList=[BOX]),
        reported(
            8,
            "AggregationEvent",
            15,
            action="DELETE",
            bizStep="unpacking",
            parentID=BOX,
            readPoint={"id": place(SHOP)},
        ),
        observed(9, 16, "retail_selling", SHOP, epcList=[serial("A1")]),
    )


def named(parties):
    """Master data of goods and places by trusted parties."""
    assert parties.grower.captured(
        with_master_data(
            master("EPCClass", f"https://id.gs1.org/01/{NOODLES_GTIN}", descriptionShort="Miến dong"),
            master(
                "EPCClass", f"https://id.gs1.org/01/{STARCH_GTIN}", descriptionShort="Tinh bột dong riềng"
            ),
            master("EPCClass", f"https://id.gs1.org/01/{ROOTS_GTIN}", descriptionShort="Củ dong riềng"),
            master(
                "BusinessLocation", place(GROWER), name="Xưởng miến", streetAddressOne="Thôn 1", city="Na Rì"
            ),
        )
    )["success"]


@pytest.fixture(scope="module")
def made_parties(request, django_db_setup, django_db_blocker):
    """The parties of a module, taken back after it: making them costs as much as what a test asks of them."""
    block = transaction.atomic()
    block._from_testcase = True  # a durable one may be opened inside, as in a test
    with django_db_blocker.unblock(), block:
        made = Parties()
        request.module.parties.at_first(made)
        yield made
        transaction.set_rollback(True)


def parties_who(at_first):
    """A fixture, for a module to call `parties`: they have done this before the first test. What a test changes in its rows or its
    objects, the next one does not see.
    """

    @pytest.fixture(name="parties")
    def again(made_parties, db):
        return copy.deepcopy(made_parties)

    again.at_first = at_first
    return again


parties = parties_who(lambda _parties: None)


@pytest.fixture
def visitor(db):
    """Somebody with a telephone: no key, no cookie."""
    return Client()


def page(visitor, path, status=200, **headers):
    answer = visitor.get(path, headers=headers)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def text(html):
    return " ".join(unescape(strip_tags(html.partition("<body>")[2].replace("<", " <"))).split())


def steps(html):
    """What each step is called, with its day; several of one kind under one heading, with the day of the first."""
    return [
        (unescape(label).strip(), unescape(day))
        for label, day in re.findall(r"<h3>(.*?) <small>([^\s,]+)(?:, [\d:]+| – \S+)?</small>", html)
    ]
