"""What must be so of the registers of the inspectorate, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import F, Q, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from khcn.inspection.enums import InspectionKind, RecommendationKind, SubjectKind
from khcn.inspection.models import (
    AdministrativeViolation,
    FindingExecution,
    Inspection,
    InspectionFinding,
    InspectionSubject,
    Petition,
)
from khcn.inspection.operations.numbers import with_checks_only
from khcn.inspection.workflow import (
    ACCEPTED,
    BEGUN,
    CONCLUDED,
    DECIDED,
    EXECUTED,
    FINISHED,
    PLANNED,
    POSTPONED,
    RECEIVED,
    REPORTED,
    SANCTIONED,
)
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_INSPECTION: Final = _("Mở cuộc thanh tra, bấm “Đính chính các bước” hoặc “Bỏ bước ghi nhầm”.")
CORRECT_VIOLATION: Final = _("Mở vụ việc vi phạm, bấm “Đính chính xử phạt” hoặc “Bỏ bước ghi nhầm”.")
CORRECT_FINDING: Final = _("Mở kiến nghị, đối chiếu với kết luận thanh tra và sửa số tiền.")
CORRECT_EXECUTION: Final = _("Mở kiến nghị, sửa hoặc xóa lần thực hiện ghi sai.")
CORRECT_PETITION: Final = _("Mở đơn, bấm “Đính chính xử lý đơn” hoặc “Bỏ bước ghi nhầm”.")


@integrity_rule(
    "inspection.decided_without_number",
    _("Cuộc thanh tra đã có quyết định mà thiếu số, ngày, hoặc chưa quyết định mà có"),
    explanation=_("Quyết định có số và ngày; thiếu thì không biết cuộc thanh tra bắt đầu theo văn bản nào."),
    remedy=CORRECT_INSPECTION,
)
def decided_without_number(_now: Moment) -> QuerySet[Inspection]:
    decided = Q(state__in=(DECIDED, BEGUN, FINISHED, REPORTED, CONCLUDED))
    entered = ~Q(decision_number="") & Q(decided_on__isnull=False)
    empty = Q(decision_number="", decided_on__isnull=True)
    return Inspection.objects.filter((decided & ~entered) | (Q(state=PLANNED) & ~empty))


@integrity_rule(
    "inspection.concluded_without_number",
    _("Cuộc thanh tra đã kết luận mà thiếu số, ngày kết luận, hoặc chưa kết luận mà có"),
    explanation=_("Số cuộc đã kết luận được đếm theo ngày; thiếu ngày thì cuộc biến mất khỏi báo cáo."),
    remedy=CORRECT_INSPECTION,
)
def concluded_without_number(_now: Moment) -> QuerySet[Inspection]:
    entered = ~Q(conclusion_number="") & Q(concluded_on__isnull=False)
    empty = Q(conclusion_number="", concluded_on__isnull=True)
    return Inspection.objects.filter((Q(state=CONCLUDED) & ~entered) | (~Q(state=CONCLUDED) & ~empty))


@integrity_rule(
    "inspection.postponed_without_reason",
    _("Cuộc thanh tra tạm dừng, chuyển năm sau mà thiếu ngày hoặc lý do"),
    explanation=_("Báo cáo nêu số cuộc chuyển năm sau và lý do; thiếu ngày thì không đếm được."),
    remedy=CORRECT_INSPECTION,
)
def postponed_without_reason(_now: Moment) -> QuerySet[Inspection]:
    postponed = Q(state=POSTPONED)
    return Inspection.objects.filter(
        (postponed & (Q(postponed_on__isnull=True) | Q(postponement_reason="")))
        | (~postponed & Q(postponed_on__isnull=False))
    )


@integrity_rule(
    "inspection.steps_without_day",
    _("Cuộc thanh tra đã qua một bước mà không ghi ngày của bước đó"),
    explanation=_("Số liệu và thời hạn tính theo ngày công bố, kết thúc, báo cáo; thiếu ngày thì tính sai."),
    remedy=CORRECT_INSPECTION,
)
def steps_without_day(_now: Moment) -> QuerySet[Inspection]:
    return Inspection.objects.filter(
        Q(state__in=(BEGUN, FINISHED, REPORTED, CONCLUDED), begun_on__isnull=True)
        | Q(state__in=(FINISHED, REPORTED, CONCLUDED), finished_on__isnull=True)
        | Q(state__in=(REPORTED, CONCLUDED), reported_on__isnull=True)
    )


@integrity_rule(
    "inspection.days_out_of_order",
    _("Cuộc thanh tra kết thúc trước khi công bố, hoặc báo cáo trước khi kết thúc"),
    explanation=_(
        "Các bước theo thứ tự quyết định, công bố, kết thúc, báo cáo, kết luận; một ngày sai làm thời hạn tính sai."
    ),
    remedy=CORRECT_INSPECTION,
)
def days_out_of_order(_now: Moment) -> QuerySet[Inspection]:
    return Inspection.objects.filter(Q(finished_on__lt=F("begun_on")) | Q(reported_on__lt=F("finished_on")))


@integrity_rule(
    "inspection.kind_of_day",
    _("Thanh tra chuyên ngành quyết định vào ngày chỉ còn kiểm tra chuyên ngành"),
    explanation=_(
        "Từ ngày quy định mới có hiệu lực, Sở không còn thanh tra chuyên ngành; cuộc của trước ngày đó giữ nguyên tên."
    ),
    remedy=_(
        "Mở cuộc thanh tra, đối chiếu với quyết định: sai ngày thì bấm “Đính chính các bước”, sai hình thức thì bấm “Bỏ bước ghi nhầm” cho đến khi sửa được."
    ),
)
def kind_of_day(_now: Moment) -> QuerySet[Inspection]:
    rows = Inspection.objects.filter(kind=InspectionKind.SPECIALISED_INSPECTION, decided_on__isnull=False)
    return with_checks_only(rows, "decided_on")


@integrity_rule(
    "inspection.plan_of_other_year",
    _("Cuộc thanh tra dự kiến vào năm khác năm của kế hoạch"),
    explanation=_("Kế hoạch của một năm; cuộc chuyển sang năm sau thì ghi cuộc mới theo kế hoạch năm sau."),
    remedy=_(
        "Mở cuộc thanh tra, chọn lại kế hoạch hoặc ngày dự kiến; đã có quyết định thì bấm “Bỏ bước ghi nhầm” trước."
    ),
    level=IntegrityLevel.WARNING,
)
def plan_of_other_year(_now: Moment) -> QuerySet[Inspection]:
    return Inspection.objects.filter(plan__isnull=False).exclude(plan__year=ExtractYear("planned_on"))


@integrity_rule(
    "inspection.subject_of_kind",
    _("Đối tượng thanh tra không đúng loại: cá nhân không ghi người, hoặc tổ chức không ghi tổ chức"),
    explanation=_("Báo cáo đếm riêng tổ chức, đơn vị, cá nhân; ghi sai loại thì đếm vào chỗ khác."),
    remedy=_("Mở đối tượng thanh tra và chọn lại loại, tổ chức hoặc cá nhân."),
)
def subject_of_kind(_now: Moment) -> QuerySet[InspectionSubject]:
    individual = Q(kind=SubjectKind.INDIVIDUAL, person__isnull=False, organisation__isnull=True)
    others = ~Q(kind=SubjectKind.INDIVIDUAL) & Q(person__isnull=True, organisation__isnull=False)
    return InspectionSubject.objects.exclude(individual | others)


@integrity_rule(
    "inspection.amount_of_recommendation",
    _("Kiến nghị thu hồi, giảm trừ không ghi số tiền, hoặc chấn chỉnh mà ghi số tiền"),
    explanation=_("Số tiền kiến nghị của báo cáo cộng từ cột này; thiếu thì báo cáo cộng sai."),
    remedy=CORRECT_FINDING,
)
def amount_of_recommendation(_now: Moment) -> QuerySet[InspectionFinding]:
    correct = Q(recommendation=RecommendationKind.CORRECT)
    return InspectionFinding.objects.filter((correct & ~Q(amount=0)) | (~correct & Q(amount=0)))


@integrity_rule(
    "inspection.recovered_more",
    _("Các lần thực hiện cộng lại lớn hơn số tiền kiến nghị"),
    explanation=_("Số đã thu hồi, giảm trừ cộng theo ngày từng lần và không lớn hơn số kiến nghị."),
    remedy=CORRECT_EXECUTION,
)
def recovered_more(_now: Moment) -> QuerySet[InspectionFinding]:
    return InspectionFinding.objects.annotate(done=Sum("executions__amount")).filter(done__gt=F("amount"))


@integrity_rule(
    "inspection.executed_before_conclusion",
    _("Kiến nghị ghi thực hiện khi chưa kết luận hoặc trước ngày kết luận"),
    explanation=_("Kiến nghị chỉ có từ ngày kết luận; ngày sai thì số tiền đếm vào kỳ khác."),
    remedy=CORRECT_EXECUTION,
)
def executed_before_conclusion(_now: Moment) -> QuerySet[FindingExecution]:
    return FindingExecution.objects.filter(
        Q(finding__subject__inspection__concluded_on__isnull=True)
        | Q(done_on__lt=F("finding__subject__inspection__concluded_on"))
    )


@integrity_rule(
    "inspection.one_offender",
    _("Vụ việc vi phạm ghi không đúng một tổ chức hoặc cá nhân"),
    explanation=_("Quyết định xử phạt áp dụng với một tổ chức hoặc một cá nhân."),
    remedy=_("Mở vụ việc vi phạm và chọn tổ chức hoặc cá nhân, một trong hai."),
)
def one_offender(_now: Moment) -> QuerySet[AdministrativeViolation]:
    return AdministrativeViolation.objects.exclude(
        Q(organisation__isnull=False, person__isnull=True)
        | Q(organisation__isnull=True, person__isnull=False)
    )


@integrity_rule(
    "inspection.sanctioned_without_number",
    _("Vụ việc đã xử phạt mà thiếu số, ngày, mức phạt, hoặc chưa xử phạt mà có số, ngày"),
    explanation=_("Số quyết định và tiền phạt được đếm theo ngày ký; thiếu thì báo cáo đếm thiếu."),
    remedy=CORRECT_VIOLATION,
)
def sanctioned_without_number(_now: Moment) -> QuerySet[AdministrativeViolation]:
    sanctioned = Q(state__in=(SANCTIONED, EXECUTED))
    entered = ~Q(decision_number="") & Q(decided_on__isnull=False, fine__isnull=False)
    empty = Q(decision_number="", decided_on__isnull=True, delivered_on__isnull=True)
    return AdministrativeViolation.objects.filter((sanctioned & ~entered) | (~sanctioned & ~empty))


@integrity_rule(
    "inspection.executed_without_day",
    _(
        "Vụ việc đã chấp hành xong mà không ghi ngày, ghi ngày mà chưa chấp hành, hoặc các ngày không theo thứ tự"
    ),
    explanation=_("Hạn chấp hành hết khi có ngày chấp hành xong; thiếu ngày thì Việc của tôi nhắc mãi."),
    remedy=CORRECT_VIOLATION,
)
def executed_without_day(_now: Moment) -> QuerySet[AdministrativeViolation]:
    executed = Q(state=EXECUTED)
    return AdministrativeViolation.objects.filter(
        (executed & Q(executed_on__isnull=True))
        | (~executed & Q(executed_on__isnull=False))
        | Q(executed_on__lt=F("decided_on"))
        | Q(delivered_on__lt=F("decided_on"))
        | Q(executed_on__lt=F("delivered_on"))
    )


@integrity_rule(
    "inspection.petition_without_day",
    _("Đơn đã xử lý xong mà không ghi ngày, hoặc ghi ngày mà chưa xử lý xong"),
    explanation=_("Số đơn đã xử lý được đếm theo ngày; thiếu ngày thì đơn biến mất khỏi báo cáo."),
    remedy=CORRECT_PETITION,
)
def petition_without_day(_now: Moment) -> QuerySet[Petition]:
    pending = Q(state__in=(RECEIVED, ACCEPTED))
    return Petition.objects.filter(
        (pending & Q(ended_on__isnull=False))
        | (~pending & Q(ended_on__isnull=True))
        | Q(state=ACCEPTED, accepted_on__isnull=True)
    )


@integrity_rule(
    "inspection.petition_before_received",
    _("Đơn được thụ lý hoặc giải quyết trước ngày nhận"),
    explanation=_("Đơn nhận rồi mới thụ lý; một trong hai ngày sai và thời hạn tính sai."),
    remedy=CORRECT_PETITION,
)
def petition_before_received(_now: Moment) -> QuerySet[Petition]:
    return Petition.objects.filter(Q(accepted_on__lt=F("received_on")) | Q(ended_on__lt=F("received_on")))
