"""Withdrawals of certificates among the milestones: which are recorded by hand, and which an issued notice brought about."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.papers.models import Paper
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.operations.task_access import TaskRefused


def why_not_withdrawn(milestone: TaskMilestone) -> str:
    """Why a withdrawal is not recorded by hand: the certificate is one of ours, or the notice is not named."""
    if milestone.kind != MilestoneKind.DEREGISTERED:
        return ""
    registered = TaskMilestone.objects.filter(
        task=milestone.task_id, kind=MilestoneKind.REGISTERED, on__lte=milestone.on
    )
    ended = registered.order_by("on", "pk").last()
    issued = Paper.objects.in_force_for(ScienceTask).filter(object_id=milestone.task_id)
    if ended is not None and issued.filter(number__text=ended.number).exists():
        return _(
            "Giấy chứng nhận này do hệ thống cấp. Bấm “Thu hồi” ở trang của giấy, tab Sản phẩm của nhiệm vụ."
        )
    if not milestone.number and not milestone.taken_over:
        return _("Hãy ghi số của thông báo, quyết định thu hồi.")
    return ""


def refuse_if_of_withdrawal(milestone: TaskMilestone) -> None:
    """What a notice of withdrawal brought about, and the registration that it ended, stay as the papers have them."""
    papers = Paper.objects.of(milestone.task).filter(
        Q(withdraws__isnull=False) | Q(withdrawals__number__isnull=False)
    )
    if milestone.number and papers.filter(number__text=milestone.number).exists():
        raise TaskRefused(
            _(
                "Mốc này theo giấy số %(number)s đã ban hành và việc thu hồi giấy, nên không đính chính, không bỏ được."
            )
            % {"number": milestone.number},
            code="owned",
        )
