"""Divisions of the department after the mergers of 2025, and the bodies that took the place of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import MERGED_DEPARTMENT, NEW_PROVINCE, typed

if TYPE_CHECKING:
    from datetime import date

    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

_DECISION: Final = {MERGED_DEPARTMENT: "MH-201/QĐ-UBND", NEW_PROVINCE: "MH-301/QĐ-UBND"}
# Divisions that came with the work of information and communications
_NEW_DIVISIONS: Final = (
    ("CDS", "Phòng Chuyển đổi số", "8"),
    ("BCVT", "Phòng Bưu chính, Viễn thông", "9"),
)


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add divisions, what followed which, the decisions, and bodies with their new names."""
    for since, title, issuer in (
        (
            MERGED_DEPARTMENT,
            "Chức năng, nhiệm vụ, cơ cấu tổ chức của Sở sau khi hợp nhất (minh họa)",
            "UBND tỉnh Bắc Kạn",
        ),
        (
            NEW_PROVINCE,
            "Chức năng, nhiệm vụ, cơ cấu tổ chức của Sở tỉnh mới (minh họa)",
            "UBND tỉnh Thái Nguyên",
        ),
    ):
        made.add(
            "reference.legaldocument",
            {
                "Số, ký hiệu": _DECISION[since],
                "Loại văn bản": "Quyết định",
                "Ngày ban hành": typed(since),
                "Cơ quan ban hành": issuer,
                "Trích yếu": title,
            },
        )
    _add_divisions(made, renamed)
    _add_bodies(made, renamed)


def _add_divisions(made: MadeRows, renamed: Renamed) -> None:
    for row in made.first_year("parties.orgunit"):
        for since in (MERGED_DEPARTMENT, NEW_PROVINCE):
            new = renamed.words(row["Tên đơn vị"], since)
            if new != row["Tên đơn vị"]:
                _follow(made, row, new, since)
                break
    for code, name, place in _NEW_DIVISIONS:
        made.add(
            "parties.orgunit",
            {
                "Có hiệu lực từ ngày": typed(MERGED_DEPARTMENT),
                "Hết hiệu lực từ ngày": "",
                "Mã": code,
                "Tên đơn vị": name,
                "Loại": "Phòng",
                "Thứ tự": place,
            },
        )


def _follow(made: MadeRows, row: dict[str, str], new: str, since: date) -> None:
    """A division ends, and another has its code or its work."""
    made.add("parties.orgunit", row | {"Hết hiệu lực từ ngày": typed(since)})
    moved = row["Loại"] == "Thanh tra"  # the law of 2025 leaves departments none: its work goes to the office
    if not moved:
        made.add("parties.orgunit", row | {"Có hiệu lực từ ngày": typed(since), "Tên đơn vị": new})
    made.add(
        "parties.orgunitsuccession",
        {
            "Hình thức": "chuyển giao chức năng, nhiệm vụ" if moved else "đổi tên",
            "Từ ngày": typed(since),
            "Đơn vị cũ": row["Tên đơn vị"],
            "Đơn vị mới": new,
            "Văn bản": _DECISION[since],
        },
    )


def _add_bodies(made: MadeRows, renamed: Renamed) -> None:
    taken = {row["Tên tổ chức"] for row in made.first_year("parties.organisation")}
    for row in made.first_year("parties.organisation"):
        name = row["Tên tổ chức"]
        new = renamed.words(name, NEW_PROVINCE)
        if name.startswith("UBND huyện "):
            new = renamed.words(f"Huyện {name.removeprefix('UBND huyện ')}", NEW_PROVINCE)
            new = f"UBND {new.partition(',')[0][:1].lower()}{new.partition(',')[0][1:]}"
        if new not in taken:
            taken.add(new)
            made.add(
                "parties.organisation",
                row | {"Tên tổ chức": new, "Đơn vị hành chính": "Tỉnh Thái Nguyên", "Cơ quan chủ quản": ""},
            )
