"""The dispositions of a transformation are those of its outputs: what is left of an input stays recalled, or not, as it was."""

import pytest

from tests.trace.public_given import NOODLES_GTIN, commissioned, lot, observed, of, reported, send, serial
from tests.trace.rest_given import GROWER, PROVINCE
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_package import FIT, SET, parties, recalled

__all__ = ["parties"]
OLD, NEW = lot(NOODLES_GTIN, "T0"), lot(NOODLES_GTIN, "T1")
OLD_PAGE, NEW_PAGE = (one.removeprefix("https://id.gs1.org") for one in (OLD, NEW))
LASTING = {"persistentDisposition": {"set": ["recalled"]}}


def reworks(number, speaker, **fields):
    """A party makes a new lot of five kilograms of the old one."""
    goods = {"inputQuantityList": of(OLD, quantity=5), "outputQuantityList": of(NEW, quantity=5)}
    send(speaker, reported(number, "TransformationEvent", 8, bizStep="commissioning", **goods, **fields))


@pytest.mark.parametrize(
    ("who", "rank", "ends"),
    [
        ("grower", "maker", FIT),
        ("province", "authority", FIT),
        ("province", "authority", {"disposition": "active"}),
        ("province", "authority", {"disposition": "sellable_accessible"}),
    ],
)
def test_what_is_made_of_a_part_of_a_recalled_lot_ends_no_recall_of_the_rest(parties, who, rank, ends):
    speaker = getattr(parties, who)
    send(parties.grower, commissioned(60, 1, OLD, GROWER))
    send(speaker, observed(61, 5, "holding", speaker.party.gln, quantityList=of(OLD), **SET))
    reworks(62, speaker, **ends)
    assert recalled(OLD_PAGE, NEW_PAGE) == [True, False]
    by = PROVINCE if who == "province" else GROWER
    assert walked(parties.province, "upstream", NEW) == [(OLD, OLD, "lot", by, rank)]
    send(speaker, observed(63, 9, "holding", speaker.party.gln, quantityList=of(OLD), **FIT))
    assert recalled(OLD_PAGE, NEW_PAGE) == [False, False]


@pytest.mark.parametrize("sets", [SET, LASTING])
def test_a_transformation_recalls_what_it_makes_and_not_what_it_uses(parties, sets):
    send(parties.grower, commissioned(60, 1, OLD, GROWER))
    reworks(61, parties.grower, **sets)
    assert recalled(OLD_PAGE, NEW_PAGE) == [False, True]
    assert walked(parties.province, "upstream", NEW) == [(NEW, NEW, "lot", GROWER, "maker")]
    reworks(62, parties.grower, **FIT)
    assert recalled(OLD_PAGE, NEW_PAGE) == [False, False]


def test_an_object_that_is_used_stays_recalled(parties):
    used, made = serial("C1"), serial("C2")
    send(
        parties.grower,
        commissioned(60, 1, None, GROWER, quantityList=None, epcList=[used]),
        observed(61, 5, "holding", GROWER, epcList=[used], **SET),
        reported(62, "TransformationEvent", 8, inputEPCList=[used], outputEPCList=[made], **FIT),
    )
    paths = [f"/01/{NOODLES_GTIN}/21/{one}" for one in ("C1", "C2")]
    assert recalled(*paths) == [True, False]


def test_transformations_of_an_authority_displace_no_end_of_a_recall(parties, monkeypatch):
    """What is used is not counted among the statements about it."""
    monkeypatch.setattr("khcn.trace.queries.recalls.recalls.MOST_STATEMENTS", 2)
    send(parties.grower, commissioned(60, 1, OLD, GROWER))
    send(
        parties.province,
        observed(61, 5, "holding", PROVINCE, quantityList=of(OLD), **SET),
    )
    for number in range(62, 66):
        reworks(number, parties.province, disposition="active")
    assert recalled(OLD_PAGE) == [True]
