"""Rules between records of science and the papers that were issued for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from khcn.councils.models import CouncilMeeting
from khcn.kernel.integrity_rules import Moment, integrity_rule
from khcn.kernel.papers.models import Paper
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone

if TYPE_CHECKING:
    from django.db.models import QuerySet

_NOT_BY_HAND: Final = _(
    "Số do giấy đã cấp ghi vào hồ sơ, không sửa tay: mở trang của giấy, lập giấy thay thế hoặc thu hồi; nếu không rõ vì sao khác thì báo người "
    "bảo trì."
)


@integrity_rule(
    "science.certificate_unregistered",
    _("Giấy chứng nhận kết quả đang có hiệu lực mà nhiệm vụ không có mốc đăng ký mang số đó"),
    explanation=_(
        "Cấp giấy chứng nhận ghi mốc đăng ký kết quả với số của giấy; thiếu mốc thì kết quả không được đếm là đã đăng ký."
    ),
    remedy=_NOT_BY_HAND,
)
def certificate_unregistered(_now: Moment) -> QuerySet[Paper]:
    registered = TaskMilestone.objects.filter(
        task=OuterRef("object_id"), kind=MilestoneKind.REGISTERED, number=OuterRef("number__text")
    )
    return Paper.objects.in_force_for(ScienceTask).filter(~Exists(registered))


@integrity_rule(
    "science.minutes_number",
    _("Biên bản đang có hiệu lực mà cuộc họp ghi số khác"),
    explanation=_("Cấp biên bản ghi số vào cuộc họp."),
    remedy=_NOT_BY_HAND,
)
def minutes_number(_now: Moment) -> QuerySet[Paper]:
    numbered = CouncilMeeting.objects.filter(
        pk=OuterRef("object_id"), minutes_number=OuterRef("number__text")
    )
    return Paper.objects.in_force_for(CouncilMeeting).filter(~Exists(numbered), issued_on__isnull=False)


@integrity_rule(
    "science.withdrawn_but_registered",
    _("Giấy chứng nhận đã thu hồi mà nhiệm vụ không có mốc thu hồi"),
    explanation=_("Thông báo thu hồi ghi mốc thu hồi; thiếu mốc thì kết quả vẫn bị đếm là đang đăng ký."),
    remedy=_NOT_BY_HAND,
)
def withdrawn_but_registered(_now: Moment) -> QuerySet[Paper]:
    taken_back = TaskMilestone.objects.filter(
        task=OuterRef("object_id"), kind=MilestoneKind.DEREGISTERED, on__gte=OuterRef("issued_on")
    )
    return Paper.objects.filter(~Exists(taken_back), model=ScienceTask._meta.label_lower, state="withdrawn")
