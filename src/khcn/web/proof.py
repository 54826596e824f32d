"""Asked again: before what decides, the person proves once more who it is, by password or by the second factor (docs/adr/0027).

A proof, as a sign-in is one, is good for some minutes (``KHCN_ACCOUNT_PROVED_MINUTES``). A form that is sent later than that is
carried out after the proof: it travels, signed, through the page that asks. A view asks by `asks_again`, an action by its declaration.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse

from khcn.kernel.api.responses import FORBIDDEN
from khcn.parties.operations.second_factors import has_second_factor
from khcn.parties.operations.security_keys import asked_key
from khcn.web.form_resume import read_form, sign_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

PROVED: Final = "proved"  # in the session: when, in seconds
_SALT: Final = "khcn.web.proof"
_OURS: Final = frozenset({"csrfmiddlewaretoken"})


def is_proved(request: Any) -> bool:
    """Whether the person of the session has proved lately who it is."""
    minutes = settings.ACCOUNT_LIMITS.proved_minutes
    at, now = request.session.get(PROVED, 0), request.at.timestamp()
    return bool(now - minutes * 60 < at <= now + 60)


def note_ways_of_proof(request: Any) -> None:
    """Let code below the web layer ask whether it is proved."""
    request.is_proved = partial(is_proved, request)


def note_proof(request: Any) -> None:
    """The person has just proved it: the session goes on with a new key, and the old one is worth nothing."""
    request.session.cycle_key()
    request.session[PROVED] = int(request.at.timestamp())


def ask_again(
    request: Any, view: Callable[..., Any], values: dict[str, Any], problem: str = ""
) -> HttpResponse | None:
    """The page that asks, for a form that needs a proof and has none; None where it may be carried out."""
    when = getattr(view, "asks_again", None)
    if when is None or request.method != "POST" or not request.user.is_authenticated:
        return None
    if is_proved(request) or not when(request, **values):
        return None
    typed = [(name, texts) for name, texts in request.POST.lists() if name not in _OURS]
    # Of one that is too long nothing is carried: the person proves it and sends the form once more.
    carried = sign_form(request.user.pk, request.get_full_path(), typed, salt=_SALT)
    return proof_page(request, carried, problem, status=FORBIDDEN)


def proof_page(request: Any, carried: str, problem: str = "", *, status: int = 200) -> HttpResponse:
    """Ask for the code where the account has a second factor, else for the password."""
    context = {
        "carried": carried,
        "problem": problem,
        "by_code": has_second_factor(request.user),
        "key": asked_key(request.user),
        "address": reverse("proof"),
    }
    response = render(request, "web/proof.html", context, status=status)
    response.refused_as = "proof_required"  # type: ignore[attr-defined]
    return response


def carried_form(request: HttpRequest) -> tuple[str, list[tuple[str, str]]] | None:
    """Address and values of the form that waits for the proof, of this person; None where there is none."""
    form = read_form(request.POST.get("carried", ""), salt=_SALT)
    if form is None or form[0] != request.user.pk:
        return None
    return form[1:]
