"""Figures about the work of the inspectorate (parts A.III.5 and C.3 of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.inspection.enums import InspectionKind, RecommendationKind, SubjectKind
from khcn.inspection.models import (
    AdministrativeViolation,
    CitizenReception,
    FindingExecution,
    Inspection,
    InspectionFinding,
    InspectionSubject,
    LegalPlan,
    Petition,
)
from khcn.kernel.indicators import Indicator, Measure, Period

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

Of = partial(Indicator, owner="TTRA")


def _subject_of(inspection: Inspection) -> str:
    return inspection.subject


def _of_the_year(kind: InspectionKind) -> Callable[[Period], QuerySet[Inspection]]:
    return lambda period: Inspection.objects.begun_in(period).filter(plan__year=period.year, kind=kind)


INSPECTIONS = (
    Of(
        "TTR-01",
        _("Số cuộc thanh tra chuyên ngành thực hiện theo kế hoạch của năm"),
        _of_the_year(InspectionKind.SPECIALISED_INSPECTION),
        _("cuộc"),
        _(
            "Đếm cuộc thanh tra chuyên ngành có trong kế hoạch của năm báo cáo, ngày công bố quyết định trong kỳ; không đếm cuộc tạm dừng, chuyển năm sau."
        ),
        line=_subject_of,
        figure_ids=("F110",),
        date_path="begun_on",
    ),
    Of(
        "TTR-17",
        _("Số cuộc kiểm tra chuyên ngành thực hiện theo kế hoạch của năm"),
        _of_the_year(InspectionKind.SPECIALISED_CHECK),
        _("cuộc"),
        _(
            "Đếm cuộc kiểm tra chuyên ngành có trong kế hoạch của năm báo cáo, ngày công bố quyết định trong kỳ."
        ),
        line=_subject_of,
        date_path="begun_on",
    ),
    Of(
        "TTR-18",
        _("Số cuộc thanh tra, kiểm tra thực hiện theo kế hoạch của năm khác"),
        lambda period: (
            Inspection.objects.begun_in(period).filter(plan__isnull=False).exclude(plan__year=period.year)
        ),
        _("cuộc"),
        _(
            "Đếm cuộc thanh tra, kiểm tra có trong kế hoạch của năm khác năm báo cáo, ngày công bố quyết định trong kỳ."
        ),
        line=_subject_of,
        date_path="begun_on",
    ),
    Of(
        "TTR-02",
        _("Số cuộc thanh tra, kiểm tra đột xuất"),
        lambda period: Inspection.objects.begun_in(period).filter(plan__isnull=True),
        _("cuộc"),
        _("Đếm cuộc thanh tra, kiểm tra ngoài kế hoạch, ngày công bố quyết định trong kỳ."),
        line=_subject_of,
        date_path="begun_on",
    ),
    Of(
        "TTR-03",
        _("Số cuộc thanh tra, kiểm tra đã ban hành kết luận"),
        Inspection.objects.concluded_in,
        _("cuộc"),
        _("Đếm cuộc thanh tra, kiểm tra có ngày kết luận trong kỳ, bắt đầu trong kỳ hay trước kỳ."),
        line=_subject_of,
        figure_ids=("F111",),
        date_path="concluded_on",
    ),
    Of(
        "TTR-12",
        _("Số cuộc thanh tra theo kế hoạch tạm dừng, chuyển năm sau"),
        Inspection.objects.postponed_in,
        _("cuộc"),
        _("Đếm cuộc có trong kế hoạch của năm báo cáo, ngày tạm dừng, chuyển trong kỳ."),
        line=_subject_of,
        figure_ids=("F201",),
        date_path="postponed_on",
    ),
)


def _subjects(code: str, label: StrOrPromise, kind: SubjectKind, unit: StrOrPromise, *ids: str) -> Indicator:
    def records(period: Period) -> QuerySet[InspectionSubject]:
        rows = InspectionSubject.objects.filter(period.covers("inspection__begun_on"), kind=kind)
        return rows.select_related("organisation", "person")

    return Of(
        code,
        label,
        records,
        unit,
        _(
            "Đếm đối tượng của các cuộc thanh tra, kiểm tra có ngày công bố quyết định trong kỳ; một nơi ở hai cuộc là hai."
        ),
        line=lambda subject: str(subject.organisation or subject.person),
        figure_ids=ids,
        date_path="inspection__begun_on",
    )


SUBJECTS = (
    _subjects("TTR-04", _("Số tổ chức được thanh tra"), SubjectKind.ORGANISATION, _("tổ chức"), "F112"),
    _subjects("TTR-05", _("Số đơn vị được thanh tra"), SubjectKind.UNIT, _("đơn vị"), "F113"),
    _subjects("TTR-06", _("Số cá nhân được thanh tra"), SubjectKind.INDIVIDUAL, _("cá nhân")),
)


def _recommended(kind: RecommendationKind) -> Callable[[Period], QuerySet[InspectionFinding]]:
    return lambda period: InspectionFinding.objects.filter(
        period.covers("subject__inspection__concluded_on"), recommendation=kind
    )


FINDINGS = (
    Of(
        "TTR-07",
        _("Số tiền kiến nghị giảm trừ thanh toán qua thanh tra"),
        _recommended(RecommendationKind.REDUCE_PAYMENT),
        _("đồng"),
        _("Cộng số tiền kiến nghị giảm trừ thanh toán của các cuộc có ngày kết luận trong kỳ."),
        measure=Measure("amount"),
        figure_ids=("F114",),
        date_path="subject__inspection__concluded_on",
    ),
    Of(
        "TTR-08",
        _("Số tiền kiến nghị thu hồi qua thanh tra"),
        _recommended(RecommendationKind.RECOVER),
        _("đồng"),
        _("Cộng số tiền kiến nghị thu hồi nộp ngân sách của các cuộc có ngày kết luận trong kỳ."),
        measure=Measure("amount"),
        date_path="subject__inspection__concluded_on",
    ),
)

EXECUTIONS = (
    Of(
        "TTR-09",
        _("Số tiền đã thu hồi, giảm trừ qua thanh tra"),
        lambda period: FindingExecution.objects.filter(
            period.covers("done_on"), amount__gt=0, finding__subject__inspection__concluded_on__isnull=False
        ),
        _("đồng"),
        _(
            "Cộng số tiền của từng lần nộp, giảm trừ có ngày thực hiện trong kỳ, kết luận trong kỳ hay trước kỳ."
        ),
        measure=Measure("amount"),
        date_path="done_on",
    ),
)

VIOLATIONS = (
    Of(
        "TTR-10",
        _("Số quyết định xử phạt vi phạm hành chính"),
        AdministrativeViolation.objects.sanctioned_in,
        _("quyết định"),
        _(
            "Đếm quyết định xử phạt có ngày ký trong kỳ, qua thanh tra, kiểm tra hay không, đã chấp hành hay chưa."
        ),
        line=lambda violation: violation.behaviour,
        date_path="decided_on",
    ),
    Of(
        "TTR-19",
        _("Số quyết định xử phạt qua thanh tra, kiểm tra"),
        lambda period: AdministrativeViolation.objects.sanctioned_in(period).filter(inspection__isnull=False),
        _("quyết định"),
        _(
            "Đếm quyết định xử phạt có ngày ký trong kỳ, vi phạm được phát hiện qua một cuộc thanh tra, kiểm tra."
        ),
        line=lambda violation: violation.behaviour,
        figure_ids=("F115",),
        date_path="decided_on",
    ),
    Of(
        "TTR-11",
        _("Số tiền phạt vi phạm hành chính"),
        AdministrativeViolation.objects.sanctioned_in,
        _("đồng"),
        _("Cộng mức phạt của các quyết định xử phạt có ngày ký trong kỳ."),
        measure=Measure("fine"),
        date_path="decided_on",
    ),
    Of(
        "TTR-20",
        _("Số tiền phạt đã nộp qua thanh tra, kiểm tra"),
        lambda period: AdministrativeViolation.objects.filter(
            period.covers("executed_on"), inspection__isnull=False, paid__gt=0
        ),
        _("đồng"),
        _(
            "Cộng số tiền phạt đã nộp có ngày chấp hành xong trong kỳ, vi phạm được phát hiện qua một cuộc thanh tra, kiểm tra."
        ),
        measure=Measure("paid"),
        date_path="executed_on",
    ),
)

PETITIONS = (
    Of(
        "TTR-13",
        _("Số đơn khiếu nại, tố cáo, kiến nghị đã nhận"),
        lambda period: Petition.objects.filter(period.covers("received_on")),
        _("đơn"),
        _("Đếm đơn có ngày nhận trong kỳ, đã xử lý hay chưa, thuộc thẩm quyền của Sở hay không."),
        line=lambda petition: petition.code,
        date_path="received_on",
    ),
    Of(
        "TTR-14",
        _("Số đơn khiếu nại, tố cáo, kiến nghị đã xử lý xong"),
        lambda period: Petition.objects.filter(period.covers("ended_on")),
        _("đơn"),
        _("Đếm đơn đã giải quyết, chuyển nơi có thẩm quyền hoặc trả lời không thụ lý trong kỳ."),
        line=lambda petition: petition.code,
        date_path="ended_on",
    ),
)

RECEPTIONS = (
    Of(
        "TTR-15",
        _("Số lượt tiếp công dân"),
        lambda period: CitizenReception.objects.filter(period.covers("received_on")),
        _("lượt"),
        _("Đếm lượt tiếp có ngày tiếp trong kỳ; một lượt có thể có nhiều người."),
        line=lambda reception: reception.code,
        date_path="received_on",
    ),
)

LEGAL_PLANS = (
    Of(
        "TTR-16",
        _("Số kế hoạch phổ biến pháp luật, pháp chế đã ban hành"),
        lambda period: LegalPlan.objects.filter(period.covers("issued_on")),
        _("kế hoạch"),
        _("Đếm kế hoạch có ngày ban hành trong kỳ."),
        line=lambda plan: plan.title,
        date_path="issued_on",
    ),
)
