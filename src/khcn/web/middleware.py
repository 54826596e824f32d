"""Opens the act under which a request writes, and gives the request its actor, day and reporting period."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role, is_staff
from khcn.kernel.actors import Role, acting
from khcn.kernel.api.responses import FORBIDDEN, problem_response
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.deadlock_retry import is_deadlock, retry_on_deadlock
from khcn.kernel.request_quotas import KNOWN_SESSIONS
from khcn.kernel.ui.front_page import front_page
from khcn.kernel.ui.http import is_ours, see_other
from khcn.parties.operations.second_factors import has_second_factor
from khcn.web.delegating import actor_of
from khcn.web.form_parts import count_parts
from khcn.web.form_resume import UNAUTHORISED, sign_in_preserving_input
from khcn.web.proof import ask_again, note_ways_of_proof
from khcn.web.reporting import Reporting
from khcn.web.stranger_forms import is_too_large, refused_form
from khcn.web.views.frame import busy, button_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from khcn.kernel.actors import Actor

log = logging.getLogger(__name__)


class LanguageMiddleware:
    """Vietnamese, unless the person chose another language with the switch.

    The language of the browser is not asked: half the department's browsers are installed in English.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        requested = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = requested if requested in self.known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response


def _has_nul(request: HttpRequest) -> bool:
    """Nobody types NUL, and PostgreSQL keeps none: a filter or name that holds one would break on the way in."""
    sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    return any("\0" in text for each in sent for _name, texts in each.lists() for text in texts)


class ActingMiddleware:
    """``request.actor``, ``request.at`` and ``request.today`` for every view; all writes below are logged under that actor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        at = timezone.now()
        today = timezone.localdate(at)
        actor = actor_of(request, today)
        request.actor = actor  # type: ignore[attr-defined]
        request.at = at  # type: ignore[attr-defined]
        request.today = today  # type: ignore[attr-defined]
        request.reporting = Reporting(request)  # type: ignore[attr-defined]
        note_ways_of_proof(request)
        if is_too_large(request):  # before it is parsed
            return refused_form()
        count_parts(request)
        if _has_nul(request):
            raise BadRequest
        batch = uuid.UUID(request.request_id)  # type: ignore[attr-defined]  # of the outermost middleware
        token = request.token  # type: ignore[attr-defined]
        by = "" if token is None else f", mã truy cập “{token.name}”"
        with acting(actor, reason=f"{request.method} {request.path[:150]}{by}", on=today, at=at, batch=batch):
            response = self.get_response(request)
        if actor.user_id is not None or request.method == "POST":
            # Of the department, or just typed: nothing for the disk of a shared machine, nor for a proxy.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class ButtonAddressMiddleware:
    """Puts words into the empty answer 405: the address of a button was typed, kept as a bookmark, or opened by the sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        response = self.get_response(request)
        if request.method == "GET" and isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = button_address(request)
            page["Allow"] = response["Allow"]
            return page
        return response


class DeadlockRetryMiddleware:
    """Answers a request again whose transaction PostgreSQL broke off because two waited for each other.

    Nothing of the first try was kept. Views that make their own transactions see to it themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Run the view again."""
        match = request.resolver_match
        if match is None or not is_deadlock(exception) or hasattr(match.func, "_non_atomic_requests"):
            return None
        log.warning("%s was broken off and is tried once more: %s", request.path, exception)

        def answer() -> HttpResponse:
            for _name, files in request.FILES.lists():
                for sent in files:
                    sent.seek(0)
            answered: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return answered

        return retry_on_deadlock(answer)


class BusyMiddleware:
    """Answers 503 with ``Retry-After`` where all places for work of many seconds are taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page that says when to try again."""
        return busy(request, exception) if isinstance(exception, Busy) else None


_BEFORE_A_PASSWORD_IS_CHOSEN = frozenset({"password_change", "logout"})
_BEFORE_A_FACTOR_IS_THERE = frozenset(
    {"second-factor", "security-key-new", "security-key-add", "proof", "act-for", "logout"}
)


def _password_first(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> HttpResponse | None:
    """Whose password somebody else issued does nothing but choose another, until that password expires."""
    is_program = request.path.startswith("/api/")
    if not is_program and not getattr(view, "login_required", True):
        return None
    until = request.user.issued_password_until if request.user.is_authenticated else None
    if until is None:
        return None
    if until <= request.at:  # type: ignore[attr-defined]
        logout(request)
        return (
            problem_response(UNAUTHORISED, _("Hãy đăng nhập."), "sign_in")
            if is_program
            else see_other("/login/")
        )
    if is_program:
        words = _("Mật khẩu đang dùng do người khác cấp. Hãy đặt mật khẩu riêng ở trang %(page)s trước.")
        page = reverse("password_change")
        return problem_response(FORBIDDEN, words % {"page": page}, "password_change_required", page=page)
    match = request.resolver_match
    if match is not None and match.view_name in _BEFORE_A_PASSWORD_IS_CHOSEN:
        return None
    return see_other(reverse("password_change"))


def _factor_first(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> HttpResponse | None:
    """Whose role must have a second factor switches it on first (``KHCN_SECOND_FACTOR_ROLES``)."""
    is_program = request.path.startswith("/api/")
    if not settings.SECOND_FACTOR_ROLES or not (is_program or getattr(view, "login_required", True)):
        return None
    user: Any = request.user
    if not user.is_authenticated or user.issued_password_until is not None:
        return None  # first the password: that page must open
    actors = (user.actor_on(request.today), request.actor)  # type: ignore[attr-defined]  # the principal too
    if not any(map(_must_have_factor, actors)) or has_second_factor(user):
        return None
    page = reverse("second-factor")
    if is_program:
        words = _("Vai trò này phải có mã xác thực. Hãy bật ở trang %(page)s trước.") % {"page": page}
        return problem_response(FORBIDDEN, words, "second_factor_required", page=page)
    match = request.resolver_match
    return None if match is not None and match.view_name in _BEFORE_A_FACTOR_IS_THERE else see_other(page)


_decides_by_itself = has_role(
    Role.OFFICER, Role.HEAD, Role.OFFICE, Role.LEADER, Role.ADMIN, in_some_register=True
)


def _must_have_factor(actor: Actor) -> bool:
    """Does the actor act as one of the roles that are named, or decide by rights alone? No name stands for that."""
    by_rights = actor.writes_by_right and not _decides_by_itself.test(actor, None)
    return bool({actor.role, actor.role_elsewhere} & settings.SECOND_FACTOR_ROLES) or by_rights


def _note_session(request: HttpRequest) -> None:
    """Let the web server know whose requests do not wait behind those of strangers (`khcn.config.serving.dispatcher`)."""
    if sent := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        if request.user.is_authenticated:
            KNOWN_SESSIONS.remember(sent, request.user.pk)
        else:
            KNOWN_SESSIONS.forget(sent)


def _page_of_public(request: HttpRequest) -> HttpResponse | None:
    """What strangers see first; None where there is no such page, and for a browser whose session has ended: that is somebody of ours."""
    view = front_page()
    if view is None or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    page = view(request)
    page["Cache-Control"] = "private, no-cache"  # who has signed in sees another page here
    patch_vary_headers(page, ("Cookie",))
    return page


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page asks for an account of the department unless it says otherwise; the API answers strangers itself, with 401."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Send strangers to the sign-in page, who must choose a password to that page, and keep other accounts than staff to
        the pages that scopes guard.
        """
        _note_session(request)
        if not request.path.startswith("/api/"):
            answer = super().process_view(request, view_func, view_args, view_kwargs)
            if answer is not None:
                return sign_in_preserving_input(request, view_func) or answer
        if (answer := _password_first(request, view_func) or _factor_first(request, view_func)) is not None:
            return answer
        is_scoped = getattr(view_func, "is_scoped", False)
        who = getattr(view_func, "open_to", is_staff)
        if not is_scoped and request.user.is_authenticated and not who.test(request.actor, None):  # type: ignore[attr-defined]
            raise PermissionDenied
        return ask_again(request, view_func, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # Django gives it on as it is
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        """The sign-in page, or at the address of the server the page for the public. After a button that does not keep what was typed it leads to the page that has the button: the address
        of the button itself cannot be opened.
        """
        if request.method in {"GET", "HEAD"}:
            if request.path == "/" and (page_of_public := _page_of_public(request)) is not None:
                return page_of_public
            return super().handle_no_permission(request, view_func)
        sender = request.headers.get("Referer", "")
        page = ""
        if is_ours(request, sender):
            page = urlsplit(sender)._replace(scheme="", netloc="", fragment="").geturl()
        return redirect_to_login(page or resolve_url(settings.LOGIN_REDIRECT_URL))
