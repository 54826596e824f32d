"""Choices of places, products and entries of the diary, and the codes that stand for them in events."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class LocationKind(models.TextChoices):
    """What a place is used for."""

    GROWING = "growing", _("Vùng trồng, nuôi")
    PROCESSING = "processing", _("Xưởng chế biến, đóng gói")
    WAREHOUSE = "warehouse", _("Kho")
    SHOP = "shop", _("Cửa hàng")


class TradeUnit(models.TextChoices):
    """Units in which goods are counted or weighed: the codes of UN/ECE Recommendation 20 that EPCIS asks for."""

    KILOGRAM = "KGM", _("kg")
    TONNE = "TNE", _("tấn")
    GRAM = "GRM", _("g")
    LITRE = "LTR", _("lít")
    PIECE = "H87", _("cái, con, cây")
    PACKET = "PA", _("gói")
    BAG = "BG", _("bịch, túi")
    BOTTLE = "BO", _("chai")


class EntryKind(models.TextChoices):
    """What was done with a lot."""

    HARVEST = "harvest", _("Thu hoạch, làm ra")
    USE = "use", _("Dùng làm nguyên liệu cho lô khác")
    MAKE = "make", _("Chế biến ra từ nguyên liệu")
    CHECK = "check", _("Kiểm tra chất lượng")
    SHIP = "ship", _("Giao hàng")
    SELL = "sell", _("Bán lẻ")
    DESTROY = "destroy", _("Tiêu hủy")


ADDS: Final = frozenset({EntryKind.HARVEST, EntryKind.MAKE})
"""Kinds that bring goods into a lot."""

TAKES: Final = frozenset({EntryKind.USE, EntryKind.SHIP, EntryKind.SELL, EntryKind.DESTROY})
"""Kinds that take goods out of it. A check does neither."""


class LabelLayout(models.TextChoices):
    """How labels lie on what they are printed on: columns, rows, width and height of a label in millimetres (`SIZES`)."""

    SHEET_24 = "a4_24", _("Giấy A4, 24 nhãn 70 × 37 mm")
    SHEET_8 = "a4_8", _("Giấy A4, 8 nhãn 105 × 74 mm")
    ROLL = "roll", _("Cuộn, nhãn 60 × 40 mm")


SIZES: Final = {
    LabelLayout.SHEET_24: (3, 8, 70, 37),
    LabelLayout.SHEET_8: (2, 4, 105, 74),
    LabelLayout.ROLL: (1, 1, 60, 40),
}
