"""Contradictions with which a report is approved all the same: each by itself, with a reason and a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from khcn.kernel.actors import Actor
    from khcn.reports.checking.findings import Finding

_NAMED = 3  # contradictions that a refusal names


def refuse_contradictions(findings: Iterable[Finding], waivers: Mapping[str, str]) -> None:
    """Raise :class:`ReportRefused` when a contradiction is open for which there is no reason.

    A reason belongs to the contradiction as it was shown: with another value or at another place it needs a new one.
    """
    left = [each for each in findings if not waivers.get(each.key, "").strip()]
    if left:
        first = "; ".join(f"{each.place_1}: {each.message}" for each in left[:_NAMED])
        message = _(
            "Báo cáo còn %(count)d mâu thuẫn: %(first)s. Xử lý từng mâu thuẫn, hoặc ghi lý do vẫn duyệt cho từng mâu thuẫn."
        )
        raise ReportRefused(message % {"count": len(left), "first": first})


def stored_waivers(
    findings: Iterable[Finding], waivers: Mapping[str, str], actor: Actor
) -> list[dict[str, str]]:
    """What is kept with the frozen report of each contradiction: both places and values, the reason, and who gave it."""
    return [
        {
            "code": each.code,
            "place_1": each.place_1,
            "value_1": each.value_1,
            "place_2": each.place_2,
            "value_2": each.value_2,
            "message": each.message,
            "reason": waivers[each.key].strip(),
            "by": actor.label,
        }
        for each in findings
    ]
