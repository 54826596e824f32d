"""Codes that may be on more than one label: what the department reads about them, and what it says after it has looked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.goods.enums import CopyVerdict, PartyFindingKind
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.trace.operations.scan_writing import review_copied_code

if TYPE_CHECKING:
    from khcn.goods.models import PartyFinding
    from khcn.kernel.actors import Actor
    from khcn.trace.models import CopiedCode


def looked_up_in_words(code: CopiedCode) -> str:
    """From how many networks a code was looked up, and how often, by day; the last day first."""
    days = [
        _("%(day)s: %(networks)d nơi, %(scans)d lượt")
        % {"day": format_date(date.fromisoformat(day)), "networks": networks, "scans": scans}
        for day, (networks, scans) in sorted(code.counts.items(), reverse=True)
    ]
    return _("Quét ở nhiều nơi: %(days)s.") % {"days": "; ".join(days)}


def why_not_reviewed(finding: PartyFinding, *, actor: Actor, on: date) -> str:
    """Why a person says nothing about a finding now; "" where one may."""
    if finding.kind != PartyFindingKind.COPIED:
        return _("Phát hiện này tự hết khi cơ sở bổ sung hoặc sửa sự kiện.")
    if finding.reviewed_on is not None:
        return _("Đã xem xét ngày %(day)s.") % {"day": format_date(finding.reviewed_on)}
    return ""


def review_copy(*, finding: PartyFinding, verdict: str, review: str, actor: Actor, on: date) -> PartyFinding:
    """Write down what was found out: the finding is over, and the page of the code goes on to warn or does not."""
    if why := why_not_reviewed(finding, actor=actor, on=on):
        raise Refused(why, code="reviewed")
    if not review.strip():
        raise Refused.about(_("Hãy ghi đã kiểm tra thế nào và thấy gì."), "review", code="no_words")
    with transaction.atomic():
        write_step(finding, actor=actor, verdict=verdict, review=review.strip(), reviewed_on=on, over_on=on)
        review_copied_code(thing=finding.subject, on=on, is_warned=verdict == CopyVerdict.COPY)
    return finding
