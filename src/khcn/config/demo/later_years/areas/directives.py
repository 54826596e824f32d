"""Work that the committee of the province assigns for each year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import after, day_of, typed

if TYPE_CHECKING:
    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

_DOCUMENTS: Final = (
    (2024, "MH-07/QĐ-UBND", None),
    (2025, "MH-207/QĐ-UBND", "20/12/2024"),
)
_WORK: Final = (
    ("xây dựng kế hoạch phát triển khoa học, công nghệ và đổi mới sáng tạo", "Phòng Quản lý khoa học", "Quý I năm {}", "Quý", "12/03/{}"),
    ("tham mưu chính sách hỗ trợ truy xuất nguồn gốc sản phẩm", "Tiêu chuẩn đo lường chất lượng", "Quý II năm {}", "Quý", "15/07/{}"),
    ("tổng kết phong trào sáng kiến", "Văn phòng", "Quý IV năm {}", "Quý", ""),
)  # fmt: skip

_ADVISED: Final = (
    ("20/11/2023", "Kế hoạch", "Kế hoạch phát triển khoa học, công nghệ và đổi mới sáng tạo năm 2024", "Phòng Quản lý khoa học"),
    ("11/03/2024", "Văn bản quy phạm pháp luật", "Quyết định quy định quản lý nhiệm vụ khoa học và công nghệ cấp tỉnh", "Phòng Quản lý khoa học"),
    ("15/07/2024", "Kế hoạch", "Kế hoạch triển khai truy xuất nguồn gốc giai đoạn 2024-2025", "Tiêu chuẩn đo lường chất lượng"),
    ("18/11/2024", "Kế hoạch", "Kế hoạch phát triển khoa học, công nghệ và đổi mới sáng tạo năm 2025", "Phòng Quản lý khoa học"),
    ("17/03/2025", "Chương trình", "Chương trình hành động thực hiện Nghị quyết số 57-NQ/TW", "Phòng Quản lý khoa học"),
    ("11/08/2025", "Văn bản quy phạm pháp luật", "Quyết định quy định chức năng, nhiệm vụ của Sở Khoa học và Công nghệ", "Văn phòng"),
    ("13/10/2025", "Kế hoạch", "Kế hoạch chuyển đổi số năm 2026", "Phòng Chuyển đổi số"),
)  # fmt: skip


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add the programme of each year with one work in time, one late and one for its end."""
    for year, number, issued in _DOCUMENTS:
        if issued is not None:
            made.add(
                "reference.legaldocument",
                {
                    "Số, ký hiệu": number,
                    "Loại văn bản": "Quyết định",
                    "Ngày ban hành": issued,
                    "Cơ quan ban hành": "UBND tỉnh Bắc Kạn",
                    "Trích yếu": f"Chương trình hành động thực hiện Kế hoạch phát triển KTXH năm {year} (minh họa)",
                },
            )
        for place, (words, unit, due, counted, done) in enumerate(_WORK, start=2):
            ended = done.format(year) if done else ""
            made.add(
                "directives.assignedtask",
                {
                    "Văn bản giao": number,
                    "Số thứ tự": str(place),
                    "Nội dung": f"Nhiệm vụ minh họa của chương trình công tác năm {year}: {words}.",
                    "Năm": str(year),
                    "Đơn vị chủ trì": renamed.words(unit, day_of(f"01/02/{year}")),
                    "Hạn hoàn thành": due.format(year),
                    "Hạn tính theo": counted,
                    "Ngày hoàn thành": ended,
                    "Kết quả thực hiện": "Minh họa: đã thực hiện." if ended else "",
                },
            )
    _add_advised(made, renamed)


def _add_advised(made: MadeRows, renamed: Renamed) -> None:
    for number, (advised, kind, name, unit) in enumerate(_ADVISED, start=51):
        day = day_of(advised)
        made.add(
            "directives.adviseddocument",
            {
                "Mã": f"TM-{day.year}-{number}",
                "Loại": kind,
                "Tên văn bản": f"{name} (minh họa)",
                "Đơn vị tham mưu": renamed.words(unit, day),
                "Ngày tham mưu": advised,
                "Ngày trình": typed(after(day, 8)),
                "Ngày ban hành": typed(after(day, 22)),
            },
        )
