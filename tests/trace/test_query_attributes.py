"""Query parameters for attributes of master data and inner extensions: each finds what it names, in any spelling, or is refused."""

from urllib.parse import quote

import pytest

from tests.trace.public_given import with_master_data
from tests.trace.rest_given import GROWER, Speaker, event, party, problem_of

pytestmark = pytest.mark.django_db
PLACE, PLACE_URN = f"https://id.gs1.org/414/{GROWER}", f"urn:epc:id:sgln:{GROWER[:7]}.{GROWER[7:12]}.0"
HALL_URN = f"urn:epc:id:sgln:{GROWER[:7]}.{GROWER[7:12]}.KHO"
CITY = "urn:epcglobal:cbv:mda#city"


@pytest.fixture
def maker(db):
    made = Speaker(party(), **{"GS1-Extensions": "vidu=https://example.org/truy-xuat/"})
    described = {
        "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
        "vocabularyElementList": [
            {"id": PLACE, "attributes": [{"id": CITY, "attribute": "Na Rì"}], "children": [HALL_URN]}
        ],
    }
    nested = {"vidu:ngoai": {"vidu:trong": {"vidu:so": 5}, "vidu:ten": "An"}}
    happened = [
        event(1, bizLocation={"id": PLACE_URN}, readPoint={"id": HALL_URN.replace("KHO", "CUA"), **nested}),
        event(
            2,
            action="ADD",
            ilmd=nested,
            readPoint={"id": f"https://id.gs1.org/414/{GROWER}/254/KHO"},
            sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 5, **nested}], **nested}],
            **nested,
        ),
    ]
    job = made.captured(with_master_data(described, events=happened))
    assert (job["success"], job["accepted"]) == (True, 2)
    return made


def found(maker, name, value):
    listed = maker.events(f"/events?{quote(name)}={quote(value, safe='')}")
    return sorted(int(one["eventID"][-1]) for one in listed)


@pytest.mark.parametrize("name", ["EQATTR_bizLocation_", "EQ_ATTR_bizLocation_"])
@pytest.mark.parametrize("attribute", [CITY, "urn:epcglobal:cbv:mda:city", "cbvmda:city"])
def test_an_attribute_is_found_by_every_spelling(maker, name, attribute):
    assert (found(maker, name + attribute, "Na Rì"), found(maker, name + attribute, "Ba Bể")) == ([1], [])
    assert found(maker, name + attribute, "Ba Bể,Na Rì".replace(",", "%2C")) == []
    assert (found(maker, "HASATTR_bizLocation", attribute), found(maker, "HASATTR_readPoint", attribute)) == (
        [1],
        [],
    )


def test_a_place_is_within_another_in_every_spelling(maker):
    for asked in (PLACE, PLACE_URN, f"https://truyxuat.example.vn/414/{GROWER}"):
        assert (found(maker, "WD_readPoint", asked), found(maker, "WD_bizLocation", asked)) == ([2], [1])


INNER = {
    "EQ_INNER_vidu:so": ("5", "6", [2]),
    "GT_INNER_vidu:so": ("4", "5", [2]),
    "EXISTS_INNER_vidu:so": ("true", None, [2]),
    "EQ_INNER_ILMD_vidu:ten": ("An", "Ba", [2]),
    "LE_INNER_ILMD_vidu:so": ("5", "4", [2]),
    "EXISTS_INNER_ILMD_vidu:so": ("true", None, [2]),
    "EQ_INNER_SENSORELEMENT_vidu:so": ("5", "6", [2]),
    "EQ_INNER_SENSORREPORT_vidu:so": ("5", "6", [2]),
    "EQ_INNER_readPoint_vidu:so": ("5", "6", [1]),
    "EXISTS_vidu:ngoai": ("true", None, [2]),
    "EXISTS_INNER_vidu:ngoai": ("true", None, []),
    "EQ_INNER_ILMD_vidu:ngoai": ("5", None, []),
}


@pytest.mark.parametrize("name", INNER)
def test_inner_extensions_are_found(maker, name):
    value, other, expected = INNER[name]
    assert found(maker, name, value) == expected
    if other is not None:
        assert found(maker, name, other) == []


@pytest.mark.parametrize(
    "name",
    [
        "EQATTR_bizStep_cbvmda:city",
        "EQ_ATTR_noiChon_cbvmda:city",
        "EQATTR_bizLocation",
        "GTATTR_bizLocation_cbvmda:city",
        "GE_ATTR_bizLocation_cbvmda:city",
        "HASATTR_bizLoaction",
        "HASATTR_",
        "HASATTR_INNER_bizLocation",
        "EQ_INNER_bizStep",
        "EXISTS_INNER_readPoint_vidu:so",
        "GT_INNER_bizLocation_vidu:so",
        "EQ_INNER_INNER",
        "EQ_INNER_SENSOR_vidu:so",
        "EQ_ILMD_INNER_vidu:so",
        "EQ_OUTER_vidu:so",
        "NE_vidu:so",
    ],
)
def test_what_there_is_not_is_refused_and_never_ignored(maker, name):
    for value in ("5", "Na%20R%C3%AC"):
        problem_of(maker.get(f"/events?{quote(name)}={value}"), 400, "QueryParameterException")
    body = {"name": "hoi", "query": {name: ["5"]}}
    assert maker.post("/queries", body).status_code == 400
