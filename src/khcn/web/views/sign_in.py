"""Sign-in, sign-out, change of password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.bounded_process.places import PASSWORDS, Busy
from khcn.web.form_resume import FIELD, after_sign_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BUSY = 503


class SignInForm(AuthenticationForm):
    """Name and password, in our words."""

    use_required_attribute = False
    error_messages = {
        "invalid_login": gettext_lazy(
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi gõ lại."
        ),
        "inactive": gettext_lazy("Tài khoản này đã ngừng sử dụng. Hãy liên hệ quản trị hệ thống."),
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

    def clean(self) -> dict[str, Any]:
        """Check the password, if there is a place for it."""
        try:
            return super().clean()
        except Busy as busy:
            self.unchecked = BUSY, busy.retry_after
            raise ValidationError(str(busy), code="busy") from None


class SignIn(auth.LoginView):
    """The first page."""

    template_name = "web/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Carry on what was typed into a form whose session had ended."""
        context = super().get_context_data(**more)
        if signed_form := getattr(self.request, "signed_form", ""):
            return {**context, "signed_form": signed_form, "next": self.request.get_full_path()}
        return {**context, "signed_form": self.request.POST.get(FIELD, "")}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Go on, or offer the form that was sent without a session."""
        response = super().form_valid(form)
        return after_sign_in(self.request) or response

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

    def __init__(self, *args: Any, **options: Any) -> None:
        """Labels and messages."""
        super().__init__(*args, **options)
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
        self.fields["new_password1"].help_text = gettext_lazy(
            "Ít nhất 12 ký tự; không dùng mật khẩu phổ biến, không giống tên đăng nhập hoặc họ tên."
        )

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

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Check the old password and hash the new one: not in the place of strangers."""
        with PASSWORDS.one():
            return super().post(request, *args, **options)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, _("Đã đổi mật khẩu. Lần đăng nhập sau dùng mật khẩu mới."))
        return super().form_valid(form)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        """Show the form again."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response
