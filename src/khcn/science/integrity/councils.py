"""Rules of what councils decided about tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.councils.models import CouncilKind
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import linked_out_of_force
from khcn.reference.models import CodeList
from khcn.science.enums import MilestoneKind
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations.council_results import SETTLES

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

CORRECT_ITEM: Final = _(
    "Mở dòng của nhiệm vụ trong cuộc họp, đối chiếu với biên bản và sửa kết quả, xếp loại hoặc loại cuộc họp."
)
_GRADED = MeetingItem.objects.filter(grade__isnull=False)


@integrity_rule(
    "science.item_grade_and_result",
    _("Kết luận của hội đồng trái với xếp loại"),
    explanation=_("Nhiệm vụ xếp loại không đạt thì không được thông qua, và ngược lại."),
    remedy=CORRECT_ITEM,
)
def item_grade_and_result(_now: Moment) -> QuerySet[MeetingItem]:
    return MeetingItem.objects.filter(
        Q(passed=True, grade__fails=True) | Q(passed=False, grade__isnull=False, grade__fails=False)
    )


@integrity_rule(
    "science.item_grade_list",
    _("Xếp loại trong cuộc họp lấy từ danh mục khác"),
    explanation=_("Xếp loại phải là mục của danh mục “Xếp loại nghiệm thu”."),
    remedy=CORRECT_ITEM,
)
def item_grade_list(_now: Moment) -> QuerySet[MeetingItem]:
    return _GRADED.exclude(grade__code_list=CodeList.ACCEPTANCE_GRADE)


@integrity_rule(
    "science.item_grade_day",
    _("Xếp loại không có hiệu lực vào ngày họp"),
    explanation=_("Hội đồng xếp loại theo thang có hiệu lực vào ngày họp."),
    remedy=CORRECT_ITEM,
)
def item_grade_day(_now: Moment) -> QuerySet[MeetingItem]:
    return linked_out_of_force(MeetingItem.objects.all(), "grade")


@integrity_rule(
    "science.item_graded_elsewhere",
    _("Xếp loại ghi ở cuộc họp không phải nghiệm thu"),
    explanation=_(
        "Chỉ hội đồng nghiệm thu xếp loại; xếp loại ở cuộc họp khác bị hiểu là kết quả nghiệm thu."
    ),
    remedy=CORRECT_ITEM,
)
def item_graded_elsewhere(_now: Moment) -> QuerySet[MeetingItem]:
    return _GRADED.exclude(meeting__kind=CouncilKind.ACCEPTANCE)


@integrity_rule(
    "science.item_refused_by_adviser",
    _("Cuộc họp chỉ tư vấn ghi “không được thông qua”"),
    explanation=_("Loại cuộc họp này không quyết định về nhiệm vụ; ý kiến viết ở ô kết luận."),
    remedy=CORRECT_ITEM,
)
def item_refused_by_adviser(_now: Moment) -> QuerySet[MeetingItem]:
    return MeetingItem.objects.filter(passed=False).exclude(meeting__kind__in=list(SETTLES))


@integrity_rule(
    "science.item_before_meeting",
    _("Kết luận ghi cho cuộc họp chưa diễn ra"),
    explanation=_("Cuộc họp của ngày chưa đến chỉ có nội dung, chưa có kết luận."),
    remedy=_("Mở cuộc họp, xem lại ngày họp; nếu chưa họp thì để trống kết quả và xếp loại của nhiệm vụ."),
)
def item_before_meeting(now: Moment) -> QuerySet[MeetingItem]:
    return MeetingItem.objects.filter(
        Q(passed__isnull=False) | Q(grade__isnull=False), meeting__held_on__gt=now.on
    )


@integrity_rule(
    "science.item_against_milestone",
    _("Mốc nghiệm thu trong ngày họp khác kết luận của hội đồng"),
    explanation=_(
        "Mốc nghiệm thu cấp tỉnh của ngày họp phải nói đúng điều hội đồng kết luận: đạt hay không đạt, và mức xếp loại."
    ),
    remedy=_(
        "Mở nhiệm vụ, so mốc nghiệm thu với biên bản; sửa dòng của nhiệm vụ trong cuộc họp, hoặc bấm “Đính chính mốc”."
    ),
)
def item_against_milestone(_now: Moment) -> QuerySet[MeetingItem]:
    accepted = TaskMilestone.objects.filter(
        task=OuterRef("task"), kind=MilestoneKind.ACCEPTED_PROVINCE, on=OuterRef("meeting__held_on")
    )
    failed = accepted.filter(grade__fails=True)
    passed = accepted.filter(Q(grade__isnull=True) | Q(grade__fails=False))
    other_grade = accepted.filter(grade__isnull=False).exclude(grade__code=OuterRef("grade__code"))
    differs = (
        Q(Exists(failed), passed=True)
        | Q(Exists(passed), passed=False)
        | Q(Exists(other_grade), grade__isnull=False)
    )
    return MeetingItem.objects.filter(differs, meeting__kind=CouncilKind.ACCEPTANCE, passed__isnull=False)


@integrity_rule(
    "science.item_two_results",
    _("Hai hội đồng nghiệm thu cùng thông qua một nhiệm vụ"),
    explanation=_(
        "Sau khi hội đồng nghiệm thu đã thông qua thì không hội đồng nào kết luận về nhiệm vụ nữa."
    ),
    remedy=CORRECT_ITEM,
)
def item_two_results(_now: Moment) -> QuerySet[MeetingItem]:
    decided = MeetingItem.objects.filter(meeting__kind=CouncilKind.ACCEPTANCE, passed__isnull=False)
    earlier = decided.filter(
        task=OuterRef("task"), passed=True, meeting__held_on__lt=OuterRef("meeting__held_on")
    )
    return decided.filter(Exists(earlier))


@integrity_rule(
    "science.item_without_milestone",
    _("Hội đồng nghiệm thu đã thông qua từ lâu mà nhiệm vụ chưa có mốc nghiệm thu"),
    explanation=_(
        "Hơn ba tháng sau cuộc họp mà chưa ghi kết quả thì nhiệm vụ vẫn bị tính là chưa nghiệm thu."
    ),
    remedy=_("Mở cuộc họp và bấm “Ghi kết quả cho các nhiệm vụ”."),
    level=IntegrityLevel.WARNING,
)
def item_without_milestone(now: Moment) -> QuerySet[MeetingItem]:
    accepted = TaskMilestone.objects.filter(
        task=OuterRef("task"),
        kind__in=(MilestoneKind.ACCEPTED_PROVINCE, MilestoneKind.ACCEPTED_NATIONAL),
        on__gte=OuterRef("meeting__held_on"),
    )
    return MeetingItem.objects.filter(
        ~Exists(accepted),
        passed=True,
        meeting__kind=CouncilKind.ACCEPTANCE,
        meeting__held_on__lt=_quarter_before(now),
    )


def _quarter_before(now: Moment) -> date:
    return now.on - timedelta(days=92)
