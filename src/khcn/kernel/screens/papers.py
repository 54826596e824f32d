"""Papers on screen: those of a record, a draft to look at, the number, the files, replacement and withdrawal.

These views run without a transaction of the request: the operations open short ones, and make the files between them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless, is_staff
from khcn.kernel.audit.events import log_download
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.documents.html import STYLE_SHEET
from khcn.kernel.papers import drafts, operations, printing
from khcn.kernel.papers.differences import changed_since_draft, contradiction, differing_words, shown_parts
from khcn.kernel.papers.kinds import paper_kind_of
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.permissions import may_handle_paper
from khcn.kernel.papers.signing import may_sign, sign_paper
from khcn.kernel.papers.template_language import TemplateRefused
from khcn.kernel.papers.template_versions import may_edit_templates
from khcn.kernel.papers.verifying import file_is_as_issued
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.province.names import is_province_known
from khcn.kernel.refusals import NotPermitted, Refused, Stale
from khcn.kernel.refusals.shown_content import FIELD as SHOWN_FIELD
from khcn.kernel.refusals.shown_content import shown_content_text
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.fold import fold
from khcn.kernel.text.form_fields import OneLineField, VietnameseDateField
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import (
    asks_again,
    form_with_own_transactions,
    read_only,
    with_own_transactions,
)
from khcn.kernel.workflow.engine import TransitionRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import Model
    from django.http.response import HttpResponseBase

    from khcn.kernel.papers.kinds import TemplateVariable

log = logging.getLogger(__name__)

LOOKS = {"draft": "", "issuing": "warn", "issued": "ok", "replaced": "", "withdrawn": "bad"}
SHOWN = 200
REFUSALS = (Refused, TransitionRefused, ValidationError)


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})


class ReasonForm(forms.Form):
    """Why a paper is replaced or withdrawn, and who signs the new one."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text=_("Lý do được in trên giấy mới."),
        error_messages={"required": _("Ghi lý do.")},
    )
    signer_name = OneLineField(
        label=_("Người ký"),
        max_length=150,
        widget=_line(),
        error_messages={"required": _("Ghi họ và tên người ký.")},
    )
    signer_capacity = OneLineField(
        label=_("Chức vụ người ký"),
        max_length=150,
        widget=_line(),
        help_text=_("Hai dòng thì ngăn bằng dấu gạch chéo, ví dụ: KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"),
    )


class IssueForm(forms.Form):
    """The day on the paper."""

    use_required_attribute = False
    issued_on = VietnameseDateField(label=_("Ngày cấp"))

    def __init__(self, data: Any, *, day: date) -> None:
        super().__init__(data, initial={"issued_on": day})
        self.fields["issued_on"].widget.attrs["class"] = "form-control"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper in a list."""

    paper: Paper
    state: str
    look: str


def _lines(papers: Any) -> list[PaperLine]:
    return [PaperLine(each, str(PAPER_FLOW.by_value[each.state].label), LOOKS[each.state]) for each in papers]


_OF_RECORD: Final = PreparedQuery(lambda: Paper.objects.of_record(asked("model"), asked("key")))


def papers_of(request: Request, record: Model) -> dict[str, Any]:
    """What a record's page says about its papers; new ones are made by the record's actions."""
    if not request.actor.is_staff_of_department:
        return {"papers": []}
    return {"papers": _lines(_OF_RECORD.records(model=record._meta.label_lower, key=record.pk))}


def paper_or_404(request: Request, pk: int) -> Paper:
    """A paper, if this actor may see the record that it was issued for; 403 where the whole register is not theirs."""
    found = get_object_or_404(
        Paper.objects.select_related(
            "number", "file", "pdf", "signed_pdf", "template", "replaces", "withdraws"
        ),
        pk=pk,
    )
    register = register_of(type(found.subject))
    if not register.may("read", request.actor):
        raise PermissionDenied
    if not register.rows(request.actor, request.today).filter(pk=found.object_id).exists():
        raise Http404
    return found


@read_only
def paper_list(request: Request) -> HttpResponse:
    """The latest papers; in one state when asked."""
    deny_unless(is_staff.test(request.actor, None))
    papers = Paper.objects.select_related("number").order_by("-pk")
    state = request.GET.get("state", "")
    if state in PAPER_FLOW.by_value:
        papers = papers.filter(state=state)
    readable = [
        kind.model._meta.label_lower
        for kind in map(
            paper_kind_of, dict.fromkeys(papers.values_list("kind", flat=True).distinct().order_by("kind"))
        )
        if kind.model is not None and register_of(kind.model).may("read", request.actor)
    ]
    context = {
        "lines": _lines(papers.filter(model__in=readable)[:SHOWN]),
        "state": state,
        "states": PAPER_FLOW.states,
        "may_edit_templates": may_edit_templates.test(request.actor, None),
    }
    return render(request, "papers/list.html", context)


@read_only
def paper_style_sheet(request: Request) -> HttpResponse:
    """The style sheet for papers on screens, at an address of its own."""
    response = HttpResponse(STYLE_SHEET.read_bytes(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _words(refusal: Exception) -> str:
    return "; ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


@read_only
def paper_page(request: Request, pk: int) -> HttpResponse:
    """One paper: what it says, its number and files, what it replaces, and what can be done with it."""
    found = paper_or_404(request, pk)
    return _page(request, found, IssueForm(None, day=request.today))


def _page(request: Request, found: Paper, form: IssueForm, status: int = 200) -> HttpResponse:
    kind, predecessor = found.spec, found.replaces or found.withdraws
    picture, problem = "", ""
    # What has a number was printed from its data, and is shown from the same.
    data = printing.printed_data(found, request.today, "") if found.is_draft else found.data
    try:
        picture = printing.preview_html(kind, found.template.format, bytes(found.template.content), data)
    except TemplateRefused as refusal:
        problem = str(refusal)
    except Busy as busy:  # the rest of the page, with its buttons, needs no printing
        problem = str(busy)
    context = {
        "paper": found,
        "line": _lines([found])[0],
        "picture": picture,
        "filled_in": [] if picture or problem else list(_filled_in(kind.words, data)),
        "problem": problem,
        "form": form,
        "record_url": found.subject.get_absolute_url(),
        "differing": differing_words(found),
        "to_compare": printing.bases_of_law_to_compare(found.template, request.today)
        if found.is_draft
        else [],
        "ended_body": printing.ended_governing_body(found.template, request.today)
        if found.is_draft
        else None,
        "province_unknown": found.is_draft and not is_province_known(request.today),
        "outdated": changed_since_draft(found, on=request.today),
        "contradicted": contradiction(found),
        "opened": differing_words(predecessor) if predecessor is not None and found.is_draft else [],
        "may_act": may_handle_paper(request.actor, found),
        "may_sign": may_sign(request.actor, found),
        "shown": _shown(request, found, status),
        "successors": [*found.replacements.exclude(state="draft"), *found.withdrawals.exclude(state="draft")],
        "predecessor": predecessor,
    }
    return render(request, "papers/paper.html", context, status=status)


def _filled_in(variables: Sequence[TemplateVariable], data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a Word template is filled with, of which there is no picture: label and words, of a list line by line."""
    for each in variables:
        value = data.get(each.name) or ""
        if each.rows:
            rows = [", ".join(filter(None, map(str, row.values()))) for row in data.get(each.name, ())]
            value = "\n".join(rows)
        if value:
            yield str(each.label), str(value)


def _shown(request: Request, found: Paper, status: int) -> str:
    """The digest of what the page shows; while a person corrects an input, still that of what they opened."""
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return request.POST.get(SHOWN_FIELD, "")
    return shown_content_text(shown_parts(found)) if found.is_draft else ""


@asks_again
@with_own_transactions
def issue_page(request: Request, pk: int) -> HttpResponse:
    """Take the number and print."""
    found = paper_or_404(request, pk)
    form = IssueForm(request.POST, day=request.today)
    if not form.is_valid():
        return _page(request, found, form, 422)
    try:
        issued = operations.issue_paper(
            paper=found,
            actor=request.actor,
            on=request.today,
            issued_on=form.cleaned_data["issued_on"],
            shown=request.POST.get(SHOWN_FIELD, ""),
        )
    except NotPermitted:
        raise PermissionDenied from None
    except Stale as stale:
        form.add_error(None, str(stale))
        return _page(request, paper_or_404(request, pk), form, HTTPStatus.CONFLICT)
    except REFUSALS as refusal:
        if not (now := paper_or_404(request, pk)).is_draft:  # a second click, or the page of before
            messages.info(request, _words(refusal))
            return see_other(now.get_absolute_url())
        form.add_error(None, _words(refusal))
        return _page(request, found, form, 422)
    messages.success(
        request,
        gettext("Đã cấp số %(number)s.") % {"number": issued.number_text}
        if issued.state == "issued"
        else gettext("Đã cấp số %(number)s, đang in.") % {"number": issued.number_text},
    )
    return see_other(issued.get_absolute_url())


@require_POST
def renew_page(request: Request, pk: int) -> HttpResponse:
    """The button of a paper's page that fills a draft anew from its record."""
    found = paper_or_404(request, pk)
    if _is_done(request, found, drafts.renew_draft):
        messages.success(request, gettext("Đã lấy lại nội dung từ hồ sơ. Xem lại rồi mới cấp số và in."))
    return see_other(found.get_absolute_url())


@require_POST
def discard_page(request: Request, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = paper_or_404(request, pk)
    back = found.subject.get_absolute_url()
    if not _is_done(request, found, drafts.discard_draft):
        return see_other(found.get_absolute_url())
    messages.success(request, gettext("Đã bỏ dự thảo."))
    return see_other(back)


def _is_done(request: Request, draft: Paper, operation: Callable[..., object]) -> bool:
    """Carry an operation out on a draft; where it is refused, the next page says why."""
    try:
        operation(paper=draft, actor=request.actor, on=request.today)
    except NotPermitted:
        raise PermissionDenied from None
    except REFUSALS as refusal:
        messages.error(request, _words(refusal))
        return False
    return True


@form_with_own_transactions
def replace_page(request: Request, pk: int) -> HttpResponse:
    """Draft the paper that takes this one's place."""
    return _with_reason(request, pk, operations.replace_paper, gettext("Thay thế giấy đã cấp"))


@form_with_own_transactions
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Draft the notice that withdraws this paper."""
    return _with_reason(request, pk, operations.withdraw_paper, gettext("Thu hồi giấy đã cấp"))


def _with_reason(request: Request, pk: int, operation: Callable[..., Paper], title: str) -> HttpResponse:
    found = paper_or_404(request, pk)
    deny_unless(may_handle_paper(request.actor, found))
    form = ReasonForm(
        request.POST or None,
        initial={"signer_name": found.signer_name, "signer_capacity": found.signer_capacity},
    )
    if form.is_valid():
        try:
            made = operation(paper=found, actor=request.actor, on=request.today, **form.cleaned_data)
        except REFUSALS as refusal:
            form.add_error(None, _words(refusal))
        else:
            return see_other(made.get_absolute_url())
    context = {"paper": found, "form": form, "title": title}
    return render(request, "papers/reason.html", context, status=422 if form.is_bound else 200)


@asks_again
@with_own_transactions
def sign_page(request: Request, pk: int) -> HttpResponse:
    """Put the department's signature on the PDF."""
    found = paper_or_404(request, pk)
    try:
        signed = sign_paper(paper=found, actor=request.actor, at=request.at)
    except NotPermitted:
        raise PermissionDenied from None
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other(found.get_absolute_url())
    messages.success(request, gettext("Đã ký số. Bản PDF đã ký ở phần “Tệp đã in”."))
    return see_other(signed.get_absolute_url())


@read_only
def paper_file(request: Request, pk: int, form: str) -> HttpResponseBase:
    """The bytes that were kept when the paper was issued; nothing is made again."""
    found = paper_or_404(request, pk)
    stored, _hash = found.files.get(form, (None, ""))
    if stored is None:
        raise Http404
    if not file_is_as_issued(found, form):
        log.error("paper %s: its %s is not what was issued", found.pk, form)
        messages.error(
            request,
            _(
                "Tệp này không còn đúng như khi cấp nên không tải về được. Giữ nguyên máy chủ và báo quản trị hệ thống chạy kiểm tra nhật ký."
            ),
        )
        return see_other(found.get_absolute_url())
    name = fold(f"{found.kind_label} {found.number_text}").replace("/", "-").replace(" ", "-")
    name += {"docx": ".docx", "pdf": ".pdf", "signed": "-da-ky.pdf"}[form]
    log_download(name, at=request.at, text=str(found))
    return FileResponse(
        stored.content.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=stored.content_type,
    )
