"""What must be so of the steps of stored workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import Moment, integrity_rule
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from django.db.models import QuerySet


@integrity_rule(
    "workflow.step_chain",
    _("Bước xử lý không bắt đầu từ nơi bước trước kết thúc"),
    explanation=_(
        "Mỗi bước bắt đầu từ trạng thái mà bước trước dẫn đến; đứt quãng là một bước bị xóa hoặc thêm ngoài chương trình."
    ),
    remedy=_("Chạy kiểm tra nhật ký để biết bước nào, và báo người bảo trì phần mềm."),
)
def step_chain(_now: Moment) -> QuerySet[WorkflowStep]:
    before = Window(Lag("target"), partition_by=("workflow", "object_id"), order_by="pk")
    rows = WorkflowStep.objects.order_by().annotate(_before=before)
    return rows.filter(Q(_before__isnull=False) & ~Q(source=F("_before")))
