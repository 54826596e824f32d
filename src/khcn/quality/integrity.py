"""What must be so of the registers of metrology, quality and standards, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.quality.enums import (
    METROLOGY_TOPICS,
    QUALITY_TOPICS,
    CheckField,
    CheckOutcome,
    DeclarationKind,
    QualityPurpose,
)
from khcn.quality.models import (
    CheckedPlace,
    CheckFinding,
    CheckHandling,
    ConformityDeclaration,
    InternalAudit,
    QualityGuidance,
    Standard,
    StandardRequest,
    StateCheck,
    TraceabilitySupport,
)
from khcn.quality.operations import REGULATIONS
from khcn.quality.workflow import (
    ACCEPTED,
    CANCELLED,
    CONTRACTED,
    DECIDED,
    ENTERED,
    FINISHED,
    PLANNED,
    PUBLISHED,
    REPORTED,
    RETURNED,
    STOPPED,
    SURVEYED,
    TRAINED,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_CHECK: Final = _("Mở cuộc kiểm tra, bấm “Bỏ bước ghi nhầm” rồi ghi lại bước.")
CORRECT_DECLARATION: Final = _("Mở hồ sơ công bố, bấm “Bỏ bước ghi nhầm” rồi ghi lại bước.")
CORRECT_SUPPORT: Final = _("Mở trường hợp hỗ trợ, bấm “Bỏ bước ghi nhầm” rồi ghi lại bước.")


@integrity_rule(
    "quality.decided_without_number",
    _("Cuộc kiểm tra đã có quyết định mà thiếu số, ngày, hoặc chưa quyết định mà có"),
    explanation=_("Quyết định có số và ngày; thiếu thì không biết cuộc kiểm tra bắt đầu theo văn bản nào."),
    remedy=CORRECT_CHECK,
)
def decided_without_number(_now: Moment) -> QuerySet[StateCheck]:
    decided = Q(state__in=(DECIDED, FINISHED, REPORTED))
    entered = ~Q(decision_number="") & Q(decided_on__isnull=False)
    empty = Q(decision_number="", decided_on__isnull=True)
    return StateCheck.objects.filter((decided & ~entered) | (Q(state=PLANNED) & ~empty))


@integrity_rule(
    "quality.steps_without_day",
    _("Cuộc kiểm tra đã qua một bước mà không ghi ngày của bước đó, hoặc có ngày mà chưa qua bước"),
    explanation=_(
        "Số cuộc và số cơ sở đếm theo ngày kiểm tra xong; thiếu ngày thì cuộc biến mất khỏi báo cáo."
    ),
    remedy=CORRECT_CHECK,
)
def steps_without_day(_now: Moment) -> QuerySet[StateCheck]:
    over = Q(state__in=(FINISHED, REPORTED))
    days = Q(begun_on__isnull=False, finished_on__isnull=False)
    reported, cancelled = Q(state=REPORTED), Q(state=CANCELLED)
    return StateCheck.objects.filter(
        (over & ~days)
        | (~over & Q(finished_on__isnull=False))
        | (reported & Q(reported_on__isnull=True))
        | (~reported & Q(reported_on__isnull=False))
        | (cancelled & Q(cancelled_on__isnull=True))
        | (~cancelled & Q(cancelled_on__isnull=False))
    )


@integrity_rule(
    "quality.begun_before_decision",
    _("Cuộc kiểm tra bắt đầu trước ngày quyết định"),
    explanation=_("Kiểm tra theo quyết định; bắt đầu trước đó là ghi sai một trong hai ngày."),
    remedy=CORRECT_CHECK,
)
def begun_before_decision(_now: Moment) -> QuerySet[StateCheck]:
    return StateCheck.objects.filter(begun_on__lt=F("decided_on"))


@integrity_rule(
    "quality.topic_of_field",
    _("Cuộc kiểm tra có đối tượng quản lý không thuộc lĩnh vực"),
    explanation=_("Báo cáo đếm riêng đo lường và chất lượng; ghi sai lĩnh vực thì cuộc vào dòng khác."),
    remedy=_(
        "Mở cuộc kiểm tra, chọn lại đối tượng quản lý; đã có quyết định thì bấm “Đính chính đối tượng quản lý”."
    ),
)
def topic_of_field(_now: Moment) -> QuerySet[StateCheck]:
    return StateCheck.objects.filter(
        Q(field=CheckField.METROLOGY, topic__in=QUALITY_TOPICS)
        | Q(field=CheckField.QUALITY, topic__in=METROLOGY_TOPICS)
    )


@integrity_rule(
    "quality.plan_of_other_year",
    _("Cuộc kiểm tra dự kiến vào năm khác năm của kế hoạch"),
    explanation=_("Kế hoạch của một năm; cuộc chuyển sang năm sau thì ghi theo kế hoạch năm sau."),
    remedy=_("Mở cuộc kiểm tra, chọn lại kế hoạch hoặc ngày dự kiến."),
    level=IntegrityLevel.WARNING,
)
def plan_of_other_year(_now: Moment) -> QuerySet[StateCheck]:
    return StateCheck.objects.filter(plan__isnull=False).exclude(plan__year=ExtractYear("planned_on"))


@integrity_rule(
    "quality.unchecked_place",
    _("Cuộc kiểm tra đã xong mà còn cơ sở chưa ghi ngày kiểm tra, hoặc ghi ngày ngoài thời gian của cuộc"),
    explanation=_(
        "Số cơ sở trong báo cáo là cơ sở đã kiểm tra; cơ sở không kiểm tra thì không ở trong cuộc."
    ),
    remedy=_("Mở cuộc kiểm tra, bấm “Bỏ bước ghi nhầm”, sửa cơ sở rồi ghi lại bước."),
)
def unchecked_place(_now: Moment) -> QuerySet[CheckedPlace]:
    rows = CheckedPlace.objects.filter(check_case__finished_on__isnull=False)
    return rows.filter(
        Q(checked_on__isnull=True)
        | Q(checked_on__lt=F("check_case__begun_on"))
        | Q(checked_on__gt=F("check_case__finished_on"))
    )


@integrity_rule(
    "quality.conforming_with_failures",
    _("Cơ sở kết luận không phải có vi phạm mà có phương tiện đo, hàng hóa hoặc mẫu không đạt"),
    explanation=_("Kết luận của cơ sở theo kết quả kiểm tra và mẫu thử nghiệm; hai chỗ phải khớp nhau."),
    remedy=_(
        "Mở cơ sở được kiểm tra, đối chiếu với biên bản và sửa kết luận hoặc số lượng không đạt; cuộc đã báo cáo thì bấm “Bỏ bước ghi "
        "nhầm” trước."
    ),
)
def conforming_with_failures(_now: Moment) -> QuerySet[CheckedPlace]:
    rows = CheckedPlace.objects.filter(outcome__in=(CheckOutcome.CONFORMING, CheckOutcome.ABSENT))
    failed = CheckFinding.objects.filter(subject=OuterRef("pk"), failed__gt=0)
    return rows.filter(Exists(failed) | Q(samples__conforms=False)).distinct()


@integrity_rule(
    "quality.failure_unexplained",
    _("Kết quả kiểm tra có số lượng không đạt mà không ghi nội dung vi phạm"),
    explanation=_("Thông báo kết quả nêu vi phạm; không có nội dung thì cơ sở không biết sửa gì."),
    remedy=_(
        "Mở kết quả kiểm tra, ghi nội dung vi phạm theo biên bản; cuộc đã báo cáo thì bấm “Bỏ bước ghi nhầm” trước."
    ),
    level=IntegrityLevel.WARNING,
)
def failure_unexplained(_now: Moment) -> QuerySet[CheckFinding]:
    return CheckFinding.objects.filter(failed__gt=0, finding="")


@integrity_rule(
    "quality.violation_unhandled",
    _("Cuộc kiểm tra đã báo cáo mà cơ sở có vi phạm chưa ghi việc xử lý"),
    explanation=_("Vi phạm phát hiện qua kiểm tra phải có việc xử lý để theo dõi đến khi xong."),
    remedy=_("Mở cơ sở được kiểm tra, thêm việc xử lý vi phạm."),
    level=IntegrityLevel.WARNING,
)
def violation_unhandled(_now: Moment) -> QuerySet[CheckedPlace]:
    return CheckedPlace.objects.filter(
        outcome=CheckOutcome.VIOLATION, check_case__state=REPORTED, handlings__isnull=True
    )


@integrity_rule(
    "quality.handled_without_violation",
    _("Việc xử lý của cơ sở không có vi phạm, hoặc yêu cầu trước ngày kiểm tra"),
    explanation=_("Chỉ xử lý vi phạm đã phát hiện khi kiểm tra."),
    remedy=_("Mở việc xử lý, chọn lại cơ sở hoặc sửa ngày yêu cầu."),
)
def handled_without_violation(_now: Moment) -> QuerySet[CheckHandling]:
    return CheckHandling.objects.filter(
        ~Q(subject__outcome=CheckOutcome.VIOLATION) | Q(demanded_on__lt=F("subject__checked_on"))
    )


@integrity_rule(
    "quality.declaration_without_day",
    _("Hồ sơ công bố đã tiếp nhận hoặc trả lại mà thiếu số, ngày, hoặc chưa xử lý mà có"),
    explanation=_("Hồ sơ đã tiếp nhận đếm theo ngày thông báo; thiếu ngày thì không đếm được."),
    remedy=CORRECT_DECLARATION,
)
def declaration_without_day(_now: Moment) -> QuerySet[ConformityDeclaration]:
    accepted, returned = Q(state=ACCEPTED), Q(state=RETURNED)
    return ConformityDeclaration.objects.filter(
        (accepted & (Q(notice_number="") | Q(notified_on__isnull=True)))
        | (~accepted & (~Q(notice_number="") | Q(notified_on__isnull=False)))
        | (returned & Q(returned_on__isnull=True))
        | (~returned & Q(returned_on__isnull=False))
    )


@integrity_rule(
    "quality.declaration_of_standard",
    _("Hồ sơ công bố hợp quy theo tiêu chuẩn, hoặc hợp chuẩn theo quy chuẩn"),
    explanation=_("Công bố hợp quy theo quy chuẩn kỹ thuật, công bố hợp chuẩn theo tiêu chuẩn."),
    remedy=_(
        "Mở hồ sơ công bố, chọn lại loại công bố hoặc tiêu chuẩn; đã tiếp nhận thì bấm “Bỏ bước ghi nhầm” trước."
    ),
)
def declaration_of_standard(_now: Moment) -> QuerySet[ConformityDeclaration]:
    regulation = Q(standard__kind__in=REGULATIONS)
    return ConformityDeclaration.objects.filter(
        (Q(kind=DeclarationKind.REGULATION) & ~regulation) | (Q(kind=DeclarationKind.STANDARD) & regulation)
    )


@integrity_rule(
    "quality.declared_by_ended_standard",
    _("Hồ sơ công bố nhận sau ngày tiêu chuẩn, quy chuẩn hết hiệu lực"),
    explanation=_("Công bố theo tiêu chuẩn đã thay thế thì phải làm lại theo tiêu chuẩn mới."),
    remedy=_("Mở hồ sơ công bố, đối chiếu số hiệu tiêu chuẩn; đúng thì hướng dẫn tổ chức công bố lại."),
    level=IntegrityLevel.WARNING,
)
def declared_by_ended_standard(_now: Moment) -> QuerySet[ConformityDeclaration]:
    return ConformityDeclaration.objects.filter(standard__ended_on__lte=F("received_on"))


@integrity_rule(
    "quality.replaced_by_older",
    _("Tiêu chuẩn thay thế công bố trước tiêu chuẩn cũ"),
    explanation=_("Tiêu chuẩn thay thế ban hành sau; ngược lại là chọn nhầm tiêu chuẩn thay thế."),
    remedy=_("Mở tiêu chuẩn trong kho, chọn lại “Được thay bằng” hoặc sửa ngày công bố."),
)
def replaced_by_older(_now: Moment) -> QuerySet[Standard]:
    return Standard.objects.filter(replaced_by__published_on__lt=F("published_on"))


@integrity_rule(
    "quality.audit_after_end",
    _("Đánh giá nội bộ sau ngày thôi áp dụng hệ thống, hoặc trước ngày công bố"),
    explanation=_("Chỉ đánh giá hệ thống đang áp dụng; ngày sai làm hạn đánh giá lần tới tính sai."),
    remedy=_("Mở lượt đánh giá nội bộ, đối chiếu với hồ sơ và sửa ngày."),
    level=IntegrityLevel.WARNING,
)
def audit_after_end(_now: Moment) -> QuerySet[InternalAudit]:
    return InternalAudit.objects.filter(
        Q(audited_on__gt=F("system__ended_on")) | Q(audited_on__lt=F("system__declared_on"))
    )


@integrity_rule(
    "quality.support_without_day",
    _("Hỗ trợ truy xuất nguồn gốc đã qua một bước mà không ghi ngày của bước đó"),
    explanation=_("Báo cáo nêu số nơi đã ký hợp đồng, đã công bố; thiếu ngày thì không đếm được."),
    remedy=CORRECT_SUPPORT,
)
def support_without_day(_now: Moment) -> QuerySet[TraceabilitySupport]:
    after_contract = (CONTRACTED, SURVEYED, ENTERED, TRAINED, PUBLISHED)
    return TraceabilitySupport.objects.filter(
        Q(state__in=after_contract, contracted_on__isnull=True)
        | Q(state__in=after_contract[1:], surveyed_on__isnull=True)
        | Q(state__in=after_contract[2:], entered_on__isnull=True)
        | Q(state__in=after_contract[3:], trained_on__isnull=True)
        | (Q(state=PUBLISHED) ^ Q(published_on__isnull=False))
        | (Q(state=STOPPED) ^ Q(stopped_on__isnull=False))
    )


@integrity_rule(
    "quality.support_out_of_order",
    _("Các ngày hỗ trợ truy xuất nguồn gốc không theo thứ tự"),
    explanation=_(
        "Đăng ký, hợp đồng, khảo sát, cập nhật dữ liệu, tập huấn, công bố theo thứ tự; một ngày sai làm báo cáo sai."
    ),
    remedy=CORRECT_SUPPORT,
)
def support_out_of_order(_now: Moment) -> QuerySet[TraceabilitySupport]:
    return TraceabilitySupport.objects.filter(
        Q(contracted_on__lt=F("registered_on"))
        | Q(surveyed_on__lt=F("contracted_on"))
        | Q(entered_on__lt=F("surveyed_on"))
        | Q(trained_on__lt=F("entered_on"))
        | Q(published_on__lt=F("trained_on"))
        | Q(stopped_on__lt=F("registered_on"))
    )


@integrity_rule(
    "quality.guided_without_product",
    _("Lượt hướng dẫn ghi nhãn không ghi sản phẩm"),
    explanation=_("Báo cáo nêu tên sản phẩm được hướng dẫn ghi nhãn; thiếu thì chỉ nêu được tên cơ sở."),
    remedy=_("Mở lượt hướng dẫn, ghi tên sản phẩm."),
    level=IntegrityLevel.WARNING,
)
def guided_without_product(_now: Moment) -> QuerySet[QualityGuidance]:
    return QualityGuidance.objects.filter(purpose=QualityPurpose.LABEL, product="")


@integrity_rule(
    "quality.request_of_nobody",
    _("Yêu cầu tra cứu tiêu chuẩn không ghi ai yêu cầu"),
    explanation=_("Không biết ai yêu cầu thì không trả lời được và không đếm được lượt phục vụ tổ chức."),
    remedy=_("Mở yêu cầu, ghi tổ chức yêu cầu."),
)
def request_of_nobody(_now: Moment) -> QuerySet[StandardRequest]:
    return StandardRequest.objects.filter(organisation__isnull=True, asker_name="")
