"""Rules of what the division does around tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import linked_out_of_force
from khcn.science.enums import CertificateKind, MilestoneKind, SessionKind
from khcn.science.models import (
    EvaluationCampaign,
    OperationCertificate,
    PilotModel,
    ProgressCheck,
    TaskMilestone,
    WorkingSession,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT: Final = _("Mở bản ghi, đối chiếu với giấy tờ và sửa cột sai.")
_OVER: Final = (MilestoneKind.STOPPED, MilestoneKind.TERMINATED, MilestoneKind.LIQUIDATED)


@integrity_rule(
    "science.session_without_district",
    _("Buổi làm việc với huyện không ghi huyện nào"),
    explanation=_(
        "Loại buổi làm việc này là với một huyện, thành phố; thiếu tên thì không vào bảng theo địa bàn."
    ),
    remedy=CORRECT,
)
def session_without_district(_now: Moment) -> QuerySet[WorkingSession]:
    return WorkingSession.objects.filter(
        kind__in=[SessionKind.DISTRICT, SessionKind.COMMUNE], admin_unit__isnull=True
    )


@integrity_rule(
    "science.session_district_day",
    _("Huyện không còn hoặc chưa có vào ngày làm việc"),
    explanation=_("Đơn vị hành chính có từ ngày đến ngày; buổi làm việc ghi đơn vị có vào ngày đó."),
    remedy=CORRECT,
)
def session_district_day(_now: Moment) -> QuerySet[WorkingSession]:
    return linked_out_of_force(WorkingSession.objects.all(), "admin_unit")


@integrity_rule(
    "science.check_after_end",
    _("Kiểm tra tiến độ sau khi nhiệm vụ đã dừng hoặc thanh lý"),
    explanation=_(
        "Nhiệm vụ đã kết thúc thì không còn tiến độ để kiểm tra; thường là chọn nhầm nhiệm vụ hoặc gõ nhầm năm."
    ),
    remedy=CORRECT,
    level=IntegrityLevel.WARNING,
)
def check_after_end(_now: Moment) -> QuerySet[ProgressCheck]:
    over = TaskMilestone.objects.filter(task=OuterRef("task"), kind__in=_OVER, on__lt=OuterRef("checked_on"))
    return ProgressCheck.objects.filter(Exists(over))


@integrity_rule(
    "science.check_before_contract",
    _("Kiểm tra tiến độ trước khi ký hợp đồng"),
    explanation=_(
        "Chưa ký hợp đồng thì chưa có gì để kiểm tra; thường là gõ nhầm năm hoặc chưa nhập đúng ngày ký hợp đồng."
    ),
    remedy=CORRECT,
    level=IntegrityLevel.WARNING,
)
def check_before_contract(_now: Moment) -> QuerySet[ProgressCheck]:
    signed = TaskMilestone.objects.filter(task=OuterRef("task"), kind=MilestoneKind.CONTRACT_SIGNED)
    return ProgressCheck.objects.filter(
        Exists(signed), ~Exists(signed.filter(on__lte=OuterRef("checked_on")))
    )


@integrity_rule(
    "science.model_finished_in_future",
    _("Mô hình ghi hoàn thành vào ngày chưa đến"),
    explanation=_("Ngày hoàn thành là việc đã diễn ra; ngày chưa đến làm mô hình được đếm trước."),
    remedy=CORRECT,
    level=IntegrityLevel.WARNING,
)
def model_finished_in_future(now: Moment) -> QuerySet[PilotModel]:
    return PilotModel.objects.filter(finished_on__gt=now.on)


@integrity_rule(
    "science.campaign_surveyed_early",
    _("Đợt đánh giá khảo sát trước khi ban hành kế hoạch"),
    explanation=_("Khảo sát theo kế hoạch đã ban hành; một trong hai ngày ghi nhầm."),
    remedy=CORRECT,
    level=IntegrityLevel.WARNING,
)
def campaign_surveyed_early(_now: Moment) -> QuerySet[EvaluationCampaign]:
    return EvaluationCampaign.objects.filter(surveyed_on__lt=F("issued_on"))


@integrity_rule(
    "science.certificate_ended_early",
    _("Giấy chứng nhận hoạt động hết hiệu lực trước ngày cấp"),
    explanation=_("Giấy có hiệu lực từ ngày cấp; ngày hết hiệu lực đứng trước là gõ nhầm năm."),
    remedy=CORRECT,
)
def certificate_ended_early(_now: Moment) -> QuerySet[OperationCertificate]:
    return OperationCertificate.objects.filter(ended_on__lt=F("issued_on"))


@integrity_rule(
    "science.certificate_own_parent",
    _("Tổ chức được cấp giấy ghi là tổ chức mẹ của chính mình"),
    explanation=_("Chi nhánh thuộc một tổ chức khác."),
    remedy=CORRECT,
)
def certificate_own_parent(_now: Moment) -> QuerySet[OperationCertificate]:
    return OperationCertificate.objects.filter(parent=F("holder"))


@integrity_rule(
    "science.certificate_branch_alone",
    _("Giấy chứng nhận của chi nhánh không ghi tổ chức mẹ"),
    explanation=_("Giấy cấp cho chi nhánh, văn phòng đại diện nêu tổ chức mẹ."),
    remedy=CORRECT,
    level=IntegrityLevel.WARNING,
)
def certificate_branch_alone(_now: Moment) -> QuerySet[OperationCertificate]:
    return OperationCertificate.objects.filter(kind=CertificateKind.BRANCH, parent__isnull=True)


@integrity_rule(
    "science.certificate_number_of_other",
    _("Một số giấy chứng nhận hoạt động ghi cho hai tổ chức"),
    explanation=_("Số giấy là của một tổ chức, kể cả khi cấp lại."),
    remedy=CORRECT,
)
def certificate_number_of_other(_now: Moment) -> QuerySet[OperationCertificate]:
    other = OperationCertificate.objects.filter(
        Q(issued_on__lt=OuterRef("issued_on")) | Q(issued_on=OuterRef("issued_on"), pk__lt=OuterRef("pk")),
        province=OuterRef("province"),
        sort_key=OuterRef("sort_key"),
    ).exclude(holder=OuterRef("holder"))
    return OperationCertificate.objects.filter(Exists(other))
