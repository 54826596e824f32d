"""A lot in the query string of a Digital Link names nothing: such an event is refused, and never one about the whole product."""

from urllib.parse import quote

import pytest

from tests.trace.public_given import NOODLES_GTIN, observed, of
from tests.trace.rest_given import GROWER, document, problem_of
from tests.trace.test_whose_package import LOT, PRODUCT, SET, parties, recalled

__all__ = ["parties"]
KIND = f"https://id.gs1.org/01/{NOODLES_GTIN}"
XML = """<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-10-09T08:30:00Z">
<EPCISBody><EventList><ObjectEvent><eventTime>2026-10-01T00:00:00Z</eventTime><eventTimeZoneOffset>+07:00</eventTimeZoneOffset>
<epcList/><action>OBSERVE</action><disposition>recalled</disposition><quantityList><quantityElement><epcClass>{}</epcClass>
</quantityElement></quantityList></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"""


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    "ending", ["?10=MIEN-1", "/?lot=MIEN-1", "?17=270101&%31%30=MIEN-1", "?21=A1", "?22=2A"]
)
def test_a_recall_of_a_lot_in_the_query_string_is_refused(parties, ending, form):
    named = f"{KIND}{ending}"
    if form == "json":
        job = parties.province.captured(
            document(observed(60, 20, "holding", GROWER, quantityList=of(named), **SET))
        )
    else:
        answer = parties.province.post("/capture", XML.format(named.replace("&", "&amp;")), "application/xml")
        job = parties.province.get(answer["Location"].removeprefix("/epcis")).json()
    assert (job["success"], job["accepted"]) == (False, 0)
    [fault] = job["errors"]
    place = "/epcisBody/eventList/0/quantityList/0/epcClass"
    assert (fault["code"], fault["path"]) == ("QUALIFIER_IN_QUERY", place)
    assert "Ghi phần đó vào đường dẫn" in fault["detail"]
    assert recalled(PRODUCT, LOT) == [False, False]


def test_what_names_the_same_without_the_query_string_is_stored_with_a_note(parties):
    packet = f"{KIND}/21/A1?10=MIEN-1"
    job = parties.province.captured(document(observed(60, 20, "holding", GROWER, epcList=[packet], **SET)))
    assert (job["accepted"], [one["code"] for one in job["warnings"]]) == (1, ["IDENTIFIER"])
    assert recalled(PRODUCT, LOT, f"{LOT}/21/A1") == [False, False, True]


@pytest.mark.parametrize("path", ["/events?MATCH_anyEPCClass=", "/trace/upstream?epc="])
def test_a_question_about_a_lot_in_the_query_string_is_refused(parties, path):
    answer = parties.province.get(path + quote(f"{KIND}?10=MIEN-1", safe=""))
    assert "Ghi phần đó vào đường dẫn" in problem_of(answer, 400, "QueryParameterException")["detail"]


@pytest.mark.parametrize("early", ["10/MIEN-1", "lot/MIEN-1", "21/A1", "22/2A", "22/2A/10/MIEN-1"])
@pytest.mark.parametrize("key", ["01", "gtin"])
def test_a_recall_of_a_lot_before_its_product_is_refused(parties, early, key):
    named = f"https://ID.gs1.org/{early}/{key}/{NOODLES_GTIN}"
    job = parties.province.captured(
        document(observed(60, 20, "holding", GROWER, quantityList=of(named), **SET))
    )
    assert (job["success"], job["accepted"], [one["code"] for one in job["errors"]]) == (
        False,
        0,
        ["QUALIFIER_BEFORE_KEY"],
    )
    assert recalled(PRODUCT, LOT) == [False, False]


def test_under_the_address_of_a_site_it_is_noted(parties):
    """There what stands before the key may be a folder of the site."""
    named = f"https://vidu.vn/10/MIEN-1/01/{NOODLES_GTIN}"
    job = parties.province.captured(
        document(observed(60, 20, "holding", GROWER, quantityList=of(named), **SET))
    )
    assert (job["accepted"], [one["code"] for one in job["warnings"]]) == (1, ["IDENTIFIER"])


@pytest.mark.parametrize("path", ["san-pham/01/{}", "10/01/{}", "21/a/01/{}/21/A1", "vi/10/{}/01/{}/10/L1"])
def test_a_folder_of_a_site_is_no_qualifier(parties, path):
    named = "https://vidu.vn/" + path.format(NOODLES_GTIN, NOODLES_GTIN)
    listed = {"epcList": [named]} if "/21/A1" in named else {"quantityList": of(named)}
    job = parties.province.captured(document(observed(60, 20, "holding", GROWER, **listed)))
    assert (job["accepted"], job["warnings"]) == (1, [])
