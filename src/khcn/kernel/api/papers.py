"""Issued papers over JSON: one paper with its files, and what can be done with it.

A draft is made by an action of its record (``…/actions/draft-…/``). Issuing is not one: an action runs in one transaction,
and files are made without any. Refusals are problem documents with the sentence of the page.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.api.actions import refuse_unless_proved
from khcn.kernel.api.openapi_schema import OperationDescription, describe_paper
from khcn.kernel.api.request_body import ApiProblem, read_body
from khcn.kernel.api.responses import (
    CONFLICT,
    FORBIDDEN,
    NEEDS_VERSION,
    NOT_FOUND,
    UNREADABLE,
    fault_response,
    problem_response,
    refusal_response,
)
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.papers import drafts, operations
from khcn.kernel.papers.differences import changed_since_draft, contradiction, differing_words, shown_parts
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.permissions import may_handle_paper
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.refusals import NotPermitted, Refused, Stale
from khcn.kernel.refusals.shown_content import shown_content_text
from khcn.kernel.screens.papers import IssueForm, ReasonForm, paper_or_404
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import TransitionRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django import forms
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.api.register_api import RegisterApi
    from khcn.kernel.ui.http import Request

_DAY = {"issued_on": {"type": "string", "format": "date"}}
_REASON = {name: {"type": "string"} for name in ("reason", "signer_name", "signer_capacity")}


@dataclass(frozen=True, slots=True)
class PaperStep:
    """One thing to do with a paper in one state."""

    name: str
    label: StrOrPromise
    state: str
    inputs: dict[str, Any]
    required: tuple[str, ...]
    carry_out: Callable[[Request, Paper, dict[str, Any]], tuple[Paper | None, str]]


def _checked(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        errors = {name: [str(each) for each in found] for name, found in form.errors.items()}
        raise Refused(_("Chưa thực hiện: có ô cần sửa."), code="invalid", fields=errors)
    return form.cleaned_data


def _issue(request: Request, paper: Paper, sent: dict[str, Any]) -> tuple[Paper, str]:
    refuse_unless_proved(request)
    text = str(sent.get("issued_on") or request.today.isoformat())
    with suppress(ValueError):  # a day as people write it is left to the form, which also says what is wrong
        text = format_date(date.fromisoformat(text))
    values = _checked(IssueForm({"issued_on": text}, day=request.today))
    # What ``If-Match`` named is what gets the number, even when the draft is filled anew in this very moment.
    shown = shown_content_text(shown_parts(paper))
    made = operations.issue_paper(paper=paper, actor=request.actor, on=request.today, shown=shown, **values)
    return made, _("Đã cấp số %(number)s.") % {"number": made.number_text}


def _renew(request: Request, paper: Paper, sent: dict[str, Any]) -> tuple[Paper, str]:
    made = drafts.renew_draft(paper=paper, actor=request.actor, on=request.today)
    return made, _("Đã lấy lại nội dung từ hồ sơ. Xem lại rồi mới cấp số và in.")


def _discard(request: Request, paper: Paper, sent: dict[str, Any]) -> tuple[None, str]:
    drafts.discard_draft(paper=paper, actor=request.actor, on=request.today)
    return None, _("Đã bỏ dự thảo.")


def _replace(request: Request, paper: Paper, sent: dict[str, Any]) -> tuple[Paper, str]:
    return _follow(operations.replace_paper, request, paper, sent)


def _withdraw(request: Request, paper: Paper, sent: dict[str, Any]) -> tuple[Paper, str]:
    return _follow(operations.withdraw_paper, request, paper, sent)


def _follow(
    operation: Callable[..., Paper], request: Request, paper: Paper, sent: dict[str, Any]
) -> tuple[Paper, str]:
    signer = {"signer_name": paper.signer_name, "signer_capacity": paper.signer_capacity}
    values = _checked(ReasonForm({**signer, **sent}))
    made = operation(paper=paper, actor=request.actor, on=request.today, **values)
    return made, _("Đã lập dự thảo. Xem lại nội dung rồi mới cấp số và in.")


STEPS = (
    PaperStep("issue", gettext_lazy("Cấp số và in"), "draft", _DAY, (), _issue),
    PaperStep("renew", gettext_lazy("Lấy lại nội dung từ hồ sơ"), "draft", {}, (), _renew),
    PaperStep("discard", gettext_lazy("Bỏ dự thảo"), "draft", {}, (), _discard),
    PaperStep("replace", gettext_lazy("Thay thế"), "issued", _REASON, ("reason",), _replace),
    PaperStep("withdraw", gettext_lazy("Thu hồi"), "issued", _REASON, ("reason",), _withdraw),
)


def _paper_json(paper: Paper, on: date) -> dict[str, Any]:
    """One paper on a day, with the addresses of its page, its record and its files."""
    return {
        "id": paper.pk,
        "kind": paper.kind,
        "label": paper.kind_label,
        "title": paper.title,
        "state": paper.state,
        "state_label": str(PAPER_FLOW.by_value[paper.state].label),
        "number": paper.number_text or None,
        "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
        "drafted_on": paper.drafted_day.isoformat(),
        "entered_on": paper.entered_day.isoformat() if paper.entered_day else None,
        "url": paper.get_absolute_url(),
        "record": {"model": paper.model, "id": paper.object_id, "url": paper.subject.get_absolute_url()},
        "replaces": paper.replaces_id,
        "withdraws": paper.withdraws_id,
        "differs": differing_words(paper) or changed_since_draft(paper, on=on),
        "contradicted": contradiction(paper),
        "files": [
            {"form": form, "url": reverse("paper-file", args=[paper.pk, form]), "sha256": stored.sha256}
            for form, (stored, _hash) in paper.files.items()
            if stored is not None
        ],
    }


def _address_of(pk: int) -> str:
    """Where a paper is found in this interface."""
    return reverse("api:papers_detail", args=[pk])


def _answer(body: dict[str, Any], paper: Paper | None = None) -> HttpResponse:
    headers = {"ETag": f'"{version_of(paper)}"'} if paper is not None else {}
    return HttpResponse(orjson.dumps(body), content_type="application/json", headers=headers)


def _refusing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What the operations refuse, as problem documents."""

    def wrapped(request: Request, *args: Any) -> HttpResponse:
        try:
            return view(request, *args)
        except Http404:
            return problem_response(NOT_FOUND, _("Không có giấy này."), "not_found")
        except PermissionDenied:
            words = _("Tài khoản của bạn không có quyền xem danh mục này.")
            return problem_response(FORBIDDEN, words, "not_permitted")
        except TransitionRefused as refused:
            return problem_response(CONFLICT, str(refused), "transition")
        except Refused as refused:
            return refusal_response(refused)
        except ApiProblem as fault:
            return fault_response(fault)

    return wrapped


def _paper(request: Request, pk: int) -> Paper:
    """A paper for the department's staff, as on the pages: drafts and notices not yet issued are not for outside."""
    deny_unless(request.actor.is_staff_of_department)
    return paper_or_404(request, pk)


@_refusing
def get_paper(request: Request, pk: int) -> HttpResponse:
    """One paper with its version."""
    paper = _paper(request, pk)
    return _answer(_paper_json(paper, request.today), paper)


@_refusing
def list_steps(request: Request, pk: int) -> HttpResponse:
    """What this actor may do with the paper now, each with its inputs."""
    paper = _paper(request, pk)
    items = [
        {
            "name": step.name,
            "label": str(step.label),
            "allowed": True,
            "why_not": "",
            "url": f"{request.path}{step.name}/",
            "inputs": _inputs(step),
        }
        for step in STEPS
        if step.state == paper.state and may_handle_paper(request.actor, paper)
    ]
    return _answer({"items": items, "etag": f'"{version_of(paper)}"'}, paper)


def _inputs(step: PaperStep) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": step.inputs, "additionalProperties": False}
    return {**found, "required": list(step.required)} if step.required else found


@_refusing
def take_paper_step(request: Request, step: PaperStep, pk: int) -> HttpResponse:
    """Carry out one step. ``If-Match`` says which version was looked at."""
    paper = _paper(request, pk)
    if not may_handle_paper(request.actor, paper):
        words = _("Tài khoản của bạn không có quyền lập “%(kind)s”.") % {"kind": paper.kind_label}
        raise NotPermitted(words, code="not_permitted")
    version = request.headers.get("If-Match", "").strip('"')
    if not version:
        words = _("Gửi kèm If-Match với ETag của bản đã đọc, để không ghi đè lên người khác.")
        return problem_response(NEEDS_VERSION, words, "version_required")
    sent = read_body(request.body or b"{}", tuple(step.inputs))
    if wrong := [name for name, value in sent.items() if not isinstance(value, str) or "\0" in value]:
        errors = {name: [_("Giá trị phải là chữ.")] for name in wrong}
        return problem_response(UNREADABLE, _("Chưa thực hiện: có ô cần sửa."), "invalid", errors=errors)
    if version not in {"*", version_of(paper)}:
        raise Stale(_("Giấy này đã thay đổi sau lần đọc của bạn. Đọc lại rồi làm lại."), code="stale_version")
    made, message = step.carry_out(request, paper, sent)
    result = None
    if made is not None:
        made = paper_or_404(request, made.pk)  # as it is now, with its files
        result = {"model": Paper._meta.label_lower, "id": made.pk, "url": _address_of(made.pk)}
    body = {
        "record": pk,
        "result": result,
        "message": message,
        "paper": _paper_json(made, request.today) if made else None,
    }
    return _answer(body, made)


def _routes() -> Iterator[tuple[str, str, OperationDescription, Callable[..., HttpResponse]]]:
    def one(request: HttpRequest, pk: int) -> HttpResponse:
        return get_paper(request, pk)

    def offered(request: HttpRequest, pk: int) -> HttpResponse:
        return list_steps(request, pk)

    yield "get", "", describe_paper("detail", _("Một giấy đã cấp hoặc dự thảo")), one
    yield "get", "actions/", describe_paper("actions", _("Việc có thể làm với giấy")), offered
    for step in STEPS:
        described = describe_paper(f"action_{step.name}", str(step.label), _inputs(step))
        yield "post", f"actions/{step.name}/", described, _taking(step)


def _taking(step: PaperStep) -> Callable[[HttpRequest, int], HttpResponse]:
    def taken(request: HttpRequest, pk: int) -> HttpResponse:
        return take_paper_step(request, step, pk)

    return taken


def add_papers(made: RegisterApi) -> None:
    """Publish the operations on drafts and issued papers."""
    for method, tail, described, view in _routes():
        tag = str(Paper._meta.verbose_name_plural)
        made.publish(method, f"/papers/{{int:pk}}/{tail}", view, described, tag=tag)
