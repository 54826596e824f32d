"""What a cooperative does in its browser and no workbook holds: the picture of a product, and publishing its lots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.models import Lot, TradeItem
from khcn.goods.operations import publish_lot
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.attachments import attach, attachments_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path


def publish_lots(*, folder: Path, on: date, at: datetime) -> None:
    """Attach the pictures of a folder, each under the number of its product, and publish the lots of these; again it changes nothing."""
    with acting(SYSTEM, "Dữ liệu dùng thử"):
        for picture in sorted(folder.glob("*.png")):
            item = TradeItem.objects.get(gtin=picture.stem.removeprefix("0"))
            if not attachments_of(item).exists():
                attach(record=item, content=picture.read_bytes(), name=picture.name, actor=SYSTEM, at=at)
            for lot in Lot.objects.withheld().filter(item=item):
                publish_lot(lot=lot, actor=SYSTEM, on=on)
