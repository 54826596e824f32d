"""What an event says of a recall: that it sets or ends one, of what, and why. Pure functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from khcn.epcis.model import TransformationEvent
from khcn.epcis.store import thing_of

if TYPE_CHECKING:
    from khcn.epcis import Event

RECALLED: Final = "recalled"
FIT_AGAIN: Final = ("active", "sellable_accessible")
"""Dispositions by which an authority ends a recall."""

REASON: Final = "recallReason"
"""The field of an event, in any namespace, that gives the reason of a recall; EPCIS and CBV have none."""

# A variant of a product, without a lot or serial number after it.
_VARIANT: Final = re.compile(r"/(?:01|gtin|8006|itip)/\d+/(?:22|cpv)/[^/?#]+/*(?:[?#].*)?$")


def is_set_by(event: Event) -> bool:
    """Whether an event sets a recall."""
    lasting = event.persistent_disposition
    return event.disposition == RECALLED or (lasting is not None and RECALLED in lasting.set)


def is_unset_by(event: Event) -> bool:
    """Whether an event takes the persistent disposition of a recall away."""
    lasting = event.persistent_disposition
    return lasting is not None and RECALLED in lasting.unset


def things_spoken_of(event: Event) -> list[str]:
    """The things that the dispositions of an event are about.

    Of a transformation these are its outputs alone: its inputs are used up in part or whole, and what is left of them is as it was.
    What they are packed in is one of them only where the event names nothing that is in it (docs/adr/0028). A variant of a
    product is none: it has the id of the product, and is not all of it.
    """
    if isinstance(event, TransformationEvent):
        named = [*event.output_epcs, *(one.epc_class for one in event.output_quantities)]
    else:
        named = [one for _name, epcs in event.epc_fields() for one in epcs]
        named += [one.epc_class for _name, quantities in event.quantity_fields() for one in quantities]
    container = getattr(event, "parent_id", None)
    if container is not None and not named:
        named.append(container)
    return list(dict.fromkeys(thing_of(one) for one in named if not _VARIANT.search(one)))


def things_of_recall(event: Event) -> list[str]:
    """The things that an event recalls, or whose recall it ends; none where it does neither."""
    if event.error_declaration is not None or not (is_set_by(event) or is_unset_by(event)):
        return []
    return things_spoken_of(event)


def reason_of(event: Event) -> str:
    """The reason that an event gives for a recall; "" where it gives none."""
    return next((one.text for one in event.extensions if one.local_name == REASON and one.text), "")
