"""In which unit amounts of goods are compared, and what can be converted to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.enums import COUNTED, PACKED, TradeUnit
from khcn.trace.store.encoding.amount_units import unit_of

if TYPE_CHECKING:
    from decimal import Decimal


def in_unit(quantity: Decimal, uom: str | None, unit: str) -> Decimal | None:
    """A quantity in another unit; None where it cannot be converted, as packets to kilograms.

    Single objects and pieces of a product that is sold in packets, bags or bottles are so many of these.

    >>> from decimal import Decimal
    >>> in_unit(Decimal(500), "GRM", "KGM"), in_unit(Decimal(3), None, "PA"), in_unit(Decimal(3), "PA", "KGM")
    (Decimal('0.5'), Decimal('3'), None)
    """
    given, asked = unit_of(uom), unit_of(unit)
    if given.smallest == asked.smallest:
        return quantity * given.factor / asked.factor
    return quantity if not given.smallest and unit in PACKED else None


def unit_for(uom: str | None) -> str:
    """The unit in which amounts of a unit are shown: a unit of trade, or itself where there is none for it.

    >>> unit_for("TNE"), unit_for("MGM"), unit_for(None), unit_for("XBX")
    ('TNE', 'KGM', 'H87', 'XBX')
    """
    smallest = unit_of(uom).smallest
    if uom in TradeUnit.values:
        return str(uom)
    return next((each for each in TradeUnit.values if unit_of(each).smallest == smallest), smallest)


def is_counted(unit: str) -> bool:
    """Whether goods of a unit come in whole pieces: half a packet is none.

    >>> is_counted("PA"), is_counted("H87"), is_counted("KGM"), is_counted("")
    (True, True, False, False)
    """
    return unit in COUNTED
