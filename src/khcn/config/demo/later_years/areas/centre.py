"""What the Centre makes and sells in each quarter of the later years: never more sold than made."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import LAST_DAY, after, money, typed, working

if TYPE_CHECKING:
    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

# Product, where it is made, how much in a quarter, how much of it is sold, price of one
_MADE: Final = (
    ("SP01", "X01", 900, 0.8, 20_000),
    ("SP02", "X01", 4000, 0, 0),
    ("SP03", "PTN01", 60, 0, 0),
    ("SP04", "PTN01", 1400, 0.7, 5_000),
    ("SP06", "PTN01", 1200, 0.6, 4_000),
    ("SP09", "VL01", 8, 0, 0),
)
_QUARTERS: Final = tuple(
    date(year, month, 20)
    for year in (2023, 2024, 2025)
    for month in (1, 4, 7, 10)
    if (year, month) > (2023, 9)
)


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add a batch of each product, and what of it was sold a month later."""
    del renamed
    chance = made.chance("centre")
    for place, quarter in enumerate(_QUARTERS):
        for item, (product, site, usual, sold, price) in enumerate(_MADE):
            number = 51 + place * len(_MADE) + item
            day = after(working(quarter), 3 * item)
            amount = round(usual * chance.uniform(0.7, 1.3))
            made.add(
                "centre.productionbatch",
                {
                    "Mã lô": f"LO-{day.year}-{number}",
                    "Sản phẩm": product,
                    "Cơ sở sản xuất": site,
                    "Ngày hoàn thành": typed(day),
                    "Số lượng sản xuất": str(amount),
                },
            )
            if sold and (out := after(day, 30)) <= LAST_DAY:
                made.add(
                    "centre.productsale",
                    {
                        "Số phiếu xuất": f"PX-{out.year}-{number}",
                        "Sản phẩm": product,
                        "Ngày xuất bán": typed(out),
                        "Số lượng xuất bán": str(round(amount * sold)),
                        "Thành tiền (đồng)": money(round(amount * sold) * price),
                        "Khách hàng": "Hợp tác xã minh họa 03",
                    },
                )
