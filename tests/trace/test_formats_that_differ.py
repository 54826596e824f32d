"""What JSON or XML cannot hold, of EPCIS 2.0: it spoils no answer in that format."""

import json

import jsonschema_rs
import pytest
from lxml import etree

from khcn.epcis import load
from tests.trace.rest_given import XML, Speaker, document, event, event_list, party, sgtin

pytestmark = pytest.mark.django_db


@pytest.fixture
def grower(db):
    return Speaker(party())


XML_DOCUMENT = """<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:ex="https://example.org/ns/" schemaVersion="2.0"
 creationDate="2026-10-09T00:00:00Z"><EPCISBody><EventList><ObjectEvent><eventTime>2026-10-08T08:00:00+07:00</eventTime>
<eventTimeZoneOffset>+07:00</eventTimeZoneOffset><epcList><epc>{epc}</epc>{again}</epcList><action>ADD</action>{more}
</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"""
SENSOR = '<sensorElementList><sensorElement><sensorReport value="5.0" uom="CEL"/></sensorElement></sensorElementList>'
TWICE = "<persistentDisposition><set>recalled</set><set>recalled</set></persistentDisposition>"
NAME = '<ex:name xml:lang="vi">Miến</ex:name>'


@pytest.fixture(scope="module")
def valid_json(shared_dir):
    schema = json.loads((shared_dir / "corpora/epcis-artefacts/EPCIS-JSON-Schema.json").read_text("utf-8"))
    return jsonschema_rs.validator_for(schema).is_valid


@pytest.fixture(scope="module")
def valid_xml(shared_dir):
    schema = shared_dir / "corpora/epcis-artefacts/XSD/EPCglobal-epcis-query-2_0.xsd"
    return etree.XMLSchema(etree.parse(schema)).validate


def captured_xml(speaker, serial=1, again="", more=""):
    xml = XML_DOCUMENT.format(epc=sgtin(serial), again=again, more=more)
    job = speaker.captured(xml.encode(), content_type=XML)
    assert (job["success"], job["accepted"]) == (True, 1)


@pytest.mark.parametrize("again", [f"<epc>{sgtin(1)}</epc>", ""])
@pytest.mark.parametrize("more", [TWICE, ""])
def test_what_xml_repeats_is_once_in_json_and_both_are_one_event(grower, valid_json, again, more):
    captured_xml(grower, again=again, more=more)
    answer = grower.get("/events").json()
    [stored] = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert (valid_json(answer), stored["epcList"]) == (True, [sgtin(1)])
    # sent back as it came it is the same event
    job = grower.captured(document({key: one for key, one in stored.items() if key != "recordTime"}))
    assert (job["accepted"], job["errors"], len(grower.events())) == (0, [], 1)


def test_a_sensor_report_without_a_type_spoils_no_answer_in_json(grower, valid_json):
    captured_xml(grower, 1, more=SENSOR)
    captured_xml(grower, 2)
    answer = grower.get("/events")
    found = [one["epcList"] for one in event_list(answer.json())]
    assert (valid_json(answer.json()), found, answer["KHCN-Events-Left-Out"]) == (True, [[sgtin(2)]], "1")
    in_xml = grower.get("/events", Accept=XML)
    assert (len(load(in_xml.content).events), in_xml.get("KHCN-Events-Left-Out")) == (2, None)


@pytest.mark.parametrize(
    "time", ["2026-10-08T23:59:60Z", "2026-10-08T08:00:00+15:30", "2026-10-08t08:00:00z"]
)
def test_a_time_that_xml_cannot_hold_spoils_no_answer_in_xml(grower, valid_xml, time):
    assert grower.captured(document(event(1, eventTime=time), event(2)))["success"]
    in_xml = grower.get("/events", Accept=XML)
    assert (valid_xml(etree.fromstring(in_xml.content)), in_xml.get("KHCN-Events-Left-Out")) == (True, None)
    assert set(load(in_xml.content).events) == set(load(grower.get("/events").content).events)


def test_the_language_of_an_own_field_comes_back_in_xml(grower, valid_xml):
    captured_xml(grower, more=NAME)
    answer = grower.get("/events", Accept=XML)
    assert (answer.status_code, valid_xml(etree.fromstring(answer.content))) == (200, True)
    assert load(answer.content).events == load(grower.get("/events").content).events
    assert 'xml:lang="vi"' in answer.content.decode()


@pytest.mark.parametrize(
    ("accept", "status", "media"),
    [
        ("application/xml, application/json;q=0.5", 200, "application/json"),
        ("application/xml, application/ld+json;q=0.5", 200, "application/ld+json"),
        ("application/xml, */*;q=0.1", 200, "application/json"),
        ("application/xml, application/json;q=0", 406, "application/problem+xml"),
        ("application/xml", 406, "application/problem+xml"),
    ],
)
def test_who_takes_json_too_gets_it_where_xml_can_hold_nothing(grower, accept, status, media):
    grower.captured(document(event(1, **{"vidu:ghiChu": "a\u0000b"})))
    answer = grower.get("/events", Accept=accept)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (status, media)
