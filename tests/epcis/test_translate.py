"""Events with Digital Links for EPC URNs."""

from dataclasses import replace

import pytest

from khcn.epcis import event_hash, load
from khcn.epcis.model import SensorElement, SensorMetadata, SensorReport
from khcn.epcis.translate import digital_link, epc_urn, with_digital_links, with_epc_urns
from tests.epcis.corpora import GOLDEN

EVENTS = load((GOLDEN / "mien_dong.json").read_bytes()).events


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("urn:epc:id:sgtin:9521234.022031.1", "https://id.gs1.org/01/09521234220312/21/1"),
        ("urn:epc:idpat:sgtin:9521234.022031.*", "https://id.gs1.org/01/09521234220312"),
        ("urn:epc:id:sgln:9521234.02203.0", "https://id.gs1.org/414/9521234022039"),
        ("urn:epc:id:pgln:9521234.00000", "https://id.gs1.org/417/9521234000006"),
        ("urn:epc:id:sgtin:9521234.022031.a%2Fb", "https://id.gs1.org/01/09521234220312/21/a%2Fb"),
        # what has no Digital Link stays as it is
        ("urn:epc:idpat:sgtin:9521234.*.*", "urn:epc:idpat:sgtin:9521234.*.*"),
        ("urn:epc:id:usdod:CAGEY.5678", "urn:epc:id:usdod:CAGEY.5678"),
        ("urn:epcglobal:cbv:bt:9521234022039:77", "urn:epcglobal:cbv:bt:9521234022039:77"),
        ("https://kho.example.vn/01/09521234220312", "https://kho.example.vn/01/09521234220312"),
        ("", ""),
    ],
)
def test_digital_link(written, link):
    assert digital_link(written) == link


def test_all_fields_of_identifiers_are_translated_and_the_hash_stays():
    for event in EVENTS:
        translated = with_digital_links(event)
        assert event_hash(translated) == event_hash(event)
        assert with_digital_links(translated) == translated
        assert "urn:epc:" not in repr(replace(translated, extensions=(), context=None)), translated


def test_what_holds_no_urn_comes_out_equal():
    links = with_digital_links(EVENTS[0])
    assert with_digital_links(links) == links
    device = "urn:epc:id:giai:9521234.CAM-1"
    sensor = SensorElement(
        (SensorReport(type="Temperature", device_id=device),), SensorMetadata(device_id=device)
    )
    found = with_digital_links(replace(EVENTS[0], sensor_elements=(sensor,))).sensor_elements[0]
    assert found.reports[0].device_id == found.metadata.device_id == "https://id.gs1.org/8004/9521234CAM-1"


def seven(digits):
    """A table of company prefixes with one entry."""
    return 7 if digits.startswith("9521234") else None


@pytest.mark.parametrize(
    ("written", "urn"),
    [
        ("https://id.gs1.org/01/09521234220312/21/A%2FB", "urn:epc:id:sgtin:9521234.022031.A%2FB"),
        ("HTTPS://kho.example.vn/01/09521234220312/10/L'1", "urn:epc:class:lgtin:9521234.022031.L'1"),
        ("https://id.gs1.org/01/09521234220312", "urn:epc:idpat:sgtin:9521234.022031.*"),
        ("https://id.gs1.org/00/095212340000000013", "urn:epc:id:sscc:9521234.0000000001"),
        ("https://id.gs1.org/414/9521234022039", "urn:epc:id:sgln:9521234.02203.0"),
        ("https://id.gs1.org/417/9521234000006", "urn:epc:id:pgln:9521234.00000"),
        ("https://id.gs1.org/8004/9521234CAM-1", "urn:epc:id:giai:9521234.CAM-1"),
        ("https://id.gs1.org/8003/09521234000013X1", "urn:epc:id:grai:9521234.00001.X1"),
        # what is not in the table, has no URN or is none of GS1's stays as it is
        ("https://id.gs1.org/01/08935024123456/21/1", "https://id.gs1.org/01/08935024123456/21/1"),
        ("https://id.gs1.org/8013/9521234XY", "https://id.gs1.org/8013/9521234XY"),
        ("https://example.org/hang/7", "https://example.org/hang/7"),
        ("urn:epc:id:sgtin:9521234.022031.1", "urn:epc:id:sgtin:9521234.022031.1"),
        ("", ""),
    ],
)
def test_epc_urn(written, urn):
    assert epc_urn(written, seven) == urn


def test_events_become_urns_and_links_again_and_the_hash_stays():
    for event in EVENTS:
        links = with_digital_links(event)
        urns = with_epc_urns(links, seven)
        assert event_hash(urns) == event_hash(event)
        assert "https://id.gs1.org/01/09521234" not in repr(replace(urns, extensions=(), context=None))
        assert with_digital_links(urns) == links
