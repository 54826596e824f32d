"""What a cooperative does in its browser and no workbook holds: the picture of a product, publishing its lots, a lot of these days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

from khcn.config.demo.tracing import LABEL
from khcn.goods.enums import EntryKind
from khcn.goods.models import Location, Lot, LotEntry, TradeItem
from khcn.goods.operations import publish_lot
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.attachments import attach, attachments_of
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from khcn.kernel.registers.record_model import Record

    Written = TypeVar("Written", bound=Record)

_FRESH: Final = ("2906000000041", "2906000000034", "RUONG-KHOAI", "XUONG-KHOAI")
"""Of which product a lot is made that is still good: the product, what it is made of, where that is dug, and where it is dried."""

_LEFT: Final = timedelta(days=30)
_DUG, _DRIED = timedelta(days=8), timedelta(days=5)


@dataclass(frozen=True, slots=True)
class DemoLabels:
    """What is on labels of each kind, as paths: in date, expired, not published, recalled, and of a lot that nobody entered."""

    good: str
    expired: str
    unpublished: str
    recalled: str
    unknown: str


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
        roots = _written(
            Lot(item=TradeItem.objects.get(gtin=material), number=f"KL-{dug:%y%m%d}", made_on=dug), on
        )
        made = _written(Lot(item=item, number=f"KLS-{dried:%y%m%d}", made_on=dried), on)
        field, workshop = (
            Location.objects.get(organisation=item.organisation, code=code) for code in (dug_at, dried_at)
        )
        for lot, kind, day, place, amount, into in (
            (roots, EntryKind.HARVEST, dug, field, 300, None),
            (roots, EntryKind.USE, dried, workshop, 300, made),
            (made, EntryKind.MAKE, dried, workshop, 240, None),
            (made, EntryKind.CHECK, dried + timedelta(days=1), workshop, None, None),
        ):
            whole = None if amount is None else Decimal(amount)
            _written(LotEntry(lot=lot, kind=kind, done_on=day, location=place, amount=whole, into=into), on)
        publish_lot(lot=made, actor=SYSTEM, on=on)
    return made


def _written(record: Written, on: date) -> Written:
    """As a form writes it, marked as invented."""
    record.illustrative = ["*"]
    record.full_clean()
    save_row(register_of(type(record)), record, actor=SYSTEM, on=on)
    return record


def demo_labels(*, on: date) -> DemoLabels:
    """The labels to scan."""
    return DemoLabels(
        good=fresh_lot(on=on).public_path,
        expired=LABEL,
        unpublished=_path("9521400000014", "BUP-230405"),
        recalled=_path("9521400000021", "CS-230420"),
        unknown="/01/09521400000021/10/KHONG-CO",
    )


def _path(gtin: str, number: str) -> str:
    return Lot.objects.get(item__gtin=gtin, number=number).public_path
