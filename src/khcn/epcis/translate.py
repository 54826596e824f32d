"""Translates identifiers of events (EPCIS 2.0, 12.3: ``GS1-EPC-Format``).

Only the direction from EPC URN to Digital Link is always possible. A Digital Link does not contain the length of its
company prefix, which is needed for the URN (`ids.epc.to_urn`).
"""

from dataclasses import replace
from typing import Any, Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import epc
from khcn.epcis.model import Event, Place, SensorElement
from khcn.epcis.text_cache import TextCache

_CACHED: Final = 65536
_LISTS: Final = ("epcs", "child_epcs", "input_epcs", "output_epcs")
_QUANTITIES: Final = ("quantities", "child_quantities", "input_quantities", "output_quantities")


def digital_link(identifier: str) -> str:
    """The Digital Link of an EPC URN at id.gs1.org; any other identifier as it is.

    >>> digital_link("urn:epc:class:lgtin:9521234.022031.LO-7")
    'https://id.gs1.org/01/09521234220312/10/LO-7'
    """
    return _LINKS[identifier] if identifier.startswith("urn:epc:") else identifier


def _link_of(identifier: str) -> str:
    try:
        return epc.parse(identifier).link().uri()
    except IdentifierError:
        return identifier


_LINKS: Final = TextCache(_link_of, _CACHED)


def _is_urn(identifier: str | None) -> bool:
    return identifier is not None and identifier.startswith("urn:epc:")


def _place(place: Place | None) -> Place | None:
    return replace(place, id=digital_link(place.id)) if place is not None and _is_urn(place.id) else place


def _sensors(elements: tuple[SensorElement, ...]) -> tuple[SensorElement, ...]:
    def device(part: Any) -> Any:
        return replace(part, device_id=digital_link(part.device_id)) if _is_urn(part.device_id) else part

    return tuple(
        replace(
            element,
            metadata=element.metadata and device(element.metadata),
            reports=tuple(device(report) for report in element.reports),
        )
        for element in elements
    )


def with_digital_links(event: Event) -> Event:
    """The event with Digital Links for EPC URNs, in all fields that hold GS1 identifiers.

    Event ids, words and extension fields stay unchanged; so does the event hash.
    """
    changed: dict[str, Any] = {
        "read_point": _place(event.read_point),
        "biz_location": _place(event.biz_location),
        "sources": tuple(replace(party, id=digital_link(party.id)) for party in event.sources),
        "destinations": tuple(replace(party, id=digital_link(party.id)) for party in event.destinations),
        "biz_transactions": tuple(
            replace(one, biz_transaction=digital_link(one.biz_transaction)) for one in event.biz_transactions
        ),
        "sensor_elements": _sensors(event.sensor_elements),
    }
    for name in _LISTS:
        if getattr(event, name, ()):
            changed[name] = tuple(digital_link(one) for one in getattr(event, name))
    for name in _QUANTITIES:
        if getattr(event, name, ()):
            changed[name] = tuple(
                replace(one, epc_class=digital_link(one.epc_class)) for one in getattr(event, name)
            )
    for name in ("parent_id", "transformation_id"):
        if _is_urn(getattr(event, name, None)):
            changed[name] = digital_link(getattr(event, name))
    return replace(event, **changed)
