"""Terms of checks, of what they ask for, of conformity declarations, and of internal audits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from khcn.kernel.deadlines import DeadlineKind, Follow, SubjectFacts, TermFacts, day_by
from khcn.quality.enums import HandlingKind
from khcn.quality.models import (
    CheckHandling,
    ConformityDeclaration,
    InternalAudit,
    QualitySystem,
    StandardRequest,
    StateCheck,
    TraceabilitySupport,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

OWNER: Final = "TDC"
DECISION, REPORT, HANDLING = "quality.decision", "quality.report", "quality.handling"
DECLARATION, VALIDITY = "quality.declaration", "quality.validity"
AUDIT, ANSWER, PUBLICATION = "quality.audit", "quality.answer", "quality.publication"


def check_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """A check is decided, or given up, until the day on which it shall begin; the result is reported once it is over."""
    found = {}
    for each in StateCheck.objects.filter(pk__in=keys):
        terms = {}
        settled_on = day_by(each.decided_on, on) or day_by(each.cancelled_on, on)
        terms[DECISION] = TermFacts(each.planned_on, settled_on, fixed_on=each.planned_on)
        if (finished_on := day_by(each.finished_on, on)) is not None:
            terms[REPORT] = TermFacts(finished_on, day_by(each.reported_on, on))
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def handling_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """What is asked is done until the day that is named, else by the rule; no rule says when another authority has decided. Who reads
    of the term knows whom to call.
    """
    found = {}
    for each in CheckHandling.objects.filter(pk__in=keys).select_related("subject__organisation"):
        terms = {}
        if each.due_on is not None or each.kind != HandlingKind.TRANSFER:
            terms[HANDLING] = TermFacts(each.demanded_on, day_by(each.done_on, on), fixed_on=each.due_on)
        place = each.subject
        label = f"{each}: {place.organisation.name} ({place.code})"
        found[each.pk] = SubjectFacts(label, OWNER, terms)
    return found


def declaration_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """A dossier is notified or returned; what was notified is declared again before it loses its validity."""
    found = {}
    for each in ConformityDeclaration.objects.filter(pk__in=keys):
        notified_on = day_by(each.notified_on, on)
        terms = {DECLARATION: TermFacts(each.received_on, notified_on or day_by(each.returned_on, on))}
        if notified_on is not None and each.valid_until is not None:
            terms[VALIDITY] = TermFacts(notified_on, day_by(each.renewed_on, on), fixed_on=each.valid_until)
        found[each.pk] = SubjectFacts(str(each), OWNER, terms)
    return found


def system_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """The next internal audit, counted from the last one, or from the declaration where there was none. Nothing is waited for once
    the system is not applied any more.
    """
    audits = InternalAudit.objects.filter(system__in=keys).order_by()
    if on is not None:
        audits = audits.filter(audited_on__lte=on)
    last = dict(audits.values("system").annotate(last=Max("audited_on")).values_list("system", "last"))
    found = {}
    for each in QualitySystem.objects.filter(pk__in=keys):
        terms = {}
        if day_by(each.ended_on, on) is None:
            terms[AUDIT] = TermFacts(last.get(each.pk, each.declared_on))
        found[each.pk] = SubjectFacts(each.code, OWNER, terms)
    return found


def request_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Who asks is answered."""
    return {
        each.pk: SubjectFacts(
            str(each), OWNER, {ANSWER: TermFacts(each.received_on, day_by(each.answered_on, on))}
        )
        for each in StandardRequest.objects.filter(pk__in=keys)
    }


def support_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """The programme of a year supports parties until the year ends; who registers later has until the end of that year."""
    found = {}
    for each in TraceabilitySupport.objects.filter(pk__in=keys):
        settled_on = day_by(each.published_on, on) or day_by(each.stopped_on, on)
        last = each.registered_on.replace(year=max(each.year, each.registered_on.year), month=12, day=31)
        found[each.pk] = SubjectFacts(
            str(each), OWNER, {PUBLICATION: TermFacts(each.registered_on, settled_on, fixed_on=last)}
        )
    return found


_OfCheck = partial(DeadlineKind, facts=check_facts, follows={"quality.statecheck": "pk"})
CHECK_DEADLINES = (
    _OfCheck(DECISION, _("Ban hành quyết định kiểm tra trước ngày dự kiến")),
    # Stopped while a laboratory tests the samples.
    _OfCheck(
        REPORT,
        _("Báo cáo kết quả kiểm tra"),
        rule="quality.report_days",
        may_extend=True,
        may_stop=True,
    ),
)
HANDLING_DEADLINES = (
    DeadlineKind(
        HANDLING,
        _("Khắc phục, xử lý vi phạm qua kiểm tra"),
        handling_facts,
        {"quality.checkhandling": "pk", "quality.checkedplace": Follow("pk", "subject_id")},
        rule="quality.handling_days",
        may_extend=True,
    ),
)
_OfDeclaration = partial(
    DeadlineKind, facts=declaration_facts, follows={"quality.conformitydeclaration": "pk"}
)
DECLARATION_DEADLINES = (
    _OfDeclaration(
        DECLARATION,
        _("Xử lý hồ sơ công bố hợp chuẩn, hợp quy"),
        rule="quality.declaration_days",
        may_stop=True,
    ),
    _OfDeclaration(VALIDITY, _("Công bố lại trước ngày hết giá trị")),
)
SYSTEM_DEADLINES = (
    DeadlineKind(
        AUDIT,
        _("Đánh giá nội bộ lần tới"),
        system_facts,
        {"quality.qualitysystem": "pk", "quality.internalaudit": Follow("system_id")},
        rule="quality.audit_months",
        recurs=True,
    ),
)
REQUEST_DEADLINES = (
    DeadlineKind(
        ANSWER,
        _("Trả lời yêu cầu tra cứu tiêu chuẩn, TBT"),
        request_facts,
        {"quality.standardrequest": "pk"},
        rule="quality.answer_days",
    ),
)
SUPPORT_DEADLINES = (
    DeadlineKind(
        PUBLICATION,
        _("Công bố dữ liệu truy xuất"),
        support_facts,
        {"quality.traceabilitysupport": "pk"},
    ),
)
