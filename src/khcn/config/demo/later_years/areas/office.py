"""Personnel decisions and letters of the later years."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import MERGED_DEPARTMENT, NEW_PROVINCE, after, typed, working

if TYPE_CHECKING:
    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

_CENTRE: Final = "Trung tâm Ứng dụng KH-CN và Tiêu chuẩn đo lường chất lượng"
_SCIENCE: Final = "Phòng Quản lý khoa học"
# Day in force, what, who, as what, where, position, its name
_EVENTS: Final = (
    (date(2024, 1, 15), "Tuyển dụng", "Hà Minh Họa 44", "Viên chức", _CENTRE, "", ""),
    (date(2024, 4, 1), "Chuyển đổi vị trí việc làm", "Ma Minh Họa 47", "Công chức", "Văn phòng", "", ""),
    (date(2024, 6, 3), "Bổ nhiệm", "Vũ Minh Họa 53", "Công chức", "Văn phòng", "Phó Trưởng phòng và tương đương", "Phó Chánh Văn phòng"),
    (date(2024, 9, 2), "Nghỉ thai sản", "Hà Minh Họa 56", "Lao động hợp đồng", "Văn phòng", "", ""),
    (date(2024, 11, 1), "Nghỉ hưu", "Nguyễn Minh Họa 60", "Công chức", _SCIENCE, "", ""),
    (date(2025, 3, 3), "Bổ nhiệm", "Bùi Minh Họa 67", "Công chức", _SCIENCE, "Trưởng phòng và tương đương", "Trưởng phòng"),
    (date(2025, 4, 1), "Chuyển đổi vị trí việc làm", "Lê Minh Họa 62", "Công chức", "Phòng Chuyển đổi số", "", ""),
    (date(2025, 7, 1), "Chuyển đổi vị trí việc làm", "Phạm Minh Họa 63", "Công chức", "Văn phòng", "", ""),
    (date(2025, 7, 1), "Chuyển đổi vị trí việc làm", "Vũ Minh Họa 65", "Công chức", "Văn phòng", "", ""),
    (date(2025, 10, 1), "Tuyển dụng", "Vũ Minh Họa 41", "Công chức", "Phòng Bưu chính, Viễn thông", "", ""),
)  # fmt: skip
# Day of the decision, who, where, kind and name of the course
_COURSES: Final = (
    (date(2024, 3, 11), "Lê Minh Họa 50", "Phòng Quản lý công nghệ và chuyên ngành", "Lãnh đạo, quản lý", "Bồi dưỡng lãnh đạo, quản lý cấp phòng"),
    (date(2024, 9, 9), "Triệu Minh Họa 58", _CENTRE, "Chuyên môn, nghiệp vụ", "Phương pháp thử nghiệm vật liệu xây dựng"),
    (date(2025, 5, 12), "Bùi Minh Họa 67", _SCIENCE, "Lý luận chính trị", "Cao cấp lý luận chính trị (minh họa)"),
    (date(2025, 9, 8), "Lê Minh Họa 62", "Phòng Chuyển đổi số", "Chuyên môn, nghiệp vụ", "Quản trị dữ liệu của cơ quan nhà nước"),
)  # fmt: skip
_LETTERS: Final = (
    ("Văn bản đến", "Công văn", 220),
    ("Văn bản đến", "Quyết định", 50),
    ("Văn bản đi", "Công văn", 110),
    ("Văn bản đi", "Báo cáo", 22),
)


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add decisions on personnel, posts of the new divisions, courses, and counts of letters month by month."""
    _add_personnel(made, renamed)
    _add_posts(made)
    _add_courses(made, renamed)
    _add_letters(made)


def _add_personnel(made: MadeRows, renamed: Renamed) -> None:
    for number, (day, kind, person, status, unit, position, name) in enumerate(_EVENTS, start=51):
        made.add(
            "office.personnelevent",
            {
                "Mã biến động": f"NS-{day.year}-{number}",
                "Loại biến động": kind,
                "Họ và tên": person,
                "Đối tượng": status,
                "Đơn vị": renamed.words(unit, day),
                "Chức vụ": position,
                "Tên chức vụ ghi ở quyết định": name,
                "Cấp quyết định": "Giám đốc Sở",
                "Ngày có hiệu lực": typed(day),
                "Ngày cuối": typed(date(2025, 3, 1)) if kind == "Nghỉ thai sản" else "",
            },
        )
        made.add(
            "office.personnelevent.record-decision",
            {
                "Mã biến động": f"NS-{day.year}-{number}",
                "Số quyết định": f"MH-{number}/QĐ-SKHCN",
                "Ngày quyết định": typed(after(working(day), -7)),
            },
        )


def _add_posts(made: MadeRows) -> None:
    for unit in ("Phòng Chuyển đổi số", "Phòng Bưu chính, Viễn thông"):
        made.add(
            "office.postquota",
            {
                "Đơn vị": unit,
                "Năm": str(MERGED_DEPARTMENT.year),
                "Đối tượng": "Công chức",
                "Số được giao": "7",
                "Số có mặt": "6",
                "Ngày đếm số có mặt": typed(date(2025, 9, 11)),
                "Số quyết định giao": "MH-202/QĐ-UBND",
                "Ngày quyết định giao": typed(MERGED_DEPARTMENT),
            },
        )


def _add_courses(made: MadeRows, renamed: Renamed) -> None:
    for number, (day, person, unit, kind, name) in enumerate(_COURSES, start=51):
        made.add(
            "office.trainingassignment",
            {
                "Mã lượt cử": f"ĐT-{day.year}-{number}",
                "Họ và tên": person,
                "Đơn vị": renamed.words(unit, day),
                "Nội dung": kind,
                "Tên lớp, khóa": name,
                "Số quyết định cử": f"MH-{number + 20}/QĐ-SKHCN",
                "Ngày cử": typed(day),
                "Ngày bắt đầu": typed(after(day, 7)),
                "Ngày kết thúc": typed(after(day, 18)),
            },
        )


def _add_letters(made: MadeRows) -> None:
    chance = made.chance("office")
    for year in (2024, 2025):
        for month in range(1, 13 if year < NEW_PROVINCE.year else 12):
            merged = 1.6 if (year, month) >= (2025, 3) else 1  # more work, more letters
            for direction, kind, usual in _LETTERS:
                made.add(
                    "office.correspondencecount",
                    {
                        "Chiều": direction,
                        "Loại văn bản": kind,
                        "Năm": str(year),
                        "Tháng": str(month),
                        "Số văn bản": str(round(usual * merged * chance.uniform(0.85, 1.15))),
                    },
                )
