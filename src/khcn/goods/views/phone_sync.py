"""What the diary on a telephone asks of the server: what can be chosen while there is no signal, and taking in what was entered.

The addresses stand under ``/api/``, where an ended session and a password that has to be changed are answered in JSON: a page to
sign in at would be no answer to a program. They are for the app, in a session; programs use the interface of the registers.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from ninja.errors import AuthenticationError, HttpError
from ninja.utils import check_csrf

from khcn.goods.models import LotEntry
from khcn.goods.operations.phone_entries import (
    MOST_PHOTOS,
    photo_from_phone,
    read_entry,
    received_photos,
    record_from_phone,
)
from khcn.goods.operations.phone_receipts import arrivals_of, with_stops
from khcn.goods.queries.diary_choices import choices_of_diary
from khcn.kernel.api.endpoints import refusal_without_session
from khcn.kernel.api.responses import json_response, problem_response, refusal_response
from khcn.kernel.files.content_types import FileRefusedError
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only, with_own_transactions

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request

    View = Callable[..., HttpResponse]

_BAD, _UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _UNREADABLE = 400, 401, 403, 404, 422
_READING: Final = frozenset({"GET", "HEAD"})


def _for_the_app(view: View) -> View:
    """Open to accounts of organisations in a session; everybody else, and every refusal, gets a problem document."""

    @csrf_exempt  # looked at here, for an answer in JSON
    @wraps(view)
    def wrapped(request: Request, **address: Any) -> HttpResponse:
        if request.token is not None or request.actor.user_id is None:
            return refusal_without_session(_UNAUTHORISED, request, AuthenticationError())
        if not request.actor.is_outside:
            words = _("Nhật ký trên điện thoại dành cho tài khoản của hợp tác xã, doanh nghiệp.")
            return problem_response(_FORBIDDEN, words, "for_organisations")
        if request.method not in _READING and check_csrf(request) is not None:
            return refusal_without_session(_FORBIDDEN, request, HttpError(_FORBIDDEN, "csrf"))
        try:
            return view(request, **address)
        except Refused as refused:
            return refusal_response(refused)
        except FileRefusedError as refused:
            return problem_response(_UNREADABLE, str(refused), "no_picture")

    return open_to_outside_accounts(wrapped)  # type: ignore[return-value]  # marked, and otherwise as it was


@read_only
@_for_the_app
def phone_data(request: Request) -> HttpResponse:
    """Who it is, and what this account can choose in the diary: lots, places, steps."""
    actor = request.actor
    choices = choices_of_diary(actor, on=request.today)
    return json_response(
        {
            "version": 1,
            "account": {"id": actor.user_id, "name": actor.label},
            "csrf": get_token(request),
            "at": request.at.isoformat(),
            "most_photos": MOST_PHOTOS,
            **choices,
            "lots": with_stops(choices["lots"]),
            "arrivals": arrivals_of(actor),
        }
    )


@require_POST
@with_own_transactions
@_for_the_app
def phone_entries(request: Request) -> HttpResponse:
    """Take in one entry, once: the same again gets the same answer, another content under its id 409."""
    try:
        sent = read_entry(orjson.loads(request.body))
    except orjson.JSONDecodeError:
        return problem_response(_BAD, _("Nội dung gửi lên không phải là JSON."), "invalid")
    if sent.account != request.actor.user_id:
        words = _("Mục này do tài khoản khác ghi. Đăng nhập bằng tài khoản đó rồi gửi.")
        return problem_response(_FORBIDDEN, words, "other_account")
    entry = record_from_phone(sent=sent, actor=request.actor, on=request.today, at=request.at)
    return _answer(entry)


@require_POST
@with_own_transactions
@_for_the_app
def phone_photos(request: Request, pk: int, photo: UUID) -> HttpResponse:
    """Take in one photograph of an entry, once; the answer names those that are here."""
    entry = register_of(LotEntry).visible(request.actor).filter(pk=pk).first()
    if entry is None:
        return problem_response(_NOT_FOUND, _("Không có mục này."), "not_found")
    photo_from_phone(entry=entry, photo=str(photo), content=request.body, actor=request.actor, at=request.at)
    return _answer(entry)


def _answer(entry: LotEntry) -> HttpResponse:
    return json_response(
        {
            "id": str(entry.event),
            "record": entry.pk,
            "url": register_of(LotEntry).detail_url(entry.pk),
            "photos": received_photos(entry),
        }
    )
