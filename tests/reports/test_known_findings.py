"""What was found in the text of a report is found again without reading it, and never where anything has changed."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from khcn.kernel.indicators import Period
from khcn.reports.checking import checks
from khcn.reports.checking.check import PrintedCheck
from khcn.reports.checking.checks import check_printed
from khcn.reports.checking.findings import Finding
from khcn.reports.checking.printed import (
    Carried,
    PrintedFigure,
    PrintedLine,
    PrintedReport,
    PrintedTable,
    Span,
)

LINE = PrintedLine("A", "Mục A", "Có 3 nhiệm vụ", (Span(0, 13, "typed"),))
FIGURE = PrintedFigure("NV-01", "Nhiệm vụ", "nhiệm vụ", 3, "03", "Mục A", "A", lambda: ("a", "b", "c"))
REPORT = PrintedReport(
    Period(date(2023, 1, 1), date(2023, 9, 15), 2023), (LINE,), figures={"NV-01": FIGURE}, sections=("A",)
)


@pytest.fixture
def runs(monkeypatch):
    """Each report that the one check has read. It asks for the names of the figure."""
    seen = []

    def find(report):
        seen.append(report)
        for figure in report.figures.values():
            names = "; ".join(figure.names())
            yield Finding("x", "note", "", report.lines[0].text, "", names, "", "")

    monkeypatch.setattr(checks, "PRINTED_CHECKS", (PrintedCheck("", find),))
    monkeypatch.setattr(checks, "_KNOWN", {})
    return seen


def test_the_same_report_is_read_once(runs):
    first = check_printed(REPORT)
    again = check_printed(replace(REPORT, lines=(replace(LINE),), figures={"NV-01": replace(FIGURE)}))
    assert (first, len(runs)) == (again, 1)
    again.clear()  # a caller may do with the list what it likes
    assert check_printed(REPORT) == first != []


def test_names_that_have_changed_are_read(runs):
    check_printed(REPORT)
    renamed = replace(FIGURE, names=lambda: ("a", "b", "d"))
    found = check_printed(replace(REPORT, figures={"NV-01": renamed}))
    assert ([each.value_2 for each in found], len(runs)) == (["a; b; d"], 2)


OTHERS = (
    {"period": Period(date(2023, 1, 1), date(2023, 9, 16), 2023)},
    {"lines": (replace(LINE, text="Có 4 nhiệm vụ"),)},
    {"lines": (replace(LINE, spans=(Span(0, 13, "figure", "NV-01"),)),)},
    {"tables": (PrintedTable((LINE,), ()),)},
    {"figures": {"NV-01": replace(FIGURE, value=4)}},
    {"addressees": ("UBND tỉnh",)},
    {"recipients": ("UBND tỉnh",)},
    {"sections": ("A", "B")},
    {"carried": {"A": Carried("cũ", "2022", "mới")}},
    {"wording_of": 2022},
    {"given": (("Số công văn", "12/UBND"),)},
    {"unfilled": ("Số công văn",)},
    {"untouched": (("A", "Mục A"),)},
)


@pytest.mark.parametrize("other", OTHERS, ids=lambda each: next(iter(each)))
def test_a_report_that_differs_in_anything_is_read(runs, other):
    check_printed(REPORT)
    check_printed(replace(REPORT, **other))
    assert len(runs) == 2


def test_each_part_of_a_report_is_among_those_that_differ():
    assert {name for other in OTHERS for name in other} == set(PrintedReport.__dataclass_fields__)


def test_in_another_language_it_is_read(runs):
    check_printed(REPORT)
    with override("en"):
        check_printed(REPORT)
    assert len(runs) == 2


def test_few_reports_are_remembered(runs):
    for year in range(2000, 2040):
        check_printed(replace(REPORT, wording_of=year))
    assert len(checks._KNOWN) <= checks._MOST_KNOWN
