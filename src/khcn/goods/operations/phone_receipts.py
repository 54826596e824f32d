"""Goods that a telephone says have come: the shipment is chosen there, or found here by the code of a label that was read without a signal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import escape, unescape
from khcn.epcis.ids.label_paths import path_of_code
from khcn.goods.enums import COUNTED
from khcn.goods.models import Package, Shipment
from khcn.goods.operations.lot_stops import stops_of
from khcn.goods.operations.package_contents import lock_package_of
from khcn.goods.operations.package_ways import receive_package_counted, why_not_received_whole
from khcn.goods.operations.shipments import receive_counted
from khcn.goods.workflow import COMING, ON_ITS_WAY, SHIPMENT_FLOW
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
    found = list(rows.select_related("sender", "package").order_by("sent_on", "code")[:_MOST])
    packages = _packages_coming(actor)
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
            "pieces": each.unit in COUNTED,
            "sent_on": each.sent_on,
            "expires_on": each.expires_on,
            "stop": stops[each.lot_path].words if each.lot_path in stops else "",
            "url": shown.detail_url(each.pk),
            "package": packages.get(each.package_id),
        }
        for each in found
    ]


def _packages_coming(actor: Actor) -> dict[int | None, dict[str, Any]]:
    """What a telephone knows of packages that come as a whole, by their key: their number, and those of the packages in them."""
    shown = register_of(Package)
    rows: QuerySet[Any] = shown.visible(actor, ACT).filter(receiver=actor.organisation_id, state=ON_ITS_WAY)
    there = {each.pk: each for each in rows.order_by("sscc")}
    found: dict[int | None, dict[str, Any]] = {
        each.pk: {"sscc": each.sscc, "name": str(each), "url": shown.detail_url(each.pk), "inner": []}
        for each in there.values()
        if each.inside_id is None
    }
    for each in there.values():
        outer, passed = each, {each.pk}
        while outer.inside_id in there and outer.inside_id not in passed:
            outer = there[outer.inside_id]
            passed.add(outer.pk)
        if outer is not each and outer.pk in found:
            found[outer.pk]["inner"].append(each.sscc)
    answered = Shipment.objects.filter(package__in=found).exclude(state=COMING)
    for key in answered.values_list("package", flat=True).distinct():
        found.pop(key, None)  # what is left of it is counted lot by lot
    return found


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
    """Store what a receiver counted, by the shipment that it chose or by the code of a label; without an amount a package as a whole.

    Raises ``NotVisible`` for a shipment to somebody else, ``Refused`` where none is on its way or several are, and as the form does.
    """
    if counted.amount is None:
        return _receive_whole(counted, code, actor=actor, on=on)
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


def _receive_whole(counted: LotEntry, code: str, *, actor: Actor, on: date) -> LotEntry:
    """All that is in a package has come; the first of its entries is the one that the telephone asks for again."""
    if (number := _package_number(code)) is None:
        text = _("Mã “%(code)s” không phải mã của thùng, kiện. Bấm “Sửa”, ghi số lượng đếm được rồi lưu lại.")
        raise Refused.about(text % {"code": code}, "code", code="no_package")
    rows: QuerySet[Any] = register_of(Package).visible(actor, ACT).filter(receiver=actor.organisation_id)
    if (named := rows.filter(sscc=number).select_related("inside").first()) is None:
        raise _nothing_coming(code)
    if named.inside is not None:
        text = _(
            "%(package)s nằm trên %(outer)s. Bấm “Sửa”, quét tem của %(outer)s để nhận cả kiện; thiếu thùng thì đếm ở từng chuyến hàng."
        )
        raise Refused.about(text % {"package": named, "outer": named.inside}, "code", code="inner_package")
    package = locked(Package, named.pk)
    if why := why_not_received_whole(package, actor=actor, on=on):
        words = {"why": why}
        raise Refused.about(_("%(why)s Đã nhận rồi thì bỏ mục này.") % words, "code", code="answered")
    counted.clean_fields(exclude={"lot"})
    arrival = receive_package_counted(package=package, counted=counted, actor=actor, on=on)[0]
    assert arrival is not None  # noqa: S101 -- just stored
    return arrival


def _nothing_coming(code: str) -> Refused:
    text = _(
        "Không có chuyến hàng nào của mã “%(code)s” đang gửi cho cơ sở. Bấm “Sửa” để gõ lại mã trên nhãn; mã đúng rồi thì đề nghị bên "
        "giao ghi mục giao hàng, sau đó bấm “Sửa” rồi lưu lại."
    )
    return Refused.about(text % {"code": code}, "code", code="no_shipment")


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
        raise _nothing_coming(code)
    if len(found) > 1:
        text = _(
            "Có hơn một chuyến hàng của mã “%(code)s” đang gửi cho cơ sở. Bỏ mục này, mở “Nhận hàng” khi có mạng rồi chọn đúng chuyến."
        )
        raise Refused.about(text % {"code": code}, "code", code="several_shipments")
    return found[0]


def _named_by(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Shipments of the lot or the package of a label; what is no code of a label may be the lot number, which people type."""
    if (package := _package_number(code)) is not None:
        return rows.filter(package__sscc=package)
    if (found := _LOT.fullmatch(path_of_code(code))) is not None:
        return rows.filter(lot_path=f"/01/{found[1].zfill(14)}/10/{escape(unescape(found[2]))}")
    return rows.filter(lot_number__iexact=code)


def _package_number(code: str) -> str | None:
    """Of the code of a package, as an address, as the data of a bar code or as people type it."""
    typed = re.sub(r"[\s().-]", "", code)
    found = _PACKAGE.fullmatch(path_of_code(code)) or _SSCC.fullmatch(typed)
    return None if found is None else found[1]
