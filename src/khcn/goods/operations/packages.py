"""Goods into crates, bales and onto pallets, and out of them; each step is an event with the row (docs/adr/0064)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from khcn.goods.enums import LogisticKind
from khcn.goods.models import Location, Lot, LotEntry, Package, PackageLine
from khcn.goods.models.parties import trace_party_of
from khcn.goods.operations.lot_balances import least_from
from khcn.goods.operations.lot_stops import stops_of, why_stopped
from khcn.goods.operations.package_contents import (
    amounts_of,
    levels_of,
    lines_in,
    move,
    packed_amounts,
    with_inner,
)
from khcn.goods.operations.package_days import refuse_day_before
from khcn.goods.operations.package_events import (
    capture_packing,
    capture_unpacking,
    declare_packing_wrong,
)
from khcn.goods.operations.package_numbers import next_ssccs
from khcn.goods.operations.package_times import moment_after
from khcn.goods.operations.shipments import refuse_unused_place
from khcn.goods.workflow import PACKAGE_FLOW, PACKED
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked, locked_all, wait_for_turn
from khcn.kernel.past_days import refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.parties.models import Organisation
    from khcn.trace.models import TraceParty

MOST_LEVELS: Final = 6
"""Packages in one another: a bag in a box in a carton on a pallet are four."""


def packing_party(organisation: Organisation) -> TraceParty:
    """As whom who packs reports. Raises ``Refused`` where the department has entered no party for it."""
    party = trace_party_of(organisation)
    if party is None:
        text = _(
            "Sở chưa xác nhận cơ sở này tham gia truy xuất nguồn gốc nên chưa đóng kiện được. Hãy liên hệ đơn vị phụ trách tiêu chuẩn đo "
            "lường chất lượng của Sở."
        )
        raise Refused(text, code="no_trace_party")
    return party


def why_not_packed(lot: Lot, *, actor: Actor, on: date) -> str:
    """Why nothing of a lot is packed; "" where something may be."""
    if why := why_stopped(lot):
        return why
    if lot.is_past(on):
        return _("Lô đã hết hạn sử dụng nên không đóng thùng.")
    if _left_of(lot, on) <= 0:
        return _("Lô không còn hàng ngoài thùng, kiện.")
    return ""


def packed_today(lot: Lot, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialog begins: one crate, today, at the place where the lot was last worked on."""
    last = lot.entries.filter(wrong_on__isnull=True).order_by("-done_on", "-pk").first()
    place = last.location if last is not None and last.location.is_in_use(on) else None
    return {"kind": LogisticKind.BOX, "count": 1, "packed_on": on, "location": place.pk if place else None}


def left_in_words(lot: Lot, *, actor: Actor, on: date) -> str:
    """How much of a lot may be packed."""
    words = {"left": format_amount(max(_left_of(lot, on), Decimal(0))), "unit": lot.item.get_unit_display()}
    return _("Ngoài thùng, kiện còn %(left)s %(unit)s.") % words


def pack(
    *,
    lot: Lot,
    kind: str,
    count: int,
    amount: Decimal,
    packed_on: date,
    location: Location,
    actor: Actor,
    on: date,
) -> Package:
    """Pack goods of a lot into some packages that are alike; gives the first one. Raises ``Refused`` for more than there is."""
    owner = lot.item.organisation
    party = packing_party(owner)
    with transaction.atomic(), acting(actor):
        lot = locked(Lot, lot.pk)
        _refuse_packing(lot, amount * count, packed_on, location, on)
        packages = []
        for sscc in next_ssccs(owner, count):
            package = Package(sscc=sscc, kind=kind, organisation=owner, packed_on=packed_on)
            package.full_clean()
            package.save()
            _put(package, party, lot=lot, amount=amount, location=location, packed_on=packed_on)
            packages.append(package)
    return packages[0]


def why_not_open(package: Package, *, actor: Actor, on: date) -> str:
    """Why nothing is put into a package or taken out of it; "" where it may be."""
    if package.state != PACKED:
        state = PACKAGE_FLOW.by_value[package.state]
        return _("%(package)s ở tình trạng “%(state)s”.") % {"package": package, "state": state.label}
    if package.inside is not None:
        return _("%(package)s đang xếp trên %(outer)s. Hãy dỡ %(outer)s trước.") % {
            "package": package,
            "outer": package.inside,
        }
    return ""


def packing_today(package: Package, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialogs of a package begin."""
    last = package.lines.order_by("-ordinal").first()
    place = last.location if last is not None and last.location.is_in_use(on) else None
    return {"packed_on": on, "location": place.pk if place else None}


def unpacked_today(package: Package, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialog for unpacking begins."""
    return {"unpacked_on": on, "location": packing_today(package, actor=actor, on=on)["location"]}


def add_goods(
    *,
    package: Package,
    lot: Lot,
    amount: Decimal,
    packed_on: date,
    location: Location,
    actor: Actor,
    on: date,
) -> Package:
    """Put more goods into a package, of the same lot or another one of who packs."""
    party = packing_party(package.organisation)
    with transaction.atomic(), acting(actor):
        lot = locked(Lot, lot.pk)
        if lot.item.organisation_id != package.organisation_id:
            raise Refused.about(_("Lô này của cơ sở khác."), "lot", code="other_organisation")
        refuse_packing_into(package, packed_on, "package")
        _refuse_packing(lot, amount, packed_on, location, on)
        _put(package, party, lot=lot, amount=amount, location=location, packed_on=packed_on)
    return package


def wait_to_stack(package: Package) -> None:
    """One at a time puts packages of a party onto others: two who put each of two onto the other would wait for one another."""
    wait_for_turn(f"goods.stacking.{package.organisation_id}")


def put_onto(
    *, package: Package, outer: Package, packed_on: date, location: Location, actor: Actor, on: date
) -> Package:
    """Put a package into or onto another one, such as a crate onto a pallet; gives the outer one."""
    party = packing_party(package.organisation)
    with transaction.atomic(), acting(actor):
        found = {each.pk: each for each in locked_all(Package, (package.pk, outer.pk))}
        package, outer = found[package.pk], found[outer.pk]
        if outer.organisation_id != package.organisation_id:
            raise Refused.about(_("Kiện này của cơ sở khác."), "outer", code="other_organisation")
        if outer in with_inner(package):
            raise Refused.about(
                _("Không xếp một kiện vào chính nó hay vào kiện bên trong nó."), "outer", code="same_package"
            )
        for each, name in ((package, "package"), (outer, "outer")):
            if why := why_not_open(each, actor=actor, on=on):
                raise Refused.about(why, name, code="not_open")
            refuse_packing_into(each, packed_on, name)
        refuse_before_packed(package, packed_on, "packed_on")
        refuse_packing_place(package.organisation, packed_on, location, on)
        put_inside(outer, package, party, location=location, packed_on=packed_on)
    return outer


def put_inside(
    outer: Package, inner: Package, party: TraceParty, *, location: Location, packed_on: date
) -> None:
    """Store that a package is in or on another one, with the event; what may not be is refused before.

    Raises ``Refused`` where too many would be in one another: each step with a package is a step with all that is in it.
    """
    if levels_of(inner, MOST_LEVELS) >= MOST_LEVELS:
        text = _("Nhiều nhất %(count)d lớp kiện lồng nhau. Hãy dỡ bớt lớp trong.")
        raise Refused.about(text % {"count": MOST_LEVELS}, "outer", code="too_deep")
    inner.inside = outer
    inner.save()
    _put(outer, party, inner=inner, location=location, packed_on=packed_on)


def unpack(*, package: Package, unpacked_on: date, location: Location, actor: Actor, on: date) -> Package:
    """Take everything out of a package: what is in it is in the lot again, or stands alone. Its number is not used again."""
    party = packing_party(package.organisation)
    with transaction.atomic(), acting(actor):
        lines = list(lines_in([package.pk]).select_related("lot__item", "inner").order_by("ordinal"))
        refuse_packing_place(package.organisation, unpacked_on, location, on, name="unpacked_on")
        refuse_before_packed(package, unpacked_on, "unpacked_on")
        refuse_day_before(package, unpacked_on, "unpacked_on")
        for each in lines:
            each.taken_out_on = unpacked_on
            each.save()
            _stands_alone(each)
        move(package, "unpack", actor=actor, on=unpacked_on, unpacked_on=unpacked_on)
        if lines:
            at = moment_after(unpacked_on, package.updated_at, [package.thing], [party])
            capture_unpacking(package, lines, party, uuid.uuid4(), location, at)
    return package


def why_line_not_wrong(line: PackageLine, *, actor: Actor, on: date) -> str:
    """Why it is not declared wrong that something was packed; "" where it may be."""
    if line.wrong_on is not None:
        return _("Dòng này đã được báo ghi sai ngày %(day)s.") % {"day": format_date(line.wrong_on)}
    if line.taken_out_on is not None:
        return _("Hàng đã lấy ra khỏi kiện ngày %(day)s.") % {"day": format_date(line.taken_out_on)}
    return why_not_open(line.package, actor=actor, on=on)


def declare_line_wrong(*, line: PackageLine, reason: str, actor: Actor, on: date) -> PackageLine:
    """Declare wrong that something was put into a package, and its event; it stays on record, with the reason."""
    if why := why_line_not_wrong(line, actor=actor, on=on):
        raise Refused(why, code="stands")
    party = packing_party(line.package.organisation)
    with transaction.atomic(), acting(actor, reason):
        line.wrong_on, line.wrong_reason = on, reason
        line.full_clean()
        line.save()
        _stands_alone(line)
        declare_packing_wrong(line, party, line.updated_at)
    return line


def lock_package_of(line: PackageLine) -> None:
    """The package of a line, before the line."""
    locked(Package, line.package_id)


def _stands_alone(line: PackageLine) -> None:
    if line.inner is not None:
        line.inner.inside = None
        line.inner.save()


def _put(
    package: Package,
    party: TraceParty,
    *,
    location: Location,
    packed_on: date,
    lot: Lot | None = None,
    amount: Decimal | None = None,
    inner: Package | None = None,
) -> None:
    last = package.lines.aggregate(last=Max("ordinal"))["last"] or 0
    line = PackageLine(
        package=package,
        ordinal=last + 1,
        lot=lot,
        amount=amount,
        inner=inner,
        location=location,
        packed_on=packed_on,
    )
    line.full_clean()
    line.save()
    capture_packing(line, party)


def _left_of(lot: Lot, day: date) -> Decimal:
    """How much of a lot may be packed on a day: what it has on that and on each later one, less what is in packages."""
    entries = list(LotEntry.objects.filter(lot=lot, wrong_on__isnull=True))
    return least_from(entries, day) - packed_amounts([lot.pk]).get(lot.pk, Decimal(0))


def _refuse_packing(lot: Lot, amount: Decimal, day: date, location: Location, on: date) -> None:
    refuse_packing_place(lot.item.organisation, day, location, on)
    if day < lot.made_on:
        text = _("Lô sản xuất, thu hoạch ngày %(day)s. Hãy xem lại ngày đóng.")
        raise Refused.about(text % {"day": format_date(lot.made_on)}, "packed_on", code="before_lot")
    if why := why_stopped(lot):
        raise Refused.about(why, "lot", code="stopped")
    if lot.is_past(day):
        raise Refused.about(_("Lô đã hết hạn sử dụng nên không đóng thùng."), "lot", code="expired")
    left = _left_of(lot, day)
    if left < amount:
        text = _(
            "Ngoài thùng, kiện lô chỉ còn %(left)s %(unit)s, không đủ %(amount)s %(unit)s. Hãy xem lại số lượng, hoặc dỡ thùng đã đóng."
        )
        words = {
            "left": format_amount(max(left, Decimal(0))),
            "amount": format_amount(amount),
            "unit": lot.item.get_unit_display(),
        }
        raise Refused.about(text % words, "amount", code="too_much")


def refuse_packing_place(
    owner: Organisation, day: date, location: Location, on: date, name: str = "packed_on"
) -> None:
    """Raise ``Refused`` for a day to come, and for a place of others or that is not in use then."""
    refuse_to_come(day, name, on)
    if location.organisation_id != owner.pk:
        raise Refused.about(_("Địa điểm này của cơ sở khác."), "location", code="other_organisation")
    refuse_unused_place(location, day)


def refuse_day_before_packing(package: Package, day: date) -> None:
    """Raise ``Refused`` for a day before a package was made."""
    if day < package.packed_on:
        _refuse_day_before(package.packed_on, "packed_on")
    refuse_day_before(package, day, "packed_on")


def refuse_packing_into(package: Package, day: date, name: str) -> None:
    """Raise ``Refused`` where nothing is packed together with a package on a day: it was not made, or not back by then, or goods of a recall
    are in it.
    """
    refuse_day_before_packing(package, day)
    _refuse_stopped_goods_in(package, name)


def refuse_before_packed(package: Package, day: date, name: str) -> None:
    """Raise ``Refused`` for a day before the last on which something was put into a package."""
    last = lines_in([package.pk]).aggregate(last=Max("packed_on"))["last"]
    if last is not None and day < last:
        _refuse_day_before(last, name)


def _refuse_day_before(packed: date, name: str) -> None:
    text = _("Hàng đóng ngày %(day)s. Hãy xem lại ngày.")
    raise Refused.about(text % {"day": format_date(packed)}, name, code="order")


def _refuse_stopped_goods_in(package: Package, name: str) -> None:
    """With goods of a recall others go nowhere, so nothing is packed together with them."""
    lots = {each.public_path: each for each in amounts_of(package)}
    for path, stop in stops_of(lots).items():
        text = _("%(package)s có hàng của lô %(lot)s. %(why)s")
        words = {"package": package, "lot": lots[path].label_number, "why": stop.words}
        raise Refused.about(text % words, name, code="stopped")
