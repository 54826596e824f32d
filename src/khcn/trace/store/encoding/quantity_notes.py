"""That an event names quantities that cannot be, or units by a code that is another one, so that its sender learns it.

The standard's schema takes both (EPCIS 2.0, 7.3.3.3: a number, and a code of two or three capitals or digits), so nothing is refused for them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from khcn.epcis.errors import Problem, Severity
from khcn.trace.store.encoding.amount_units import unit_of
from khcn.trace.store.encoding.lineage_graph import MOST_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from khcn.epcis import Event
    from khcn.epcis.model import QuantityElement

_MEANT: Final[Mapping[str, str]] = {
    "KG": "KGM",
    "KGS": "KGM",  # in Recommendation 20 kilogram per second
    "GR": "GRM",
    "TON": "TNE",
    "LIT": "LTR",
    "ML": "MLT",
    "PCS": "H87",
}
"""Symbols and abbreviations that are written in place of codes of UN/ECE Recommendation 20, with the code that is meant. It is no list of
the two thousand codes: another wrong one is not noticed."""


def quantity_notes(event: Event, path: str) -> list[Problem]:
    """What is wrong with the quantities of an event.

    Args:
        event: the event.
        path: JSON pointer of the event in its document.
    """
    found: list[Problem] = []
    if event.error_declaration is not None:
        return found  # it repeats what was wrong
    may_be_nothing = getattr(event, "action", "") == "OBSERVE"  # counted, and none was there
    for name, quantities in event.quantity_fields():
        for place, one in enumerate(quantities):
            found += _notes(one, f"{path}/{name}/{place}", may_be_nothing=may_be_nothing)
    return found


def _notes(one: QuantityElement, path: str, *, may_be_nothing: bool) -> Iterator[Problem]:
    shown = "" if one.quantity is None else f"{Decimal(one.quantity):.6g}"
    if one.quantity is not None and (one.quantity < 0 or (one.quantity == 0 and not may_be_nothing)):
        yield Problem(
            "QUANTITY",
            f"{path}/quantity",
            f"Số lượng {shown} không phải số dương. Sự kiện vẫn được ghi nhưng số lượng này không được tính; "
            "ghi số dương, hoặc bỏ trống nếu không biết.",
            f"the quantity {shown} is not positive; the event is stored, but the quantity is not counted",
            Severity.CONTENT,
        )
    elif one.quantity is not None and one.quantity > MOST_AMOUNT / unit_of(one.uom).factor:
        yield Problem(
            "QUANTITY",
            f"{path}/quantity",
            f"Số lượng {shown} lớn hơn mọi lượng hàng có thật. Sự kiện vẫn được ghi nhưng số lượng này không được tính; "
            "kiểm tra số và đơn vị.",
            f"the quantity {shown} is larger than any real one; the event is stored, but the quantity is not counted",
            Severity.CONTENT,
        )
    meant = _MEANT.get(one.uom or "")
    if meant:
        yield Problem(
            "UNIT",
            f"{path}/uom",
            f"“{one.uom}” không phải mã đơn vị của lượng hàng theo UN/ECE Rec 20 (có lẽ là {meant}). Sự kiện vẫn được ghi, "
            "nhưng lượng này không được quy đổi và không trừ với lượng ghi bằng đơn vị khác; sửa mã đơn vị ở phần mềm gửi.",
            f"{one.uom!r} is not the code of a unit of goods in UN/ECE Recommendation 20 ({meant}?); the event is stored, and the "
            "amount is not compared with amounts in other units",
            Severity.CONTENT,
        )
