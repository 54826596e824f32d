"""All checks of a report, in the order their findings are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.reports.checking import figure_checks, text_checks
from khcn.reports.checking.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from khcn.reports.composing.resolve import Report

__all__ = ["CHECKS", "Finding", "run_checks"]

CHECKS: Final[tuple[Callable[[Report], Iterator[Finding]], ...]] = (
    figure_checks.sums,
    figure_checks.list_counts,
    figure_checks.two_values,
    figure_checks.late_not_mentioned,
    text_checks.other_periods,
    text_checks.typed_beside_bound,
    text_checks.rates,
    text_checks.duplicates,
    figure_checks.typed_over_data,
    figure_checks.unused_overrides,
    text_checks.not_handed_in,
)


def run_checks(report: Report) -> list[Finding]:
    """Everything that is found, without repetitions."""
    return list(dict.fromkeys(finding for check in CHECKS for finding in check(report)))
