"""Figures that count milestones and amendments of tasks, each by its own day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Period
from khcn.science.enums import AmendmentKind, MilestoneKind, TaskLevel
from khcn.science.models import TaskAmendment, TaskMilestone
from khcn.science.models.tasks import MANAGED_SIDES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    from khcn.science.models.events import TaskAmendmentQuerySet, TaskMilestoneQuerySet


def _task_name(event: TaskMilestone | TaskAmendment) -> str:
    return str(event.task)


def _milestones(
    code: str,
    label: StrOrPromise,
    kind: MilestoneKind,
    definition: StrOrPromise,
    *figure_ids: str,
    unit: StrOrPromise = _("đề tài, dự án"),
    line: Callable[[TaskMilestone], str] = _task_name,
    **conditions: object,
) -> Indicator:
    def records(period: Period) -> TaskMilestoneQuerySet:
        reached = TaskMilestone.objects.reached_in(period, kind)
        if kind is MilestoneKind.REGISTERED:
            reached = reached.not_withdrawn_by(period)
        return reached.one_of_each_task(period).filter(**conditions)

    return Indicator(
        code,
        label,
        records,
        unit,
        definition,
        basis=Basis.TOUCHED,  # a task that is accepted again is one task
        line=line,
        figure_ids=figure_ids,
        owner="QLKH",
        date_path="on",
    )


MILESTONES = (
    _milestones(
        "NT-01",
        _("Số đề tài, dự án cấp tỉnh được nghiệm thu cấp tỉnh"),
        MilestoneKind.ACCEPTED_PROVINCE,
        _(
            "Đếm mốc nghiệm thu cấp tỉnh trong kỳ của nhiệm vụ cấp tỉnh, mọi kết quả xếp loại; nhiệm vụ nghiệm thu lại "
            "trong kỳ đếm một lần, theo lần cuối. Nhiệm vụ cấp quốc gia nghiệm thu ở tỉnh được đếm riêng ở NT-03."
        ),
        "F015",
        task__level=TaskLevel.PROVINCE,
    ),
    _milestones(
        "NT-02",
        _("Số đề tài, dự án cấp tỉnh được nghiệm thu xếp loại Khá"),
        MilestoneKind.ACCEPTED_PROVINCE,
        _("Đếm mốc nghiệm thu ở NT-01 có xếp loại Khá theo thang xếp loại áp dụng vào ngày nghiệm thu."),
        "F016",
        task__level=TaskLevel.PROVINCE,
        grade__code="good",
    ),
    _milestones(
        "NT-03",
        _("Số đề tài, dự án cấp quốc gia được nghiệm thu cấp tỉnh"),
        MilestoneKind.ACCEPTED_PROVINCE,
        _(
            "Đếm mốc nghiệm thu cấp tỉnh trong kỳ của nhiệm vụ cấp quốc gia; sau đó còn nghiệm thu cấp quốc gia."
        ),
        "F035",
        task__level=TaskLevel.NATIONAL,
    ),
    _milestones(
        "NT-04",
        _("Số đề tài, dự án cấp tỉnh được công nhận kết quả"),
        MilestoneKind.RECOGNISED,
        _(
            "Đếm mốc công nhận kết quả trong kỳ của nhiệm vụ cấp tỉnh. Công nhận khác với nghiệm thu và đăng ký kết quả."
        ),
        "F019",
        task__level=TaskLevel.PROVINCE,
    ),
    _milestones(
        "NT-05",
        _("Số Giấy chứng nhận đăng ký kết quả nhiệm vụ KH&CN đã cấp"),
        MilestoneKind.REGISTERED,
        _(
            "Đếm Giấy chứng nhận đăng ký kết quả cấp trong kỳ, cho nhiệm vụ mọi cấp. Không đếm giấy đã bị thu hồi đến "
            "ngày cuối kỳ; giấy được cấp thay thế không đếm lần nữa."
        ),
        "F063",
        "F064",
        unit=_("giấy chứng nhận"),
        line=lambda milestone: milestone.task.title,
    ),
    _milestones(
        "DC-01",
        _("Số đề tài, dự án cấp tỉnh dừng thực hiện"),
        MilestoneKind.STOPPED,
        _(
            "Đếm mốc dừng thực hiện trong kỳ của nhiệm vụ cấp tỉnh. Dừng thực hiện khác tạm dừng và chấm dứt hợp đồng."
        ),
        "F020",
        task__level=TaskLevel.PROVINCE,
    ),
    _milestones(
        "DC-07",
        _("Số dự án chấm dứt hợp đồng"),
        MilestoneKind.TERMINATED,
        _("Đếm mốc chấm dứt hợp đồng trong kỳ, của nhiệm vụ mọi cấp."),
        "F032",
    ),
    _milestones(
        "DC-08",
        _("Số dự án tạm dừng triển khai"),
        MilestoneKind.SUSPENDED,
        _(
            "Đếm mốc tạm dừng triển khai trong kỳ, của nhiệm vụ mọi cấp, kể cả nhiệm vụ sau đó đã tiếp tục thực hiện."
        ),
        "F034",
    ),
    _milestones(
        "KP-01",
        _("Số đề tài, dự án được quyết toán kinh phí"),
        MilestoneKind.SETTLED,
        _(
            "Đếm mốc quyết toán kinh phí (toàn bộ nhiệm vụ) trong kỳ của nhiệm vụ Sở quản lý, đề tài và dự án. Quyết toán từng năm "
            "được đếm ở KHTC-12."
        ),
        "F143",
        task__managing_side__in=MANAGED_SIDES,
    ),
    _milestones(
        "KP-02",
        _("Số đề tài, dự án được thẩm định kinh phí"),
        MilestoneKind.BUDGET_APPRAISED,
        _("Đếm mốc thẩm định kinh phí trong kỳ của nhiệm vụ Sở quản lý, đề tài và dự án."),
        "F144",
        task__managing_side__in=MANAGED_SIDES,
    ),
)


def _amendments(
    code: str,
    label: StrOrPromise,
    records: Callable[[Period], TaskAmendmentQuerySet],
    definition: StrOrPromise,
    *figure_ids: str,
    unit: StrOrPromise = _("lượt điều chỉnh"),
    also_called: tuple[str, ...] = (),
) -> Indicator:
    return Indicator(
        code,
        label,
        records,
        unit,
        definition,
        line=_task_name,
        figure_ids=figure_ids,
        owner="QLKH",
        date_path="decided_on",
        also_called=also_called,
    )


def _decided(*kinds: AmendmentKind) -> Callable[[Period], TaskAmendmentQuerySet]:
    return lambda period: TaskAmendment.objects.decided_in(period, *kinds)


def _decided_provincial(*kinds: AmendmentKind) -> Callable[[Period], TaskAmendmentQuerySet]:
    return lambda period: TaskAmendment.objects.decided_in(period, *kinds).filter(
        task__level=TaskLevel.PROVINCE
    )


def _decided_above(*kinds: AmendmentKind) -> Callable[[Period], TaskAmendmentQuerySet]:
    return lambda period: TaskAmendment.objects.decided_in(period, *kinds).exclude(
        task__level=TaskLevel.PROVINCE
    )


AMENDMENTS = (
    _amendments(
        "DC-02",
        _("Số lượt gia hạn thời gian thực hiện nhiệm vụ cấp tỉnh"),
        _decided_provincial(AmendmentKind.EXTEND_DURATION),
        _(
            "Đếm lượt gia hạn thời gian thực hiện có ngày quyết định trong kỳ, của nhiệm vụ cấp tỉnh. Gia hạn quyết định "
            "trước kỳ mà nhiệm vụ đến hạn trong năm thì đếm ở DC-09."
        ),
        "F021",
        also_called=("gia hạn",),
    ),
    _amendments(
        "DC-03",
        _("Số lượt thay đổi tổ chức phối hợp"),
        _decided(AmendmentKind.CHANGE_PARTNER),
        _("Đếm lượt thay đổi tổ chức phối hợp có ngày quyết định trong kỳ, của nhiệm vụ mọi cấp."),
        "F022",
    ),
    _amendments(
        "DC-04",
        _("Số lượt thay đổi chủ nhiệm nhiệm vụ cấp tỉnh"),
        _decided_provincial(AmendmentKind.CHANGE_PI),
        _("Đếm lượt thay đổi chủ nhiệm có ngày quyết định trong kỳ, của nhiệm vụ cấp tỉnh."),
        "F023",
    ),
    _amendments(
        "DC-05",
        _("Số lượt điều chỉnh thuyết minh nhiệm vụ không phải cấp tỉnh"),
        _decided_above(AmendmentKind.AMEND_OUTLINE),
        _("Đếm lượt điều chỉnh thuyết minh có ngày quyết định trong kỳ, của nhiệm vụ không phải cấp tỉnh."),
        "F029",
    ),
    _amendments(
        "DC-06",
        _("Số lượt thay đổi chủ nhiệm, bổ sung địa điểm của nhiệm vụ không phải cấp tỉnh"),
        _decided_above(AmendmentKind.CHANGE_PI, AmendmentKind.ADD_SITE),
        _(
            "Đếm lượt thay đổi chủ nhiệm và lượt bổ sung địa điểm có ngày quyết định trong kỳ, của nhiệm vụ không phải cấp "
            "tỉnh. Một dự án có cả hai thay đổi được tính hai lượt."
        ),
        "F030",
    ),
)
