"""What an event says of a recall: that it sets or ends one, of what, and why. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.epcis.store import thing_of

if TYPE_CHECKING:
    from khcn.epcis import Event

RECALLED: Final = "recalled"
FIT_AGAIN: Final = ("active", "sellable_accessible")
"""Dispositions by which an authority ends a recall."""

REASON: Final = "recallReason"
"""The field of an event, in any namespace, that gives the reason of a recall; EPCIS and CBV have none."""


def is_set_by(event: Event) -> bool:
    """Whether an event sets a recall."""
    lasting = event.persistent_disposition
    return event.disposition == RECALLED or (lasting is not None and RECALLED in lasting.set)


def is_unset_by(event: Event) -> bool:
    """Whether an event takes the persistent disposition of a recall away."""
    lasting = event.persistent_disposition
    return lasting is not None and RECALLED in lasting.unset


def things_of_recall(event: Event) -> list[str]:
    """The things that an event recalls, or whose recall it ends; none where it does neither.

    What they are packed in is one of them only where the event names nothing that is in it (docs/adr/0028).
    """
    if event.error_declaration is not None or not (is_set_by(event) or is_unset_by(event)):
        return []
    things = [thing_of(one) for _name, named in event.epc_fields() for one in named]
    things += [thing_of(one.epc_class) for _name, quantities in event.quantity_fields() for one in quantities]
    container = getattr(event, "parent_id", None)
    if container is not None and not things:
        things.append(thing_of(container))
    return list(dict.fromkeys(things))


def reason_of(event: Event) -> str:
    """The reason that an event gives for a recall; "" where it gives none."""
    return next((one.text for one in event.extensions if one.local_name == REASON and one.text), "")
