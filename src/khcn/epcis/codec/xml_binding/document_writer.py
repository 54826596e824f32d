"""Writes whole documents as EPCIS XML 2.0: header, master data, events, query results."""

from typing import Final
from xml.etree.ElementTree import Element, SubElement
from xml.etree.ElementTree import indent as indent_elements

from khcn.epcis.codec.json_binding.encode import extension_value
from khcn.epcis.codec.xml_binding import names as xn
from khcn.epcis.codec.xml_binding.event_writer import EventWriter, prefixes_in
from khcn.epcis.codec.xml_binding.markup import markup
from khcn.epcis.errors import ConversionError
from khcn.epcis.extensions import Extension, Extensions, Shape
from khcn.epcis.model import Document, Event, ExtendedEvent, Vocabulary

_DECLARATION: Final = "<?xml version='1.0' encoding='UTF-8'?>\n"
_SBDH_NAME: Final = f"{{{xn.SBDH}}}StandardBusinessDocumentHeader"


def _root(document: Document, writer: EventWriter) -> Element:
    root = Element("epcisq:EPCISQueryDocument" if document.results else "epcis:EPCISDocument")
    root.set("schemaVersion", "2.0")
    if document.creation_date is not None:
        root.set("creationDate", document.creation_date.to_xml())
    if document.id is not None:
        root.set("id", document.id)
    for extension in document.extensions:
        if extension.shape is Shape.ATTRIBUTE:
            writer.attribute(root, extension)
    return root


def _header(root: Element, document: Document, writer: EventWriter) -> None:
    business = tuple(document.header.named(_SBDH_NAME))
    others = Extensions(extension for extension in document.header if extension.name != _SBDH_NAME)
    if others:
        raise ConversionError(f"the header field {others[0].name!r} has no place in EPCIS XML")
    named = (document.sender, document.receiver, document.instance_identifier)
    if not (business or document.master_data or any(named) or "epcisHeader" in document.spelling):
        return
    header = SubElement(root, "EPCISHeader")
    if business:
        writer.extensions(header, Extensions(business))
    elif any(named):
        _business_header(header, document, writer)
    if document.master_data or "epcisMasterData" in document.spelling:
        master = SubElement(SubElement(header, "extension"), "EPCISMasterData")
        _vocabularies(master, document.master_data, writer)


def _business_header(header: Element, document: Document, writer: EventWriter) -> None:
    """The business document header that says the same as sender, receiver and instance identifier."""

    def child(parent: Element, name: str, text: str | None = None) -> Element:
        made = writer.element(parent, f"{{{xn.SBDH}}}{name}", "sbdh")
        made.text = text
        return made

    top = writer.element(header, _SBDH_NAME, "sbdh")
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
        child(identification, "CreationDateAndTime", document.creation_date.to_xml())


def _vocabularies(parent: Element, found: tuple[Vocabulary, ...], writer: EventWriter) -> None:
    listed = SubElement(parent, "VocabularyList")
    for vocabulary in found:
        made = SubElement(listed, "Vocabulary", type=vocabulary.type)
        if vocabulary.elements:
            records = SubElement(made, "VocabularyElementList")
            for record in vocabulary.elements:
                element = SubElement(records, "VocabularyElement", id=record.id)
                for attribute in record.attributes:
                    _attribute(element, attribute, writer)
                if record.children or "children" in record.spelling:
                    children = SubElement(element, "children")
                    for child in record.children:
                        SubElement(children, "id").text = child
                writer.extensions(element, record.extensions, top=True)
        writer.extensions(made, vocabulary.extensions, top=True)


def _attribute(element: Element, attribute: Extension, writer: EventWriter) -> None:
    if isinstance(extension_value(attribute), list):
        raise ConversionError(f"the master data attribute {attribute.name!r} is an array")
    made = SubElement(element, "attribute", id=attribute.name)
    if attribute.shape is not Shape.EMPTY_LIST:
        writer.value(made, attribute)


def _events(parent: Element, events: tuple[Event, ...], writer: EventWriter) -> None:
    listed = SubElement(parent, "EventList")
    for event in events:
        writer.event(listed, event)


def element_of(document: Document, *, legacy_words: bool = False) -> Element:
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
        holder = Element("EventList")
        _events(holder, document.events, writer)
        root = holder[0][0]
        holder[0].remove(root)
        return _declare(root, writer, {})
    root = _root(document, writer)
    _header(root, document, writer)
    body = SubElement(root, "EPCISBody")
    results = document.results
    if results is None:
        _events(body, document.events, writer)
        writer.extensions(body, document.body, top=True)
    else:
        if results.outer_extensions:
            raise ConversionError(
                "beside query results, the body of a query document can hold nothing in XML"
            )
        answer = SubElement(body, "epcisq:QueryResults")
        SubElement(answer, "queryName").text = results.query_name
        if results.subscription_id is not None:
            SubElement(answer, "subscriptionID").text = results.subscription_id
        inner = SubElement(answer, "resultsBody")
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
    own = {"epcisq": xn.QUERY2} if document.results else {"epcis": xn.EPCIS2}
    return _declare(root, writer, own)


def _declare(root: Element, writer: EventWriter, own: dict[str, str]) -> Element:
    """Declare all namespaces at the root, once."""
    instance = {"xsi": xn.XSI, "xsd": xn.XSD} if writer.uses_instance else {}
    declared = {**own, **{prefix: uri for uri, prefix in writer.used.items()}, **instance}
    attributes = dict(root.attrib)
    root.attrib.clear()
    root.attrib.update({f"xmlns:{prefix}": uri for prefix, uri in declared.items()} | attributes)
    return root


def dumps(document: Document, *, legacy_words: bool = False, indent: bool = False) -> bytes:
    """A document as EPCIS XML 2.0 in UTF-8; arguments and exceptions as `element_of`."""
    root = element_of(document, legacy_words=legacy_words)
    if indent:
        indent_elements(root)
        root.tail = "\n"
    return (_DECLARATION + EventWriter.legal(markup(root))).encode()
