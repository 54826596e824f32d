"""All checks of a report, in the order their findings are read, each with the words that say what was checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khcn.reports.checking import (
    carried_texts,
    figure_checks,
    given_words,
    letterhead_checks,
    named_missing,
    names_and_marks,
    nothing_reported,
    table_checks,
    text_checks,
    typed_amounts,
    typed_counts,
    typed_days,
    typed_figures,
    typed_measures,
    typed_periods,
    typed_shares,
    typed_sums,
    typed_tables,
    untrue_words,
)
from khcn.reports.checking.check import FigureCheck, PrintedCheck
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.printed import printed_report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import StrOrPromise

    from khcn.reports.checking.printed import PrintedFigure, PrintedReport
    from khcn.reports.composing.resolve import Report

__all__ = ["FIGURE_CHECKS", "NOT_CHECKED", "PRINTED_CHECKS", "Finding", "check_printed", "run_checks"]

FIGURE_CHECKS: Final = (
    FigureCheck(_("Các số thành phần lấy từ sổ cộng lại bằng số tổng."), figure_checks.sums),
    FigureCheck(_("Dòng và cột của biểu cộng lại bằng ô tổng."), table_checks.table_sums),
    FigureCheck(
        _("Các ô của biểu khớp với nhau và với biểu khác của cùng kỳ, theo quy tắc của mẫu."),
        table_checks.cell_rules,
    ),
    FigureCheck(_("Số lấy từ sổ bằng số tên, số dòng kể ra."), figure_checks.list_counts),
    FigureCheck(_("Cùng một số liệu ghi giống nhau ở mọi nơi."), figure_checks.two_values),
    FigureCheck(_("Việc chậm, quá hạn theo sổ được nói là chậm, quá hạn."), figure_checks.late_not_mentioned),
    FigureCheck(
        _(
            "Không ghi “đảm bảo tiến độ” khi sổ có nhiệm vụ quá hạn nộp hồ sơ nghiệm thu, không ghi “trả lời đúng hạn” khi sổ có ý kiến "
            "về công nghệ trả lời quá hạn."
        ),
        untrue_words.on_time_beside_late,
    ),
    FigureCheck(
        _("Cơ quan chủ quản mang tên tỉnh của ngày ký, trước khi ký là ngày cuối kỳ."),
        letterhead_checks.province_of_letterhead,
    ),
    FigureCheck(_("Đề mục và lời văn nêu đúng kỳ báo cáo."), text_checks.other_periods),
    FigureCheck(_("Số gõ tay đứng cạnh số liệu cùng đơn vị."), text_checks.typed_beside_bound),
    FigureCheck(_("Tỷ lệ có ghi tử số và mẫu số."), text_checks.rates),
    FigureCheck(_("Không có tên lặp lại trong một danh sách."), text_checks.duplicates),
    FigureCheck(_("Số liệu gõ thay so với sổ."), figure_checks.typed_over_data),
    FigureCheck(_("Phần gõ thay còn chỗ trong nội dung."), figure_checks.unused_overrides),
    FigureCheck(
        _("Mục ghi “Không phát sinh” không có việc nào trong sổ của đơn vị."),
        nothing_reported.nothing_beside_records,
    ),
    FigureCheck(_("Các mục đã nộp."), text_checks.not_handed_in),
)
PRINTED_CHECKS: Final = (
    PrintedCheck(_("Lời văn của kỳ trước đã được sửa hoặc xác nhận."), carried_texts.carried_texts),
    PrintedCheck(_("Mục nào cũng có người viết hoặc ghi là không phát sinh."), carried_texts.untouched),
    PrintedCheck(_("Số văn bản, năm của kỳ đã ghi đủ."), given_words.unfilled),
    PrintedCheck(
        _("Ngày của văn bản ghi cho kỳ có thật, đúng năm trong số văn bản."), given_words.given_days
    ),
    PrintedCheck(
        _("Phần mở đầu, phần kết và đề mục của mẫu không nêu văn bản, năm của năm khác."),
        carried_texts.words_of_the_form,
    ),
    PrintedCheck(
        _("Số đếm gõ tay bằng số mục kể ra trong ngoặc, sau dấu hai chấm, ở chú thích, ở các dòng dưới."),
        typed_counts.typed_counts,
    ),
    PrintedCheck(
        _("Các số gõ tay trong ngoặc, sau dấu hai chấm, sau “trong đó”, ở chú thích cộng lại bằng số tổng."),
        typed_sums.typed_sums,
    ),
    PrintedCheck(_("Các số gõ tay ở các dòng dưới cộng lại bằng số tổng."), typed_sums.lines_below),
    PrintedCheck(
        _("Số tiền, diện tích, khối lượng thành phần cùng đơn vị cộng lại bằng số tổng."),
        typed_measures.measures,
    ),
    PrintedCheck(_("Hàng tổng của bảng gõ tay bằng tổng các hàng."), typed_tables.typed_tables),
    PrintedCheck(_("Bảng gõ tay không còn hàng để trống."), typed_tables.blank_rows),
    PrintedCheck(
        _("Câu nói việc đã làm, đã được duyệt không đứng với số liệu bằng 0."), untrue_words.done_of_nothing
    ),
    PrintedCheck(
        _("Tỷ lệ phần trăm đúng với phân số đứng trước; số đã làm và số còn lại không vượt số tổng."),
        typed_shares.shares,
    ),
    PrintedCheck(_("Số, số tiền bằng chữ đúng với bằng số."), typed_amounts.amounts),
    PrintedCheck(_("Số gõ tay so với số liệu cùng nội dung lấy từ sổ."), typed_figures.typed_figures),
    PrintedCheck(_("Cùng một câu, cùng một việc gõ ở hai nơi ghi cùng một số."), typed_figures.twice_stated),
    PrintedCheck(_("Danh sách gõ tay so với danh sách của số liệu."), typed_figures.typed_lists),
    PrintedCheck(
        _("Ngày ghi trong lời văn có thật, nằm trong kỳ, không sau ngày chốt."), typed_days.typed_days
    ),
    PrintedCheck(_("Mỗi văn bản một ngày, đúng năm trong số văn bản."), typed_days.document_days),
    PrintedCheck(_("Năm nêu trong lời văn là năm báo cáo."), typed_periods.other_years),
    PrintedCheck(_("Tháng, quý nêu trong lời văn thuộc kỳ báo cáo."), typed_periods.other_windows),
    PrintedCheck(_("Tên năm âm lịch đúng với năm."), typed_periods.lunar_years),
    PrintedCheck(_("Một câu không kể hai lần cùng một văn bản."), names_and_marks.named_twice),
    PrintedCheck(_("Mỗi tiêu chuẩn TCVN một ký hiệu."), names_and_marks.standards),
    PrintedCheck(_("Chữ viết tắt tên cơ quan không thừa chữ."), names_and_marks.abbreviations),
    PrintedCheck(_("Số dự án không kể lẫn đề tài."), names_and_marks.other_kinds),
    PrintedCheck(_("Phụ lục, biểu số, danh sách kèm theo được dẫn đều có."), named_missing.annexes),
    PrintedCheck(_("Mục được dẫn đều có."), named_missing.sections),
    PrintedCheck(_("Nơi được gửi trong lời văn có ở nơi nhận."), named_missing.recipients),
    PrintedCheck(_("Không còn chỗ để trống, dấu báo lỗi chép từ Word, Excel."), named_missing.blanks),
)
NOT_CHECKED: Final[tuple[StrOrPromise, ...]] = (
    _("Số gõ tay không có sổ theo dõi và không kể ra danh sách: đối chiếu với hồ sơ của phòng."),
    _(
        "Số thành phần có thể trùng nhau (vi phạm, xử phạt), hai số trong ngoặc không loại trừ nhau, số kể sau “trong đó” "
        "ít hơn số tổng; số thành phần ghi khác đơn vị với số tổng."
    ),
    _("Bảng gõ tay cộng theo hàng ngang, bảng có nhiều hàng tổng, cột tỷ lệ, so sánh, đơn giá."),
    _("Tỷ lệ tăng, giảm so với kỳ trước; phân số có tử số lớn hơn mẫu số."),
    _("Lời nhận xét, đánh giá, nguyên nhân có đúng thực tế hay không."),
    _(
        "Một việc kể hai lần bằng lời khác nhau, ở hai câu; thứ tự các phần của đề cương; hai từ khác nghĩa dùng cho một việc (ban hành, trình)."
    ),
    _("Lỗi chính tả và tên riêng viết sai ngoài danh sách lấy từ sổ."),
    _("Nội dung tệp đính kèm và phụ lục gửi riêng."),
)


def check_printed(report: PrintedReport) -> list[Finding]:
    """What the checks of the printed report find, without repetitions. Each page of a report shows it, and reading the text for it
    takes half of such a page: of the same text with the same names it is what was found before.
    """
    key = get_language(), report.content
    known = _KNOWN.get(key)
    if known is None or any(report.figures[code].names() != names for code, names in known.names.items()):
        known = _read(report)
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = known
    return list(known.findings)


class _Known(NamedTuple):
    """What was found, and the names of the records of those figures whose names were asked for."""

    findings: list[Finding]
    names: dict[str, tuple[str, ...]]


_KNOWN: Final[dict[object, _Known]] = {}
_MOST_KNOWN: Final = 8  # reports, of some hundred kilobytes each


def _read(report: PrintedReport) -> _Known:
    names: dict[str, tuple[str, ...]] = {}

    def noting(figure: PrintedFigure) -> PrintedFigure:
        def asked() -> tuple[str, ...]:
            names[figure.code] = figure.names()
            return names[figure.code]

        return replace(figure, names=asked)

    watched = replace(report, figures={code: noting(each) for code, each in report.figures.items()})
    findings = _once(finding for check in PRINTED_CHECKS for finding in check.run(watched))
    return _Known(findings, names)


def run_checks(report: Report) -> list[Finding]:
    """Everything that is found, without repetitions."""
    of_figures = (finding for check in FIGURE_CHECKS for finding in check.run(report))
    return _once((*of_figures, *check_printed(printed_report(report))))


def _once(findings: Iterable[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))
