"""The lot number in the master data of created objects, as senders write it: a recall of the lot reaches them, or they are warned."""

import pytest

from tests.trace.public_given import commissioned, lot, observed, of, send
from tests.trace.rest_given import GROWER, document
from tests.trace.test_whose_package import SET, parties, recalled

__all__ = ["parties"]
GTIN = "09521234000044"
XML = """<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="2.0"
creationDate="2026-10-09T08:30:00Z"><EPCISBody><EventList><ObjectEvent><eventTime>2026-09-01T00:00:00Z</eventTime>
<eventTimeZoneOffset>+07:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sgtin:9521234.000004.B1</epc></epcList>
<action>ADD</action><ilmd>{}</ilmd></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"""


def made(number, serial, value):
    thing = f"https://id.gs1.org/01/{GTIN}/21/{serial}"
    ilmd = {"cbvmda:lotNumber": value}
    return commissioned(number, 1, None, GROWER, quantityList=None, epcList=[thing], ilmd=ilmd)


def recalls(parties, *names):
    things = of(*(lot(GTIN, one) for one in names))
    send(parties.province, observed(99, 20, "holding", GROWER, quantityList=things, **SET))


def is_recalled(*serials):
    return recalled(*(f"/01/{GTIN}/21/{one}" for one in serials))


def test_a_recall_of_a_lot_reaches_its_objects_however_the_number_is_written(parties):
    written = ["L1", " L1 ", "L1\n", "L1\t", {"@value": "L1"}, {"@value": " L1"}, ["L0", "L1"], ["L1", "L1 "]]
    written += [[{"@value": "L0"}, {"@value": "L1"}], {"#text": "L1", "vidu:by": "a"}]
    serials = [f"A{place}" for place in range(len(written))]
    for place, (serial, value) in enumerate(zip(serials, written, strict=True)):
        job = send(parties.grower, made(60 + place, serial, value))
        assert job.get("warnings") in (None, [])
    send(parties.grower, made(90, "OTHER", "L0"))
    recalls(parties, "L1")
    assert is_recalled("OTHER", *serials) == [False] + [True] * len(serials)


@pytest.mark.parametrize(
    "written",
    [
        "<cbvmda:lotNumber>\n L1 </cbvmda:lotNumber>",
        "<cbvmda:lotNumber>L0</cbvmda:lotNumber><cbvmda:lotNumber>L1</cbvmda:lotNumber>",
        '<cbvmda:lotNumber xml:space="preserve"> L1 </cbvmda:lotNumber>',
        '<cbvmda:lotNumber cbvmda:by="a">L1</cbvmda:lotNumber>',
    ],
)
def test_the_same_is_so_in_xml(parties, written):
    answer = parties.grower.post("/capture", XML.format(written), "application/xml")
    job = parties.grower.get(answer["Location"].removeprefix("/epcis")).json()
    assert (job["success"], job.get("warnings")) in [(True, None), (True, [])]
    recalls(parties, "L1")
    assert is_recalled("B1") == [True]


@pytest.mark.parametrize(
    "value", ["L 1", "Lô1", "L" * 21, "L\u00a01", "L1\u200b", "", "\0", {"vidu:a": "L1"}]
)
def test_what_is_no_lot_number_is_stored_with_a_warning(parties, value):
    job = send(parties.grower, made(60, "A1", value))
    [fault] = job["warnings"]
    assert (fault["code"], fault["path"]) == ("LOT_NUMBER", "/epcisBody/eventList/0/ilmd")
    assert "lệnh thu hồi lô không đến" in fault["detail"]
    recalls(parties, "L1")
    assert is_recalled("A1") == [False]


def test_an_event_with_too_many_lot_numbers_is_refused(parties):
    """Each object would be stored with each lot."""
    assert send(parties.grower, made(60, "A1", [f"L{place}" for place in range(10)]))["accepted"] == 1
    job = parties.grower.captured(document(made(61, "A2", [f"L{place}" for place in range(11)])))
    assert (job["success"], [one["code"] for one in job["errors"]]) == (False, ["LOT_NUMBERS"])
    recalls(parties, "L9")
    assert is_recalled("A1", "A2") == [True, False]
