"""Notes to who sends a recall that no public page shows: of a product without its lot, or of what goods are packed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.epcis import Severity
from khcn.epcis.errors import Problem
from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.epcis.store import thing_of
from khcn.trace.store.encoding.classes_and_lots import is_product_class
from khcn.trace.store.recall_statements import is_set_by

if TYPE_CHECKING:
    from khcn.epcis import Event

_SSCC: Final = f"{CANONICAL_STEM}/00/"


def recall_problems(event: Event, path: str) -> list[Problem]:
    """The notes about an event, one of each kind; none where it recalls nothing."""
    if event.error_declaration is not None or not is_set_by(event):
        return []
    things = [thing_of(one) for one in _goods(event)]
    found: list[Problem] = []
    if any(is_product_class(one) for one in things):
        found.append(
            Problem(
                "RECALL_WITHOUT_LOT",
                path,
                "Lệnh thu hồi nêu cả mặt hàng mà không nêu lô, nên không hiện trên trang của lô hay sản phẩm nào. Gửi lại và nêu "
                "từng lô (epcClass có số lô) hoặc từng số sê-ri.",
                "the recall names a product without a lot, so no page shows it; name the lots or the serial numbers",
                Severity.CONTENT,
            )
        )
    if any(one.startswith(_SSCC) for one in things):
        found.append(
            Problem(
                "RECALL_OF_PACKAGE",
                path,
                "Lệnh thu hồi nêu một kiện vận chuyển (SSCC); nó không hiện trên trang của hàng trong kiện. Gửi lại và nêu từng lô "
                "hoặc từng số sê-ri trong kiện.",
                "the recall names a logistic unit (SSCC), and the pages of what is in it do not show it; name the lots or the "
                "serial numbers",
                Severity.CONTENT,
            )
        )
    return found


def _goods(event: Event) -> list[str]:
    """The goods that an event names; what they are packed in only where it names nothing that is in it."""
    inside = [one for _name, things in event.epc_fields() for one in things]
    inside += [one.epc_class for _name, quantities in event.quantity_fields() for one in quantities]
    parent = getattr(event, "parent_id", None)
    return inside or ([] if parent is None else [parent])
