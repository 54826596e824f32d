"""What an event says of a recall: that it sets or ends one, of what, and why. Pure functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from khcn.epcis.errors import Problem, Severity
from khcn.epcis.ids.canonical import canonical
from khcn.epcis.model import TransformationEvent
from khcn.epcis.store import thing_of
from khcn.trace.store.encoding.classes_and_lots import is_asset_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.epcis import Event

RECALLED: Final = "recalled"
FIT_AGAIN: Final = ("active", "sellable_accessible")
"""Dispositions by which an authority ends a recall."""

REASON: Final = "recallReason"
"""The field of an event, in any namespace, that gives the reason of a recall; EPCIS and CBV have none."""

_PATTERN: Final = "urn:epc:idpat:"
_SHOWN: Final = 80
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


def names_spoken_of(event: Event) -> list[str]:
    """What the dispositions of an event are about, as written."""
    if isinstance(event, TransformationEvent):
        return [*event.output_epcs, *(one.epc_class for one in event.output_quantities)]
    named = [one for _name, epcs in event.epc_fields() for one in epcs]
    named += [one.epc_class for _name, quantities in event.quantity_fields() for one in quantities]
    container = getattr(event, "parent_id", None)
    if container is not None and not named:
        named.append(container)
    return named


def things_spoken_of(event: Event) -> list[str]:
    """The things that the dispositions of an event are about.

    Of a transformation these are its outputs alone: its inputs are used up in part or whole, and what is left of them is as it was.
    What they are packed in is one of them only where the event names nothing that is in it (docs/adr/0028). A variant of a
    product is none: it has the id of the product, and is not all of it.
    """
    return list(dict.fromkeys(thing_of(one) for one in names_spoken_of(event) if not _VARIANT.search(one)))


def things_of_recall(event: Event) -> list[str]:
    """The things that an event recalls, or whose recall it ends; none where it does neither."""
    if event.error_declaration is not None or not (is_set_by(event) or is_unset_by(event)):
        return []
    return things_spoken_of(event)


def recall_problems(event: Event, path: str) -> list[Problem]:
    """That an event which recalls, or ends a recall, names something of which that has no effect, so that its sender learns it.

    Args:
        event: the event.
        path: JSON pointer of the event in its document.
    """
    if event.error_declaration is not None or not (is_set_by(event) or is_unset_by(event)):
        return []
    named = names_spoken_of(event)
    without = [
        one for one in named if _VARIANT.search(one) or (one.startswith(_PATTERN) and canonical(one) is None)
    ]
    if named and not without:
        return _recalls_of_crate_types(event, named, path)
    shown = f" với mã “{without[0][:_SHOWN]}”" if without else ""
    return [
        Problem(
            "RECALL_NAMES_NOTHING",
            path,
            f"Lệnh thu hồi (hoặc bỏ thu hồi) này không có tác dụng{shown}: mã phải là một sản phẩm, một lô, một kiện, hoặc cả mặt hàng "
            "(mã GTIN không kèm lô, không kèm biến thể). Sự kiện vẫn được ghi; gửi thêm sự kiện với mã đúng.",
            f"this recall, or its end, has no effect{f' on {without[0][:_SHOWN]!r}' if without else ''}: name an object, a lot, a package "
            "or a product as a whole (a GTIN without lot and variant); the event is stored",
            Severity.CONTENT,
        )
    ]


def _recalls_of_crate_types(event: Event, named: Sequence[str], path: str) -> list[Problem]:
    """That a recall of a type of crates is one of the crates alone: they may be faulty where what is in them is not."""
    types = [one for one in named if is_asset_type(thing_of(one))] if is_set_by(event) else []
    return [
        Problem(
            "RECALL_OF_CRATES_ALONE",
            path,
            f"Lệnh thu hồi nêu một loại sọt, pa-lét dùng lại (“{each[:_SHOWN]}”, GRAI không kèm số sê-ri) nên chỉ thu hồi chính các sọt, pa-lét đó, "
            "không thu hồi hàng ở trong. Sự kiện vẫn được ghi; muốn thu hồi cả hàng, gửi thêm sự kiện nêu từng sọt (GRAI kèm số sê-ri), lô hoặc mã hàng.",
            f"{each[:_SHOWN]!r} is a type of crates or pallets (a GRAI without serial number): they are recalled, and what is in them is not; "
            "the event is stored, name single crates, lots or products to recall goods",
            Severity.CONTENT,
        )
        for each in types[:1]
    ]


def reason_of(event: Event) -> str:
    """The reason that an event gives for a recall; "" where it gives none."""
    return next((one.text for one in event.extensions if one.local_name == REASON and one.text), "")
