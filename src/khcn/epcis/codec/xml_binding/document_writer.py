"""Writes whole documents as EPCIS XML 2.0: header, master data, events, query results."""

from typing import Final

from lxml import etree

from khcn.epcis.codec.json_binding.encode import extension_value
from khcn.epcis.codec.xml_binding import names as xn
from khcn.epcis.codec.xml_binding.event_writer import EventWriter, prefixes_in
from khcn.epcis.errors import ConversionError
from khcn.epcis.extensions import Extension, Extensions, Shape
from khcn.epcis.model import Document, Event, ExtendedEvent, Vocabulary

_SBDH_NAME: Final = f"{{{xn.SBDH}}}StandardBusinessDocumentHeader"


def _root(document: Document, writer: EventWriter) -> etree._Element:
    if document.results:
        root = etree.Element(f"{{{xn.QUERY2}}}EPCISQueryDocument", nsmap={"epcisq": xn.QUERY2})
    else:
        root = etree.Element(f"{{{xn.EPCIS2}}}EPCISDocument", nsmap={"epcis": xn.EPCIS2})
    root.set("schemaVersion", "2.0")
    if document.creation_date is not None:
        root.set("creationDate", document.creation_date.text.upper())
    if document.id is not None:
        root.set("id", document.id)
    for extension in document.extensions:
        if extension.shape is Shape.ATTRIBUTE:
            writer.attribute(root, extension)
    return root


def _header(root: etree._Element, document: Document, writer: EventWriter) -> None:
    business = tuple(document.header.named(_SBDH_NAME))
    others = Extensions(extension for extension in document.header if extension.name != _SBDH_NAME)
    if others:
        raise ConversionError(f"the header field {others[0].name!r} has no place in EPCIS XML")
    named = (document.sender, document.receiver, document.instance_identifier)
    if not (business or document.master_data or any(named) or "epcisHeader" in document.spelling):
        return
    header = etree.SubElement(root, "EPCISHeader")
    if business:
        writer.extensions(header, Extensions(business))
    elif any(named):
        _business_header(header, document)
    if document.master_data or "epcisMasterData" in document.spelling:
        master = etree.SubElement(etree.SubElement(header, "extension"), "EPCISMasterData")
        _vocabularies(master, document.master_data, writer)


def _business_header(header: etree._Element, document: Document) -> None:
    """The business document header that says the same as sender, receiver and instance identifier."""

    def child(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
        made = etree.SubElement(parent, f"{{{xn.SBDH}}}{name}")
        made.text = text
        return made

    top = etree.SubElement(header, _SBDH_NAME, nsmap={"sbdh": xn.SBDH})
    child(top, "HeaderVersion", "1.0")
    for name, identifier in (("Sender", document.sender), ("Receiver", document.receiver)):
        if identifier is not None:
            child(child(top, name), "Identifier", identifier)
    identification = child(top, "DocumentIdentification")
    child(identification, "Standard", "EPCglobal")
    child(identification, "TypeVersion", "1.0")
    child(identification, "InstanceIdentifier", document.instance_identifier)
    child(identification, "Type", "Events")
    if document.creation_date is not None:
        child(identification, "CreationDateAndTime", document.creation_date.text.upper())


def _vocabularies(parent: etree._Element, found: tuple[Vocabulary, ...], writer: EventWriter) -> None:
    listed = etree.SubElement(parent, "VocabularyList")
    for vocabulary in found:
        made = etree.SubElement(listed, "Vocabulary", type=vocabulary.type)
        if vocabulary.elements:
            records = etree.SubElement(made, "VocabularyElementList")
            for record in vocabulary.elements:
                element = etree.SubElement(records, "VocabularyElement", id=record.id)
                for attribute in record.attributes:
                    _attribute(element, attribute, writer)
                if record.children or "children" in record.spelling:
                    children = etree.SubElement(element, "children")
                    for child in record.children:
                        etree.SubElement(children, "id").text = child
                writer.extensions(element, record.extensions, top=True)
        writer.extensions(made, vocabulary.extensions, top=True)


def _attribute(element: etree._Element, attribute: Extension, writer: EventWriter) -> None:
    if isinstance(extension_value(attribute), list):
        raise ConversionError(f"the master data attribute {attribute.name!r} is an array")
    made = etree.SubElement(element, "attribute", id=attribute.name)
    if attribute.shape is not Shape.EMPTY_LIST:
        writer.value(made, attribute)


def _events(parent: etree._Element, events: tuple[Event, ...], writer: EventWriter) -> None:
    listed = etree.SubElement(parent, "EventList")
    for event in events:
        writer.event(listed, event)


def element_of(document: Document, *, legacy_words: bool = False) -> etree._Element:
    """The root element of a document in EPCIS XML 2.0; a bare event stays one.

    Args:
        document: what to write.
        legacy_words: CBV words as URNs (``urn:epcglobal:cbv:…``) instead of web URIs, where there is a URN.

    Raises:
        ConversionError: something that XML cannot hold.
    """
    writer = EventWriter(prefixes_in(document), legacy_words=legacy_words)
    if document.bare:
        if isinstance(document.events[0], ExtendedEvent):
            raise ConversionError("a single event of a type that EPCIS does not define has no XML form")
        holder = etree.Element("EventList")
        _events(holder, document.events, writer)
        root = holder[0][0]
        holder[0].remove(root)
        return _declare(root, writer)
    root = _root(document, writer)
    _header(root, document, writer)
    body = etree.SubElement(root, "EPCISBody")
    results = document.results
    if results is None:
        _events(body, document.events, writer)
        writer.extensions(body, document.body, top=True)
    else:
        if results.outer_extensions:
            raise ConversionError(
                "beside query results, the body of a query document can hold nothing in XML"
            )
        answer = etree.SubElement(body, f"{{{xn.QUERY2}}}QueryResults")
        etree.SubElement(answer, "queryName").text = results.query_name
        if results.subscription_id is not None:
            etree.SubElement(answer, "subscriptionID").text = results.subscription_id
        inner = etree.SubElement(answer, "resultsBody")
        if results.master_data and not document.events:
            _vocabularies(inner, results.master_data, writer)
        else:
            _events(inner, document.events, writer)
        writer.extensions(inner, results.body_extensions, top=True)
        writer.extensions(answer, results.extensions, top=True)
    writer.extensions(
        root,
        Extensions(extension for extension in document.extensions if extension.shape is not Shape.ATTRIBUTE),
        top=True,
    )
    return _declare(root, writer)


def _declare(root: etree._Element, writer: EventWriter) -> etree._Element:
    """Declare all namespaces at the root, once."""
    declared = {prefix: uri for uri, prefix in writer.used.items()}
    standard = {"xsi": xn.XSI, "xsd": xn.XSD} if root.xpath("//@*[namespace-uri()='" + xn.XSI + "']") else {}
    etree.cleanup_namespaces(
        root, top_nsmap={**declared, **standard}, keep_ns_prefixes=["xsd"] if standard else None
    )
    return root


def dumps(document: Document, *, legacy_words: bool = False, indent: bool = False) -> bytes:
    """A document as EPCIS XML 2.0 in UTF-8; arguments and exceptions as `element_of`."""
    root = element_of(document, legacy_words=legacy_words)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=indent)
