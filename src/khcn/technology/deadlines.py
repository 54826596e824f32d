"""Terms of opinions, of registrations, of the plan of broadcasts, and of statistics."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.deadlines import DeadlineKind, Follow, SubjectFacts, TermFacts, day_by
from khcn.technology.enums import StatisticsKind
from khcn.technology.models import (
    MediaItem,
    MediaPlan,
    StatisticsReport,
    TechnologyOpinion,
    TransferContract,
)
from khcn.technology.models.projects import ANSWER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OWNER: Final = "QLCN"
REGISTRATION, CONTRACT_END = "technology.registration", "technology.contract_end"
PLAN, STATISTICS = "technology.media_plan", "technology.statistics"


def opinion_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When a request is answered: by the day that it names, else by the rule. One that was closed waits for nothing."""
    found = {}
    for each in TechnologyOpinion.objects.filter(pk__in=keys):
        met = day_by(each.answered_on, on) or day_by(each.closed_on, on)
        terms = {ANSWER: TermFacts(each.received_on, met, fixed_on=each.answer_by)}
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def contract_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When the registration of a contract is decided, and when the contract that was registered ends: that is entered then, or the
    certificate is given anew for a longer time.
    """
    found = {}
    for each in TransferContract.objects.filter(pk__in=keys):
        registered_on = day_by(each.registered_on, on)
        met = registered_on or day_by(each.closed_on, on)
        terms = {REGISTRATION: TermFacts(each.received_on, met)}
        if registered_on is not None and each.valid_until is not None:
            ended_on = day_by(each.ended_on, on)
            terms[CONTRACT_END] = TermFacts(registered_on, ended_on, fixed_on=each.valid_until)
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def plan_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When as much is published as was planned: by the day that the plan names, else by the last day of its year. Of one that was
    ended before, nothing is waited for.
    """
    days: defaultdict[int, list[date]] = defaultdict(list)
    items = MediaItem.objects.filter(plan__in=keys).order_by("published_on")
    for key, published_on in items.values_list("plan", "published_on"):
        days[key].append(published_on)
    found = {}
    for each in MediaPlan.objects.filter(pk__in=keys):
        published = days[each.pk]
        met = published[each.planned - 1] if len(published) >= each.planned else None
        last = each.complete_by or date(each.year, 12, 31)
        terms = {}
        if (met := day_by(met, on)) is not None or day_by(each.ended_on, on) is None:
            terms[PLAN] = TermFacts(each.agreed_on, met, fixed_on=last)
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def statistics_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When figures of a year are sent: by the day that is asked for, else reports by the rule from the end of the year.

    What is asked for by a day, as a survey, is worked at within the year.
    """
    found = {}
    for each in StatisticsReport.objects.filter(pk__in=keys):
        terms = {}
        if each.due_on is not None or each.kind == StatisticsKind.REPORT:
            begins = date(each.year, 12, 31)
            if each.due_on is not None:
                begins = min(date(each.year, 1, 1), each.due_on)
            terms[STATISTICS] = TermFacts(begins, day_by(each.submitted_on, on), fixed_on=each.due_on)
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


OPINION_DEADLINES = (
    DeadlineKind(
        ANSWER,
        _("Trả lời ý kiến về công nghệ"),
        opinion_facts,
        {"technology.technologyopinion": "pk"},
        rule="technology.opinion_days",
        may_stop=True,
        may_extend=True,
    ),
)
CONTRACT_DEADLINES = (
    DeadlineKind(
        REGISTRATION,
        _("Cấp giấy chứng nhận đăng ký chuyển giao công nghệ"),
        contract_facts,
        {"technology.transfercontract": "pk"},
        rule="technology.registration_days",
        may_stop=True,
    ),
    DeadlineKind(
        CONTRACT_END,
        _("Hợp đồng chuyển giao công nghệ đến ngày hết hiệu lực"),
        contract_facts,
        {"technology.transfercontract": "pk"},
    ),
)
PLAN_DEADLINES = (
    DeadlineKind(
        PLAN,
        _("Hoàn thành kế hoạch tuyên truyền"),
        plan_facts,
        {"technology.mediaplan": "pk", "technology.mediaitem": Follow("plan_id")},
        may_extend=True,
    ),
)
STATISTICS_DEADLINES = (
    DeadlineKind(
        STATISTICS,
        _("Gửi báo cáo, kết quả điều tra thống kê"),
        statistics_facts,
        {"technology.statisticsreport": "pk"},
        rule="technology.statistics_days",
        may_extend=True,
    ),
)
