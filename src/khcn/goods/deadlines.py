"""Until when requests to take part in traceability are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.goods.models import ParticipationRequest
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
