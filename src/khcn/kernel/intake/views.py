"""The import as screens: template, upload, preview with every problem and question, confirm, undo."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.audit.events import log_download
from khcn.kernel.files.content_types import workbook_content_type
from khcn.kernel.intake import answering
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.batch_access import batch_or_404, is_own, is_plan_shown, may_take_file
from khcn.kernel.intake.changes.typed_pages import (
    last_day_of_preview,
    list_of,
    page_again,
    preview_after,
    rows_named,
    typed_page_of,
)
from khcn.kernel.intake.import_plan import (
    Answer,
    AnswerAction,
    FileChanged,
    ImportPlan,
    ImportSeverity,
    IntakeRefused,
    WorkbookRefused,
)
from khcn.kernel.intake.list_views import list_page, state_of
from khcn.kernel.intake.matching.done_before import WRITTEN_BEFORE
from khcn.kernel.intake.matching.written_records import written_records
from khcn.kernel.intake.plans.shown_pages import ShownPages
from khcn.kernel.intake.plans.stored_plans import is_planned_in_background
from khcn.kernel.intake.previews import Preview, plan_for_answers, preview_of
from khcn.kernel.intake.questions.other_answers import OTHER, other_answers, other_boxes
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict
from khcn.kernel.intake.undo.undoing import why_not_undone
from khcn.kernel.intake.workflow import BATCH, may_enter
from khcn.kernel.refusals import Stale
from khcn.kernel.refusals.shown_content import FIELD as SHOWN_FIELD
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.http import Request, download, see_other
from khcn.kernel.ui.view_decorators import asks_again, read_only, with_own_transactions
from khcn.kernel.workflow import Category
from khcn.kernel.workflow.engine import TransitionRefused, available, may_take
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.import_plan import ImportProblem
    from khcn.kernel.intake.models import Batch, TypedPage

PROBLEMS_SHOWN = 500  # on the page; the workbook of problems has them all
QUESTIONS_SHOWN = 200  # at a time; an answer brings up the next ones
CONFLICTS_SHOWN = 20
_LOOK_AGAIN = 2  # seconds after which the page of a file that is being read looks again
_SLOW = 60  # seconds after which it says that background work may have stopped
REFUSED = 422
ANSWER = "answer-"


def is_open(batch: Batch) -> bool:
    return BATCH.by_value[batch.state].category in {Category.PREPARING, Category.OPEN}


@with_own_transactions
def upload(request: Request) -> HttpResponse:
    """Take in a file; one that is no workbook of ours is refused with every reason, and nothing is stored."""
    deny_unless(may_enter.test(request.actor, None))
    sent = request.FILES.get("file")
    if sent is None:
        messages.error(request, _("Chưa chọn tệp. Hãy chọn tệp rồi bấm “Tải lên và xem trước”."))
        return see_other(reverse("import-list"))
    try:
        batch = intake.upload(
            content=sent.read(),
            name=sent.name or "",
            actor=request.actor,
            on=request.today,
            taken_over=bool(request.POST.get("taken_over")),
        )
    except WorkbookRefused as refusal:
        return list_page(request, refusal.problems, REFUSED)
    except IntakeRefused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return see_other(reverse("import-batch", args=[batch.pk]))


def _by_severity(plan: ImportPlan) -> dict[ImportSeverity, list[ImportProblem]]:
    found: dict[ImportSeverity, list[ImportProblem]] = defaultdict(list)
    for problem in plan.problems:
        found[problem.severity].append(problem)
    return found


def _of_typed_page(page: TypedPage | None, batch: Batch, actor: Actor) -> dict[str, Any]:
    """How the preview of what was typed on a page names its rows, and where it leads back to."""
    own = page if page is not None and is_own(batch, actor) else None
    return {
        "typed_page": page,
        "page_again": page_again(own) if own else "",
        "preview_after": preview_after(own) if own else None,
        "stored_until": last_day_of_preview(batch.uploaded_on) if page else None,
        "rows_named": rows_named(page),
        "list_address": list_of(page) if page else "",
    }


def _batch_page(
    request: Request, batch: Batch, *, refusal: str = "", conflicts: Sequence[Any] = (), status: int = 200
) -> HttpResponse:
    is_unsettled = is_open(batch)
    reads_plan = is_plan_shown(batch, request.actor)
    preview = Preview()
    try:
        if is_unsettled and reads_plan:
            preview = preview_of(batch, request.actor, request.today)
    except FileChanged as changed:
        refusal = str(changed)
    plan = preview.plan
    problems = _by_severity(plan) if plan else {}
    remarks = problems.get(ImportSeverity.WARNING, []) + problems.get(ImportSeverity.NOTE, [])
    label, tone = state_of(batch)
    offers = {
        offer.transition.name: offer
        for offer in available(BATCH, batch, actor=request.actor, on=request.today)
    }
    asks = not refusal and "undo" in offers and offers["undo"].allowed
    outlook = why_not_undone(batch, actor=request.actor, on=request.today) if asks else None
    typed_page = typed_page_of(batch)
    context = {
        "batch": batch,
        **_of_typed_page(typed_page, batch, request.actor),
        "state": label,
        "tone": tone,
        "last_step": WorkflowStep.objects.filter(workflow=BATCH.name, object_id=batch.pk)
        .order_by("pk")
        .last(),
        "plan": plan,
        "preview": preview,
        "is_slow": preview.progress is not None
        and preview.progress.asked_at is not None
        and (request.at - preview.progress.asked_at).total_seconds() > _SLOW,
        "waits_for_others": is_unsettled and not reads_plan,
        "written": written_records(batch, request.actor)
        if batch.committed_on and not batch.undone_on
        else [],
        "shown": preview.shown,
        "errors": problems.get(ImportSeverity.ERROR, []),
        "remarks": [each for each in remarks if each.code != WRITTEN_BEFORE],
        "written_before": [each for each in remarks if each.code == WRITTEN_BEFORE],
        "offers": offers,
        "outlook": outlook,
        "conflicts_shown": CONFLICTS_SHOWN,
        "refusal": refusal,
        "may_take_file": may_take_file(batch, request.actor),
        "conflicts": conflicts,
        "pages": ShownPages.asked(request.GET),
        "problems_shown": PROBLEMS_SHOWN,
        "questions_shown": QUESTIONS_SHOWN,
        "others": other_boxes(plan.questions[:QUESTIONS_SHOWN]) if plan else {},
        "action": AnswerAction,
        "may_choose": bool(offers.get("confirm")),
    }
    answer = render(request, "intake/batch.html", context, status=status)
    if preview.progress is not None and preview.progress.asked_at is not None and status == HTTPStatus.OK:
        answer["Refresh"] = str(_LOOK_AGAIN)
    return answer


@read_only
def batch_detail(request: Request, pk: int) -> HttpResponse:
    """The preview of a file that is open, the result of one that was written."""
    return _batch_page(request, batch_or_404(request, pk))


@read_only
def batch_file(request: Request, pk: int) -> HttpResponse:
    """The file as it was sent."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take_file(batch, request.actor))
    try:
        content = batch.content()
        name = batch.name if typed_page_of(batch) is None else f"{batch.name}.xlsx"
        log_download(name, at=request.at)
        return download(content, name, workbook_content_type(name))
    except FileChanged as changed:
        messages.error(request, str(changed))
        return see_other(reverse("import-batch", args=[pk]))


def _looked_for(request: Request, batch: Batch, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The records that were looked for in the questions. Raises :class:`IntakeRefused`, also where one was chosen as well."""
    if not any(name.startswith(OTHER) and value for name, value in request.POST.items()):
        return {}
    plan = plan_for_answers(batch, request.actor, request.today)
    found = other_answers({each.key: each for each in plan.questions}, request.POST.dict())
    for question in plan.questions:
        if question.key in found and question.key in answers:
            text = _("“%(value)s”: vừa chọn một cách, vừa tìm mục khác. Bỏ một trong hai rồi áp dụng lại.")
            raise IntakeRefused(text % {"value": question.value})
    return found


def _keep_answers(request: Request, batch: Batch, answers: Mapping[str, Answer]) -> None:
    given: dict[str, Any] = {"batch": batch, "answers": answers, "actor": request.actor, "on": request.today}
    if is_planned_in_background(batch.size, request.actor):
        answering.decide_by_plan(plan=plan_for_answers(batch, request.actor, request.today), **given)
    else:
        answering.decide_all(**given)


@with_own_transactions
def decide(request: Request, pk: int) -> HttpResponse:
    """Answer the questions of a file, all at once; unanswered ones stay open."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    answers: dict[str, Answer] = {}
    for name, value in request.POST.items():
        action, _colon, target = str(value).partition(":")
        if name.startswith(ANSWER) and action in AnswerAction.values:
            answers[name.removeprefix(ANSWER)] = Answer(AnswerAction(action), target)
    try:
        answers |= _looked_for(request, batch, answers)
    except (FileChanged, IntakeRefused) as refusal:
        return _batch_page(request, batch, refusal=str(refusal), status=REFUSED)
    if not answers:
        messages.error(request, _("Chưa chọn câu trả lời nào. Hãy chọn cách xử lý cho ít nhất một giá trị."))
        return see_other(reverse("import-batch", args=[pk]))
    try:
        _keep_answers(request, batch, answers)
    except IntakeRefused as refusal:
        return _batch_page(request, batch, refusal=str(refusal), status=REFUSED)
    text = ngettext(
        "Đã áp dụng %(count)s lựa chọn. Bản xem trước đã tính lại.",
        "Đã áp dụng %(count)s lựa chọn. Bản xem trước đã tính lại.",
        len(answers),
    )
    messages.success(request, text % {"count": format_number(len(answers))})
    intake.keep_counts(batch=batch, actor=request.actor, on=request.today)
    return see_other(reverse("import-batch", args=[pk]))


@with_own_transactions
def confirm_values(request: Request, pk: int) -> HttpResponse:
    """Say once, with a reason, that unlikely values are right."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    keys, reason = request.POST.getlist("key"), request.POST.get("reason", "")
    try:
        answering.confirm_values(
            batch=batch,
            keys=keys,
            reason=reason,
            actor=request.actor,
            on=request.today,
            plan=plan_for_answers(batch, request.actor, request.today),
        )
    except (FileChanged, IntakeRefused) as refusal:
        return _batch_page(request, batch, refusal=str(refusal), status=REFUSED)
    if is_planned_in_background(batch.size, request.actor):
        intake.keep_counts(batch=batch, actor=request.actor, on=request.today)
    messages.success(request, _("Đã ghi lý do. Các giá trị này không bị hỏi lại."))
    return see_other(reverse("import-batch", args=[pk]))


@with_own_transactions
def ask_again(request: Request, pk: int) -> HttpResponse:
    """The button beside an answer that was used: it is dropped, and its question asked again."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    try:
        answering.ask_again(batch=batch, key=request.POST.get("key", ""), actor=request.actor)
    except IntakeRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã bỏ lựa chọn. Bản xem trước đã tính lại."))
        intake.keep_counts(batch=batch, actor=request.actor, on=request.today)
    return see_other(reverse("import-batch", args=[pk]))


@with_own_transactions
def confirm_button(request: Request, pk: int) -> HttpResponse:
    """Write the file: all of it or nothing."""
    batch = batch_or_404(request, pk)
    deny_unless(may_take(BATCH.by_name["confirm"], request.actor, batch))
    try:
        plan = intake.confirm_import(
            batch=batch,
            actor=request.actor,
            on=request.today,
            shown=request.POST.get(SHOWN_FIELD, ""),
        )
    except (IntakeRefused, TransitionRefused, Stale) as refusal:
        batch.refresh_from_db()
        return _batch_page(request, batch, refusal=str(refusal), status=409)
    messages.success(
        request,
        _("Đã ghi vào sổ: thêm %(new)s, sửa %(changed)s, không đổi %(same)s, bỏ qua %(skipped)s dòng.")
        % {
            "new": format_number(plan.counts.create),
            "changed": format_number(plan.counts.change),
            "same": format_number(plan.counts.same),
            "skipped": format_number(plan.counts.skip),
        },
    )
    return see_other(reverse("import-batch", args=[pk]))


@require_POST
def reject(request: Request, pk: int) -> HttpResponse:
    """The button of the preview that puts a file aside without writing it."""
    batch = batch_or_404(request, pk)
    try:
        intake.reject(batch=batch, actor=request.actor, on=request.today)
    except (IntakeRefused, TransitionRefused) as refusal:
        batch.refresh_from_db()
        return _batch_page(request, batch, refusal=str(refusal), status=409)
    messages.success(request, _("Đã hủy “%(name)s”. Không có gì được ghi vào sổ.") % {"name": batch.name})
    page = typed_page_of(batch)
    return see_other((page and list_of(page)) or reverse("import-list"))


@asks_again
@with_own_transactions
def undo_button(request: Request, pk: int) -> HttpResponse:
    """Take a written file back, unless something newer depends on it."""
    batch = batch_or_404(request, pk)
    try:
        restored = intake.undo_import(batch=batch, actor=request.actor, on=request.today)
    except UndoConflict as refusal:
        batch.refresh_from_db()
        return _batch_page(request, batch, refusal=str(refusal), conflicts=refusal.conflicts, status=409)
    except (IntakeRefused, TransitionRefused) as refusal:
        batch.refresh_from_db()
        return _batch_page(request, batch, refusal=str(refusal), status=409)
    text = ngettext(
        "Đã hoàn tác: %(count)s bản ghi trở về như trước khi nhập.",
        "Đã hoàn tác: %(count)s bản ghi trở về như trước khi nhập.",
        restored,
    )
    messages.success(request, text % {"count": format_number(restored)})
    return see_other(reverse("import-batch", args=[pk]))
