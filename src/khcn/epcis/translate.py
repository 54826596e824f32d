"""Translates identifiers of events (EPCIS 2.0, 12.3: ``GS1-EPC-Format``).

Only the direction from EPC URN to Digital Link is always possible. A Digital Link does not contain the length of its
company prefix, which is needed for the URN (`ids.epc.to_urn`), so the caller brings a table of lengths.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import epc
from khcn.epcis.ids.digital_link import LENIENT, DigitalLink
from khcn.epcis.ids.digital_link import parse as parse_link
from khcn.epcis.model import Event, Place
from khcn.epcis.text_cache import TextCache

PrefixLength = Callable[[str], int | None]
"""The length of the company prefix with which some digits begin; None where it is not known."""

_CACHED: Final = 65536
_ONE_DIGIT_BEFORE: Final = frozenset({"00", "01", "8003", "8006"})
_LISTS: Final = ("epcs", "child_epcs", "input_epcs", "output_epcs")
_QUANTITIES: Final = ("quantities", "child_quantities", "input_quantities", "output_quantities")


def digital_link(identifier: str) -> str:
    """The Digital Link of an EPC URN at id.gs1.org; any other identifier as it is.

    >>> digital_link("urn:epc:class:lgtin:9521234.022031.LO-7")
    'https://id.gs1.org/01/09521234220312/10/LO-7'
    """
    return _LINKS[identifier] if epc.is_epc_urn(identifier) else identifier


def _link_of(identifier: str) -> str:
    try:
        return epc.parse(identifier).link().uri()
    except IdentifierError:
        return identifier


_LINKS: Final = TextCache(_link_of, _CACHED)


def epc_urn(identifier: str, prefix_length: PrefixLength) -> str:
    """The EPC URN of a Digital Link whose company prefix has a known length; any other identifier as it is.

    >>> epc_urn("https://id.gs1.org/01/09521234220312/10/LO-7", lambda digits: 7)
    'urn:epc:class:lgtin:9521234.022031.LO-7'
    """
    if identifier[:4].lower() != "http":
        return identifier
    try:
        link = parse_link(identifier, LENIENT)
        length = prefix_length(_digits_from_prefix(link))
        if length is None:
            return identifier
        urn = epc.to_urn(link, length)
        epc.parse(urn)
    except IdentifierError:
        return identifier
    return urn


def _digits_from_prefix(link: DigitalLink) -> str:
    """The key of a link from its company prefix on; in some keys one digit stands before it."""
    return link.key.value[1:] if link.key.ai in _ONE_DIGIT_BEFORE else link.key.value


def with_digital_links(event: Event) -> Event:
    """The event with Digital Links for EPC URNs, in all fields that hold GS1 identifiers.

    Event ids, words and extension fields stay unchanged; so does the event hash.
    """
    return _translated(event, digital_link)


def with_epc_urns(event: Event, prefix_length: PrefixLength) -> Event:
    """The event with EPC URNs for Digital Links whose company prefix has a known length; otherwise as `with_digital_links`."""
    return _translated(event, lambda identifier: epc_urn(identifier, prefix_length))


def _translated(event: Event, translate: Callable[[str], str]) -> Event:
    def place(found: Place | None) -> Place | None:
        if found is None or (text := translate(found.id)) is found.id:
            return found
        return replace(found, id=text)

    def device(part: Any) -> Any:
        if part is None or part.device_id is None or (text := translate(part.device_id)) is part.device_id:
            return part
        return replace(part, device_id=text)

    changed: dict[str, Any] = {
        "read_point": place(event.read_point),
        "biz_location": place(event.biz_location),
        "sources": tuple(replace(party, id=translate(party.id)) for party in event.sources),
        "destinations": tuple(replace(party, id=translate(party.id)) for party in event.destinations),
        "biz_transactions": tuple(
            replace(one, biz_transaction=translate(one.biz_transaction)) for one in event.biz_transactions
        ),
        "sensor_elements": tuple(
            replace(
                element,
                metadata=device(element.metadata),
                reports=tuple(device(report) for report in element.reports),
            )
            for element in event.sensor_elements
        ),
    }
    for name in _LISTS:
        if getattr(event, name, ()):
            changed[name] = tuple(translate(one) for one in getattr(event, name))
    for name in _QUANTITIES:
        if getattr(event, name, ()):
            changed[name] = tuple(
                replace(one, epc_class=translate(one.epc_class)) for one in getattr(event, name)
            )
    for name in ("parent_id", "transformation_id"):
        value = getattr(event, name, None)
        if value is not None:
            changed[name] = translate(value)
    return replace(event, **changed)
