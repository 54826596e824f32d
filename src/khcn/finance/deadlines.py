"""Terms of money and assets: instalments, advances, settlements, money to be paid back, packages, hand-overs."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.finance.models import (
    AdvanceClearance,
    AdvancePayment,
    ContractInstalment,
    PaymentRecovery,
    PaymentReduction,
    TaskAsset,
    TenderPackage,
    YearSettlement,
)
from khcn.finance.models.advances import CLEARANCE, INSTALMENT, endings
from khcn.finance.models.assets import HAND_OVER, HAND_OVER_RULE
from khcn.finance.models.procurement import PACKAGE
from khcn.finance.models.settlements import RECOVERY, SETTLEMENT
from khcn.kernel.deadlines import DeadlineKind, Follow, SubjectFacts, TermFacts, day_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

OWNER: Final = "VP"


def _reached(rows: QuerySet[Any], whose: str, day: str, wholes: Mapping[int, int]) -> dict[int, date]:
    """Of each record the day on which its parts came to the whole; none for one whose parts have not."""
    totals: defaultdict[int, int] = defaultdict(int)
    found: dict[int, date] = {}
    for key, on, amount in rows.order_by(day, "pk").values_list(whose, day, "amount"):
        totals[key] += amount
        if totals[key] >= wholes[key]:
            found.setdefault(key, on)
    return found


def instalment_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """An instalment is paid by its day, wholly; where it has a condition, not before this is met. Of one that was dropped before, whose
    condition is not met, or whose contract has ended, nothing is waited for. The contract sets the day in the year before at the
    latest, so that an extension may be decided before it.
    """
    rows = list(ContractInstalment.objects.filter(pk__in=keys))
    paid = AdvancePayment.objects.filter(instalment__in=keys)
    met_on = _reached(paid, "instalment", "paid_on", {each.pk: each.amount for each in rows})
    ended = endings().filter(task__in={each.task_id for each in rows}, on__lte=on or date.max)
    over = set(ended.values_list("task", flat=True))
    found = {}
    for each in rows:
        met, terms = day_by(met_on.get(each.pk), on), {}
        condition_met = day_by(each.condition_met_on, on)
        waits = day_by(each.dropped_on, on) is None and each.task_id not in over
        if met is not None or (waits and (condition_met is not None or not each.condition)):
            begins = date(each.due_on.year - 1, 1, 1)
            due = max(each.due_on, condition_met or each.due_on)
            terms[INSTALMENT] = TermFacts(begins, met, fixed_on=due)
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def advance_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """All of an advance is cleared: by the day that the contract names, else by the rule from the payment."""
    rows = list(AdvancePayment.objects.filter(pk__in=keys))
    cleared = AdvanceClearance.objects.filter(advance__in=keys)
    met_on = _reached(cleared, "advance", "cleared_on", {each.pk: each.amount for each in rows})
    found = {}
    for each in rows:
        term = TermFacts(each.paid_on, day_by(met_on.get(each.pk), on), fixed_on=each.clear_by)
        found[each.pk] = SubjectFacts(str(each), OWNER, {CLEARANCE: term})
    return found


def settlement_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """A dossier that came in is approved or handed back."""
    found = {}
    for each in YearSettlement.objects.filter(pk__in=keys):
        met = day_by(each.approved_on, on) or day_by(each.returned_on, on)
        found[each.pk] = SubjectFacts(str(each), OWNER, {SETTLEMENT: TermFacts(each.submitted_on, met)})
    return found


def reduction_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """All of the money is back: by the day that the document names, else by the rule from its day."""
    rows = list(PaymentReduction.objects.filter(pk__in=keys))
    back = PaymentRecovery.objects.filter(reduction__in=keys)
    met_on = _reached(back, "reduction", "recovered_on", {each.pk: each.amount for each in rows})
    found = {}
    for each in rows:
        term = TermFacts(each.decided_on, day_by(met_on.get(each.pk), on), fixed_on=each.recover_by)
        found[each.pk] = SubjectFacts(str(each), OWNER, {RECOVERY: term})
    return found


def package_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """What was awarded is completed by the day of the contract; nothing is set without one."""
    found = {}
    for each in TenderPackage.objects.filter(pk__in=keys):
        terms = {}
        awarded_on, met = day_by(each.awarded_on, on), day_by(each.completed_on, on)
        if awarded_on and each.complete_by and (met or day_by(each.cancelled_on, on) is None):
            terms[PACKAGE] = TermFacts(awarded_on, met, fixed_on=each.complete_by)
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def asset_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """What becomes of an asset is carried out after its decision, by the rule of the day of the decision."""
    found = {}
    for each in TaskAsset.objects.filter(pk__in=keys):
        terms = {}
        if (decided_on := day_by(each.decided_on, on)) is not None:
            terms[HAND_OVER] = TermFacts(decided_on, day_by(each.handed_over_on, on))
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def _unmoved(_on: date) -> Q:
    """Of no record: the last day of these terms follows from columns of the record, and the day that meets them from its parts."""
    return Q(pk__in=())


INSTALMENT_DEADLINES = (
    DeadlineKind(
        INSTALMENT,
        _("Cấp kinh phí theo đợt của hợp đồng"),
        instalment_facts,
        {
            "finance.contractinstalment": "pk",
            "finance.advancepayment": Follow("instalment_id"),
            "science.taskmilestone": Follow("task_id", "task_id"),
        },
        changed_since=_unmoved,
        may_extend=True,
    ),
)
ADVANCE_DEADLINES = (
    DeadlineKind(
        CLEARANCE,
        _("Thanh toán tạm ứng"),
        advance_facts,
        {"finance.advancepayment": "pk", "finance.advanceclearance": Follow("advance_id")},
        rule="finance.clearance_days",
        changed_since=_unmoved,
        may_extend=True,
    ),
)
SETTLEMENT_DEADLINES = (
    DeadlineKind(
        SETTLEMENT,
        _("Thẩm định, phê duyệt quyết toán năm"),
        settlement_facts,
        {"finance.yearsettlement": "pk"},
        rule="finance.year_settlement_days",
        may_extend=True,
    ),
)
REDUCTION_DEADLINES = (
    DeadlineKind(
        RECOVERY,
        _("Nộp, giảm trừ kinh phí"),
        reduction_facts,
        {"finance.paymentreduction": "pk", "finance.paymentrecovery": Follow("reduction_id")},
        rule="finance.recovery_days",
        may_extend=True,
    ),
)
PACKAGE_DEADLINES = (
    DeadlineKind(
        PACKAGE,
        _("Hoàn thành gói thầu"),
        package_facts,
        {"finance.tenderpackage": "pk"},
        may_extend=True,
    ),
)
ASSET_DEADLINES = (
    DeadlineKind(
        HAND_OVER,
        _("Bàn giao, xử lý xong tài sản"),
        asset_facts,
        {"finance.taskasset": "pk"},
        rule=HAND_OVER_RULE,
        may_extend=True,
    ),
)
