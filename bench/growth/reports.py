"""The checks of a report, given a section in which somebody typed a lot of one thing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from bench.growth.measuring import Case
from khcn.kernel.indicators import Period, PeriodKind, registry
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.readings import Readings
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import ReportSource, SectionSource
from khcn.reports.forms.definition import parse_form, shipped_bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PERIOD: Final = Period(date(2024, 12, 15), date(2025, 9, 15), 2025, PeriodKind.NINE_MONTHS)
_MOST: Final = 1 << 15  # with the longest of the pieces, what a section may hold
_PIECES: Final = (
    "1", "1.111.", "a", "||", "| 1 | 2 |\n", "| Tổng cộng | 2 |\n", "- 5 cơ sở:\n+ 3 đạt\n", "[NV-02] nhiệm vụ, ", "[NV-02] nhiệm vụ và 5 việc khác, ",
    "[NV-02] nhiệm vụ. ", "5 cơ sở (a; b); ", "5 cơ sở: a; b. ", "5 a (", "12 đồng (mười hai đồng) ", "1/2 (50 %) ", "ngày 1/2/2025, ", "Năm 2025. ",
    "trong đó: ", ", gồm 5 a, ", "Quyết định số 25/2025/QĐ-UBND ngày 1/2/2025 ", "mục B, ", "Biểu số 05, ", "kính gửi ", "11/", "1,",
    "5 a, trong đó đạt 3, không đạt 2, ", "5 a, 3 b, tổng cộng 8 c, ", "45/50 hồ sơ, đạt 95%, ", "05 (năm) cơ sở ", "từ ngày 1/2/2025 đến ngày 3/2/2025 ",
    "12 cơ sở: huyện A 4; huyện B 8; ", "12 cơ sở: ", "5 a (lớp 1: 2 b, lớp 2: 3 b) ", "; trong đó: trước hạn 3, đúng hạn 2", "các ", "các a, ",
    "8/10 nhiệm vụ, còn 3 nhiệm vụ ", "8/10 a b ", "bốn (04) ", "một ", "ngày 32/10 ", "…/", "… ", "số /", "số   ", "ngày   tháng ", "Error! ", "1,5/2 tỷ (75 %) ",
    "Trong tháng 4 năm 2025, ", "tăng 5% so với quý 4 năm 2024 ", "2 nhà máy: Nhà máy A, Nhà máy B, ", "(bổ sung sau) ",
)  # fmt: skip


def cases() -> Iterator[Case]:
    """One section full of each piece."""
    form = parse_form(shipped_bodies()["bao-cao-9-thang"])
    readings = Readings(_PERIOD)
    for piece in _PIECES:

        def prepare(count: int, piece: str = piece) -> Callable[[], object]:
            section = SectionSource("A", "A.", 1, "Kết quả", "VP", piece * count, typed=True)
            report = resolve(ReportSource(form, _PERIOD, (section,), {}), registry, readings)
            return lambda: run_checks(report)

        yield Case("kiểm tra báo cáo", repr(piece), prepare, start=64, most=_MOST)
