"""The file of a task: one page with tabs, as of a day that one may choose."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khcn.councils.models import CouncilMeeting
from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.deadlines.queries import deadlines_of
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens import record_page_content
from khcn.kernel.screens.action_buttons import action_url, record_buttons
from khcn.kernel.screens.record_page_content import page_of_record
from khcn.kernel.screens.record_views import record_detail
from khcn.kernel.screens.requested_record import record_or_404
from khcn.kernel.text.dates import parse_date
from khcn.kernel.text.text_problem import TextProblem
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only
from khcn.science.models import (
    ScienceTask,
)
from khcn.science.operations.liquidation import Obstacle, ended_early, obstacles, waits_for_liquidation
from khcn.science.operations.meetings import failed_items, what_to_do
from khcn.science.operations.next_steps import next_steps
from khcn.science.queries import (
    steps_of,
    task_on,
)
from khcn.science.register import actions
from khcn.science.views.tabs import CONTENT
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.http.response import HttpResponseBase

    from khcn.kernel.access.scopes import Reach
    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.http import Request
    from khcn.kernel.workflow import State
    from khcn.science.queries import TaskStep


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
_OF_CONTRACT = ("budget", "assets")  # the tabs that say what is left of the contract


@open_to_outside_accounts
@read_only
def task_file(request: Request, pk: int, tab: str = "general") -> HttpResponseBase:
    """One tab of the file; ``?on=14/9/2023`` shows the task as it stood on that day."""
    if tab not in CONTENT:
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
        "obstacles": _obstacles(request.actor, task, state, steps, on) if tab in _OF_CONTRACT else None,
        "ended_early": ended_early([each for each in steps if each.on <= on]),
        "step_url": action_url(register, pk, actions.RECORD_MILESTONE),
        "buttons": record_buttons(register, task, actor=request.actor, on=request.today),
        "deadlines": deadlines_of(register.name, pk, on=on, today=request.today),
        "host": shown_record_name(as_it_stood.host, request.actor),
    }
    # Shown as of the day; the buttons above were asked about the task as it is.
    for name in ("host", "principal_investigator", "budget_total", "budget_state"):
        setattr(task, name, getattr(as_it_stood, name))
    context |= CONTENT[tab](request, task, on)
    return render(request, "science/task.html", context)


def _obstacles(
    actor: Actor, task: ScienceTask, state: State, steps: Sequence[TaskStep], on: date
) -> list[Obstacle] | None:
    """What the liquidation of the contract waits for; None where no contract waits for it."""
    if not waits_for_liquidation(state, [each for each in steps if each.on <= on]):
        return None
    return obstacles(task, steps, actor=actor, on=on)


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
