"""The file of a task: one page with tabs, as of a day that one may choose."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khcn.councils.models import CouncilMeeting
from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.deadlines.queries import deadlines_of
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.registers.attachments import listed_attachments
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens import record_page_content, record_panels
from khcn.kernel.screens.action_buttons import action_url, record_buttons
from khcn.kernel.screens.history import latest_changes
from khcn.kernel.screens.papers import papers_of
from khcn.kernel.screens.record_page_content import page_of_record
from khcn.kernel.screens.record_views import record_detail
from khcn.kernel.screens.requested_record import record_or_404
from khcn.kernel.text.amounts_in_words import amount_in_words
from khcn.kernel.text.dates import parse_date
from khcn.kernel.text.text_problem import TextProblem
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only
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
from khcn.science.operations.meetings import failed_items, what_to_do
from khcn.science.operations.next_steps import next_steps
from khcn.science.queries import (
    LINKS_OF_AMENDMENT,
    before_and_after,
    steps_of,
    task_on,
    timeline,
    without_sums,
)
from khcn.science.register import actions
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http.response import HttpResponseBase

    from khcn.kernel.access.scopes import Reach
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.ui.http import Request


TABS = (
    ("general", _("Thông tin chung")),
    ("outline", _("Thuyết minh")),
    ("budget", _("Kinh phí")),
    ("progress", _("Tiến độ")),
    ("amendments", _("Điều chỉnh")),
    ("councils", _("Hội đồng")),
    ("products", _("Sản phẩm")),
    ("assets", _("Tài sản")),
    ("documents", _("Văn bản")),
    ("history", _("Lịch sử")),
)
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


@open_to_outside_accounts
@read_only
def task_file(request: Request, pk: int, tab: str = "general") -> HttpResponseBase:
    """One tab of the file; ``?on=14/9/2023`` shows the task as it stood on that day."""
    if tab not in _CONTENT:
        raise Http404
    if not request.actor.is_staff_of_department:  # the tabs show what happens inside the department
        if tab != "general":
            raise PermissionDenied
        return record_detail(request, "science", "tasks", pk)
    register = register_of(ScienceTask).seen_by(request.actor)
    deny_unless(register.may("read", request.actor))
    on, problem = _day(request)
    task: Any = record_or_404(request, register, pk, on=on)
    state = TASK_FLOW.by_value[task.state]
    steps = steps_of(task)
    as_it_stood = task_on(task, on=on, steps=steps)
    context = {
        **page_of_record(request, register, task),
        "title": task.title,
        "task": task,
        "state": state.label,
        "tone": record_page_content.TONES[state.category],
        "on": on,
        "typed_day": request.GET.get("on", ""),
        "day_problem": problem,
        "failed": _failed_items(request.actor, task, on),
        "tab": tab,
        "tabs": [(name, label, _address(pk, name, request)) for name, label in TABS],
        "next_steps": next_steps(task, state, on=on, steps=steps),
        "step_url": action_url(register, pk, actions.RECORD_MILESTONE),
        "buttons": record_buttons(register, task, actor=request.actor, on=request.today),
        "deadlines": deadlines_of(register.name, pk, on=on, today=request.today),
        "host": shown_record_name(as_it_stood.host, request.actor),
    }
    # Shown as of the day; the buttons above were asked about the task as it is.
    for name in ("host", "principal_investigator", "budget_total", "budget_state"):
        setattr(task, name, getattr(as_it_stood, name))
    context |= _CONTENT[tab](request, task, on)
    return render(request, "science/task.html", context)


def _failed_items(actor: Actor, task: ScienceTask, on: date) -> list[tuple[str, str]]:
    """What comes next after meetings at which the task did not pass, with the address of each meeting, for who may read it."""
    meetings = register_of(CouncilMeeting)
    items = _failed_at(meetings.reach("read", actor)).records(task=task.pk, on=on)
    return [(what_to_do(each), meetings.detail_url(each.meeting_id)) for each in items]


@lru_cache(maxsize=64)
def _failed_at(reach: Reach) -> PreparedQuery:
    """The failed items of a task at meetings within reach."""
    items = failed_items(on=asked("on")).filter(task=asked("task"))
    if reach is not True:
        items = items.filter(meeting__in=register_of(CouncilMeeting).rows_within(reach).values("pk"))
    return PreparedQuery(lambda: items)


def _day(request: Request) -> tuple[date, str]:
    """The day of "as of" and, when what was typed is no day, why. The reporting period of the bar is for figures: what is
    done with a task is done today.
    """
    typed = request.GET.get("on", "").strip()
    default: date = request.today
    if not typed:
        return default, ""
    try:
        return parse_date(typed).last, ""
    except TextProblem as problem:
        return default, str(problem)


def _address(pk: int, tab: str, request: Request) -> str:
    path = reverse("science-task" if tab == "general" else f"science-task-{tab}", args=[pk])
    typed = request.GET.get("on", "").strip()
    return f"{path}?on={typed}" if typed else path


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
        _panel(request, task, _("Xử lý tài sản"), TaskMilestone, kind=MilestoneKind.ASSETS_HANDLED)
    )


def _documents(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    actor, register = request.actor, register_of(LegalDocument)
    named = Q(pk__in=task.milestones.visible_to(actor).values("document"))
    named |= Q(pk__in=task.amendments.visible_to(actor).values("decision"))
    linked = register.visible(actor).filter(named).order_by("issued_on", "pk")
    return {
        "documents": [(each, register.detail_url(each.pk)) for each in linked],
        "attachments": listed_attachments(task),
    }


def _history(request: Request, task: ScienceTask, on: date) -> dict[str, Any]:
    """The log of the task and of all that hangs on it."""
    children = [(register_of(model), "task") for model in CHILDREN]
    return {"events": latest_changes(task, request.actor, children)}


_CONTENT: dict[str, Callable[[Request, ScienceTask, date], dict[str, Any]]] = {
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
