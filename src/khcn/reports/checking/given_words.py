"""Numbers of documents and years that each report gives for its form: all are given, and their days exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.reports.checking.findings import Finding
from khcn.reports.checking.reading import days, year_in_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.checking.printed import PrintedReport

UNFILLED: Final = "unfilled_word"


def unfilled(report: PrintedReport) -> Iterator[Finding]:
    """A word of the form that is printed and that nobody has given for this period."""
    for label in report.unfilled:
        yield _finding(
            UNFILLED,
            label,
            _("chưa ghi"),
            _("“%(label)s” của kỳ này chưa ghi.") % {"label": label},
            _("Ghi ở “Số văn bản, năm của kỳ”, hoặc viết lại câu để không dẫn nữa."),
        )


def given_days(report: PrintedReport) -> Iterator[Finding]:
    """A day that the calendar does not have, or of another year than the number of its document."""
    for label, value in report.given:
        if problem := why_not_given(value):
            yield _finding(
                "given_day",
                label,
                value,
                _("“%(label)s”: %(problem)s") % {"label": label, "problem": problem},
                _("Sửa ở “Số văn bản, năm của kỳ”."),
            )


def why_not_given(value: str) -> str:
    """What is wrong with the day of a document as it was typed; "" where nothing is."""
    for each in days(value):
        if each.day is None:
            return _("lịch không có ngày %(day)s.") % {"day": each.words}
        of_number = year_in_number(each.number) if each.number else None
        if of_number is not None and of_number != each.day.year:
            return _("số văn bản ghi năm %(year)d, ngày ghi %(day)s.") % {
                "year": of_number,
                "day": each.words,
            }
    return ""


def _finding(code: str, label: str, value: str, message: str, remedy: str) -> Finding:
    return Finding(code, "error", _("Số văn bản, năm của kỳ"), label, "", value, message, remedy)
