"""The actions of a record over JSON: what is offered with the schema of its inputs, and carrying one out.

A refusal is a problem document (RFC 9457) with the same sentence as the dialog's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.apps import apps
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.actions.offered_actions import action_to_run, is_permitted, offers
from khcn.kernel.actions.running import (
    ANY_VERSION,
    LONGEST_KEY,
    NotVisible,
    record_to_act_on,
    run,
    run_together,
    settled_parts,
)
from khcn.kernel.api.openapi_schema import action_schema, operation
from khcn.kernel.api.request_body import ApiProblem, check_values, read_body, typed_values
from khcn.kernel.api.responses import (
    FORBIDDEN,
    NEEDS_VERSION,
    UNREADABLE,
    fault_response,
    problem_response,
    refusal_response,
)
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.papers.models import Paper
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.refusals.shown_content import FIELD as SHOWN_FIELD
from khcn.kernel.refusals.shown_content import shown_digests
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.screens.action_forms import action_form, initial_values
from khcn.kernel.screens.bulk_actions import CAP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from khcn.kernel.actions import Action, OfferedAction
    from khcn.kernel.actions.running import ActionOutcome
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request


def list_actions(register: Register, request: Request, pk: int) -> HttpResponse:
    """What this actor may do with the record, each with its inputs; what cannot be done now says why."""
    if not register.may("read", request.actor):
        return problem_response(
            FORBIDDEN, _("Tài khoản của bạn không có quyền xem danh mục này."), "not_permitted"
        )
    try:
        record = record_to_act_on(register, pk, actor=request.actor, on=request.today)
    except NotVisible as refused:
        return refusal_response(refused)
    items = [
        {
            "name": each.action.name,
            "label": str(each.action.label),
            "allowed": each.allowed,
            "why_not": each.why_not,
            "url": f"{request.path}{each.action.name}/",
            "inputs": action_schema(each.action),
            **_shown_by(each, record, request),
        }
        for each in offers(register, record, actor=request.actor, on=request.today)
    ]
    body = orjson.dumps({"items": items, "etag": f'"{version_of(record)}"'})
    return HttpResponse(body, content_type="application/json", headers={"ETag": f'"{version_of(record)}"'})


def _shown_by(offer: OfferedAction, record: Record, request: Request) -> dict[str, Any]:
    """What the dialog would show of that which is settled, with the digest to send back as ``shown``."""
    if offer.action.shows is None or not offer.allowed:
        return {}
    shows = offer.action.shows(record, actor=request.actor, on=request.today)
    settled = settled_parts(offer.action, record, actor=request.actor, on=request.today)
    return {"shows": shows, SHOWN_FIELD: shown_digests(settled)}


def _sent_digest(action: Action, sent: dict[str, Any], version: str) -> str | None:
    """What a program says it was shown; a program that takes any version takes any content."""
    digests = sent.pop(SHOWN_FIELD, None)
    if action.shows is None or (digests is None and version == ANY_VERSION):
        return None
    if digests is None:
        words = _("Gửi kèm “shown” như lúc đọc danh sách việc (GET …/actions/), để chỉ ghi nội dung đã xem.")
        raise ApiProblem(NEEDS_VERSION, words, code="shown_required")
    return orjson.dumps(digests).decode()


def run_action(register: Register, name: str, request: Request, pk: int) -> HttpResponse:
    """Carry out one action. ``If-Match`` says which version was looked at, ``Idempotency-Key`` makes repeating safe."""
    action = _routed(register, name)

    def carry_out(key: str) -> ActionOutcome:
        record = _refuse_strangers(action, register, request, pk)
        if action.asks_again:
            refuse_unless_proved(request)
        version = request.headers.get("If-Match", "")
        if not version:
            words = _("Gửi kèm If-Match với ETag của bản đã đọc, để không ghi đè lên người khác.")
            raise ApiProblem(NEEDS_VERSION, words, code="version_required")
        version = version.strip('"')
        own = (SHOWN_FIELD,) if action.shows is not None else ()
        sent = read_body(request.body, (*own, *action.input_names()))
        shown = _sent_digest(action, sent, version)
        begun = initial_values(action, record, actor=request.actor, on=request.today)
        return run(
            action,
            register,
            pk,
            _read_inputs(action, sent, begun),
            actor=request.actor,
            on=request.today,
            version=version,
            shown=shown,
            key=key,
        )

    return _answer(request, carry_out)


def refuse_unless_proved(request: Request) -> None:
    """What decides is carried out for a person who has proved lately who it is; in a session, for programs too."""
    if not request.is_proved():
        words = _("Việc này cần xác nhận lại người thực hiện. Xác nhận ở trang %(page)s rồi gửi lại.")
        page = reverse("proof")
        raise ApiProblem(FORBIDDEN, words % {"page": page}, code="proof_required", page=page)


def _routed(register: Register, name: str) -> Action:
    action = action_to_run(register, name)
    assert action is not None  # noqa: S101 -- routed by the register's own list
    return action


def _read_inputs(action: Action, sent: dict[str, Any], begun: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as the operation takes them. Raises :class:`ApiProblem` with a sentence for each that is wrong."""
    kinds = action.kinds()
    check_values(kinds, sent)
    values = typed_values(kinds, {**_not_asked_for(action, begun), **sent})
    form = action_form(action)(values, begun=begun)
    if not form.is_valid():
        errors = {field: [str(each) for each in texts] for field, texts in form.errors.items()}
        raise ApiProblem(UNREADABLE, _("Chưa thực hiện: có ô cần sửa."), errors=errors)
    return form.values()


def _answer(request: Request, carry_out: Callable[[str], ActionOutcome]) -> HttpResponse:
    """What was done, or the problem document; ``carry_out`` is called with the key that makes repeating safe."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        return problem_response(400, _("Idempotency-Key dài quá 100 ký tự."), "key_too_long")
    try:
        outcome = carry_out(key)
    except Refused as refused:
        return refusal_response(refused)
    except ApiProblem as fault:
        return fault_response(fault)
    return HttpResponse(orjson.dumps(_with_address(outcome)), content_type="application/json")


def _with_address(outcome: ActionOutcome) -> dict[str, Any]:
    """The outcome with the address of what was made: a record of a register, or a paper."""
    found = outcome.as_json()
    if found["result"] is not None:
        model = apps.get_model(outcome.result_model)
        name = ""
        if has_register(model):
            name = operation(register_of(model), "detail")
        elif model is Paper:
            name = "papers_detail"
        found["result"]["url"] = reverse(f"api:{name}", args=[outcome.result_pk]) if name else None
    return found


def run_action_together(register: Register, name: str, request: Request) -> HttpResponse:
    """Carry out an action that takes several records at once: on all that ``records`` names, in that order, or on none.

    Each is named with the ``etag`` that was looked at, as ``If-Match`` does for one; ``*`` stands for any version.
    """
    action = _routed(register, name)

    def carry_out(key: str) -> ActionOutcome:
        if not register.may("read", request.actor) or not is_permitted(action, register, request.actor):
            raise NotPermitted(
                _("Tài khoản của bạn không có quyền thực hiện việc này."), code="not_permitted"
            )
        if action.asks_again:
            refuse_unless_proved(request)
        sent = read_body(request.body, ("records", *action.input_names()))
        versions = _versions(sent.pop("records", None))
        return run_together(
            action,
            register,
            list(versions),
            _read_inputs(action, sent, {}),
            actor=request.actor,
            on=request.today,
            key=key,
            versions=versions,
        )

    return _answer(request, carry_out)


def _versions(sent: Any) -> dict[int, str]:
    """Keys of the records, each with its version. Raises :class:`ApiProblem` for anything else."""
    named = sent if isinstance(sent, list) else []
    pairs = [(each.get("id"), each.get("etag")) if isinstance(each, dict) else (None, None) for each in named]
    found = {pk: etag.strip('"') for pk, etag in pairs if type(pk) is int and isinstance(etag, str) and etag}
    if not named or len(found) != len(named) or len(named) > CAP:
        text = _(
            "“records” là danh sách bản ghi, nhiều nhất %(most)d, mỗi bản ghi một lần, dạng "
            '{"id": 12, "etag": "…"} với ETag của bản đã đọc.'
        ) % {"most": CAP}
        raise ApiProblem(UNREADABLE, _("Chưa thực hiện: có ô cần sửa."), errors={"records": [text]})
    return found


def _refuse_strangers(action: Action, register: Register, request: Request, pk: int) -> Any:
    """The record, if the actor may see it and do this to it; asked before a word of the body is read."""
    if not register.may("read", request.actor):
        raise NotPermitted(_("Tài khoản của bạn không có quyền xem danh mục này."), code="not_permitted")
    record = record_to_act_on(register, pk, actor=request.actor, on=request.today)
    if not is_permitted(action, register, request.actor, record):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện việc này."), code="not_permitted")
    return record


def _not_asked_for(action: Action, initial: Mapping[str, Any]) -> dict[str, Any]:
    """What the dialog begins with in those inputs that need not be sent: a program that leaves one out empties nothing."""
    kinds = action.kinds()
    return {
        name: {"id": value} if kinds[name].target and isinstance(value, int) else kinds[name].to_json(value)
        for name, value in initial.items()
        if not action.needs(name, kinds[name])
    }
