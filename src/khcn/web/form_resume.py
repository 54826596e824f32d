"""A form sent after its session has ended: what was typed travels through the sign-in page, signed, and comes back.

Nothing is stored, on the server or in a cookie: the sign-in page holds the values as a hidden field, and after it a
page offers to open the form again. The form then only shows what was typed; sending it is a decision of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404
from django.shortcuts import render
from django.urls import resolve, reverse

from khcn.kernel.refusals.attempts import AttemptKind, note_attempt
from khcn.kernel.ui.view_decorators import AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

FIELD = "signed_form"
UNAUTHORISED = 401
LASTS = 30 * 60  # seconds between the form and the page that it comes back from
LONGEST = 400_000  # characters of the signed value; what is longer than a form of ours is let go
_SALT = "khcn.web.keeping"
_OURS = frozenset({"csrfmiddlewaretoken", AGAIN})


def sign_form(owner: int | None, address: str, typed: list[tuple[str, list[str]]], *, salt: str) -> str:
    """A form that travels through another page; empty where it is longer than a form of ours."""
    signed = signing.dumps([owner, address, typed], salt=salt, compress=True)
    return signed if len(signed) <= LONGEST else ""


def read_form(signed: str, *, salt: str) -> tuple[int | None, str, list[tuple[str, str]]] | None:
    """Owner, address and values; None where nothing was signed, or too long ago."""
    try:
        owner, address, typed = signing.loads(signed, salt=salt, max_age=LASTS)
    except signing.SignatureExpired:
        return None
    except signing.BadSignature:
        if signed:
            note_attempt(AttemptKind.FORM)
        return None
    return owner, address, [(name, text) for name, texts in typed for text in texts]


def sign_in_preserving_input(request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
    """The sign-in page with what a stranger has just typed into a form of ours, or None when there is nothing to keep."""
    if request.method != "POST" or not getattr(view, "keeps_typed", False):
        return None
    typed = [(name, texts) for name, texts in request.POST.lists() if name not in _OURS]
    signed_form = sign_form(None, request.get_full_path(), typed, salt=_SALT)
    if not typed or not signed_form:
        return None
    request.signed_form = signed_form  # type: ignore[attr-defined]  # for the sign-in page
    request.method = "GET"
    response: HttpResponse = resolve(reverse("login")).func(request)
    response.status_code = UNAUTHORISED  # nothing of the form was carried out
    return response


def typed_of(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into a form that can be opened again with it; nothing where the form cannot, or is too long."""
    try:
        view = resolve(request.path_info).func
        if request.method != "POST" or not getattr(view, "keeps_typed", False):
            return []
        typed = [(name, text) for name, texts in request.POST.lists() if name not in _OURS for text in texts]
    except (Http404, BadRequest, SuspiciousOperation):
        return []
    return typed if sum(len(name) + len(text) for name, text in typed) <= LONGEST else []


def after_sign_in(request: HttpRequest) -> HttpResponse | None:
    """The page that offers the form again, or None where nothing was signed, or too long ago."""
    form = read_form(request.POST.get(FIELD, ""), salt=_SALT)
    if form is None:
        return None
    _owner, address, pairs = form
    response: HttpResponse = render(
        request, "web/typed.html", {"address": address, "pairs": pairs, "again": AGAIN}
    )
    return response
