"""What is planned at the end of each quarter, what came of it in the next, and what was said of the work."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import LAST_DAY, after, day_of, typed

if TYPE_CHECKING:
    from random import Random

    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

_WORK: Final = (
    ("Phòng Quản lý khoa học", "Việc khác", "Hoàn thiện danh mục nhiệm vụ đề xuất đặt hàng", 1),
    ("Phòng Quản lý khoa học", "Việc khác", "Kiểm tra tiến độ các nhiệm vụ đang thực hiện", 6),
    (
        "Phòng Quản lý công nghệ và chuyên ngành",
        "Hỗ trợ phát triển tài sản trí tuệ (doanh nghiệp, HTX)",
        "Hỗ trợ đăng ký bảo hộ nhãn hiệu",
        4,
    ),
    (
        "Phòng Quản lý công nghệ và chuyên ngành",
        "Lớp tập huấn quản lý chỉ dẫn địa lý, nhãn hiệu",
        "Tập huấn quản lý nhãn hiệu tập thể",
        1,
    ),
    ("Tiêu chuẩn đo lường chất lượng", "Việc khác", "Kiểm tra đo lường, chất lượng xăng dầu", 3),
    ("Tiêu chuẩn đo lường chất lượng", "Việc khác", "Hướng dẫn cơ sở sử dụng mã số mã vạch", 5),
    (
        "Trung tâm Ứng dụng KH-CN và Tiêu chuẩn đo lường chất lượng",
        "Việc khác",
        "Chuyển giao quy trình nuôi trồng nấm",
        2,
    ),
    ("Văn phòng", "Việc khác", "Chuẩn bị hồ sơ, báo cáo chấm điểm CCHC", 1),
    ("Văn phòng", "Việc khác", "Rà soát thủ tục hành chính của Sở", 1),
)
_STRENGTHS: Final = (
    "Các phòng, đơn vị chủ động thực hiện nhiệm vụ theo kế hoạch",
    "Hồ sơ thủ tục hành chính được giải quyết kịp thời",
    "Công tác kiểm tra được triển khai đúng kế hoạch",
    "Các nhiệm vụ khoa học và công nghệ mới được ký hợp đồng từ quý II",
    "Hoạt động sáng kiến có nhiều đơn vị tham gia",
    "Trung tâm hoàn thành kế hoạch sản xuất giống nấm",
    "Bộ máy của Sở hoạt động thông suốt sau hợp nhất",
    "Việc chuyển sang chính quyền hai cấp không làm chậm hồ sơ",
    "Công tác hướng dẫn cơ sở bức xạ được duy trì",
)
_LIMITS: Final = (
    ("Phòng Quản lý khoa học", "Một số nhiệm vụ nghiệm thu chậm so với hợp đồng", "thời tiết bất lợi đối với mô hình"),
    ("Văn phòng", "Cập nhật dữ liệu của các phòng còn chậm", "khối lượng dữ liệu lớn"),
    ("Tiêu chuẩn đo lường chất lượng", "Số cơ sở được lấy mẫu còn ít", "kinh phí thử nghiệm hạn chế"),
    ("Phòng Quản lý công nghệ và chuyên ngành", "Số hợp đồng chuyển giao công nghệ còn ít", "doanh nghiệp có quy mô nhỏ"),
    ("Phòng Quản lý khoa học", "Số đề xuất đặt hàng của doanh nghiệp còn ít", "doanh nghiệp chưa nắm được quy trình"),
    ("Văn phòng", "Việc thanh toán tạm ứng của một số đơn vị còn chậm", "chứng từ phải bổ sung nhiều lần"),
    ("Văn phòng", "Trụ sở và trang thiết bị sau hợp nhất chưa đồng bộ", "mới sắp xếp tổ chức bộ máy"),
    ("Phòng Quản lý khoa học", "Cấp xã chưa có công chức chuyên trách khoa học và công nghệ", "mới tổ chức chính quyền hai cấp"),
    ("Tiêu chuẩn đo lường chất lượng", "Phối hợp kiểm tra với cấp xã còn lúng túng", "quy chế phối hợp đang được xây dựng"),
)  # fmt: skip
# Ends of the quarters from the one that the report of 2023 plans for
_QUARTERS: Final = tuple(
    date(year, month, 14)
    for year in (2023, 2024, 2025)
    for month in (3, 6, 9, 12)
    if (year, month) > (2023, 9)
)

# Of all that is planned, each up to this part: done late, done in full, done, given up; the rest stays open
_DONE_LATE, _DONE_IN_FULL, _DONE, _DROPPED = 0.12, 0.8, 0.9, 0.96


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add what was planned and what was said, quarter by quarter."""
    chance = made.chance("planning")
    _end_first_plans(made, chance)
    for number, end in enumerate(_QUARTERS, start=1):
        following = _QUARTERS[number] if number < len(_QUARTERS) else date(2026, 3, 14)
        for item, (unit, kind, words, amount) in enumerate(chance.sample(_WORK, 5), start=1):
            code = f"PH-{end.year}-{50 + number * 6 + item}"
            due = after(following, -chance.randrange(1, 25))
            made.add(
                "planning.plannedwork",
                {
                    "Mã việc": code,
                    "Loại việc": kind,
                    "Nội dung": f"{words} {_heading(following)} (minh họa)",
                    "Đơn vị thực hiện": renamed.words(unit, end),
                    "Số lượng": str(amount),
                    "Ngày đưa vào kế hoạch": typed(end),
                    "Hạn hoàn thành": typed(due),
                },
            )
            if following <= LAST_DAY:
                _end_plan(made, chance, code, due=due, amount=amount)
        _add_assessments(made, renamed, chance, number=number, end=end)


def _heading(end: date) -> str:
    return f"quý {('I', 'II', 'III', 'IV')[(end.month - 1) // 3]} năm {end.year}"


def _end_first_plans(made: MadeRows, chance: Random) -> None:
    """What the report of 2023 planned for its last quarter."""
    for row in made.first_year("planning.plannedwork"):
        if row["Mã việc"].startswith("PH-2023"):
            _end_plan(
                made, chance, row["Mã việc"], due=day_of(row["Hạn hoàn thành"]), amount=int(row["Số lượng"])
            )
    for number, row in enumerate(made.first_year("planning.assessment")):
        if row["Mã đánh giá"].startswith("ĐG-2023") and row["Loại đánh giá"] == "Hạn chế" and number % 3:
            _mend(made, row["Mã đánh giá"], after(day_of(row["Ngày đánh giá"]), 40 * number))


def _end_plan(made: MadeRows, chance: Random, code: str, *, due: date, amount: int) -> None:
    """Most is done in time, some late or less of it, little is given up or stays open."""
    what = chance.random()
    if what < _DONE:
        done = after(due, chance.randrange(3, 20) if what < _DONE_LATE else -chance.randrange(1, 15))
        reached = max(1, amount - 1) if what > _DONE_IN_FULL else amount
        made.add(
            "planning.plannedwork.complete",
            {
                "Mã việc": code,
                "Ngày hoàn thành": typed(min(done, LAST_DAY)),
                "Số lượng đạt được": str(reached),
                "Kết quả": "Minh họa: đã thực hiện.",
            },
        )
    elif what < _DROPPED:
        made.add(
            "planning.plannedwork.drop",
            {
                "Mã việc": code,
                "Ngày thôi thực hiện": typed(min(after(due, -5), LAST_DAY)),
                "Lý do thôi thực hiện": "Minh họa: không bố trí được kinh phí.",
            },
        )


def _add_assessments(made: MadeRows, renamed: Renamed, chance: Random, *, number: int, end: date) -> None:
    code = f"ĐG-{end.year}-{50 + number * 3}"
    made.add(
        "planning.assessment",
        {
            "Mã đánh giá": code,
            "Loại đánh giá": "Ưu điểm",
            "Đơn vị được đánh giá": "Ban Giám đốc",
            "Nội dung đánh giá": f"{_STRENGTHS[number - 1]} (minh họa)",
            "Ngày đánh giá": typed(end),
        },
    )
    unit, limit, cause = _LIMITS[number - 1]
    code = f"ĐG-{end.year}-{51 + number * 3}"
    made.add(
        "planning.assessment",
        {
            "Mã đánh giá": code,
            "Loại đánh giá": "Hạn chế",
            "Đơn vị được đánh giá": renamed.words(unit, end),
            "Nội dung đánh giá": f"{limit} (minh họa)",
            "Ngày đánh giá": typed(end),
            "Nguyên nhân": cause,
        },
    )
    if (mended := after(end, chance.randrange(40, 80))) <= LAST_DAY:
        _mend(made, code, mended)


def _mend(made: MadeRows, code: str, day: date) -> None:
    made.add(
        "planning.assessment.mend",
        {
            "Mã đánh giá": code,
            "Ngày khắc phục xong": typed(day),
            "Kết quả khắc phục": "Minh họa: đã khắc phục.",
        },
    )
