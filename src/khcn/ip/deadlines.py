"""Terms of initiatives, of the results of contests, and of rights that are renewed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.ip.enums import RENEWED
from khcn.ip.models import ContestEdition, Initiative, IpAsset
from khcn.ip.workflow import REFUSED, WITHDRAWN
from khcn.kernel.deadlines import DeadlineKind, SubjectFacts, TermFacts, day_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

OWNER: Final = "QLCN"
FORM, DECISION = "ip.form", "ip.decision"
RESULT: Final = "ip.result"
RENEWAL: Final = "ip.renewal"


def initiative_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When the form of a request is examined, and when it is decided: counted from its acceptance, or from the first application
    where that came later. Nothing is waited for once it was withdrawn.
    """
    found = {}
    for each in Initiative.objects.filter(pk__in=keys):
        decided_on, accepted_on = day_by(each.decided_on, on), day_by(each.accepted_on, on)
        examined_on = accepted_on or (decided_on if each.state == REFUSED else None)
        terms = {FORM: TermFacts(each.received_on, examined_on)}
        if accepted_on is not None:
            begun_on = max(accepted_on, day_by(each.first_applied_on, on) or accepted_on)
            terms[DECISION] = TermFacts(begun_on, decided_on)
        if each.state == WITHDRAWN:
            terms = {kind: term for kind, term in terms.items() if term.met_on is not None}
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def edition_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When the results of an edition are published, where a day is planned."""
    found = {}
    for each in ContestEdition.objects.filter(pk__in=keys):
        planned = each.result_planned_on
        terms = {}
        if planned is not None:
            terms[RESULT] = TermFacts(
                each.launched_on or planned, day_by(each.published_on, on), fixed_on=planned
            )
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def asset_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Until when the renewal of a mark or design is applied for: its last day. Nothing is waited for once the right has ended."""
    found = {}
    for each in IpAsset.objects.filter(pk__in=keys):
        terms = {}
        if each.expires_on is not None and each.kind in RENEWED and day_by(each.ended_on, on) is None:
            terms[RENEWAL] = TermFacts(
                each.expires_on, day_by(each.renewal_filed_on, on), fixed_on=each.expires_on
            )
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


OfInitiative = partial(DeadlineKind, facts=initiative_facts, follows={"ip.initiative": "pk"})
INITIATIVE_DEADLINES = (
    OfInitiative(FORM, _("Xem xét hình thức đơn sáng kiến"), rule="ip.form_months", may_stop=True),
    OfInitiative(DECISION, _("Xét công nhận sáng kiến"), rule="ip.decision_months", may_stop=True),
)
EDITION_DEADLINES = (
    DeadlineKind(RESULT, _("Công bố kết quả cuộc thi"), edition_facts, {"ip.contestedition": "pk"}),
)
ASSET_DEADLINES = (
    DeadlineKind(
        RENEWAL,
        _("Nộp đơn gia hạn văn bằng bảo hộ"),
        asset_facts,
        {"ip.ipasset": "pk"},
        recurs=True,
    ),
)
