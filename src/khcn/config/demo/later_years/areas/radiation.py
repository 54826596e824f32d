"""Licences for radiation that end and are renewed, and one that lapses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import LAST_DAY, after, typed, working

if TYPE_CHECKING:
    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

_ENDS: Final = tuple(
    date(year, month, day) for year in (2024, 2025) for month, day in ((2, 15), (5, 20), (9, 10), (11, 12))
)
_LAST_MONTHS: Final = 11


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add new devices with their notification and licence, and a renewal for each licence that ends but one."""
    del renamed
    facilities = [row["Mã cơ sở"] for row in made.first_year("radiation.radiationfacility")]
    purpose = "Sử dụng thiết bị X-quang chẩn đoán trong y tế"
    bought = [working(date(2024 + quarter // 4, 1 + 3 * (quarter % 4), 8 + quarter)) for quarter in range(8)]
    for number, day in enumerate(bought, start=51):
        place = facilities[number % 9]
        device = f"TB{number}"
        made.add(
            "radiation.radiationdevice",
            {
                "Mã thiết bị": device,
                "Cơ sở bức xạ": place,
                "Loại thiết bị": "X-quang tổng hợp" if number % 2 else "X-quang răng",
                "Tên, kiểu thiết bị": f"X-quang minh họa {number}",
                "Năm sản xuất": str(day.year - 1),
                "Ngày có thiết bị": typed(day),
            },
        )
        made.add(
            "radiation.radiationnotification",
            {
                "Mã khai báo": f"KB-{day.year}-{number}",
                "Nội dung khai báo": "Có thiết bị, nguồn",
                "Thiết bị": device,
                "Ngày xảy ra": typed(day),
                "Ngày nhận khai báo": typed(after(day, 5)),
            },
        )
        _apply(
            made, f"HSBX-{day.year}-{number}", place, purpose, after(day, 12), number=number, device=device
        )
    _renew(made, facilities, purpose)


def _renew(made: MadeRows, facilities: list[str], purpose: str) -> None:
    """Licences of three years that end in the later years: each is renewed but the last of each year, which lapses."""
    for number, last in enumerate(_ENDS, start=71):
        licence, place = f"MH-{number}/GP-SKHCN", facilities[(number + 4) % 9]
        made.add(
            "radiation.radiationlicence",
            {
                "Số giấy phép": licence,
                "Cơ sở bức xạ": place,
                "Công việc bức xạ": purpose,
                "Hình thức cấp": "Cấp mới",
                "Cơ quan cấp": "Sở Khoa học và Công nghệ",
                "Ngày cấp": typed(last.replace(year=last.year - 3)),
                "Có giá trị đến ngày": typed(last),
            },
        )
        asked = after(last, -55)
        if last.month < _LAST_MONTHS:
            _apply(
                made,
                f"HSBX-{asked.year}-{number}",
                place,
                purpose,
                asked,
                number=number + 100,
                renewed=licence,
            )


def _apply(
    made: MadeRows,
    code: str,
    place: str,
    purpose: str,
    day: date,
    *,
    number: int,
    device: str = "",
    renewed: str = "",
) -> None:
    made.add(
        "radiation.radiationlicenceapplication",
        {
            "Mã hồ sơ": code,
            "Loại đề nghị": "Gia hạn" if renewed else "Cấp mới",
            "Cơ sở bức xạ": place,
            "Công việc bức xạ": purpose,
            "Ngày nhận hồ sơ": typed(day),
            "Giấy phép đang có": renewed,
        },
    )
    if device:
        made.add("radiation.radiationapplicationitem", {"Hồ sơ": code, "Số thứ tự": "1", "Thiết bị": device})
    if number % 7 == 0:
        made.add(
            "radiation.radiationlicenceapplication.return",
            {
                "Mã hồ sơ": code,
                "Ngày cấp, trả lại": typed(after(day, 9)),
                "Lý do": "Minh họa: thiếu kết quả kiểm xạ.",
            },
        )
        return
    granted = after(day, 17)
    if granted <= LAST_DAY:
        made.add(
            "radiation.radiationlicenceapplication.record-licence",
            {
                "Mã hồ sơ": code,
                "Số giấy phép": f"MH-{number}/GP-SKHCN",
                "Ngày cấp": typed(granted),
                "Có giá trị đến ngày": typed(granted.replace(year=granted.year + 3)),
            },
        )
