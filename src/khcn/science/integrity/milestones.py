"""Rules of milestones: the state of a task is replayed from them, so they have to stand where the workflow leads.

What was taken over from paper may lack earlier steps, and is left out where this is so.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value, Window
from django.db.models.functions import Coalesce, ExtractYear, Lag
from django.utils.translation import gettext_lazy as _

from khcn.finance.models import AdvancePayment, PaymentReduction, TaskAsset, YearSettlement
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import linked_out_of_force
from khcn.reference.models import CodeList
from khcn.science.enums import MilestoneKind, TaskLevel
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.models.events import ACCEPTANCES
from khcn.science.operations.order import FOLLOWS, OF_RESULT
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

CORRECT_MILESTONE: Final = _(
    "Mở mốc, đối chiếu với văn bản; ghi sai ngày hoặc loại thì bấm “Đính chính mốc”, ghi thừa thì bấm “Bỏ mốc ghi nhầm”."
)
# What a task has once, whatever comes between; the others of `science.workflow.ONCE` come again after something else.
_ONCE: Final = (
    MilestoneKind.DETERMINED,
    MilestoneKind.LISTED,
    MilestoneKind.CONTRACT_SIGNED,
    MilestoneKind.CONCLUSIONS_MET,
    MilestoneKind.RECOGNISED,
    MilestoneKind.SETTLED,
    MilestoneKind.STOPPED,
    MilestoneKind.TERMINATED,
    MilestoneKind.LIQUIDATED,
)


def _of_task(**more: Any) -> QuerySet[TaskMilestone]:
    """Other milestones of the same task."""
    return TaskMilestone.objects.filter(task=OuterRef("task"), **more).order_by()


def _without_ground(kinds: Iterable[MilestoneKind]) -> QuerySet[TaskMilestone]:
    """Milestones of these kinds with none of what they follow from by their day. Where papers lack it altogether that is no
    fault; where they have it on a later day it is.
    """
    found = Q()
    for kind in kinds:
        ground = _of_task(kind__in=FOLLOWS[kind])
        found |= Q(
            Q(taken_over=False) | Exists(ground), ~Exists(ground.filter(on__lte=OuterRef("on"))), kind=kind
        )
    return TaskMilestone.objects.filter(found)


@integrity_rule(
    "science.milestone_level",
    _("Nghiệm thu cấp quốc gia của nhiệm vụ không phải cấp quốc gia"),
    explanation=_("Chỉ nhiệm vụ cấp quốc gia được nghiệm thu cấp quốc gia."),
    remedy=CORRECT_MILESTONE,
)
def milestone_level(_now: Moment) -> QuerySet[TaskMilestone]:
    return TaskMilestone.objects.filter(kind=MilestoneKind.ACCEPTED_NATIONAL).exclude(
        task__level=TaskLevel.NATIONAL
    )


@integrity_rule(
    "science.milestone_future",
    _("Mốc ghi ngày chưa đến"),
    explanation=_("Mốc là việc đã diễn ra; mốc của ngày chưa đến làm sai trạng thái và số liệu đến ngày đó."),
    remedy=CORRECT_MILESTONE,
)
def milestone_future(now: Moment) -> QuerySet[TaskMilestone]:
    return TaskMilestone.objects.filter(on__gt=now.on)


@integrity_rule(
    "science.milestone_too_early",
    _("Mốc đứng nhiều năm trước khi nhiệm vụ bắt đầu"),
    explanation=_(
        "Nhiệm vụ được đề xuất và chuẩn bị nhiều nhất năm năm trước năm thực hiện; mốc sớm hơn là gõ nhầm năm."
    ),
    remedy=CORRECT_MILESTONE,
)
def milestone_too_early(_now: Moment) -> QuerySet[TaskMilestone]:
    rows = TaskMilestone.objects.alias(_year=ExtractYear("on"))
    begins = Q(task__planned_start_on__isnull=True) | Q(on__lt=F("task__planned_start_on"))
    return rows.filter(begins, _year__lt=F("task__start_year") - 5)


@integrity_rule(
    "science.milestone_graded",
    _("Xếp loại ghi ở mốc không phải nghiệm thu"),
    explanation=_("Chỉ mốc nghiệm thu có xếp loại."),
    remedy=CORRECT_MILESTONE,
)
def milestone_graded(_now: Moment) -> QuerySet[TaskMilestone]:
    return TaskMilestone.objects.filter(grade__isnull=False).exclude(kind__in=ACCEPTANCES)


@integrity_rule(
    "science.milestone_grade_list",
    _("Xếp loại của mốc lấy từ danh mục khác"),
    explanation=_(
        "Xếp loại phải là mục của danh mục “Xếp loại nghiệm thu”, nếu không chương trình không biết đạt hay không đạt."
    ),
    remedy=CORRECT_MILESTONE,
)
def milestone_grade_list(_now: Moment) -> QuerySet[TaskMilestone]:
    return TaskMilestone.objects.filter(grade__isnull=False).exclude(
        grade__code_list=CodeList.ACCEPTANCE_GRADE
    )


@integrity_rule(
    "science.milestone_grade_day",
    _("Xếp loại không có hiệu lực vào ngày nghiệm thu"),
    explanation=_(
        "Thang xếp loại thay đổi theo văn bản; mốc phải dùng thang có hiệu lực vào ngày nghiệm thu."
    ),
    remedy=CORRECT_MILESTONE,
)
def milestone_grade_day(_now: Moment) -> QuerySet[TaskMilestone]:
    return linked_out_of_force(TaskMilestone.objects.all(), "grade")


@integrity_rule(
    "science.milestone_out_of_order",
    _("Mốc đứng ở chỗ quy trình không dẫn đến"),
    explanation=_(
        "Trạng thái của nhiệm vụ suy từ các mốc theo ngày: ví dụ thanh lý khi chưa nghiệm thu, nghiệm thu khi chưa ký hợp đồng, tiếp "
        "tục khi không tạm dừng."
    ),
    remedy=CORRECT_MILESTONE,
)
def milestone_out_of_order(_now: Moment) -> QuerySet[TaskMilestone]:
    moving = TaskMilestone.objects.moving_state()
    before = Window(
        Lag("moves_to", default=Value(TASK_FLOW.initial.value)),
        partition_by="task_id",
        order_by=("on", "place", "pk"),
    )
    rows = moving.order_by().annotate(_before=before)
    allowed = Q()
    for step in TASK_FLOW.transitions:
        if step.name in MilestoneKind:
            allowed |= Q(kind=step.name, _before__in=step.sources)
    # The windows span the milestones that one query set leaves, so what was taken over is left out by another one.
    return TaskMilestone.objects.filter(pk__in=rows.filter(~allowed).values("pk"), taken_over=False)


@integrity_rule(
    "science.milestone_before_contract",
    _("Nghiệm thu cơ sở khi chưa ký hợp đồng"),
    explanation=_("Tổ chức chủ trì tự đánh giá kết quả của hợp đồng đã ký."),
    remedy=CORRECT_MILESTONE,
)
def milestone_before_contract(_now: Moment) -> QuerySet[TaskMilestone]:
    return _without_ground([MilestoneKind.SELF_ACCEPTED])


@integrity_rule(
    "science.milestone_before_acceptance",
    _("Đăng ký, công nhận, bàn giao hoặc hoàn thiện khi chưa nghiệm thu"),
    explanation=_(
        "Các việc này theo sau nghiệm thu; ngày nghiệm thu ghi sai hoặc mốc nghiệm thu bị bỏ làm chúng đứng trước."
    ),
    remedy=CORRECT_MILESTONE,
)
def milestone_before_acceptance(_now: Moment) -> QuerySet[TaskMilestone]:
    return _without_ground([MilestoneKind.CONCLUSIONS_MET, *sorted(OF_RESULT)])


@integrity_rule(
    "science.milestone_before_end",
    _("Quyết toán hoặc xử lý tài sản khi nhiệm vụ chưa kết thúc"),
    explanation=_("Quyết toán và xử lý tài sản theo sau nghiệm thu, dừng hoặc chấm dứt hợp đồng."),
    remedy=CORRECT_MILESTONE,
)
def milestone_before_end(_now: Moment) -> QuerySet[TaskMilestone]:
    return _without_ground([MilestoneKind.SETTLED, MilestoneKind.ASSETS_HANDLED])


def _last_acceptance(*, day: str = "on__lte") -> Subquery:
    """Did the last acceptance by the day of the row fail? Within a day that at national level is the last."""
    rows = _of_task(kind__in=ACCEPTANCES, **{day: OuterRef("on")})
    return Subquery(rows.order_by("-on", "kind").values("grade__fails")[:1])


def _registrations_after(*before: MilestoneKind | None) -> QuerySet[TaskMilestone]:
    """Registrations and withdrawals of certificates before which stands one of these; None for those that are the first.

    Django asks plain conditions of a query set below its windows, where a condition on the kind would leave out the rows before.
    """
    rows = TaskMilestone.objects.filter(
        kind__in=(MilestoneKind.REGISTERED, MilestoneKind.DEREGISTERED)
    ).order_by()
    last = Window(Lag("kind", default=Value("")), partition_by="task_id", order_by=("on", "-kind"))
    found = rows.annotate(_before=last).filter(_before__in=[each or "" for each in before])
    return TaskMilestone.objects.filter(pk__in=found.values("pk"))


@integrity_rule(
    "science.milestone_withdrawal",
    _("Thu hồi giấy chứng nhận khi không có đăng ký đang có hiệu lực"),
    explanation=_("Chỉ thu hồi được giấy chứng nhận đã cấp và chưa bị thu hồi."),
    remedy=CORRECT_MILESTONE,
)
def milestone_withdrawal(_now: Moment) -> QuerySet[TaskMilestone]:
    return _registrations_after(None, MilestoneKind.DEREGISTERED).filter(kind=MilestoneKind.DEREGISTERED)


@integrity_rule(
    "science.milestone_registered_twice",
    _("Đăng ký kết quả lần nữa khi giấy trước còn hiệu lực"),
    explanation=_(
        "Giấy chứng nhận cấp thay không phải lần đăng ký mới; đăng ký lần nữa chỉ sau khi giấy trước bị thu hồi."
    ),
    remedy=CORRECT_MILESTONE,
)
def milestone_registered_twice(_now: Moment) -> QuerySet[TaskMilestone]:
    return _registrations_after(MilestoneKind.REGISTERED).filter(kind=MilestoneKind.REGISTERED)


@integrity_rule(
    "science.milestone_of_failed",
    _("Kết quả nghiệm thu không đạt vẫn được đăng ký, công nhận hoặc bàn giao"),
    explanation=_("Kết quả xếp loại không đạt không được đăng ký, công nhận, bàn giao."),
    remedy=CORRECT_MILESTONE,
)
def milestone_of_failed(_now: Moment) -> QuerySet[TaskMilestone]:
    rows = TaskMilestone.objects.filter(kind__in=sorted(OF_RESULT))
    return rows.alias(_fails=_last_acceptance()).filter(_fails=True)


@integrity_rule(
    "science.milestone_once",
    _("Mốc chỉ có một lần mà ghi hai lần"),
    explanation=_(
        "Hai mốc cùng loại của một nhiệm vụ ở hai ngày được đếm hai lần; lần đổi ngày thường bị ghi thành mốc mới."
    ),
    remedy=CORRECT_MILESTONE,
)
def milestone_once(_now: Moment) -> QuerySet[TaskMilestone]:
    return TaskMilestone.objects.filter(
        Exists(_of_task(kind=OuterRef("kind"), on__lt=OuterRef("on"))), kind__in=_ONCE
    )


@integrity_rule(
    "science.milestone_accepted_again",
    _("Nghiệm thu lần nữa khi lần trước đã đạt"),
    explanation=_("Cùng một cấp chỉ nghiệm thu lần nữa sau lần không đạt."),
    remedy=CORRECT_MILESTONE,
)
def milestone_accepted_again(_now: Moment) -> QuerySet[TaskMilestone]:
    rows = TaskMilestone.objects.filter(
        Exists(_of_task(kind=OuterRef("kind"), on__lt=OuterRef("on"))), kind__in=ACCEPTANCES
    )
    failed = _last_acceptance(day="on__lt")
    return rows.alias(_failed=failed).filter(Q(_failed__isnull=True) | Q(_failed=False))


@integrity_rule(
    "science.milestone_budget_late",
    _("Thẩm định kinh phí sau khi đã phê duyệt hoặc ký hợp đồng"),
    explanation=_(
        "Kinh phí được thẩm định trước khi phê duyệt thuyết minh và ký hợp đồng, trừ khi tuyển chọn lại."
    ),
    remedy=CORRECT_MILESTONE,
)
def milestone_budget_late(_now: Moment) -> QuerySet[TaskMilestone]:
    decided = _of_task(
        kind__in=(MilestoneKind.OUTLINE_APPROVED, MilestoneKind.CONTRACT_SIGNED), on__lt=OuterRef("on")
    )
    awarded = _of_task(kind=MilestoneKind.AWARDED, on__lte=OuterRef("on")).values("task")
    awards = Coalesce(Subquery(awarded.annotate(n=Count("pk")).values("n")), 0)
    rows = TaskMilestone.objects.filter(Exists(decided), kind=MilestoneKind.BUDGET_APPRAISED)
    return rows.alias(_awards=awards).filter(_awards__lte=1)


@integrity_rule(
    "science.milestone_contract_number",
    _("Hai nhiệm vụ ghi cùng một số hợp đồng trong một năm"),
    explanation=_("Mỗi hợp đồng một số trong năm; cùng số thường là chép nhầm dòng."),
    remedy=_("Mở hai mốc “Ký hợp đồng”, đối chiếu với bản hợp đồng và đính chính số ghi nhầm."),
    level=IntegrityLevel.WARNING,
)
def milestone_contract_number(_now: Moment) -> QuerySet[TaskMilestone]:
    signed = TaskMilestone.objects.filter(kind=MilestoneKind.CONTRACT_SIGNED).exclude(number="")
    same = signed.filter(
        province=OuterRef("province"),
        number__iexact=OuterRef("number"),
        on__year=ExtractYear(OuterRef("on")),
    ).exclude(task=OuterRef("task"))
    return signed.filter(Exists(same))


@integrity_rule(
    "science.milestone_settled_amount",
    _("Số tiền hợp đồng hoặc quyết toán lớn hơn tổng kinh phí, không ghi lý do"),
    explanation=_(
        "Hợp đồng và quyết toán không vượt tổng kinh phí được duyệt; thường do thừa chữ số hoặc nhầm đơn vị tiền (nghìn đồng, "
        "triệu đồng)."
    ),
    remedy=_(
        "Mở mốc, đối chiếu văn bản; bấm “Đính chính văn bản, số tiền” để sửa số hoặc ghi lý do, hoặc ghi điều chỉnh kinh phí của nhiệm vụ."
    ),
    level=IntegrityLevel.WARNING,
)
def milestone_settled_amount(_now: Moment) -> QuerySet[TaskMilestone]:
    kinds = (MilestoneKind.CONTRACT_SIGNED, MilestoneKind.SETTLED)
    return TaskMilestone.objects.filter(kind__in=kinds, amount__gt=F("task__budget_total"), amount_reason="")


@integrity_rule(
    "science.liquidated_unsettled",
    _("Hợp đồng đã thanh lý mà chưa ghi quyết toán"),
    explanation=_(
        "Thanh lý hợp đồng sau khi quyết toán; thiếu mốc quyết toán thì tạm ứng không được tính là đã thu hồi."
    ),
    remedy=_("Mở nhiệm vụ và ghi mốc “Quyết toán kinh phí” theo quyết định quyết toán."),
    level=IntegrityLevel.WARNING,
)
def liquidated_unsettled(_now: Moment) -> QuerySet[TaskMilestone]:
    return TaskMilestone.objects.filter(
        ~Exists(_of_task(kind=MilestoneKind.SETTLED)), kind=MilestoneKind.LIQUIDATED, taken_over=False
    )


@integrity_rule(
    "science.liquidated_with_open_money",
    _("Hợp đồng đã thanh lý mà còn tạm ứng, giảm trừ, quyết toán năm hoặc tài sản chưa giải quyết"),
    explanation=_(
        "Thanh lý khi tạm ứng đã thanh toán hết, khoản giảm trừ đã nộp, quyết toán năm đã phê duyệt, tài sản đã xử lý xong; khoản ghi sau "
        "ngày thanh lý cũng hiện ở đây."
    ),
    remedy=_("Mở nhiệm vụ, thẻ “Kinh phí” và “Tài sản”; ghi phần còn thiếu, hoặc đính chính mốc thanh lý."),
    level=IntegrityLevel.WARNING,
)
def liquidated_with_open_money(now: Moment) -> QuerySet[TaskMilestone]:
    still_open: list[QuerySet[Any]] = [
        AdvancePayment.objects.open(on=now.on),
        PaymentReduction.objects.unrecovered(on=now.on),
        TaskAsset.objects.unhandled(on=now.on),
        YearSettlement.objects.filter(
            submitted_on__lte=now.on, approved_on__isnull=True, returned_on__isnull=True
        ),
    ]
    of_task = [Q(Exists(rows.filter(task=OuterRef("task")))) for rows in still_open]
    return TaskMilestone.objects.filter(
        of_task[0] | of_task[1] | of_task[2] | of_task[3], kind=MilestoneKind.LIQUIDATED, taken_over=False
    )


@integrity_rule(
    "science.task_forgotten",
    _("Nhiệm vụ hết hạn thực hiện hơn một năm mà không có mốc nào sau đó"),
    explanation=_(
        "Quá hạn lâu như vậy mà không nghiệm thu, gia hạn, dừng hay chấm dứt thường là mốc chưa được nhập."
    ),
    remedy=_("Mở nhiệm vụ, hỏi tổ chức chủ trì; nhập mốc còn thiếu, gia hạn, hoặc trình dừng thực hiện."),
    level=IntegrityLevel.WARNING,
)
def task_forgotten(now: Moment) -> QuerySet[ScienceTask]:
    year_ago = date(now.on.year - 1, now.on.month, min(now.on.day, 28))
    since = TaskMilestone.objects.filter(task=OuterRef("pk"), on__gte=OuterRef("due_on"))
    late: QuerySet[Any] = ScienceTask.objects.past_execution(on=now.on)
    return late.filter(~Exists(since), due_on__lt=year_ago)
