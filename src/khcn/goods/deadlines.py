"""Until when requests to take part in traceability are answered, and a stop of goods in a hurry is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.goods.models import GoodsRecall, ParticipationRequest
from khcn.goods.rules import UNIT
from khcn.kernel.deadlines import DeadlineKind, SubjectFacts, TermFacts, day_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

PARTICIPATION: Final = "goods.participation"


def participation_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Who asks to take part is answered."""
    return {
        each.pk: SubjectFacts(
            str(each), UNIT, {PARTICIPATION: TermFacts(each.received_on, day_by(each.decided_on, on))}
        )
        for each in ParticipationRequest.objects.filter(pk__in=keys)
    }


PARTICIPATION_DEADLINES = (
    DeadlineKind(
        PARTICIPATION,
        _("Trả lời đăng ký tham gia truy xuất"),
        participation_facts,
        {"goods.participationrequest": "pk"},
        rule="goods.participation_days",
    ),
)

PAUSE: Final = "goods.urgent_stop"


def pause_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Goods that were stopped in a hurry: somebody who answers for it approves that, or the recall, or ends the stop."""
    found = {}
    for each in GoodsRecall.objects.filter(pk__in=keys):
        days = [day for day in (each.pause_approved_on, each.recalled_on, each.ended_on) if day is not None]
        terms = {}
        if each.paused_on is not None:
            terms = {PAUSE: TermFacts(each.paused_on, day_by(min(days, default=None), on))}
        found[each.pk] = SubjectFacts(str(each), UNIT, terms)
    return found


PAUSE_DEADLINES = (
    DeadlineKind(
        PAUSE,
        _("Duyệt việc tạm giữ hàng"),
        pause_facts,
        {"goods.goodsrecall": "pk"},
        rule="goods.urgent_stop_days",
    ),
)
