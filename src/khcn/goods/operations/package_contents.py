"""What is in packages, and what a lot has outside of them; what its shipments make of a package."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from khcn.goods.enums import TAKES
from khcn.goods.models import Lot, Package, PackageLine
from khcn.goods.operations.lot_balances import change_of
from khcn.goods.workflow import ON_ITS_WAY, PACKAGE_FLOW, PACKED, TURNED_AWAY
from khcn.kernel.audit.bulk_writes import bulk_change
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.refusals import Refused
from khcn.kernel.text.numbers import format_amount
from khcn.kernel.workflow.engine import fire, fire_all

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.goods.models import LotEntry, Shipment
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import Write


def lines_in(packages: Collection[int]) -> QuerySet[PackageLine]:
    """What is in some packages now."""
    return PackageLine.objects.filter(package__in=packages, taken_out_on__isnull=True, wrong_on__isnull=True)


def packed_amounts(lots: Collection[int]) -> dict[int, Decimal]:
    """How much of each lot is in packages that are still at who packed it."""
    rows = PackageLine.objects.filter(
        lot__in=lots, package__state=PACKED, taken_out_on__isnull=True, wrong_on__isnull=True
    )
    return dict(rows.order_by().values("lot").annotate(packed=Sum("amount")).values_list("lot", "packed"))


def _amounts_in(lots: Collection[int]) -> dict[int, Decimal]:
    rows: Iterable[Any] = Lot.objects.with_amount().filter(pk__in=lots)
    return {each.pk: each.amount for each in rows}


def with_inner(package: Package) -> list[Package]:
    """A package and all that is on or in it, at any number of steps; each once, also where rows say that it is in itself."""
    found = {package.pk: package}
    added = [package]
    while added:
        inner = Package.objects.filter(inside__in=[each.pk for each in added]).order_by("sscc")
        added = [each for each in inner if each.pk not in found]
        found |= {each.pk: each for each in added}
    return list(found.values())


def levels_of(package: Package, most: int) -> int:
    """How many packages are in or on one another, this one counted; `most` where there are more."""
    levels, outers, seen = 0, [package.pk], {package.pk}
    while outers and levels < most:
        levels += 1
        inner = Package.objects.filter(inside__in=outers).values_list("pk", flat=True)
        outers = [each for each in inner if each not in seen]
        seen.update(outers)
    return levels


def amounts_of(package: Package) -> dict[Lot, Decimal]:
    """How much of each lot is in a package and in all that is in it."""
    found: defaultdict[Lot, Decimal] = defaultdict(Decimal)
    rows = lines_in([each.pk for each in with_inner(package)]).filter(lot__isnull=False)
    for line in rows.select_related("lot__item").order_by("lot", "pk"):
        if line.lot is not None and line.amount is not None:
            found[line.lot] += line.amount
    return dict(found)


def packed_away(writes: Sequence[Write]) -> Iterator[tuple[Write, Refused]]:
    """New entries that take goods which are in packages: these are unpacked, or sent as they are."""
    taking: defaultdict[int, list[Write]] = defaultdict(list)
    coming: defaultdict[int, Decimal] = defaultdict(Decimal)
    for write in writes:
        if write.record.lot_id is not None:
            coming[write.record.lot_id] += change_of(write.record)
            if write.record.kind in TAKES:
                taking[write.record.lot_id].append(write)
    packed = packed_amounts(taking.keys()) if taking else {}
    if not packed:
        return
    had = _amounts_in(packed)
    for key, amount in packed.items():
        left = had[key] + coming[key] - amount
        if left < 0:
            last = taking[key][-1]
            loose = max(left - change_of(last.record), Decimal(0))
            yield last, Refused.about(_packed_in_words(last.record, amount, loose), "amount", code="packed")


def _packed_in_words(entry: LotEntry, packed: Decimal, loose: Decimal) -> str:
    text = _(
        "Ngoài thùng, kiện lô còn %(loose)s %(unit)s; %(packed)s %(unit)s đã đóng trong thùng, kiện nên không lấy ra ở đây. Hãy dỡ thùng "
        "trước, hoặc bấm “Giao cả kiện” ở trang của kiện."
    )
    return text % {
        "loose": format_amount(loose),
        "packed": format_amount(packed),
        "unit": entry.lot.item.get_unit_display(),
    }


def why_packed(entry: LotEntry) -> str:
    """Why an entry that brought goods in is not declared wrong while these are in packages; "" where they are not."""
    packed = packed_amounts([entry.lot_id]).get(entry.lot_id)
    if packed is None:
        return ""
    if _amounts_in([entry.lot_id])[entry.lot_id] - (entry.amount or 0) >= packed:
        return ""
    return _("Hàng của mục này đang ở trong thùng, kiện. Hãy dỡ thùng trước.")


def why_with_package(shipment: Shipment) -> str:
    """Why a shipment is not undone alone: it is part of a package; "" where it may be."""
    package = shipment.package
    if package is None or package.state not in {ON_ITS_WAY, TURNED_AWAY}:
        return ""
    words = {"package": package}
    if package.state == ON_ITS_WAY:
        text = _(
            "Hàng này giao trong %(package)s. Chưa từng giao thì bấm “Rút chuyến giao” ở trang của kiện."
        )
    else:
        text = _("Hàng này giao trong %(package)s. Kiện đã về thì bấm “Kiện đã về” ở trang của kiện.")
    return text % words


def lock_package_of(shipment: Shipment) -> None:
    """The package with which goods go, before their shipment: who answers the package as a whole locks them in this order, too."""
    if shipment.package_id is not None:
        locked(Package, shipment.package_id)


def move(package: Package, step: str, *, actor: Actor, on: date, **values: Any) -> None:
    """Take a step of a package, and write what it says."""
    fire(PACKAGE_FLOW, package, step, actor=actor, on=on)
    for name, value in values.items():
        setattr(package, name, value)
    package.full_clean(exclude={"state"})
    package.save()


def move_with_inner(parts: Sequence[Package], step: str, *, actor: Actor, on: date, **values: Any) -> None:
    """Take a step of a package, the first of `parts`, and of all that is in it: they get the same values, which are looked at once."""
    package, inner = parts[0], parts[1:]
    move(package, step, actor=actor, on=on, **values)
    fire_all(PACKAGE_FLOW, inner, step, actor=actor, on=on)
    for each in inner:
        for name, value in values.items():
            setattr(each, name, value)
    bulk_change(inner, list(values))
