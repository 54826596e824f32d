"""One section: its editor, the live preview, what its chips show, and its steps between division and office."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.indicators.registry import UnknownIndicatorError
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import preserves_form_input, read_only
from khcn.kernel.workflow.engine import TransitionRefused
from khcn.reports import operations, rules
from khcn.reports.composing.printing import NOTHING
from khcn.reports.composing.rendering import preview_section
from khcn.reports.composing.sources import source_of
from khcn.reports.forms.definition import fill
from khcn.reports.operations.carrying import text_of_last_time
from khcn.reports.texts.markup import MarkupProblem
from khcn.reports.views.access import (
    figure_link_of,
    page,
    report_of,
    section_of,
    typed_again,
    unit_names,
)
from khcn.reports.views.anchors import body_of
from khcn.reports.views.chips import chip_data, menu, occurrences_of, shown_by_mark, variable_menu
from khcn.reports.views.offers import offers_of
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from khcn.kernel.ui.http import Request
    from khcn.reports.models import ReportInstance, ReportSection

CONFIRM, NOTHING_HAPPENED = "confirm_text", "nothing"
STEPS = {
    "hand_in": operations.hand_in_section,
    "accept": operations.accept_section,
    "take_back": operations.take_back_section,
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the editor."""

    title: str
    text: str
    mark: str  # of the stored words that the typing started from


def mark_of(section: ReportSection) -> str:
    """Changes when the stored title or text changes, and only then."""
    return hashlib.sha256(f"{section.title}\0{section.text}".encode()).hexdigest()[:20]


def why_not_edit(section: ReportSection, request: Request) -> str:
    """Why this person cannot write here now; "" when they can."""
    if not rules.can_edit_section.test(request.actor, section):
        return _("Mục này do đơn vị khác soạn. Tài khoản của bạn chỉ xem được.")
    is_office = rules.office.test(request.actor, section)
    if section.instance.state != "drafting" and not (is_office and section.instance.state == "compiled"):
        label = REPORT_FLOW.by_value[section.instance.state].label
        return _("Báo cáo %(state)s nên không sửa được nội dung.") % {"state": label}
    if section.state == "taken_over":
        return _("Mục này lấy từ bản đã ký. Bấm “Lấy lại để sửa” rồi sửa.")
    if section.state not in {"drafting", "returned"} and not is_office:
        label = SECTION_FLOW.by_value[section.state].label
        return _("Mục này %(state)s. Lấy lại hoặc trả lại mục trước khi sửa.") % {"state": label}
    return ""


@preserves_form_input
@page
def edit(request: Request, pk: int, key: str) -> HttpResponse:
    """The editor. Nothing typed is lost: not by a mark that cannot be read, a faster colleague or an ended session."""
    report = report_of(request, pk)
    section = section_of(report, key)
    stored = Typed(section.title, section.text, mark_of(section))
    if typed_again(request):
        earlier = request.POST
        messages.info(
            request, _("Nội dung gõ trước khi hết phiên làm việc vẫn còn ở dưới. Bấm Lưu để ghi lại.")
        )
        typed = Typed(earlier.get("title", ""), earlier.get("text", ""), earlier.get("mark", ""))
        return _editor(request, report, section, typed)
    if request.method == "POST":
        return _save(request, report, section, stored)
    return _editor(request, report, section, stored)


def _save(request: Request, report: ReportInstance, section: ReportSection, stored: Typed) -> HttpResponse:
    posted = request.POST
    typed = Typed(posted.get("title", section.title), posted.get("text", ""), posted.get("mark", ""))
    again = partial(_editor, request, report, section)
    if problem := why_not_edit(section, request):
        return again(typed, problem=problem, status=409)
    if typed.mark != stored.mark and (typed.title, typed.text) != (stored.title, stored.text):
        return again(replace(typed, mark=stored.mark), conflict=_conflict(section), status=409)
    hands_in = posted.get("do") == "hand_in"
    try:
        operations.edit_section(
            section=section, text=typed.text, title=typed.title, actor=request.actor, on=request.today
        )
        if hands_in:
            operations.hand_in_section(section=section, actor=request.actor, on=request.today)
    except MarkupProblem as fault:
        return again(typed, problem=str(fault), place=True, status=422)
    except (operations.ReportRefused, TransitionRefused) as refusal:
        return again(typed, problem=str(refusal), status=422)
    if hands_in:
        messages.success(request, _("Đã lưu và nộp mục %(key)s cho Văn phòng.") % {"key": section.key})
        return see_other(reverse("reports:detail", args=[report.pk]))
    messages.success(request, _("Đã lưu."))
    return see_other(reverse("reports:section", args=[report.pk, section.key]))


def _conflict(section: ReportSection) -> dict[str, Any]:
    """Who changed the section meanwhile, when, and to what."""
    last = (
        ChangeEntry.objects.filter(model=section._meta.label_lower, object_id=str(section.pk))
        .order_by("-pk")
        .first()
    )
    return {"who": last.who if last else "", "at": last.at if last else None, "text": section.text}


def _editor(
    request: Request,
    report: ReportInstance,
    section: ReportSection,
    typed: Typed,
    *,
    problem: str = "",
    place: bool = False,
    conflict: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    source = source_of(report)
    offers = offers_of(SECTION_FLOW, section, request)
    stored = occurrences_of(source, section.key)
    neighbours = list(report.sections.values_list("key", "label", "title"))
    at = next(number for number, each in enumerate(neighbours) if each[0] == section.key)
    context = {
        "report": report,
        "section": section,
        "heading": fill(section.title, source.words),
        "typed": typed,
        "problem": problem,
        "place": place,
        "conflict": conflict,
        "why_not": why_not_edit(section, request),
        "unit": unit_names(report.period().last_day).get(section.owner_code, section.owner_code),
        "state": SECTION_FLOW.by_value[section.state].label,
        "offers": [each for each in offers if each.transition.name != "hand_in"],
        "hand_in": next((each for each in offers if each.transition.name == "hand_in"), None),
        "occurrences": stored,
        "typed_over": {(each.code, each.nth, each.aspect): each.pk for each in section.overrides.all()},
        "link": figure_link_of(report),
        "last_time": text_of_last_time(section),
        "chips": chip_data(source, section.key, typed.text, stored),
        "menu": menu(),
        "variables": variable_menu(source),
        "preview": _preview(report, section.key, typed.text, typed.title),
        "before": neighbours[at - 1] if at else None,
        "after": neighbours[at + 1] if at + 1 < len(neighbours) else None,
    }
    return render(request, "reports/section.html", context, status=status)


def _preview(report: ReportInstance, key: str, text: str, title: str) -> dict[str, Any]:
    """The section as it will be printed, or why it cannot be."""
    try:
        document = preview_section(source_of(report), key, text, title)
    except MarkupProblem as problem:
        return {"html": "", "problem": str(problem)}
    except UnknownIndicatorError as unknown:
        code = unknown.args[0]
        return {
            "html": "",
            "problem": _("Chưa có số liệu nào mang mã %(code)s. Chọn mã trong danh sách số liệu.")
            % {"code": code},
        }
    return {"html": body_of(document, figure_link_of(report)), "problem": ""}


@transaction.non_atomic_requests
@require_POST
def preview(request: Request, pk: int, key: str) -> HttpResponse:
    """The live preview of what is being typed; writes nothing."""
    report = report_of(request, pk)
    section = section_of(report, key)
    title = request.POST.get("title", section.title)
    context = {"preview": _preview(report, section.key, request.POST.get("text", ""), title)}
    return render(request, "reports/parts/preview.html", context)


@read_only
def chips(request: Request, pk: int, key: str) -> HttpResponse:
    """What just-inserted marks show, one mark a line."""
    report = report_of(request, pk)
    section_of(report, key)
    text = request.GET.get("text", "")[:4000]
    return JsonResponse({"chips": shown_by_mark(source_of(report), [text]), "overrides": []})


_JUDGING: Final = frozenset({"accept", "return"})  # of what was shown


def _confirm(request: Request, section: ReportSection, here: str) -> HttpResponse:
    """Statements of last time's text are so in this period too, as they were shown on the page."""
    try:
        if request.POST.get("mark", "") != mark_of(section):
            raise operations.ReportRefused(  # noqa: TRY301 -- said as every other refusal
                _("Mục này vừa được người khác sửa. Đọc lại nội dung rồi xác nhận.")
            )
        done = operations.confirm_section_text(
            section=section,
            read=section.text,
            keys=request.POST.getlist("statement"),
            actor=request.actor,
            at=request.at,
        )
    except operations.ReportRefused as refusal:
        messages.error(request, str(refusal))
    else:
        left = len(text_of_last_time(done))
        messages.success(
            request,
            _("Mục %(key)s: đã xác nhận, còn %(left)d câu kỳ trước.") % {"key": section.key, "left": left}
            if left
            else _("Đã xác nhận lời văn kỳ trước của mục %(key)s.") % {"key": section.key},
        )
    return see_other(here)


def _write_nothing(request: Request, section: ReportSection, here: str) -> HttpResponse:
    """Nothing of the section happened in this period: somebody says so, and the log keeps who."""
    try:
        if request.POST.get("mark", "") != mark_of(section):
            raise operations.ReportRefused(  # noqa: TRY301 -- said as every other refusal
                _("Mục này vừa được người khác sửa. Đọc lại nội dung rồi ghi.")
            )
        operations.edit_section(
            section=section, text=f"{NOTHING.capitalize()}.", actor=request.actor, on=request.today
        )
    except operations.ReportRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Mục %(key)s: đã ghi “Không phát sinh”.") % {"key": section.key})
    return see_other(here)


@page
def section_step(request: Request, pk: int, key: str, name: str) -> HttpResponse:
    """Hand in, take back, accept; returning asks for the reason in the same form."""
    report = report_of(request, pk)
    section = section_of(report, key)
    here = reverse("reports:section", args=[report.pk, section.key])
    if request.method != "POST" or (name not in STEPS and name not in {"return", CONFIRM, NOTHING_HAPPENED}):
        return see_other(here)
    of_all = reverse("reports:last-time", args=[report.pk])
    if name == NOTHING_HAPPENED:
        return _write_nothing(request, section, of_all)
    if name == CONFIRM:
        return _confirm(request, section, of_all if request.POST.get("back") == "report" else here)
    try:
        if name in _JUDGING and request.POST.get("mark", "") != mark_of(section):
            raise operations.ReportRefused(  # noqa: TRY301 -- said as every other refusal
                _("Mục này vừa được người khác sửa. Đọc lại nội dung rồi nhận hoặc trả lại.")
            )
        if name == "return":
            note = request.POST.get("note", "")
            operations.return_section(section=section, note=note, actor=request.actor, on=request.today)
        else:
            STEPS[name](section=section, actor=request.actor, on=request.today)
    except (operations.ReportRefused, TransitionRefused) as refusal:
        messages.error(request, str(refusal))
        if name == "return" and request.POST.get("note", "").strip():
            messages.info(request, _("Lý do đã gõ: %(note)s") % {"note": request.POST["note"]})
        return see_other(here)
    label = SECTION_FLOW.by_name[name].label
    messages.success(
        request, _("Mục %(key)s: đã thực hiện bước “%(step)s”.") % {"key": section.key, "step": label}
    )
    return see_other(here if name in {"take_back", "return"} else reverse("reports:detail", args=[report.pk]))
