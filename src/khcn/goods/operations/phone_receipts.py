"""Goods that a telephone says have come: the shipment is chosen there, or found here by the code of a label that was read without a signal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import escape, unescape
from khcn.epcis.ids.label_paths import path_of_code
from khcn.goods.models import Shipment
from khcn.goods.operations.lot_stops import stops_of
from khcn.goods.operations.package_contents import lock_package_of
from khcn.goods.operations.shipments import receive_counted
from khcn.goods.workflow import COMING, SHIPMENT_FLOW
from khcn.kernel.access.scopes import ACT
from khcn.kernel.actions.running import NotVisible
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from khcn.goods.models import LotEntry
    from khcn.kernel.actors import Actor

_MOST: Final = 300
"""Shipments on a telephone."""

_PACKAGE: Final = re.compile(r"/00/([0-9]{18})")
_SSCC: Final = re.compile(r"(?:00)?([0-9]{18})")
_LOT: Final = re.compile(r"/01/([0-9]{8,14})/10/([^/]+).*")


def arrivals_of(actor: Actor) -> list[dict[str, Any]]:
    """Goods on their way to the organisation, with why they go nowhere from there."""
    shown = register_of(Shipment)
    rows = shown.visible(actor, ACT).filter(receiver=actor.organisation_id, state=COMING)
    found = list(rows.select_related("sender").order_by("sent_on", "code")[:_MOST])
    stops = stops_of({each.lot_path for each in found})
    return [
        {
            "id": each.pk,
            "path": each.lot_path,
            "item": each.item_name,
            "number": each.lot_number,
            "sender": str(each.sender),
            "amount": format(each.amount.normalize(), "f"),
            "unit": each.get_unit_display(),
            "sent_on": each.sent_on,
            "expires_on": each.expires_on,
            "stop": stops[each.lot_path].words if each.lot_path in stops else "",
            "url": shown.detail_url(each.pk),
        }
        for each in found
    ]


def with_stops(lots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lots that a telephone offers (`choices_of_diary`), with why goods of each go nowhere and since which day."""
    stops = stops_of({each["path"] for each in lots})
    return [
        each | {"stop": stop.words, "stopped_since": stop.since}
        if (stop := stops.get(each["path"]))
        else each
        for each in lots
    ]


def receive_from_phone(
    *, counted: LotEntry, shipment: int | None, code: str, actor: Actor, on: date
) -> LotEntry:
    """Store what a receiver counted, by the shipment that it chose or by the code of a label.

    Raises ``NotVisible`` for a shipment to somebody else, ``Refused`` where none is on its way or several are, and as the form does.
    """
    named = _shipment(shipment, code, counted.amount, actor)
    lock_package_of(named)
    found = locked(Shipment, named.pk)
    if found.state != COMING:
        text = _("Hàng của chuyến %(code)s đã được trả lời: %(state)s. Đã nhận rồi thì bỏ mục này.")
        words = {"code": found.code, "state": SHIPMENT_FLOW.by_value[found.state].label}
        raise Refused.about(text % words, "shipment", code="answered")
    counted.clean_fields(exclude={"lot"})  # the amount comes as it was sent
    arrival = receive_counted(shipment=found, counted=counted, actor=actor, on=on).arrival
    assert arrival is not None  # noqa: S101 -- just stored
    return arrival


def _shipment(key: int | None, code: str, amount: Decimal | None, actor: Actor) -> Shipment:
    rows: QuerySet[Any] = register_of(Shipment).visible(actor, ACT).filter(receiver=actor.organisation_id)
    if key is not None:
        if (chosen := rows.filter(pk=key).first()) is None:
            words = _("Chuyến hàng này không còn trong danh sách hàng gửi cho cơ sở. Bỏ mục này.")
            raise NotVisible(words, code="not_found")
        return chosen
    named = _named_by(rows, code)
    coming = named.filter(state=COMING).order_by("sent_on", "code")
    # of several of one lot, that of which just as much came
    found = (
        list(coming.filter(amount=amount)[:2])
        or list(coming[:2])
        or list(named.order_by("-sent_on", "code")[:1])
    )  # of the last it is said why not
    if not found:
        text = _(
            "Không có chuyến hàng nào của mã “%(code)s” đang gửi cho cơ sở. Bấm “Sửa” để gõ lại mã trên nhãn; mã đúng rồi thì đề nghị bên "
            "giao ghi mục giao hàng, sau đó bấm “Sửa” rồi lưu lại."
        )
        raise Refused.about(text % {"code": code}, "code", code="no_shipment")
    if len(found) > 1:
        text = _(
            "Có hơn một chuyến hàng của mã “%(code)s” đang gửi cho cơ sở. Bỏ mục này, mở “Nhận hàng” khi có mạng rồi chọn đúng chuyến."
        )
        raise Refused.about(text % {"code": code}, "code", code="several_shipments")
    return found[0]


def _named_by(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Shipments of the lot or the package of a label; what is no code of a label may be the lot number, which people type."""
    typed = re.sub(r"[\s().-]", "", code)
    if (package := _PACKAGE.fullmatch(path_of_code(code)) or _SSCC.fullmatch(typed)) is not None:
        return rows.filter(package__sscc=package[1])
    if (found := _LOT.fullmatch(path_of_code(code))) is not None:
        return rows.filter(lot_path=f"/01/{found[1].zfill(14)}/10/{escape(unescape(found[2]))}")
    return rows.filter(lot_number__iexact=code)
