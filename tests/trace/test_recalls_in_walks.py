"""Recalls of products and packages in the trace walk."""

from tests.trace.public_given import BOX, NOODLES, STARCH_GTIN, serial
from tests.trace.rest_given import GROWER, PROVINCE
from tests.trace.test_whose_package import (
    LOT,
    SET,
    parties,  # noqa: F401 -- a fixture
    recalled,
    says,
)


def walked(speaker, direction, thing):
    """Which things of a walk are recalled, by what recall, of whom."""
    answer = speaker.get(f"/trace/{direction}?epc={thing}").json()
    assert "recallsLeftOut" not in answer
    return [
        (one["epc"], one["recalled"], one["scope"], one["party"], one["rank"])
        for one in answer.get("recalls", ())
    ]


def test_the_trace_walk_names_the_recalls_of_its_things(parties):  # noqa: F811 -- the fixture's value
    assert walked(parties.province, "downstream", NOODLES) == []
    says(60, 14, parties.province, BOX, **SET)
    says(61, 14, parties.stranger, BOX, things=(), **SET)
    says(62, 20, parties.grower, things=(f"https://id.gs1.org/01/{STARCH_GTIN}",), **SET)
    box = [(one, BOX, "package", PROVINCE, "authority") for one in (BOX, serial("A1"), serial("A2"))]
    starch = f"https://id.gs1.org/01/{STARCH_GTIN}"
    lot = (f"{starch}/10/BOT-1", starch, "product", GROWER, "maker")
    assert sorted(walked(parties.province, "downstream", NOODLES)) == sorted(box)
    assert sorted(walked(parties.province, "upstream", serial("A1"))) == sorted([lot, box[1]])
    assert walked(parties.grower, "step-back", NOODLES) == [lot]


def test_of_too_many_recalled_things_a_walk_says_how_many_it_left_out(parties, monkeypatch):  # noqa: F811 -- the fixture's value
    monkeypatch.setattr("khcn.trace.queries.graph_recalls.MOST_NAMED", 1)
    says(60, 14, parties.province, serial("A1"), serial("A2"), **SET, **{"vidu:recallReason": "mốc"})
    answer = parties.province.get(f"/trace/downstream?epc={NOODLES}").json()
    assert (len(answer["recalls"]), answer["recallsLeftOut"]) == (1, 1)
    assert answer["recalls"][0]["reason"] == "mốc"


def test_a_recall_by_an_epc_urn_of_other_case_is_shown(parties):  # noqa: F811 -- the fixture's value
    says(60, 20, parties.province, things=("URN:EPC:class:lgtin:9521234.000003.MIEN-1",), **SET)
    assert recalled(LOT) == [True]
