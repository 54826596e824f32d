"""Goods that came from another party: their days are those of who made them, and nothing is made into their lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import unescape
from khcn.goods.enums import MAKES
from khcn.goods.models import Lot, Shipment
from khcn.goods.rules import shortest_gtin
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from khcn.goods.models import LotEntry


def refuse_making_received(entry: LotEntry) -> None:
    """Raise ``Refused`` for an entry by which goods would be made into a lot that came from another party.

    What is in such a lot came by its shipments, and what the receiver makes of it is a lot of its own.
    """
    if entry.lot.source_path and entry.kind in MAKES:
        text = _(
            "Lô %(lot)s là hàng nhận của bên khác nên không ghi “%(kind)s” vào lô này. Hàng cơ sở làm ra thì lập lô cho sản phẩm của mình, ở "
            "lô %(lot)s ghi “Dùng làm nguyên liệu cho lô khác”. Hàng về nhiều hơn số đã nhận thì bấm “Đếm lại” ở chuyến hàng."
        )
        words = {"lot": entry.lot.number, "kind": entry.get_kind_display()}
        raise Refused.about(text % words, "kind", code="received_lot")
    if entry.into is not None and entry.into.source_path:
        text = _(
            "Lô %(lot)s là hàng nhận của bên khác, không phải lô cơ sở làm ra. Hãy lập lô cho sản phẩm của mình rồi chọn lô đó."
        )
        raise Refused.about(text % {"lot": entry.into.number}, "into", code="received_lot")


def days_of_maker(shipment: Shipment) -> dict[str, Any]:
    """The days of the goods of a shipment as who made them has them now; as they were sent, where the maker's lot is not on record."""
    _empty, _gtin, number, _lot, name = shipment.lot_path.split("/")
    made = Lot.objects.filter(item__gtin=shortest_gtin(number), number=unescape(name), source_path="")
    lot = made.select_related("item").first()
    if lot is None:
        return {"made_on": shipment.made_on, "expires_on": shipment.expires_on}
    return _days_of(lot)


def rows_with_other_days(lot: Lot) -> tuple[dict[str, Any], list[Shipment | Lot]]:
    """The days of a lot of who made it; and the shipments of these goods and the lots of all who received them that have other days.

    They are locked, shipments before lots, as who receives does: what arrives meanwhile has a lot by then, or reads the new days.
    """
    days, path = _days_of(lot), lot.public_path
    keys = Shipment.objects.filter(lot_path=path).values_list("pk", flat=True)
    shipments = locked_all(Shipment, keys)
    received = locked_all(Lot, Lot.objects.filter(source_path=path).values_list("pk", flat=True))
    rows: list[Shipment | Lot] = [*shipments, *received]
    return days, [each for each in rows if has_other_days(each, days)]


def has_other_days(record: Shipment | Lot, days: dict[str, Any]) -> bool:
    """Whether a record says other days of its goods."""
    return any(getattr(record, name) != day for name, day in days.items())


def _days_of(lot: Lot) -> dict[str, Any]:
    return {"made_on": lot.made_on, "expires_on": lot.last_day()}
