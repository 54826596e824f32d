"""Inspections of 2024 and of the first half of 2025, checks after the law of 2025, with what came of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import LAST_DAY, NEW_PROVINCE, after, money, typed, working

if TYPE_CHECKING:
    from random import Random

    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

_TOPICS: Final = (
    ("Việc bảo đảm an toàn bức xạ trong y tế (minh họa)", "An toàn bức xạ và hạt nhân"),
    ("Việc kinh doanh vàng trang sức, mỹ nghệ (minh họa)", "Tiêu chuẩn đo lường chất lượng"),
    ("Việc thực hiện nhiệm vụ khoa học và công nghệ (minh họa)", "Nhiệm vụ khoa học và công nghệ"),
    ("Việc sử dụng nhãn hiệu, chỉ dẫn địa lý (minh họa)", "Sở hữu trí tuệ"),
    ("Việc sử dụng phương tiện đo trong kinh doanh xăng dầu (minh họa)", "Tiêu chuẩn đo lường chất lượng"),
)
_STARTS: Final = (
    date(2024, 2, 26),
    date(2024, 5, 13),
    date(2024, 7, 15),
    date(2024, 10, 7),
    date(2025, 3, 10),
    date(2025, 5, 12),
    date(2025, 8, 11),
    date(2025, 10, 13),
)
_UNSCHEDULED: Final = (4, 6)
_FINDS: Final = (("Giảm trừ thanh toán", 12), ("Thu hồi nộp ngân sách", 8), ("Chấn chỉnh, khắc phục", 0))


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add one each quarter, most of them of the plan of its year."""
    chance = made.chance("inspection")
    for year, plan, words in (
        (2024, "MH-41/KH-TTr", "thanh tra"),
        (2025, "MH-42/KH-TTr", "thanh tra, kiểm tra"),
    ):
        made.add(
            "inspection.inspectionplan",
            {
                "Số, ký hiệu": plan,
                "Trích yếu": f"Kế hoạch {words} chuyên ngành năm {year}",
                "Năm": str(year),
                "Ngày phê duyệt": typed(date(year - 1, 12, 4)),
            },
        )
    bodies = [
        row["Tên tổ chức"]
        for row in made.first_year("parties.organisation")
        if "minh họa" in row["Tên tổ chức"] and row["Loại hình"] != "Cơ quan nhà nước"
    ]
    for number, day in enumerate(_STARTS, start=1):
        _add_inspection(made, chance, bodies, number, working(day))


def _add_inspection(made: MadeRows, chance: Random, bodies: list[str], number: int, begins: date) -> None:
    code = f"TTR-{begins.year}-{50 + number}"
    topic, field = _TOPICS[number % len(_TOPICS)]
    is_check = begins >= NEW_PROVINCE
    made.add(
        "inspection.inspection",
        {
            "Mã cuộc": code,
            "Nội dung thanh tra": topic,
            "Hình thức": "Kiểm tra chuyên ngành" if is_check else "Thanh tra chuyên ngành",
            "Lĩnh vực": field,
            "Theo kế hoạch": "" if number in _UNSCHEDULED else f"MH-{41 + begins.year - 2024}/KH-TTr",
            "Ngày dự kiến bắt đầu": typed(begins),
            "Thời kỳ được thanh tra": f"năm {begins.year - 1}",
            "Thời hạn thanh tra (ngày làm việc)": "10",
        },
    )
    for letter, body in zip("ABC", chance.sample(bodies, chance.randrange(2, 4)), strict=False):
        subject = f"{code}-{letter}"
        made.add(
            "inspection.inspectionsubject",
            {
                "Mã đối tượng": subject,
                "Cuộc thanh tra": code,
                "Loại đối tượng": "Đơn vị" if body.startswith("Đơn vị") else "Tổ chức",
                "Tổ chức, đơn vị": body,
            },
        )
    if (concluded := after(begins, 35)) <= LAST_DAY:
        _conclude(made, code, number, begins, concluded)


def _conclude(made: MadeRows, code: str, number: int, begins: date, concluded: date) -> None:
    is_check = begins >= NEW_PROVINCE
    ended, reported = after(begins, 11), after(begins, 23)
    series, first = (
        ("SKHCN", 80) if is_check else ("TTr", 50)
    )  # other decisions of the department are MH-50 and so on
    made.add(
        "inspection.inspection.record-concluded",
        {
            "Mã cuộc": code,
            "Số quyết định": f"MH-{first + number}/QĐ-{series}",
            "Ngày quyết định": typed(after(begins, -7)),
            "Ngày công bố quyết định": typed(begins),
            "Ngày kết thúc trực tiếp": typed(ended),
            "Ngày báo cáo kết quả": typed(reported),
            "Kết quả thanh tra": "Minh họa: các đơn vị cơ bản chấp hành quy định.",
            "Số kết luận": f"MH-{first + number}/KL-{series}",
            "Ngày kết luận": typed(concluded),
        },
    )
    asks, millions = _FINDS[number % len(_FINDS)]
    finding = f"{code}-A1"
    made.add(
        "inspection.inspectionfinding",
        {
            "Mã kiến nghị": finding,
            "Đối tượng thanh tra": f"{code}-A",
            "Số thứ tự": "1",
            "Nội dung phát hiện": "Sổ sách, hồ sơ minh họa chưa đầy đủ",
            "Kiến nghị": asks,
            "Số tiền kiến nghị (đồng)": money(millions * 1_000_000),
            "Hạn thực hiện": typed(after(concluded, 60)),
        },
    )
    if (done := after(concluded, 40)) <= LAST_DAY:
        made.add(
            "inspection.findingexecution",
            {
                "Kiến nghị": finding,
                "Ngày thực hiện": typed(done),
                "Số tiền đã thực hiện (đồng)": money(millions * 1_000_000),
            },
        )
