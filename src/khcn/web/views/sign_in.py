"""Sign-in, sign-out, change of password."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from khcn.kernel.bounded_process.places import PASSWORDS, PASSWORDS_FROM_UNKNOWN_BROWSERS, Busy
from khcn.kernel.request_quotas import client_network
from khcn.kernel.ui.public_pages import public_pages
from khcn.parties.models import PasswordIssue
from khcn.parties.models.account_passwords import normal_password
from khcn.parties.operations.account_events import count_failure
from khcn.parties.operations.account_tokens import tokens_in_use
from khcn.parties.operations.second_factors import has_second_factor
from khcn.parties.operations.sign_in_limits import SignInAttempt
from khcn.web.form_resume import FIELD
from khcn.web.known_browsers import browser_number, remember_browser
from khcn.web.password_issue_notices import issuers
from khcn.web.passwords import limit_length
from khcn.web.session_passwords import password_in_session
from khcn.web.session_times import where_from
from khcn.web.views.second_factor import ask_code, finish_sign_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

BUSY, TOO_MANY = 503, 429
SHOWN_ISSUES = 5
TOO_MANY_WORDS: Final = gettext_lazy(
    "Với tên này hoặc từ mạng này đã có quá nhiều lần đăng nhập sai, nên mật khẩu chưa được kiểm tra. Đợi khoảng %(minutes)d phút "
    "rồi đăng nhập lại, hoặc dùng trình duyệt bạn đã từng đăng nhập. Nếu không phải bạn đã thử, hãy báo quản trị hệ thống."
)
TOO_MANY_IN_BROWSER: Final = gettext_lazy(
    "Trong trình duyệt này mật khẩu của bạn đã bị gõ sai quá nhiều lần. Đợi khoảng %(minutes)d phút rồi gõ lại. Nếu quên mật khẩu, "
    "hãy nhờ quản trị hệ thống cấp lại."
)


class SignInForm(AuthenticationForm):
    """Name and password, in our words."""

    use_required_attribute = False
    error_messages = {
        "invalid_login": gettext_lazy(
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi gõ lại."
        ),
        "inactive": gettext_lazy("Tài khoản này đã ngừng sử dụng. Hãy liên hệ quản trị hệ thống."),
        "expired": gettext_lazy("Mật khẩu được cấp đã hết hạn. Hãy nhờ quản trị hệ thống cấp lại."),
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        """Labels and messages."""
        super().__init__(*args, **options)
        self.fields["username"].label = gettext_lazy("Tên đăng nhập")
        self.fields["username"].error_messages["required"] = gettext_lazy("Hãy nhập tên đăng nhập.")
        self.fields["password"].label = gettext_lazy("Mật khẩu")
        self.fields["password"].error_messages["required"] = gettext_lazy("Hãy nhập mật khẩu.")
        self.fields["username"].widget.attrs["autocapitalize"] = "none"
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        # Answer and seconds to wait where the password was not looked at.
        self.unchecked: tuple[int, int] | None = None

    def confirm_login_allowed(self, user: Any) -> None:
        """Not with a password that somebody issued too long ago. Who reads this has typed that password."""
        super().confirm_login_allowed(user)
        request: Any = self.request
        if user.issued_password_until is not None and user.issued_password_until <= request.at:
            raise ValidationError(self.error_messages["expired"], code="expired")

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Check the password, unless there were too many wrong ones or there is no place for it now."""
        name = self.cleaned_data.get("username")
        request: Any = self.request
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        browser = browser_number(request, name)
        network = client_network(request.META["REMOTE_ADDR"])
        attempt = SignInAttempt.of(name, network=network, browser=browser)
        if seconds := attempt.refused_seconds(at=request.at):
            self.unchecked = TOO_MANY, seconds
            words = TOO_MANY_IN_BROWSER if browser else TOO_MANY_WORDS
            raise ValidationError(words % {"minutes": math.ceil(seconds / 60)}, code="too_many")
        try:
            with (PASSWORDS if browser else PASSWORDS_FROM_UNKNOWN_BROWSERS).one():
                cleaned = super().clean()
        except Busy as busy:
            self.unchecked = BUSY, busy.retry_after
            raise ValidationError(str(busy), code="busy") from None
        except ValidationError:
            attempt.record_failure(at=request.at)
            count_failure(name, where=" ".join(where_from(request)).strip(), at=request.at)
            log.warning("wrong password from %s", request.META["REMOTE_ADDR"])
            raise
        attempt.forget_failures()
        return cleaned


class SignIn(auth.LoginView):
    """The first page."""

    template_name = "web/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Carry on what was typed into a form whose session had ended."""
        context = super().get_context_data(**more) | {
            "provider": settings.IDENTITY_PROVIDER,
            "by_mail": settings.PASSWORD_RESET_BY_MAIL,
            "public_pages": public_pages(),
        }
        if signed_form := getattr(self.request, "signed_form", ""):
            return {**context, "signed_form": signed_form, "next": self.request.get_full_path()}
        return {**context, "signed_form": self.request.POST.get(FIELD, "")}

    def form_valid(self, form: Any) -> HttpResponse:
        """Ask for the second factor, or go on."""
        user = form.get_user()
        return ask_code(self.request, user) if has_second_factor(user) else finish_sign_in(self.request, user)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again with status 422, so that nobody takes it for success, or when to send it again."""
        response = super().form_invalid(form)
        response.status_code = 422
        if form.unchecked is not None:
            response.status_code, seconds = form.unchecked
            response["Retry-After"] = str(seconds)
        return response


class PasswordForm(PasswordChangeForm):
    """Change of password, in our words."""

    use_required_attribute = False
    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": gettext_lazy("Mật khẩu đang dùng chưa đúng. Hãy gõ lại."),
        "password_mismatch": gettext_lazy("Hai lần gõ mật khẩu mới chưa giống nhau. Hãy gõ lại cả hai."),
    }

    def __init__(self, *args: Any, at: datetime, where: str, **options: Any) -> None:
        """``at``: the instant of the request; ``where``: its network and browser, for the log."""
        super().__init__(*args, **options)
        self.at, self.where = at, where
        labels = {
            "old_password": gettext_lazy("Mật khẩu đang dùng"),
            "new_password1": gettext_lazy("Mật khẩu mới"),
            "new_password2": gettext_lazy("Gõ lại mật khẩu mới"),
        }
        for name, label in labels.items():
            field = self.fields[name]
            field.label = label
            field.error_messages["required"] = _("Hãy nhập “%(label)s”.") % {"label": label}
            field.widget.attrs["class"] = "form-control"
            field.help_text = ""
        for name in ("new_password1", "new_password2"):
            limit_length(self.fields[name])
        self.fields["new_password1"].help_text = gettext_lazy(
            "Ít nhất 12 ký tự; không dùng mật khẩu phổ biến, không giống tên đăng nhập hoặc họ tên."
        )

    @sensitive_variables()
    def clean_old_password(self) -> str:
        """A session that somebody left open is no way to guess the password."""
        attempt = SignInAttempt.in_session(self.user.pk)
        if seconds := attempt.refused_seconds(at=self.at):
            minutes = math.ceil(seconds / 60)
            raise ValidationError(TOO_MANY_IN_BROWSER % {"minutes": minutes}, code="too_many")
        try:
            password: str = super().clean_old_password()
        except ValidationError:
            attempt.record_failure(at=self.at)
            count_failure(self.user.username, where=self.where, at=self.at)
            raise
        attempt.forget_failures()
        return password

    @sensitive_variables()
    def clean_new_password1(self) -> str:
        """As it is stored: its length is that of the letters, however they were typed."""
        return normal_password(self.cleaned_data["new_password1"])

    @sensitive_variables()
    def clean_new_password2(self) -> str:
        """The same."""
        return normal_password(self.cleaned_data["new_password2"])

    def clean(self) -> dict[str, Any]:
        """An issued password is replaced by one that nobody else has seen."""
        values: dict[str, Any] = super().clean() or {}
        new = values.get("new_password1")
        if (
            self.user.issued_password_until is not None
            and new
            and new == normal_password(values.get("old_password") or "")
        ):
            self.add_error("new_password1", _("Mật khẩu mới phải khác mật khẩu được cấp."))
        return values

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 -- Django's own signature
        """Write the new password alone."""
        super().save(commit=False)
        self.user.store_password()
        return self.user


class ChangePassword(auth.PasswordChangeView):
    """One's own password."""

    template_name = "web/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("home")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Whether the password must be changed, and who issued passwords for this account last."""
        user: Any = self.request.user
        issues = [
            {"at": each.used_at, "who": issuers(each), "reason": each.reason}
            for each in PasswordIssue.objects.filter(account=user.pk, used_at__isnull=False).select_related(
                "requested_by", "confirmed_by"
            )[:SHOWN_ISSUES]
        ]
        return {
            **super().get_context_data(**more),
            "must_change": user.issued_password_until,
            "issues": issues,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        """Which instant it is, and where from."""
        request: Any = self.request
        where = " ".join(where_from(request)).strip()
        return {**super().get_form_kwargs(), "at": request.at, "where": where}

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Check the old password and hash the new one: not in the place of strangers."""
        with password_in_session(request):
            return super().post(request, *args, **options)

    def form_valid(self, form: Any) -> HttpResponse:
        """Say that it is done. This browser stays known; the others must prove the new password."""
        messages.success(self.request, _("Đã đổi mật khẩu. Lần đăng nhập sau dùng mật khẩu mới."))
        if tokens_in_use(form.user, at=form.at).exists():
            words = _(
                "Mã truy cập của các chương trình vẫn dùng được. Nếu nghi có người biết mật khẩu cũ, hãy kết thúc các mã đó."
            )
            messages.warning(self.request, words)
        response = super().form_valid(form)
        remember_browser(self.request, response, form.user)
        return response

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        """Show the form again."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response
