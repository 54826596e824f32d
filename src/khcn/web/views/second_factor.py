"""The second factor: asked after the password, switched on and off on a page of its own (docs/adr/0027)."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from khcn.kernel.actors import acting
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.ui.http import Request, safe_next, see_other
from khcn.parties.models import RecoveryCode, User
from khcn.parties.operations import second_factors as factors
from khcn.parties.operations import security_keys
from khcn.parties.operations.account_events import count_failure, log_account_event
from khcn.parties.operations.provider_logouts import is_word_good
from khcn.parties.operations.session_store import PROVIDER_SESSION
from khcn.parties.operations.sign_in_limits import SignInAttempt
from khcn.web.form_resume import FIELD, after_sign_in
from khcn.web.known_browsers import browser_number, remember_browser
from khcn.web.proof import PROVED
from khcn.web.session_passwords import password_in_session
from khcn.web.session_times import where_from

if TYPE_CHECKING:
    from django.http import HttpResponse

_SALT: Final = "khcn.web.second_factor"
_LASTS: Final = 5 * 60  # seconds between the password and the code
WRONG, TOO_MANY = 422, 429
_BEGAN: Final = "factor_began"  # in the session in which the password was typed for it
_ENROLMENT: Final = 15 * 60  # seconds between that and the first code
_WITH_CODE: Final = frozenset({"codes", "stop"})
_BY_PROVIDER: Final = "bằng tài khoản định danh"  # in the log, which is Vietnamese


def finish_sign_in(
    request: Any, user: User, *, goes_to: str = "", provider_session: str = "", is_proved: bool = True
) -> HttpResponse:
    """The person has proved all that is asked: a session, the log, and the form that was sent without one.

    ``provider_session``: of the identity provider that has said who it is, "" where the password did. ``is_proved``: by the
    password or a factor of ours; else what decides asks for one of them.
    """
    with acting(user.actor_on(request.today)):
        by = (_BY_PROVIDER,) if provider_session else ()
        where = ", ".join(each for each in (*where_from(request), *by) if each)
        log_account_event(user, LoggedAction.SIGN_IN, at=request.at, text=where)
    login(request, user)
    if not is_proved:
        request.session.pop(PROVED, None)
    if provider_session:
        request.session[PROVIDER_SESSION] = provider_session
    goes_to = goes_to or safe_next(request, resolve_url(settings.LOGIN_REDIRECT_URL))
    response = after_sign_in(request) or HttpResponseRedirect(goes_to)
    remember_browser(request, response, user)
    return response


def ask_code(
    request: Any, user: User, *, goes_to: str = "", provider_session: str = "", identity: int = 0
) -> HttpResponse:
    """After the right password or the provider's word about an identity: the page that asks for the code. Nothing is stored, as on the
    sign-in page.
    """
    word = [provider_session, identity, request.at.timestamp()]
    proof = signing.dumps([user.pk, user.get_session_auth_hash(), word], salt=_SALT)
    return _code_page(request, user, proof, goes_to=goes_to)


def _code_page(
    request: Any, user: User, proof: str, problem: str = "", status: int = 200, *, goes_to: str = ""
) -> HttpResponse:
    context = {
        "key": security_keys.asked_key(user),
        "has_app": factors.has_code_app(user),
        "proof": proof,
        "problem": problem,
        "next": goes_to or request.POST.get("next", ""),
        "signed_form": request.POST.get(FIELD, ""),
    }
    response = render(request, "web/second_factor_code.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def wait_for(attempt: SignInAttempt, at: datetime) -> str:
    """Why a code or password is not looked at now, or ""."""
    seconds = attempt.refused_seconds(at=at)
    if not seconds:
        return ""
    minutes = math.ceil(seconds / 60)
    return _("Đã gõ sai quá nhiều lần. Đợi khoảng %(minutes)d phút rồi gõ lại.") % {"minutes": minutes}


def wrong_factor(request: Request, user: User, code: str) -> str:
    """Why what was sent proves nothing, or "": the answer of a security key, else a code."""
    if answer := request.POST.get("credential", ""):
        state = request.POST.get("state", "")
        if security_keys.takes_key(account=user, state=state, answer=answer, at=request.at):
            return ""
        return _(
            "Khóa bảo mật chưa được nhận, hoặc không phải khóa của tài khoản này. Hãy thử lại hoặc dùng mã."
        )
    if factors.takes_code(account=user, code=code, at=request.at):
        return ""
    return _("Mã chưa đúng hoặc đã dùng. Đợi mã mới trong ứng dụng, hoặc dùng một mã dự phòng.")


@login_not_required
@sensitive_variables()
def second_factor_code(request: Request) -> HttpResponse:
    """Look at the code."""
    proof = request.POST.get("proof", "")
    user, provider_session = _proved(proof)
    if user is None:
        return see_other(resolve_url(settings.LOGIN_URL))
    attempt = SignInAttempt.for_code(user.pk, browser=browser_number(request, user.username))
    if problem := wait_for(attempt, request.at):
        return _code_page(request, user, proof, problem, TOO_MANY)
    with acting(user.actor_on(request.today)):
        if problem := wrong_factor(request, user, request.POST.get("code", "")):
            attempt.record_failure(at=request.at)
            count_failure(user.username, where=" ".join(where_from(request)).strip(), at=request.at)
            return _code_page(request, user, proof, problem, WRONG)
    attempt.forget_failures()
    return finish_sign_in(request, user, provider_session=provider_session)


def _proved(proof: str) -> tuple[User | None, str]:
    """Who has typed the right password a moment ago, or was named by the provider, and by which session of it; nobody where the
    password was changed since, the account was stopped, or the provider's word holds no longer.
    """
    try:
        pk, fingerprint, (provider_session, identity, since) = signing.loads(
            proof, salt=_SALT, max_age=_LASTS
        )
    except signing.BadSignature:
        return None, ""
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(fingerprint, user.get_session_auth_hash()):
        return None, ""
    if provider_session and not is_word_good(
        account=user,
        identity=identity,
        provider_session=provider_session,
        since=datetime.fromtimestamp(since, UTC),
    ):
        return None, ""
    return user, provider_session


def adds_to_a_factor(request: Request) -> bool:
    """Whether an app is added to an account that has a security key: the password alone does not say so."""
    user: Any = request.user
    return request.POST.get("do") == "begin" and factors.has_second_factor(user)


def second_factor(request: Request) -> HttpResponse:
    """Switch it on, off, and get codes on paper; each asks for the password again, and what takes it away for a code too."""
    user: Any = request.user
    if request.method != "POST":
        return factor_page(request, user)
    step = request.POST.get("do", "")
    problem = "" if step == "confirm" else _password_problem(request, user)
    if not problem and step in _WITH_CODE and factors.has_second_factor(user):
        problem = _code_problem(request, user)
    if problem:
        return factor_page(request, user, problem=problem, status=WRONG)
    match step:
        case "begin":
            secret = factors.begin_code_app(account=user)
            request.session[_BEGAN] = int(request.at.timestamp())
            return factor_page(request, user, secret=secret)
        case "confirm" if request.at.timestamp() - request.session.get(_BEGAN, 0) <= _ENROLMENT:
            return _confirmed(request, user)
        case "codes" if factors.has_second_factor(user):
            return factor_page(request, user, codes=factors.renew_recovery_codes(account=user, at=request.at))
        case "stop":
            factors.stop_code_app(account=user, at=request.at)
            messages.success(request, _("Đã tắt mã xác thực."))
    return see_other(request.path)


def _confirmed(request: Request, user: User) -> HttpResponse:
    attempt = SignInAttempt.for_code_in_session(user.pk)
    problem = wait_for(attempt, request.at)
    codes = (
        []
        if problem
        else factors.confirm_code_app(account=user, code=request.POST.get("code", ""), at=request.at)
    )
    if codes:
        del request.session[_BEGAN]
        messages.success(
            request, _("Đã bật mã xác thực. Từ lần đăng nhập sau, hệ thống hỏi mã sau mật khẩu.")
        )
        return factor_page(request, user, codes=codes)
    if not problem:
        attempt.record_failure(at=request.at)
        problem = _("Mã chưa đúng. Kiểm tra giờ của điện thoại rồi gõ mã mới nhất.")
    secret = factors.secret_in_enrolment(user)
    return factor_page(request, user, secret=secret, problem=problem, status=WRONG)


@sensitive_variables()
def _password_problem(request: Request, user: User) -> str:
    attempt = SignInAttempt.in_session(user.pk)
    if problem := wait_for(attempt, request.at):
        return problem
    with password_in_session(request):
        right = user.check_password(request.POST.get("password", ""))
    if right:
        attempt.forget_failures()
        return ""
    record_wrong_in_session(request, user, attempt)
    return _("Mật khẩu đang dùng chưa đúng. Hãy gõ lại.")


def _code_problem(request: Request, user: User) -> str:
    attempt = SignInAttempt.for_code_in_session(user.pk)
    if problem := wait_for(attempt, request.at):
        return problem
    if factors.takes_code(account=user, code=request.POST.get("code", ""), at=request.at):
        attempt.forget_failures()
        return ""
    record_wrong_in_session(request, user, attempt)
    return _("Mã chưa đúng hoặc đã dùng. Đợi mã mới trong ứng dụng, hoặc dùng một mã dự phòng.")


def record_wrong_in_session(request: Request, user: User, attempt: SignInAttempt) -> None:
    """A wrong password or code in a session of the account: for the waiting time and for the log."""
    attempt.record_failure(at=request.at)
    count_failure(user.username, where=" ".join(where_from(request)).strip(), at=request.at)


def factor_page(
    request: Request, user: User, *, secret: str = "", codes: Any = (), problem: str = "", status: int = 200
) -> HttpResponse:
    """The page of one's own factors; ``secret``: of an app that is being switched on, ``codes``: on paper, to be shown once."""
    address = factors.address_for_app(user, secret, "khcn") if secret else ""
    context = {
        "is_on": factors.has_second_factor(user),
        "has_app": factors.has_code_app(user),
        "keys": security_keys.keys_of(user),
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "symbol": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff")
        if address
        else "",
        "codes": codes,
        "left": RecoveryCode.objects.filter(account=user, used_at=None).count(),
        "problem": problem,
    }
    response = render(request, "web/second_factor.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
