"""Sign-in by the identity provider: the button, the way back, and the provider's word that a session has ended (docs/adr/0037)."""

from __future__ import annotations

import logging
import math
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.bounded_process.places import PROVIDER
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.refusals import Refused
from khcn.kernel.request_quotas import client_network
from khcn.kernel.ui.http import Request, is_ours, safe_next, see_other
from khcn.parties.models.account_sessions import number_of_session
from khcn.parties.operations import linked_identities as identities
from khcn.parties.operations.account_events import count_failure, end_provider_sessions
from khcn.parties.operations.provider_logouts import note_logout
from khcn.parties.operations.second_factors import has_second_factor
from khcn.parties.operations.sign_in_limits import SignInAttempt
from khcn.parties.operations.used_once import use_once
from khcn.web.form_resume import FIELD
from khcn.web.identity_provider.faults import ProviderRefusedError, ProviderUnreachableError
from khcn.web.identity_provider.pending import LASTS, PendingSignIn, forget_pending, pending_sign_in
from khcn.web.known_browsers import any_browser_number
from khcn.web.session_times import where_from
from khcn.web.views.second_factor import ask_code, finish_sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from khcn.parties.models import LinkedIdentity
    from khcn.web.identity_provider.code_flow import ProvedIdentity
    from khcn.web.identity_provider.provider import IdentityProvider

log = logging.getLogger(__name__)

REFUSED, TOO_MANY, UNREACHABLE = 422, 429, 503
IDENTITY_MAIL: Final = "khcn.web.jobs.send_identity_mail"
_RETRY_AFTER: Final = 30
_NOT_LINKED: Final = gettext_lazy(
    "Tài khoản định danh này chưa liên kết với tài khoản nào ở đây. Đăng nhập bằng mật khẩu rồi tự liên kết ở trang “Tài khoản "
    "định danh”, hoặc đưa mã sau cho quản trị hệ thống: %(subject)s"
)
_REASONS: Final = {
    "not_begun": gettext_lazy(
        "Lần đăng nhập này đã quá 10 phút, đã dùng rồi, hoặc bắt đầu ở trình duyệt khác."
    ),
    "denied": gettext_lazy("Nhà cung cấp định danh báo lần đăng nhập đã bị hủy hoặc bị từ chối."),
    "too_weak": gettext_lazy(
        "Nhà cung cấp định danh chưa xác thực đủ mức mà hệ thống này đòi hỏi. Hãy đăng nhập lại ở đó bằng cách mạnh hơn."
    ),
    "stopped": gettext_lazy("Tài khoản này đã ngừng sử dụng. Hãy liên hệ quản trị hệ thống."),
    "expired": gettext_lazy("Mật khẩu được cấp đã hết hạn. Hãy nhờ quản trị hệ thống cấp lại."),
    "not_trusted": gettext_lazy(
        "Liên kết này do người khác lập, mà tài khoản nay duyệt, ký, giữ sổ hoặc quản trị. Hãy đăng nhập bằng mật khẩu, bỏ liên kết "
        "ấy rồi tự liên kết lại."
    ),
    "new_address": gettext_lazy(
        "Liên kết này do người khác lập, mà tài khoản chưa có địa chỉ thư, hoặc địa chỉ mới được người khác nhập hoặc đổi chưa quá 7 "
        "ngày. Hãy đăng nhập bằng mật khẩu, bỏ liên kết ấy rồi tự liên kết lại."
    ),
    "another": gettext_lazy("Phiên làm việc đã đổi từ lúc bấm nút liên kết. Hãy làm lại."),
}
_GENERAL: Final = gettext_lazy("Câu trả lời của nhà cung cấp định danh không hợp lệ nên chưa đăng nhập.")
_AWAY: Final = gettext_lazy(
    "Chưa liên lạc được với nhà cung cấp định danh. Hãy thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu."
)


_TOO_OFTEN: Final = gettext_lazy(
    "Từ mạng này đã có quá nhiều lần đăng nhập bằng tài khoản định danh bị từ chối. Đợi khoảng %(minutes)d phút rồi thử lại, hoặc "
    "đăng nhập bằng mật khẩu."
)


def return_address() -> str:
    """Where the provider sends the browser back to; it is registered there."""
    return f"{settings.PUBLIC_URL}{reverse('provider-return')}"


@login_not_required
def provider_start(request: Request) -> HttpResponse:
    """The button of the sign-in page."""
    return leave(request, PendingSignIn.new(goes_to=safe_next(request, "")))


def leave(request: Request, pending: PendingSignIn) -> HttpResponse:
    """The page that leads to the provider. No redirect: our policy lets no form end at another host."""
    provider = settings.IDENTITY_PROVIDER
    if provider is None:
        return see_other(resolve_url(settings.LOGIN_URL))
    from khcn.web.identity_provider import code_flow  # local: optional dependency

    try:
        with PROVIDER.one():
            address = code_flow.begin(provider, pending, return_address())
    except ProviderUnreachableError as fault:
        return _unreachable(request, fault)
    response = render(
        request, "web/provider_leave.html", {"address": address, "host": urlsplit(address).hostname}
    )
    response["Refresh"] = f"0; url={address}"
    pending.put_into(response)
    return response


@login_not_required
@sensitive_variables()
def provider_return(request: Request) -> HttpResponse:
    """The browser comes back with a code, or with the provider's refusal."""
    provider = settings.IDENTITY_PROVIDER
    if provider is None:
        return see_other(resolve_url(settings.LOGIN_URL))
    from khcn.web.identity_provider import code_flow  # local: optional dependency

    attempt = SignInAttempt.for_provider(
        network=client_network(request.META["REMOTE_ADDR"]), browser=any_browser_number(request)
    )
    try:
        pending = _pending(request)
        if seconds := attempt.refused_seconds(at=request.at):
            return _too_many(request, seconds)
        with _counting(attempt, request):
            with PROVIDER.one():
                _use(pending, request)
                proved = code_flow.finish(provider, pending, request.GET, return_address(), at=request.at)
            response = _answered(request, pending, proved, provider)
    except ProviderUnreachableError as fault:
        response = _unreachable(request, fault)
    except ProviderRefusedError as refused:
        log.warning("a sign-in by the identity provider was refused: %s", refused.code)
        response = _problem(request, refused.words or str(_REASONS.get(refused.code, _GENERAL)), REFUSED)
    forget_pending(response)
    return response


@contextmanager
def _counting(attempt: SignInAttempt, request: Request) -> Iterator[None]:
    """Each refusal counts for the network: it has cost a request to the provider, or was an answer that came before."""
    try:
        yield
    except ProviderRefusedError:
        attempt.record_failure(at=request.at)
        raise


def _answered(
    request: Request, pending: PendingSignIn, proved: ProvedIdentity, provider: IdentityProvider
) -> HttpResponse:
    if pending.account:
        return _linked(request, pending, proved)
    return _signed_in(request, pending, proved, asks_factor=provider.asks_factor)


def _pending(request: Request) -> PendingSignIn:
    """What this browser has begun, if it comes back with the answer to that."""
    pending = pending_sign_in(request)
    if pending is None:
        raise ProviderRefusedError("not_begun")
    from khcn.web.identity_provider import code_flow  # local: optional dependency

    code_flow.check_return(pending, request.GET)
    return pending


def _signed_in(
    request: Request, pending: PendingSignIn, proved: ProvedIdentity, *, asks_factor: bool
) -> HttpResponse:
    """The same gates as those of the form: account in use, issued password not too old, known browser, second factor, log."""
    identity = identities.linked_identity(proved.issuer, proved.subject)
    refused = _reason_against(identity, request)
    if identity is None or refused:
        count_failure("" if identity is None else identity.account.username,
                      where=" ".join(where_from(request)).strip(), at=request.at)  # fmt: skip
        raise ProviderRefusedError(
            refused, str(_NOT_LINKED) % {"subject": proved.subject} if identity is None else ""
        )
    account = identity.account
    with acting(account.actor_on(request.today)):
        identities.note_use(identity, at=request.at)
    goes_to = pending.goes_to if is_ours(request, pending.goes_to) else ""
    if asks_factor and has_second_factor(account):
        return ask_code(
            request, account, goes_to=goes_to, provider_session=proved.session, identity=identity.pk
        )
    return finish_sign_in(request, account, goes_to=goes_to, provider_session=proved.session, is_proved=False)


def _reason_against(identity: LinkedIdentity | None, request: Request) -> str:
    if identity is None:
        return "not_linked"
    account = identity.account
    if not account.is_active:
        return "stopped"
    if account.issued_password_until is not None and account.issued_password_until <= request.at:
        return "expired"
    return identities.reason_against(identity, at=request.at)


def _linked(request: Request, pending: PendingSignIn, proved: ProvedIdentity) -> HttpResponse:
    """The owner of an account links an identity: in the session in which it was begun."""
    user: Any = request.user
    here = number_of_session(request.session.session_key)
    if (
        not user.is_authenticated
        or user.pk != pending.account
        or not constant_time_compare(here, pending.session)
    ):
        raise ProviderRefusedError("another")
    try:
        with transaction.atomic():
            identities.link_identity(
                account=user,
                issuer=proved.issuer,
                subject=proved.subject,
                by=user.pk,
                at=request.at,
                session=request.session.session_key,
            )
            enqueue(IDENTITY_MAIL, account=user.pk, who=request.actor.label, at=request.at.timestamp())
    except Refused as refused:
        raise ProviderRefusedError(refused.code, str(refused)) from refused
    messages.success(request, _("Đã liên kết. Từ nay đăng nhập được bằng tài khoản định danh này."))
    return see_other(reverse("identity"))


def _use(pending: PendingSignIn, request: Request) -> None:
    """An answer signs in once, whatever the provider thinks of its codes."""
    if not use_once("state", pending.state, until=request.at + timedelta(seconds=2 * LASTS)):
        raise ProviderRefusedError("not_begun")


def _too_many(request: Request, seconds: int) -> HttpResponse:
    response = _problem(request, str(_TOO_OFTEN) % {"minutes": math.ceil(seconds / 60)}, TOO_MANY)
    response["Retry-After"] = str(seconds)
    return response


def _unreachable(request: Request, fault: ProviderUnreachableError) -> HttpResponse:
    log.warning("the identity provider was not reached: %s", fault)
    response = _problem(request, str(_AWAY), UNREACHABLE)
    response["Retry-After"] = str(_RETRY_AFTER)
    return response


def _problem(request: Request, words: str, status: int) -> HttpResponse:
    response = render(
        request,
        "web/provider_problem.html",
        {"words": words, FIELD: request.POST.get(FIELD, "")},
        status=status,
    )
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@login_not_required
@sensitive_variables()
def provider_logout(request: Request) -> HttpResponse:
    """The provider says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0)."""
    try:
        _end_sessions(request)
    except (ProviderRefusedError, ProviderUnreachableError) as fault:
        log.warning("a logout of the identity provider was refused: %s", fault)
        response = JsonResponse({"error": "invalid_request"}, status=400)
    else:
        response = JsonResponse({})
    response["Cache-Control"] = "no-store"
    return response


def _end_sessions(request: Request) -> None:
    provider = settings.IDENTITY_PROVIDER
    if provider is None:
        raise ProviderRefusedError("no_provider")
    from khcn.web.identity_provider import code_flow  # local: optional dependency
    from khcn.web.identity_provider.answers import ACCEPTED_FOR  # local: optional dependency

    # Outside of the place of sign-ins: strangers may send such a message too. It is taken where keys have to be asked for.
    ended = code_flow.signed_out(provider, request.POST.get("logout_token", ""), at=request.at)
    if not use_once("logout", ended.number, until=request.at + 2 * ACCEPTED_FOR):
        raise ProviderRefusedError("used")
    identity = identities.linked_identity(provider.issuer, ended.subject) if ended.subject else None
    # Of a subject that is linked no more its session may be open still: it ends by its name, where it comes.
    account = identity.account if identity else None
    note_logout(
        account=account, provider_session=ended.session, at=request.at
    )  # who has still to type the code
    with acting(SYSTEM):
        end_provider_sessions(account=account, provider_session=ended.session, at=request.at)
