"""What a check is: what it looks at, in words for the page that lists what was checked, and how it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django_stubs_ext import StrOrPromise

    from khcn.reports.checking.findings import Finding
    from khcn.reports.checking.printed import PrintedReport
    from khcn.reports.composing.resolve import Report


@dataclass(frozen=True, slots=True)
class PrintedCheck:
    """A check of the printed report: a pure function of its lines and figures. ``title`` says what it has looked at."""

    title: StrOrPromise
    run: Callable[[PrintedReport], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class FigureCheck:
    """A check of bound figures and overrides, which reads the resolved report."""

    title: StrOrPromise
    run: Callable[[Report], Iterator[Finding]]
