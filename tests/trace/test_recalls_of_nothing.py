"""A recall, or its end, that names nothing it could have an effect on: its sender is warned, and the others are not."""

import pytest

from tests.trace.public_given import NOODLES, NOODLES_GTIN, observed, of, send, serial, transformed
from tests.trace.test_whose_package import FIT, KIND, LOT, SET, parties, recalled

__all__ = ["parties"]
PALLET = "https://id.gs1.org/00/095212340000000020"


def warnings(speaker, *things, **fields):
    job = send(speaker, observed(60, 20, "holding", speaker.party.gln, quantityList=of(*things), **fields))
    return [(one["code"], one["path"]) for one in job["warnings"] if one["code"] != "IDENTIFIER"]


@pytest.mark.parametrize("fields", [SET, FIT, {"persistentDisposition": {"set": ["recalled"]}}])
@pytest.mark.parametrize(
    "thing",
    [f"{KIND}/22/VANG", f"https://vidu.vn/gtin/{NOODLES_GTIN}/cpv/VANG", "urn:epc:idpat:sgtin:9521234.*.*"],
)
def test_a_name_without_effect_is_noted(parties, thing, fields):
    assert warnings(parties.province, NOODLES, thing, **fields) == [
        ("RECALL_NAMES_NOTHING", "/epcisBody/eventList/0")
    ]
    assert recalled(LOT) == [fields is not FIT]


@pytest.mark.parametrize(
    "thing", [NOODLES, KIND, "urn:epc:idpat:sgtin:9521234.000003.*", f"{KIND}/22/VANG/10/MIEN-1"]
)
def test_a_name_with_effect_is_not(parties, thing):
    assert warnings(parties.province, thing, **SET) == []
    assert recalled(LOT) == [True]


def test_events_that_recall_nothing_are_not_noted(parties):
    assert warnings(parties.province, f"{KIND}/22/VANG", disposition="active") == []


def test_a_transformation_that_makes_nothing_recalls_nothing(parties):
    event = transformed(
        60,
        20,
        [],
        [],
        inputQuantityList=of(NOODLES),
        outputQuantityList=None,
        transformationID="urn:epc:id:gdti:9521234.00001.T-7",
        **SET,
    )
    job = send(parties.province, event)
    assert [one["code"] for one in job["warnings"]] == ["RECALL_NAMES_NOTHING"]
    assert recalled(LOT) == [False]


def test_an_object_and_a_package_are_names(parties):
    for number, epc in enumerate((serial("A1"), PALLET, "https://example.org/lo/7")):
        job = send(
            parties.province,
            observed(70 + number, 20, "holding", parties.province.party.gln, epcList=[epc], **SET),
        )
        assert "RECALL_NAMES_NOTHING" not in [one["code"] for one in job["warnings"]]
