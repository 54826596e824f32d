"""Contradictions with which a report is approved all the same: each by itself, with a reason and a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from khcn.kernel.actors import Actor
    from khcn.reports.checking.findings import Finding
    from khcn.reports.models import ReportInstance

_NAMED = 3  # contradictions that a refusal names


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why a contradiction stays, and who gave the reason."""

    reason: str
    by: str


def all_waivers(instance: ReportInstance, given: Mapping[str, str], actor: Actor) -> dict[str, Waiver]:
    """By key the reasons that the office gave before, and over them those of who approves."""
    found = {each.key: Waiver(each.reason, each.actor_label) for each in instance.waived.all()}
    return found | {
        key: Waiver(reason.strip(), actor.label) for key, reason in given.items() if reason.strip()
    }


def refuse_contradictions(findings: Iterable[Finding], waivers: Mapping[str, Waiver]) -> None:
    """Raise :class:`ReportRefused` when a contradiction is open for which there is no reason.

    A reason belongs to the contradiction as it was shown: with another value or at another place it needs a new one.
    """
    left = [each for each in findings if each.key not in waivers]
    if left:
        first = "; ".join(f"{each.place_1}: {each.message}" for each in left[:_NAMED])
        message = _(
            "Báo cáo còn %(count)d mâu thuẫn: %(first)s. Xử lý từng mâu thuẫn, hoặc ghi lý do vẫn duyệt cho từng mâu thuẫn."
        )
        raise ReportRefused(message % {"count": len(left), "first": first})


def stored_waivers(findings: Iterable[Finding], waivers: Mapping[str, Waiver]) -> list[dict[str, str]]:
    """What is kept with the frozen report of each contradiction: both places and values, the reason, and who gave it."""
    return [
        {
            "code": each.code,
            "place_1": each.place_1,
            "value_1": each.value_1,
            "place_2": each.place_2,
            "value_2": each.value_2,
            "message": each.message,
            "reason": waivers[each.key].reason,
            "by": waivers[each.key].by,
        }
        for each in findings
    ]
