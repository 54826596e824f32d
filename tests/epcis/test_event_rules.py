"""Rules of events that hold in JSON as in XML, and that the schemas do not have."""

import json

import pytest

from khcn.epcis import Severity, check

TIME = "2026-10-01T00:00:00Z"
PACKET, BOX = "urn:epc:id:sgtin:9521234.000003.A1", "urn:epc:id:sscc:9521234.0000000001"
LINK = "https://shop.example/gtin/09521234000037/ser/A1"
CASE = "https://id.gs1.org/01/09521234000037/21/A1"
XML = (
    '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-10-09T08:30:00Z">'
    "<EPCISBody><EventList><{0}><eventTime>2026-10-01T00:00:00Z</eventTime><eventTimeZoneOffset>+07:00</eventTimeZoneOffset>"
    "{1}</{0}></EventList></EPCISBody></epcis:EPCISDocument>"
)
LASTING = "<persistentDisposition><set>recalled</set></persistentDisposition>"
PACKED = f"<parentID>{BOX}</parentID><childEPCs><epc>{PACKET}</epc></childEPCs>"
SOLD = "<bizTransactionList><bizTransaction>urn:epc:id:gdti:9521234.00001.1</bizTransaction></bizTransactionList>"


def of_json(kind, **fields):
    event = {"type": kind, "eventTime": TIME, "eventTimeZoneOffset": "+07:00", **fields}
    body = {"epcisBody": {"eventList": [event]}, "schemaVersion": "2.0", "creationDate": TIME}
    return json.dumps({"@context": [], "type": "EPCISDocument", **body})


def faults(document):
    return [
        (one.code, one.path.removeprefix("/epcisBody/eventList/0/"), one.severity) for one in check(document)
    ]


@pytest.mark.parametrize(
    ("kind", "body", "fields"),
    [
        (
            "AggregationEvent",
            f"{PACKED}<action>OBSERVE</action>",
            {"action": "OBSERVE", "parentID": BOX, "childEPCs": [PACKET]},
        ),
        (
            "AssociationEvent",
            f"{PACKED}<action>ADD</action>",
            {"action": "ADD", "parentID": BOX, "childEPCs": [PACKET]},
        ),
        (
            "TransactionEvent",
            f"{SOLD}<epcList><epc>{PACKET}</epc></epcList><action>OBSERVE</action>",
            {
                "action": "OBSERVE",
                "epcList": [PACKET],
                "bizTransactionList": [{"bizTransaction": "urn:epc:id:gdti:9521234.00001.1"}],
            },
        ),
    ],
)
def test_a_lasting_disposition_of_other_events_is_refused_in_both_forms(kind, body, fields):
    """EPCIS 2.0, 7.3.6.2.2: of objects and transformations alone; the XSD takes it, the JSON schema does not."""
    fault = [("PERSISTENT_DISPOSITION", "persistentDisposition", Severity.FORM)]
    assert faults(XML.format(kind, body)) == faults(of_json(kind, **fields)) == []
    assert faults(XML.format(kind, body + LASTING)) == fault
    assert faults(of_json(kind, **fields, persistentDisposition={"set": ["recalled"]})) == fault


def test_a_lasting_disposition_of_objects_and_transformations_is_taken():
    lasting = {"persistentDisposition": {"set": ["recalled"]}}
    goods = {"inputEPCList": [PACKET], "outputEPCList": [PACKET]}
    objects = f"<epcList><epc>{PACKET}</epc></epcList><action>OBSERVE</action>{LASTING}"
    assert faults(XML.format("ObjectEvent", objects)) == []
    assert faults(of_json("ObjectEvent", action="OBSERVE", epcList=[PACKET], **lasting)) == []
    assert faults(of_json("TransformationEvent", **goods, **lasting)) == []


@pytest.mark.parametrize("action", ["ADD", "DELETE"])
def test_children_without_a_container_are_noted(action):
    fault = [("NO_PARENT", "parentID", Severity.CONTENT)]
    assert faults(of_json("AggregationEvent", action=action, childEPCs=[PACKET])) == fault
    children = f"<childEPCs><epc>{PACKET}</epc></childEPCs><action>{action}</action>"
    assert faults(XML.format("AggregationEvent", children)) == fault
    assert faults(of_json("AggregationEvent", action="OBSERVE", childEPCs=[PACKET])) == []


@pytest.mark.parametrize("kind", ["AggregationEvent", "AssociationEvent"])
@pytest.mark.parametrize(
    ("parent", "child"), [(PACKET, PACKET), (CASE, PACKET), (PACKET, LINK), ("urn:x:y", "urn:x:y")]
)
def test_a_container_in_itself_is_noted(kind, parent, child):
    fields = {"action": "ADD", "parentID": parent, "childEPCs": [BOX, child]}
    assert faults(of_json(kind, **fields)) == [("OWN_CHILD", "childEPCs/1", Severity.CONTENT)]


def test_a_lot_in_itself_is_noted():
    lot = "https://id.gs1.org/01/09521234000037/10/L1"
    fields = {"action": "ADD", "parentID": lot, "childQuantityList": [{"epcClass": lot}]}
    fault = ("OWN_CHILD", "childQuantityList/0/epcClass", Severity.CONTENT)
    assert faults(of_json("AggregationEvent", **fields)) == [fault]


@pytest.mark.parametrize("children", [7, [7], [None], [["a"]], {"a": 1}])
def test_what_is_no_list_of_children_is_a_fault_of_form_alone(children):
    fields = {"action": "ADD", "parentID": BOX, "childEPCs": children, "childQuantityList": children}
    found = check(of_json("AggregationEvent", **fields))
    assert found
    assert {one.severity for one in found} == {Severity.FORM}
