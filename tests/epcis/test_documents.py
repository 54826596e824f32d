"""Every document of the corpora: verdict, round trip, and JSON and XML twins. Exceptions are listed with reasons."""

import pytest
from lxml import etree

from khcn.epcis import ConversionError, DocumentError, Severity, load, read, to_json, to_xml
from khcn.epcis.codec.json_binding import json_text
from tests.epcis.corpora import cases

# XML that an XSD of the corpora accepts, but which holds no events: answers and calls of other interfaces.
NO_EVENT_DOCUMENTS = {
    "epcis-docs-fastnt/1.2/CallbackRequests/ImplementationExceptionRequest.xml": "a SOAP fault for a subscriber",
    "epcis-docs-fastnt/1.2/Queries/GetStandardVersion.xml": "a call of the SOAP interface",
    "epcis-docs-fastnt/1.2/Queries/GetSubscriptionIDs.xml": "a call of the SOAP interface",
    "epcis-docs-fastnt/1.2/Queries/GetVendorVersion.xml": "a call of the SOAP interface",
    "epcis-examples/XML/CaptureJob/Example-CaptureJobRunning.xml": "a capture job, not an event document",
    "epcis-examples/XML/CaptureJob/Example-CaptureJobSuccess.xml": "a capture job, not an event document",
    "epcis-examples/XML/CaptureJob/Example-CaptureJobWithErrorFile.xml": "a capture job, not an event document",
}
# Accepted by the schema, refused here.
REFUSED_HERE = {
    "epcis-examples/JSON/AssociationEvent/AssociationEvent-h.jsonld": (
        "the name eventID stands twice in one object; parsers disagree on which counts (RFC 8259, 4), so none is taken"
    ),
    **dict.fromkeys(
        (
            "epcis-docs-openepcis/1.2/EPCIS/XML/Capture/Documents/All_eventTypes_in_single_document.xml",
            "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Documents/AggregationEvent_with_persistentDisposition.xml",
            "epcis-docs-openepcis/2.0/EPCIS/XML/Query/Documents/QueryResultsDocument.xml",
            "epcis-examples/XML/Example-PersistentDisposition.xml",
        ),
        "persistentDisposition where neither the standard nor the JSON schema has it (gs1/EPCIS 440 and 447)",
    ),
}
# Refused by the XSDs, accepted here.
TAKEN_HERE = {
    "epcis-docs-openepcis/1.2/EPCIS/XML/Capture/Documents/Single_event.xml": "a bare event: no XSD has a root for it",
    "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Events/AssociationEvent.xml": "a bare event, as POST /events takes",
    "epcis-docs-openepcis/1.2/EPCIS/XML/Capture/Documents/TransformationEvent_all_possible_fields.xml": (
        "libxml2 refuses white space round an extension's xsd:dateTime, which XML Schema lets collapse"
    ),
}
# Documents with something that EPCIS 2.0 XML has no place for; they convert to JSON only.
NO_XML_FORM = {
    "epcis-docs-openepcis/1.2/EPCIS/XML/Capture/Documents/GS1_US_Pharma_Example_2_2_1_1.xml": "own field in the header",
    "epcis-docs-fastnt/2.0/Events/ObjectEvent_StringCertificationInfoArrayInvalid.json": "two certificates; XML has one",
    "epcis-docs-opentraceability/wholechainbug01.jsonld": "prefix gdst is not declared, so there is no namespace",
    "epcis-examples/XML-1.2/ObjectEvent.xml": "extension without a namespace, which only EPCIS 1.x allows",
    "epcis-examples/JSON-Schema/test/Extended-Event.json": "single event of an own type: no root element to recognise",
}
# Twins by name whose contents differ, as a look at them shows: they are no twins.
NO_DUPLICATES = {
    "epcis-docs-fastnt/2.0/Events/ObjectEvent_StringCertificationInfo.xml": "other event altogether",
    "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Documents/Combination_of_different_event.xml": "time of declaration",
    "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Documents/ObjectEvent_with_comment.xml": "comment in JSON only",
    "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Documents/epcisDocWithAllGS1Keys.xml": "an SSCC as URN, as link",
    "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Documents/epcisDocWithSensorComponent.xml": "other place and GRAI",
    "epcis-examples/XML/WithErrorDeclaration/ErrorDeclarationAndCorrectiveEvent.xml": "other place and quantities",
    "epcis-examples/XML/WithFullCombinationOfFields/association_event_all_possible_fields.xml": "no id in XML",
    "epcis-examples/XML/WithFullCombinationOfFields/transformation_event_all_possible_fields.xml": "no id in XML",
}
# In these pairs the JSON is refused by the schema, so only the XML is an event.
JSON_REFUSED = {
    "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Documents/AggregationEvent_with_persistentDisposition.xml",
    "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Documents/SensorData_with_combined_events.xml",
    "epcis-docs-openepcis/2.0/EPCIS/XML/Capture/Documents/TransactionEvent_with_userExtensions.xml",
    "epcis-docs-fastnt/2.0/Requests/Request_ObjectEvent_WithMasterdata.xml",
}


def sound(shared):
    """Documents that both the schema and this library take."""
    return [
        case
        for case in cases(shared)
        if case.is_valid and case.name not in {**NO_EVENT_DOCUMENTS, **REFUSED_HERE}
    ]


def test_verdicts(shared_dir):
    """Formats asserted, the library takes what the schema takes and refuses what it refuses, but for the lists above."""
    found = {case.name: read(case.data).is_sound for case in cases(shared_dir)}
    wanted = {case.name: case.is_valid for case in cases(shared_dir)}
    assert len(found) > 220
    differing = {name: taken for name, taken in found.items() if taken != wanted[name]}
    assert {name for name, taken in differing.items() if taken} == set(TAKEN_HERE)
    assert {name for name, taken in differing.items() if not taken} == {
        **NO_EVENT_DOCUMENTS,
        **REFUSED_HERE,
    }.keys()


# Where the fault of each document in a folder named "Invalid" is, looked up by hand.
PLACES = {
    "JSON/Capture/Invalid/Combination_of_events_with_missing_mandatory_fields.json": "/epcisBody/eventList/0/action",
    "JSON/Capture/Invalid/EPCISDocument_without_context.json": "/@context",
    "JSON/Capture/Invalid/ObjectEvent_with_ilmd_field_without_namespace.json": "/epcisBody/eventList/0/ilmd/materialType",
    "JSON/Capture/Invalid/ObjectEvent_with_invalid_certificationInfo.json": "/epcisBody/eventList/0/certificationInfo",
    "JSON/Capture/Invalid/ObjectEvent_with_invalid_eventTime_format.json": "/epcisBody/eventList/0/eventTime",
    "JSON/Capture/Invalid/ObjectEvent_with_non_standard_bizStep_in_second_event.json": "/epcisBody/eventList/1/bizStep",
    "JSON/Capture/Invalid/ObjectEvent_with_quantity_as_text.json": "/epcisBody/eventList/0/quantityList/0/quantity",
    "JSON/Capture/Invalid/ObjectEvent_without_action_and_eventTime.json": "/epcisBody/eventList/0/eventTime",
    "JSON/Query/Invalid/QueryDocument_with_invalid_action.json": (
        "/epcisBody/queryResults/resultsBody/eventList/0/action"
    ),
    "JSON/Query/Invalid/QueryDocument_with_invalid_eventType.json": (
        "/epcisBody/queryResults/resultsBody/eventList/0/type"
    ),
    "JSON/Query/Queries/Invalid/Query_with_invalid_values.json": "/type",
    "JSON/Query/Queries/Invalid/Query_with_unknown_parameter.json": "/type",
    "XML/Capture/Invalid/ObjectEvent_bare_event_without_action.xml": "/action",
    "XML/Capture/Invalid/ObjectEvent_with_invalid_eventTime_format.xml": "/epcisBody/eventList/0/eventTime",
    "XML/Capture/Invalid/ObjectEvent_with_wrong_element_order.xml": "/epcisBody/eventList/0/eventTime",
    "XML/Capture/Invalid/ObjectEvent_without_eventTime.xml": "/epcisBody/eventList/0/eventTime",
    "XML/Query/Invalid/QueryDocument_with_invalid_action.xml": (
        "/epcisBody/queryResults/resultsBody/eventList/0/action"
    ),
    "XML/Query/Invalid/QueryDocument_with_invalid_eventType.xml": (
        "/epcisBody/queryResults/resultsBody/eventList/0/type"
    ),
    "XML/Query/Invalid/QueryDocument_with_missing_value.xml": "/epcisBody/Poll",
    "XML/Query/Queries/Invalid/Query_without_queryName.xml": "/epcisBody/Poll",
}


def test_faults_are_placed(shared_dir):
    """Each deliberately faulty document has a problem at its fault, told in both languages."""
    invalid = [case for case in cases(shared_dir) if "/Invalid/" in case.name]
    assert len(invalid) == len(PLACES)
    for case in invalid:
        place = next(place for name, place in PLACES.items() if case.name.endswith(name))
        problems = [problem for problem in read(case.data).problems if problem.severity is Severity.FORM]
        assert place in {problem.path for problem in problems}, (case.name, problems)
        assert all(problem.message_vi and problem.message_en for problem in problems)


def test_json_comes_back(shared_dir):
    """JSON to events to JSON gives the same document, spelling of words and emptiness of lists included."""
    documents = [case for case in sound(shared_dir) if not case.is_xml]
    assert len(documents) > 80
    changed = [
        case.name
        for case in documents
        if json_text.loads(to_json(load(case.data))) != json_text.loads(case.data)
    ]
    assert changed == []


def test_xml_comes_back(shared_dir):
    """Any document to XML 2.0 and back gives equal events, and the XML is valid by GS1's schema."""
    schemas = {
        query: etree.XMLSchema(
            etree.parse(
                shared_dir
                / "corpora/epcis-artefacts/XSD"
                / f"EPCglobal-epcis{'-query' if query else ''}-2_0.xsd"
            )
        )
        for query in (False, True)
    }
    without, changed, invalid = set(), [], []
    for case in sound(shared_dir):
        document = load(case.data)
        try:
            written = to_xml(document)
        except ConversionError:
            without.add(case.name)
            continue
        again = load(written)
        if (again.events, again.master_data) != (document.events, document.master_data):
            changed.append(case.name)
        schema = schemas[document.results is not None]
        if not document.bare and not schema.validate(etree.fromstring(written)):
            invalid.append((case.name, schema.error_log.last_error))
        if load(to_xml(document, legacy_words=True)).events != document.events:
            changed.append(f"{case.name} with words as URNs")
    assert (changed, invalid) == ([], [])
    assert without == set(NO_XML_FORM)


def duplicates(shared):
    """XML documents with a JSON document of the same name."""
    by_name = {case.name: case for case in cases(shared)}
    for case in cases(shared):
        if case.is_xml:
            stem = case.name.removesuffix(".xml")
            names = [
                f"{base}{end}"
                for base in (stem.replace("/XML/", "/JSON/"), stem)
                for end in (".json", ".jsonld")
            ]
            other = next((by_name[name] for name in names if name in by_name), None)
            if other:
                yield case, other


def test_duplicates_are_equal(shared_dir):
    compared, differing, refused = 0, set(), set()
    for xml, json in duplicates(shared_dir):
        try:
            one, other = load(json.data), load(xml.data)
        except DocumentError:
            refused.add(xml.name)
            continue
        compared += 1
        if one.events != other.events:
            differing.add(xml.name)
    assert compared > 25
    assert differing == {name for name in NO_DUPLICATES if name not in refused}
    by_name = {case.name: case for case in cases(shared_dir)}
    assert {name for name in refused if by_name[name].is_valid} == JSON_REFUSED


@pytest.mark.parametrize(
    "name", sorted({**NO_EVENT_DOCUMENTS, **REFUSED_HERE, **TAKEN_HERE, **NO_XML_FORM, **NO_DUPLICATES})
)
def test_the_lists_name_real_documents(shared_dir, name):
    assert name in {case.name for case in cases(shared_dir)}
