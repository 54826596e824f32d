"""Dossiers of the one-stop counter: their codes by the pattern of the day, terms, stops for a supplement, some late."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import (
    FIRST_DAY,
    LAST_DAY,
    NEW_PROVINCE,
    after,
    after_working_days,
    day_of,
    typed,
    working,
)

if TYPE_CHECKING:
    from random import Random

    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

_OLD_CODES: Final = "000.00.15.H03"
_NEW_CODES: Final = "000.00.15.H55"  # those of the new province
_CHANNELS: Final = ("Trực tuyến", "Trực tuyến", "Trực tuyến", "Trực tiếp", "Bưu chính công ích")

# Of all dossiers, each up to this part: late, refused, withdrawn, stopped for a supplement; the others are resolved in time
_LATE, _REFUSED, _WITHDRAWN, _STOPPED = 0.05, 0.1, 0.12, 0.2


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add a dossier every few days, and the pattern of their codes from the merger on."""
    for row in made.first_year("dossiers.dossiercodepattern"):
        made.add("dossiers.dossiercodepattern", row | {"Hết hiệu lực từ ngày": typed(NEW_PROVINCE)})
        made.add(
            "dossiers.dossiercodepattern",
            row
            | {
                "Có hiệu lực từ ngày": typed(NEW_PROVINCE),
                "Mẫu mã hồ sơ": row["Mẫu mã hồ sơ"].replace(_OLD_CODES, _NEW_CODES),
            },
        )
    chance = made.chance("dossiers")
    procedures = [
        row
        for row in made.first_year("dossiers.procedure")
        if not row["Hết hiệu lực từ ngày"] and not row["Là thủ tục nội bộ"] and row["Thời hạn giải quyết"]
    ]
    for number, row in enumerate(made.first_year("dossiers.dossier")):
        if row["Kết quả giải quyết"] == "Đang giải quyết":
            ended = typed(after(max(day_of(row["Ngày tiếp nhận"]), FIRST_DAY), 3))
            made.add(
                "dossiers.dossier",
                row
                | {
                    "Kết quả giải quyết": "Đã có kết quả",
                    "Ngày có kết quả, kết thúc": ended,
                    "Số, ký hiệu kết quả": f"MH-{number}/KQ-2023",
                    "Ngày trả cho người nộp": ended,
                },
            )
    received: Counter[date] = Counter()
    day = FIRST_DAY
    while (day := working(day + timedelta(days=chance.randrange(3, 11)))) <= LAST_DAY:
        received[day] += 1
        _add_dossier(made, renamed, chance, day, received[day], chance.choice(procedures))


def _add_dossier(
    made: MadeRows, renamed: Renamed, chance: Random, day: date, number: int, procedure: dict[str, str]
) -> None:
    start = _NEW_CODES if day >= NEW_PROVINCE else _OLD_CODES
    code = f"{start}-{day:%y%m%d}-{number:04}"
    term = int(procedure["Thời hạn giải quyết"])
    in_working_days = procedure["Thời hạn tính theo"] == "ngày làm việc"
    due = after_working_days(day, term) if in_working_days else after(day, term)
    kind = chance.random()
    row = {
        "Mã hồ sơ": code,
        "Thủ tục hành chính": procedure["Mã thủ tục"],
        "Người nộp, tổ chức nộp": f"Tổ chức minh họa {chance.randrange(1, 60):02}",
        "Nội dung yêu cầu giải quyết": "Đề nghị giải quyết thủ tục theo hồ sơ kèm theo (minh họa)",
        "Hình thức nộp": chance.choice(_CHANNELS),
        "Số bộ hồ sơ": "1",
        "Ngày tiếp nhận": typed(day),
        "Đơn vị giải quyết": renamed.words(procedure["Đơn vị giải quyết"], day),
        "Kết quả giải quyết": "Đã có kết quả",
    }
    ended, outcome = _outcome(chance, kind, day, due)
    row |= outcome
    stopped = after(day, 2)
    if _WITHDRAWN <= kind < _STOPPED and stopped < ended:
        back = after(stopped, 7)
        ended += back - stopped
        made.add(
            "dossiers.supplementrequest",
            {
                "Hồ sơ thủ tục hành chính": code,
                "Ngày yêu cầu": typed(stopped),
                "Nội dung cần bổ sung": "Bổ sung giấy tờ theo thành phần hồ sơ (minh họa)",
                "Ngày nhận đủ bổ sung": typed(back) if back <= LAST_DAY else "",
            },
        )
        ended = working(ended)
    if ended > LAST_DAY:
        row = {
            heading: value
            for heading, value in row.items()
            if "ngày" not in heading.lower() or heading == "Ngày tiếp nhận"
        }
        row = {heading: value for heading, value in row.items() if not heading.startswith("Lý do")}
        made.add("dossiers.dossier", row | {"Kết quả giải quyết": "Đang giải quyết"})
        return
    row["Ngày có kết quả, kết thúc"] = typed(ended)
    if row["Kết quả giải quyết"] == "Đã có kết quả":
        row["Số, ký hiệu kết quả"] = f"MH-{day:%m%d}{number}/KQ-{day.year}"
        row["Ngày trả cho người nộp"] = typed(ended)
    made.add("dossiers.dossier", row)


def _outcome(chance: Random, kind: float, day: date, due: date) -> tuple[date, dict[str, str]]:
    """When a dossier is done with, and what of it is not as usual."""
    row: dict[str, str] = {}
    ended = working(day + (due - day) * chance.uniform(0.4, 0.95))
    if kind < _LATE:
        ended = after(due, chance.randrange(1, 6))
        row |= {
            "Ngày xin lỗi": typed(due),
            "Ngày hẹn lại": typed(ended),
            "Lý do chậm": "Minh họa: phải lấy ý kiến cơ quan phối hợp.",
        }
    elif kind < _REFUSED:
        row |= {
            "Kết quả giải quyết": "Từ chối, trả lại",
            "Lý do trả lại, rút, dừng": "Minh họa: thiếu giấy tờ.",
        }
    elif kind < _WITHDRAWN:
        row |= {
            "Kết quả giải quyết": "Người nộp rút",
            "Lý do trả lại, rút, dừng": "Minh họa: người nộp rút hồ sơ.",
        }
    return ended, row
