"""Who sends a recall that no public page shows is told so in the job."""

import pytest

from tests.trace.public_given import (
    BOX,
    NOODLES,
    NOODLES_GTIN,
    Parties,
    noodles,
    observed,
    of,
    page,
    serial,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import PROVINCE, document

KIND = f"https://id.gs1.org/01/{NOODLES_GTIN}"
PATTERN = "urn:epc:idpat:sgtin:9521234.000003.*"
LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
SET = {"persistentDisposition": {"set": ["recalled"]}}


@pytest.fixture
def parties(db):
    return Parties()


@pytest.mark.parametrize("sets", [{"disposition": "recalled"}, SET])
@pytest.mark.parametrize(
    ("goods", "codes"),
    [
        ({"quantityList": of(KIND)}, ["RECALL_WITHOUT_LOT"]),
        ({"quantityList": [{"epcClass": PATTERN}]}, ["RECALL_WITHOUT_LOT"]),
        ({"epcList": [BOX]}, ["RECALL_OF_PACKAGE"]),
        (
            {"epcList": [BOX], "quantityList": of(KIND, NOODLES)},
            ["RECALL_WITHOUT_LOT", "RECALL_OF_PACKAGE"],
        ),
        ({"epcList": [serial("A1")], "quantityList": of(NOODLES)}, []),
    ],
)
def test_a_recall_that_no_page_shows_is_noted(parties, sets, goods, codes):
    job = parties.province.captured(document(observed(60, 20, "holding", PROVINCE, **goods, **sets)))
    assert (job["accepted"], job["errors"]) == (1, [])
    assert [(one["code"], one["path"]) for one in job["warnings"]] == [
        (code, "/epcisBody/eventList/0") for code in codes
    ]


@pytest.mark.parametrize(
    "fields", [{}, {"disposition": "active"}, {"persistentDisposition": {"unset": ["recalled"]}}]
)
def test_what_recalls_nothing_is_not_noted(parties, fields):
    goods = {"epcList": [BOX], "quantityList": of(KIND)}
    job = parties.province.captured(document(observed(60, 20, "holding", PROVINCE, **goods, **fields)))
    assert (job["accepted"], job["warnings"]) == (1, [])


def test_a_recall_by_an_epc_urn_of_other_case_is_shown(parties, visitor):  # noqa: F811 -- the fixture's value
    noodles(parties)
    goods = {"quantityList": of("URN:EPC:class:lgtin:9521234.000003.MIEN-1")}
    job = parties.province.captured(
        document(observed(60, 20, "holding", PROVINCE, disposition="recalled", **goods))
    )
    assert (job["accepted"], job["warnings"], "THU HỒI" in page(visitor, LOT)) == (1, [], True)
