"""Whose master data count in the answer to a query: two strangers and an authority."""

import pytest

from tests.factories.trace import a_gln
from tests.trace.public_given import with_master_data
from tests.trace.rest_given import GROWER, OTHER, PROVINCE, Speaker, document, event, party

pytestmark = pytest.mark.django_db
NAME = "urn:epcglobal:cbv:mda:name"
SECRET = "urn:example:secret"


def place(gln):
    return f"https://id.gs1.org/414/{gln}"


def described(speaker, where, *, children=(), **attributes):
    element = {
        "id": where,
        "attributes": [
            {"id": name, "attribute": value} for name, value in {NAME: "Nơi", **attributes}.items()
        ],
        **({"children": list(children)} if children else {}),
    }
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [element]}
    assert speaker.captured(with_master_data(vocabulary))["success"]


@pytest.fixture
def world(db):
    maker, stranger = Speaker(party(GROWER, "Một")), Speaker(party(OTHER, "Hai"))
    maker.captured(document(event(1, bizLocation={"id": place(GROWER)})))
    stranger.captured(document(event(2, bizLocation={"id": place(OTHER)})))
    return maker, stranger, Speaker(party(PROVINCE, "Sở", authority=True))


def within(speaker, gln=GROWER):
    return len(speaker.events(f"/events?WD_bizLocation={place(gln)}"))


def test_nobody_puts_his_place_into_that_of_another(world):
    maker, stranger, province = world
    described(stranger, place(GROWER), children=[place(OTHER)])
    assert (within(province), within(stranger)) == (1, 0)
    described(maker, place(GROWER), children=[place(OTHER)])
    assert within(province) == 2


def test_an_authority_says_which_places_are_within_another(world):
    _maker, _stranger, province = world
    described(province, place(GROWER), children=[place(OTHER)])
    assert within(province) == 2


def test_a_place_of_nobody_known_is_described_by_the_first(world):
    maker, stranger, province = world
    nobody = a_gln(777)
    described(maker, place(nobody), children=[place(GROWER)])
    described(stranger, place(nobody), children=[place(OTHER)])
    assert within(province, nobody) == 1


def test_attributes_are_read_by_those_who_see_them(world):
    maker, stranger, province = world
    described(maker, place(GROWER), **{SECRET: "4711"})
    stranger.captured(document(event(3, bizLocation={"id": place(GROWER)})))
    asked = (f"/events?EQ_ATTR_bizLocation_{SECRET}=4711", f"/events?HASATTR_bizLocation={SECRET}")
    found = [[len(one.events(each)) for each in asked] for one in (maker, stranger, province)]
    assert found[1:] == [[0, 0], [2, 2]]
    assert found[0][0] == found[0][1] >= 1
    described(province, place(GROWER), **{NAME: "Kho"})
    assert len(stranger.events(f"/events?EQ_ATTR_bizLocation_{NAME}=Kho")) == 1
