"""What a cooperative does in its browser and no workbook holds: the picture of a product, publishing its lots, a lot of these days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from khcn.config.demo.dealings import numbered_labels, write_marked
from khcn.config.demo.tracing import LABEL
from khcn.goods.enums import EntryKind
from khcn.goods.models import Location, Lot, LotEntry, TradeItem
from khcn.goods.operations import publish_lot
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.attachments import attach, attachments_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

_FRESH: Final = ("2906000000041", "2906000000034", "RUONG-KHOAI", "XUONG-KHOAI")
"""Of which product a lot is made that is still good: the product, what it is made of, where that is dug, and where it is dried."""

_LEFT: Final = timedelta(days=30)
_DUG, _DRIED = timedelta(days=8), timedelta(days=5)


@dataclass(frozen=True, slots=True)
class DemoLabels:
    """What is on labels of each kind, as paths: in date, expired, not published, recalled, of a lot that nobody entered, void, and copied."""

    good: str
    expired: str
    unpublished: str
    recalled: str
    unknown: str
    void: str
    copied: str


def publish_lots(*, folder: Path, on: date, at: datetime) -> None:
    """Attach the pictures of a folder, each under the number of its product, and publish the lots of these; again it changes nothing."""
    with acting(SYSTEM, "Dữ liệu dùng thử"):
        for picture in sorted(folder.glob("*.png")):
            item = TradeItem.objects.get(gtin=picture.stem.removeprefix("0"))
            if not attachments_of(item).exists():
                attach(record=item, content=picture.read_bytes(), name=picture.name, actor=SYSTEM, at=at)
            for lot in Lot.objects.withheld().filter(item=item):
                publish_lot(lot=lot, actor=SYSTEM, on=on)


def fresh_lot(*, on: date) -> Lot:
    """A published lot that is in date on a day and for a while after it: of the records, or made now with its diary."""
    gtin, material, dug_at, dried_at = _FRESH
    item = TradeItem.objects.get(gtin=gtin)
    for lot in Lot.objects.published().filter(item=item).order_by("-made_on"):
        last = lot.last_day()
        if last is not None and last > on + _LEFT:
            return lot
    with acting(SYSTEM, "Dữ liệu dùng thử", on=on):
        dug, dried = on - _DUG, on - _DRIED
        roots = Lot(item=TradeItem.objects.get(gtin=material), number=f"KL-{dug:%y%m%d}", made_on=dug)
        made = Lot(item=item, number=f"KLS-{dried:%y%m%d}", made_on=dried)
        write_marked([roots, made], on)
        field, workshop = (
            Location.objects.get(organisation=item.organisation, code=code) for code in (dug_at, dried_at)
        )
        diary = (
            (roots, EntryKind.HARVEST, dug, field, Decimal(300), None),
            (roots, EntryKind.USE, dried, workshop, Decimal(300), made),
            (made, EntryKind.MAKE, dried, workshop, Decimal(240), None),
            (made, EntryKind.CHECK, dried + timedelta(days=1), workshop, None, None),
        )
        write_marked(
            [
                LotEntry(lot=lot, kind=kind, done_on=day, location=place, amount=amount, into=into)
                for lot, kind, day, place, amount, into in diary
            ],
            on,
        )
        publish_lot(lot=made, actor=SYSTEM, on=on)
    return made


def demo_labels(*, folder: Path, on: date) -> DemoLabels:
    """The labels to scan; `folder` says which were printed with a number each."""
    void, copied = numbered_labels(folder=folder, on=on)
    return DemoLabels(
        good=fresh_lot(on=on).public_path,
        expired=LABEL,
        unpublished=_path("9521400000014", "BUP-230405"),
        recalled=_path("9521400000021", "CS-230420"),
        unknown="/01/09521400000021/10/KHONG-CO",
        void=void,
        copied=copied,
    )


def _path(gtin: str, number: str) -> str:
    return Lot.objects.get(item__gtin=gtin, number=number).public_path
