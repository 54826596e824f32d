"""What is particular to XML: old versions, wrappers, headers, query documents, faults of form."""

import json
from dataclasses import replace

import pytest

from khcn.epcis import ConversionError, Time, check, event_hash, load, to_json, to_json_value, to_xml
from tests.epcis.corpora import GOLDEN

XML = (GOLDEN / "mien_dong.xml").read_text(encoding="utf-8")
XML_1_2 = (GOLDEN / "mien_dong_1_2.xml").read_text(encoding="utf-8")
QUANTITY_EVENT = """<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.0"
  creationDate="2026-10-09T08:30:00+07:00"><EPCISBody><EventList><QuantityEvent>
  <eventTime>2026-10-09T08:30:00+07:00</eventTime><eventTimeZoneOffset>+07:00</eventTimeZoneOffset>
  <epcClass>urn:epc:idpat:sgtin:9521234.022031.*</epcClass><quantity>200</quantity>
  <bizStep>urn:epcglobal:cbv:bizstep:stock_taking</bizStep></QuantityEvent></EventList></EPCISBody>
  </epcis:EPCISDocument>"""


def faults(text):
    return [(problem.code, problem.path) for problem in check(text)]


def test_a_quantity_event_is_an_observed_quantity():
    event = load(QUANTITY_EVENT).events[0]
    assert (event.type, event.action, event.biz_step) == ("ObjectEvent", "OBSERVE", "stock_taking")
    assert [(one.epc_class, one.quantity) for one in event.quantities] == [
        ("urn:epc:idpat:sgtin:9521234.022031.*", 200)
    ]


@pytest.mark.parametrize(
    ("text", "old", "new", "wanted"),
    [
        (XML, "<action>ADD</action>", "", ("REQUIRED", "/epcisBody/eventList/0/action")),
        (
            XML,
            "<action>ADD</action>",
            "<action>ADD</action><action>ADD</action>",
            ("DUPLICATE_ELEMENT", "/0/action"),
        ),
        (XML, "<action>ADD</action>", "<action>ADD</action><so>1</so>", ("UNKNOWN_ELEMENT", "/0/so")),
        (XML, "TransformationEvent>", "ChuyenDoi>", ("EVENT_TYPE", "/1/type")),
        (XML, "<vidu:giong>", "<giong>1</giong><vidu:giong>", ("UNKNOWN_ELEMENT", "/0/ilmd/giong")),
        (XML, "<vidu:ban>2</vidu:ban>", "<ban>2</ban>", ("UNKNOWN_ELEMENT", "/2/readPoint/ban")),
        (XML, "<uom>KGM</uom>", "<uom>ki-lô</uom>", ("UOM", "/0/quantityList/0/uom")),
        (
            XML,
            "<quantity>1250.50</quantity>",
            "<quantity>nhiều</quantity>",
            ("TYPE", "/0/quantityList/0/quantity"),
        ),
        (XML_1_2, "<epcList/>", "", ("REQUIRED", "/0/epcList")),
        (
            XML_1_2,
            "<extension>\n          <quantityList>",
            "<quantityList/><extension>\n<quantityList>",
            ("ELEMENT_ORDER", "/0/quantityList"),
        ),
    ],
)
def test_faults_of_form(text, old, new, wanted):
    assert old in text
    first = text.replace(old, new) if old == "TransformationEvent>" else text.replace(old, new, 1)
    path = wanted[1] if wanted[1].startswith("/epcis") else f"/epcisBody/eventList{wanted[1]}"
    assert (wanted[0], path) in faults(first)


def test_extensions_without_a_namespace_are_for_1_2_only():
    extended = XML_1_2.replace(
        "</ilmd>\n        </extension>", "</ilmd><extension><so>1</so></extension></extension>"
    )
    assert faults(extended) == []
    assert load(extended).events[0].extensions[0].name == "so"


def with_header():
    tree = json.loads((GOLDEN / "mien_dong.json").read_text(encoding="utf-8"))
    tree.update(sender="https://id.gs1.org/417/9521234000006", receiver="urn:x:y", instanceIdentifier="7")
    return load(json.dumps(tree))


def test_the_business_header_says_who_sends():
    again = load(to_xml(with_header()))
    assert (again.sender, again.receiver, again.instance_identifier) == (
        "https://id.gs1.org/417/9521234000006",
        "urn:x:y",
        "7",
    )
    assert load(to_xml(again)).header == again.header


def test_query_documents_come_back():
    tree = json.loads((GOLDEN / "mien_dong.json").read_text(encoding="utf-8"))
    answer = {
        "@context": tree["@context"],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": tree["creationDate"],
        "epcisBody": {
            "queryResults": {
                "queryName": "SimpleEventQuery",
                "subscriptionID": "s-1",
                "resultsBody": {"eventList": tree["epcisBody"]["eventList"]},
            }
        },
    }
    document = load(json.dumps(answer))
    assert to_json_value(document) == answer
    again = load(to_xml(document))
    assert (again.events, again.results) == (document.events, document.results)
    vocabularies = {**answer, "epcisBody": json.loads(json.dumps(answer["epcisBody"]))}
    vocabularies["epcisBody"]["queryResults"]["resultsBody"] = {
        "eventList": [],
        "vocabularyList": tree["epcisHeader"]["epcisMasterData"]["vocabularyList"],
    }
    document = load(json.dumps(vocabularies))
    assert to_json_value(document) == vocabularies
    assert load(to_xml(document)).results == document.results


def test_a_bare_event_stays_one():
    tree = json.loads((GOLDEN / "mien_dong.json").read_text(encoding="utf-8"))
    event = {"@context": tree["@context"], **tree["epcisBody"]["eventList"][1]}
    document = load(json.dumps(event))
    assert to_json_value(document) == event
    written = to_xml(document)
    assert b"EventList" not in written
    assert load(written).events == document.events


def test_words_as_urns():
    written = to_xml(load(XML), legacy_words=True)
    assert b"urn:epcglobal:cbv:bizstep:commissioning" in written
    assert b"https://ref.gs1.org/cbv/" not in written
    assert load(written).events == load(XML).events


def test_one_prefix_for_two_namespaces():
    one = XML.replace("<AggregationEvent>", '<AggregationEvent xmlns:vidu="https://khac.example.org/">')
    document = load(one)
    assert document.events[2].read_point.extensions[0].name == "{https://khac.example.org/}ban"
    assert document.events[1] == load(XML).events[1]
    assert load(json.dumps(to_json_value(document), default=float)).events == document.events
    assert load(to_xml(document)).events == document.events


def test_nil_is_no_quantity():
    nil = XML.replace("<quantity>180</quantity>", '<quantity xsi:nil="true"/>')
    assert load(nil).events[1].output_quantities[0].quantity is None
    assert load(to_xml(load(nil))).events == load(nil).events


def test_prefixed_values_in_xml_are_texts_for_the_hash():
    own = XML.replace('type="https://gs1.org/voc/Temperature"', 'type="vidu:Nhiet"')
    document = load(own)
    assert document.events[4].sensor_elements[0].reports[0].type == "https://example.org/truy-xuat/Nhiet"
    in_json = json.dumps(to_json_value(document), default=float)
    assert load(in_json).events == document.events
    assert event_hash(load(in_json).events[4]) != event_hash(document.events[4])


def test_lower_case_times_are_written_as_xml_wants_them():
    document = load(XML.replace("2026-10-05T08:00:00Z", "2026-10-05t08:00:00z").replace("t08", "T08"))
    assert document.events[2].event_time == Time("2026-10-05T08:00:00Z")
    assert b"2026-10-05T08:00:00Z" in to_xml(document)


def test_xml_has_one_certificate_as_its_schema_says():
    one = XML.replace("<action>", "<certificationInfo>https://a.example/1</certificationInfo><action>", 1)
    assert load(one).events[0].certification_info == ("https://a.example/1",)
    two = one.replace("<action>", "<certificationInfo>https://a.example/2</certificationInfo><action>", 1)
    assert ("DUPLICATE_ELEMENT", "/epcisBody/eventList/0/certificationInfo") in faults(two)
    document = load(one)
    event = replace(document.events[0], certification_info=("https://a.example/1", "https://a.example/2"))
    with pytest.raises(ConversionError):
        to_xml(document.with_events([event]))


def test_a_query_document_with_a_business_header_has_a_json_form():
    """Its header has none: the JSON schema of query documents knows no sender."""
    text = """<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2" schemaVersion="2.0"
      creationDate="2026-10-09T17:00:00.000+07:00"
      xmlns:sbdh="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"><EPCISHeader>
      <sbdh:StandardBusinessDocumentHeader><sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>
      <sbdh:Sender><sbdh:Identifier Authority="GS1">urn:epc:id:pgln:9521234.02203</sbdh:Identifier></sbdh:Sender>
      </sbdh:StandardBusinessDocumentHeader></EPCISHeader><EPCISBody><q:QueryResults>
      <queryName>SimpleEventQuery</queryName><resultsBody><EventList><ObjectEvent>
      <eventTime>2026-10-09T08:30:00+07:00</eventTime><eventTimeZoneOffset>+07:00</eventTimeZoneOffset>
      <epcList/><action>OBSERVE</action></ObjectEvent></EventList></resultsBody></q:QueryResults></EPCISBody>
      </q:EPCISQueryDocument>"""
    document = load(text)
    assert document.sender == "urn:epc:id:pgln:9521234.02203"
    assert load(to_xml(document)) == document
    assert check(to_json(document)) == []
    assert load(to_json(document)).events == document.events


LANGUAGE = "http://www.w3.org/XML/1998/namespace"


def with_field(name, value):
    context = [
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        {"ex": "https://example.org/ns/", "x": LANGUAGE},
    ]
    one = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": "2026-10-08T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "epcList": ["urn:epc:id:sgtin:9521234.022031.1"],
        name: value,
    }
    return load(
        json.dumps(
            {
                "@context": context,
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": "2026-10-08T08:00:00Z",
                "epcisBody": {"eventList": [one]},
            }
        ).encode()
    )


def test_the_language_of_a_text_survives():
    document = with_field("ex:name", {"@x:lang": "vi", "#text": "Miến"})
    assert load(to_xml(document)).events == document.events
    assert b'<ex:name xml:lang="vi">' in to_xml(document)


@pytest.mark.parametrize("name", ["@x:id", "@x:base", "@x:space", "x:lang"])
def test_other_names_of_xml_itself_are_not_written(name):
    with pytest.raises(ConversionError):
        to_xml(with_field("ex:name", {name: "vi", "#text": "Miến"}))
