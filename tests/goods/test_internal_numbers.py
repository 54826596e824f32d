"""Numbers that the program gives to packages, places and parties are never given out as keys of GS1."""

import pytest

from khcn.epcis.ids.check import is_restricted_key
from khcn.goods.rules import internal_gln, internal_prefix
from khcn.kernel.actors import SYSTEM, acting
from tests.factories.goods import LocationFactory, LotFactory
from tests.goods.test_diary import MADE, TODAY, of
from tests.goods.test_packages import pack
from tests.goods.test_recall_scope import diary
from tests.trace.public_given import page, text, visitor

__all__ = ["visitor"]  # a fixture

pytestmark = pytest.mark.django_db
PROGRAM = {"Accept": "application/ld+json"}
SENTENCE = "là mã nội bộ, không phải mã của GS1"
KEY = "gs1:globalLocationNumber"


@pytest.fixture
def lot():
    lot = LotFactory(item__name="Miến dong", made_on=MADE, published_on=TODAY)
    with acting(SYSTEM):
        party = lot.item.organisation.trace_parties.get()
        party.gln, party.confirmed_codes = internal_gln(internal_prefix("06", 17)), lot.item.number
        party.save()
    LocationFactory(organisation=lot.item.organisation)
    diary(lot, "harvest", 100)
    return lot


@pytest.fixture
def crate(lot):
    return pack(lot, lot.item.organisation.locations.get(), of(lot.item.organisation), 24)


def with_prefix(lot):
    """The producer has a prefix and a number of GS1."""
    with acting(SYSTEM):
        party = lot.item.organisation.trace_parties.get()
        party.gln, party.confirmed_codes = "9521234000013", f"9521234 {lot.item.number}"
        party.save()


def test_the_page_of_an_internal_package_does_not_call_it_an_sscc(crate, visitor):
    shown = text(page(visitor, crate.public_path))
    assert "Mã nội bộ của thùng, kiện, pallet" in shown
    assert "SSCC" not in shown
    assert SENTENCE in shown
    assert " ".join(crate.sscc[at : at + 6] for at in (0, 6, 12)) in shown
    data = visitor.get(crate.public_path, headers=PROGRAM).json()
    assert data["rdfs:label"] == "Mã nội bộ của thùng, kiện, pallet"
    assert [each for each in data["rdfs:comment"] if SENTENCE in each]


def test_a_mistyped_internal_number_is_none_of_gs1_either(crate, visitor):
    wrong = crate.public_path[:-1] + str((int(crate.sscc[-1]) + 1) % 10)
    shown = text(visitor.get(wrong).content.decode())
    assert "Số kiểm tra của mã nội bộ của thùng, kiện, pallet" in shown
    assert "SSCC" not in shown


def test_the_page_of_a_package_of_gs1_says_sscc(lot, visitor):
    with_prefix(lot)
    crate = pack(lot, lot.item.organisation.locations.get(), of(lot.item.organisation), 24)
    shown = text(page(visitor, crate.public_path))
    assert "Mã đơn vị giao vận (SSCC)" in shown
    assert f"(00) {crate.sscc}" in shown
    assert "mã nội bộ" not in shown


def test_the_linkset_of_a_package_and_its_json_say_what_its_page_says(crate, visitor):
    found = visitor.get(f"{crate.public_path}?linkType=linkset").json()["linkset"]
    kinds = {kind.rpartition("/")[2] for kind in found[0]}
    assert kinds == {"anchor", "defaultLink", "defaultLinkMulti", "epcis", "traceability"}
    data = visitor.get(crate.public_path, headers=PROGRAM).json()
    assert set(data) == {"@context", "@id", "rdfs:label", "rdfs:comment"}
    assert data["rdfs:comment"][0].startswith("Mã này đúng và đã được ghi nhận.")


def test_places_and_parties_with_internal_numbers_have_no_gln_for_programs(lot, visitor):
    party = lot.item.organisation.trace_parties.get()
    place = f"/414/{party.gln}/254/{lot.item.organisation.locations.get().code}"
    for path in (f"/417/{party.gln}", place):
        data = visitor.get(path, headers=PROGRAM).json()
        assert KEY not in data
        assert [each for each in data["rdfs:comment"] if SENTENCE in each]
        shown = text(page(visitor, path))
        assert SENTENCE in shown
        assert "(417)" not in shown
        assert "(414)" not in shown
    steps = visitor.get(lot.public_path, headers=PROGRAM).json()["epcis:eventList"]
    assert [each["epcis:readPoint"] for each in steps]
    assert KEY not in str(steps)
    passport = visitor.get(f"{lot.public_path}?form=passport").json()
    assert passport["producer"]["gln"] is None
    assert [each["place"]["gln"] for each in passport["traceability"]["steps"]] == [None]


def test_places_and_parties_with_numbers_of_gs1_have_them(lot, visitor):
    with_prefix(lot)
    data = visitor.get("/417/9521234000013", headers=PROGRAM).json()
    assert data[KEY] == "9521234000013"
    assert SENTENCE not in str(data)
    passport = visitor.get(f"{lot.public_path}?form=passport").json()
    assert passport["producer"]["gln"] == "9521234000013"


@pytest.mark.parametrize(
    ("ai", "value", "is_restricted"),
    [
        ("00", "029060000000000010", True),
        ("00", "995212340000000014", False),
        ("00", "295212340000000014", False),
        ("414", "2906000000010", True),
        ("417", "9521234000013", False),
        ("417", "9912345000013", True),
        ("8004", "2906000000010", False),
    ],
)
def test_which_numbers_are_none_of_gs1(ai, value, is_restricted):
    assert is_restricted_key(ai, value) is is_restricted
