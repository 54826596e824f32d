"""A division says that nothing happened, and its registers have records of the period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.indicators import Basis
from khcn.kernel.text.fold import fold
from khcn.reports.checking.findings import Finding
from khcn.reports.composing.printing import NOTHING, format_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.composing.resolve import Report

_NAMED: Final = 5  # figures
_HAPPENED: Final = {Basis.FLOW, Basis.TOUCHED}


def nothing_beside_records(report: Report) -> Iterator[Finding]:
    """A section says "Không phát sinh" while figures of its division, which count what happened in the period and which the report
    prints nowhere, are not 0.
    """
    printed = {*report.codes}
    for section in report.sections:
        if not section.source.owner or fold(section.source.text) != fold(NOTHING):
            continue
        counted = [
            each
            for each in report.readings.known
            if section.source.answers_for(each.owner)
            and each.basis in _HAPPENED
            and each.code not in printed
            and report.readings.value(each.code)
        ]
        if not counted:
            continue
        named = [
            f"{each.label} ({each.code}): {format_value(report.readings.value(each.code))} {each.unit}"
            for each in counted[:_NAMED]
        ]
        yield Finding(
            "nothing_beside_records",
            "error",
            report.place(section.source.key),
            NOTHING.capitalize(),
            _("Sổ theo dõi"),
            "; ".join(named),
            _(
                "Mục ghi “Không phát sinh”, sổ của đơn vị có %(count)d số liệu trong kỳ mà báo cáo không nêu ở đâu."
            )
            % {"count": len(counted)},
            _("Viết nội dung theo sổ: mở trang của mục, chèn các số liệu này."),
            section.source.key,
            codes=tuple(each.code for each in counted),
        )
