"""What each tab of the file of a task holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.finance.models import (
    AdvancePayment,
    BudgetAllocation,
    ContractInstalment,
    PaymentReduction,
    PriceAppraisal,
    ProcurementPlan,
    TaskAsset,
    YearSettlement,
)
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.registers.attachments import listed_attachments
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens import record_page_content, record_panels
from khcn.kernel.screens.history import latest_changes
from khcn.kernel.screens.papers import papers_of
from khcn.kernel.text.amounts_in_words import amount_in_words
from khcn.reference.models import LegalDocument
from khcn.science.enums import AmendmentKind, CheckKind, MilestoneKind, PartnerRole
from khcn.science.models import (
    AmendmentRequest,
    MeetingItem,
    PilotModel,
    ProgrammeNomination,
    ProgressCheck,
    ScienceTask,
    TaskAmendment,
    TaskMilestone,
    TaskPartner,
    TaskProposal,
    TaskWorkshop,
    TeamMember,
)
from khcn.science.queries import LINKS_OF_AMENDMENT, before_and_after, timeline, without_sums

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.ui.http import Request

_COLUMNS_OF_AMENDMENT = ("kind", "decided_on", "decision")
CHILDREN = (
    TaskMilestone,
    TaskAmendment,
    ProgressCheck,
    TaskWorkshop,
    PilotModel,
    TaskPartner,
    TeamMember,
    MeetingItem,
)
# What the office has on record about the money of a task.
_MONEY: tuple[tuple[Any, type[Record]], ...] = (
    (_("Đợt cấp kinh phí theo hợp đồng"), ContractInstalment),
    (_("Tạm ứng"), AdvancePayment),
    (_("Quyết toán năm"), YearSettlement),
    (_("Giảm trừ, thu hồi"), PaymentReduction),
    (_("Phân bổ dự toán"), BudgetAllocation),
    (_("Thẩm định giá"), PriceAppraisal),
    (_("Kế hoạch lựa chọn nhà thầu"), ProcurementPlan),
)


def _panel(
    request: Request,
    task: ScienceTask,
    title: Any,
    model: type[Record],
    *columns: str,
    **only: Any,
) -> record_panels.PanelPage | None:
    return record_panels.panel_page(
        str(title),
        register_of(model),
        "task",
        task,
        actor=request.actor,
        on=request.today,
        only=only,
        columns=columns,
    )


def _panels(*found: record_panels.PanelPage | None) -> dict[str, Any]:
    return {"panels": [each for each in found if each is not None]}


def _data(request: Request, task: ScienceTask, *names: str) -> list[record_page_content.Datum]:
    register = register_of(ScienceTask).seen_by(request.actor)
    return [record_page_content.fact_of(register, task, name, request.actor) for name in names]


def _general(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    return {
        "cards": [
            (
                _("Nhiệm vụ"),
                _data(
                    request,
                    task,
                    "code",
                    "title",
                    "short_name",
                    "task_type",
                    "level",
                    "programme",
                    "managing_side",
                ),
            ),
            (_("Tổ chức chủ trì, chủ nhiệm"), _data(request, task, "host", "principal_investigator")),
            (
                _("Thời gian thực hiện"),
                _data(
                    request,
                    task,
                    "start_year",
                    "is_supplementary",
                    "planned_start_on",
                    "planned_end_on",
                    "planned_dossier_on",
                ),
            ),
            (_("Ghi chú"), _data(request, task, "is_interregional", "note")),
        ],
        **_panels(
            _panel(request, task, _("Tổ chức phối hợp"), TaskPartner),
            _panel(request, task, _("Thành viên thực hiện"), TeamMember),
        ),
    }


def _outline(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    kinds = (
        MilestoneKind.DETERMINED,
        MilestoneKind.LISTED,
        MilestoneKind.AWARDED,
        MilestoneKind.OUTLINE_APPROVED,
        MilestoneKind.CONTRACT_SIGNED,
    )
    return {
        "cards": [(_("Thuyết minh"), _data(request, task, "objective", "field_group", "mode"))],
        **_panels(
            _panel(request, task, _("Xác định, phê duyệt, ký hợp đồng"), TaskMilestone, kind__in=kinds),
            _panel(
                request,
                task,
                _("Điều chỉnh thuyết minh, địa điểm"),
                TaskAmendment,
                *_COLUMNS_OF_AMENDMENT,
                *("old_text", "new_text"),
                kind__in=(AmendmentKind.AMEND_OUTLINE, AmendmentKind.ADD_SITE),
            ),
            _panel(request, task, _("Đề xuất đặt hàng hình thành nhiệm vụ"), TaskProposal),
            _panel(request, task, _("Đề xuất vào chương trình cấp bộ"), ProgrammeNomination),
        ),
    }


def _budget(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    kinds = (MilestoneKind.BUDGET_APPRAISED, MilestoneKind.SETTLED, MilestoneKind.LIQUIDATED)
    return {
        "cards": [(_("Kinh phí"), _data(request, task, "budget_total", "budget_state"))],
        "without_sums": [
            (each, register_of(TaskAmendment).detail_url(each.pk))
            for each in without_sums(task, request.actor)
        ],
        "words": amount_in_words(task.budget_total) if task.budget_total is not None else "",
        **_panels(
            _panel(request, task, _("Thẩm định, quyết toán, thanh lý"), TaskMilestone, kind__in=kinds),
            _panel(
                request,
                task,
                _("Điều chỉnh kinh phí"),
                TaskAmendment,
                *_COLUMNS_OF_AMENDMENT,
                *("old_budget_total", "new_budget_total", "old_budget_state", "new_budget_state", "new_text"),
                kind=AmendmentKind.CHANGE_BUDGET,
            ),
            _panel(request, task, _("Kiểm tra tiến độ kinh phí"), ProgressCheck, kind=CheckKind.FINANCE),
            *(_panel(request, task, title, model) for title, model in _MONEY),
        ),
    }


def _progress(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    return {
        "line": [
            (each, register_of(apps.get_model(each.model)).detail_url(each.pk), each.on > on)
            for each in timeline(task, actor=request.actor)
        ],
        **_panels(
            _panel(request, task, _("Mốc thực hiện"), TaskMilestone),
            _panel(request, task, _("Kiểm tra tiến độ"), ProgressCheck),
            _panel(request, task, _("Hội thảo"), TaskWorkshop),
        ),
    }


def _amendments(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    rows = task.amendments.visible_to(request.actor).select_related(*LINKS_OF_AMENDMENT)
    return {
        "amendments": [
            (
                each,
                each.starts_on > on,
                shown_record_name(each.decision, request.actor),
                before_and_after(each, request.actor),
            )
            for each in rows.order_by("decided_on", "pk")
        ],
        **_panels(
            _panel(request, task, _("Đề nghị điều chỉnh"), AmendmentRequest),
            _panel(request, task, _("Các lần điều chỉnh"), TaskAmendment),
        ),
    }


def _councils(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    kinds = (
        MilestoneKind.SELF_ACCEPTED,
        MilestoneKind.ACCEPTED_PROVINCE,
        MilestoneKind.ACCEPTED_NATIONAL,
        MilestoneKind.CONCLUSIONS_MET,
    )
    return _panels(
        _panel(request, task, _("Các cuộc họp hội đồng"), MeetingItem),
        _panel(request, task, _("Nghiệm thu"), TaskMilestone, kind__in=kinds),
    )


def _products(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    kinds = (
        MilestoneKind.REGISTERED,
        MilestoneKind.DEREGISTERED,
        MilestoneKind.RECOGNISED,
        MilestoneKind.HANDED_OVER,
    )
    return papers_of(request, task) | _panels(
        _panel(request, task, _("Mô hình"), PilotModel),
        _panel(request, task, _("Đăng ký, công nhận, bàn giao kết quả"), TaskMilestone, kind__in=kinds),
        _panel(
            request, task, _("Tổ chức tiếp nhận, ứng dụng kết quả"), TaskPartner, role=PartnerRole.RECEIVING
        ),
    )


def _assets(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    return _panels(
        _panel(request, task, _("Tài sản của nhiệm vụ"), TaskAsset),
        _panel(request, task, _("Xử lý tài sản"), TaskMilestone, kind=MilestoneKind.ASSETS_HANDLED),
    )


def documents_of(task: ScienceTask, actor: Actor) -> QuerySet[LegalDocument]:
    """The documents that milestones and amendments of a task name, as far as the actor may read all three, oldest first."""
    named = Q(pk__in=task.milestones.visible_to(actor).values("document"))
    named |= Q(pk__in=task.amendments.visible_to(actor).values("decision"))
    return register_of(LegalDocument).visible(actor).filter(named).order_by("issued_on", "pk")


def _documents(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    register = register_of(LegalDocument)
    return {
        "documents": [(each, register.detail_url(each.pk)) for each in documents_of(task, request.actor)],
        "attachments": listed_attachments(task),
    }


def _history(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    """The log of the task and of all that hangs on it."""
    children = [(register_of(model), "task") for model in CHILDREN]
    return {"events": latest_changes(task, request.actor, children)}


CONTENT: dict[str, Callable[[Request, ScienceTask, date], dict[str, Any]]] = {
    "general": _general,
    "outline": _outline,
    "budget": _budget,
    "progress": _progress,
    "amendments": _amendments,
    "councils": _councils,
    "products": _products,
    "assets": _assets,
    "documents": _documents,
    "history": _history,
}
