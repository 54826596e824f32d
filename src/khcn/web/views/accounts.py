"""Accounts, for the administrator: make one, give it a role and a unit, stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import RegexValidator
from django.db import transaction
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.actors import ActorKind, Role
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.fields.reference_input import RecordField
from khcn.kernel.fields.stored_link import stored_link
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.refusals import Refused
from khcn.kernel.text.form_fields import OneLineField
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import asks_again, form_with_own_transactions, read_only
from khcn.parties.models import AccountRole, Organisation, OrgUnit, User
from khcn.parties.operations import password_issues as operations
from khcn.parties.operations.account_events import sessions_of
from khcn.parties.operations.account_tokens import tokens_in_use
from khcn.parties.operations.linked_identities import identity_of
from khcn.parties.operations.second_factors import accounts_with_factor
from khcn.parties.operations.two_persons import takes_two_persons, why_two_persons
from khcn.web.administering import administer_in_turn
from khcn.web.decision_forms import name_roles
from khcn.web.navigation import can_administer
from khcn.web.session_passwords import password_in_session
from khcn.web.views.password_issues import new_password, request_password, shown_once, waiting_issue

if TYPE_CHECKING:
    from django.http import HttpResponse

ADDRESS_MAIL = "khcn.web.jobs.send_address_change_mail"
OUTSIDE_MAIL = "khcn.web.jobs.send_outside_account_mail"


class AccountForm(forms.ModelForm):
    """Who an account belongs to and what it may do."""

    use_required_attribute = False
    organisation = RecordField(model=Organisation, required=False)

    class Meta:
        model = User
        fields = ("username", "full_name", "role", "unit", "organisation", "email", "is_active")
        field_classes: ClassVar = {"full_name": OneLineField}

    def __init__(self, *args: Any, on: Any, **options: Any) -> None:
        """``on``: units that exist on this day may be chosen."""
        super().__init__(*args, **options)
        labels = {
            "username": gettext_lazy("Tên đăng nhập"),
            "full_name": gettext_lazy("Họ và tên"),
            "role": gettext_lazy("Vai trò"),
            "unit": gettext_lazy("Phòng, đơn vị"),
            "organisation": gettext_lazy("Tổ chức bên ngoài"),
            "email": gettext_lazy("Thư điện tử"),
            "is_active": gettext_lazy("Đang sử dụng"),
        }
        for name, label in labels.items():
            field = self.fields[name]
            field.label = label
            field.error_messages["required"] = _("Hãy nhập “%(label)s”.") % {"label": label}
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
        self.fields["is_active"].widget.attrs["class"] = "form-check-input"
        self.fields["is_active"].help_text = gettext_lazy(
            "Bỏ đánh dấu để ngừng tài khoản. Nhật ký của tài khoản vẫn còn."
        )
        self.fields["username"].help_text = gettext_lazy("Chữ không dấu, chữ số và các dấu . - _")
        self.fields["username"].validators = [
            RegexValidator(
                r"^[a-z0-9._-]{3,40}\Z",
                gettext_lazy("Gõ 3 đến 40 chữ thường không dấu, chữ số hoặc dấu . - _"),
            )
        ]
        self.fields["username"].error_messages["unique"] = gettext_lazy(
            "Tên đăng nhập này đã có người dùng. Chọn tên khác."
        )
        organisation: Any = self.fields["organisation"]
        organisation.keep(stored_link(Organisation, self.instance.organisation_id))
        organisation.help_text = User._meta.get_field("organisation").help_text
        role: Any = self.fields["role"]
        stored = AccountRole.objects.filter(code=self.instance.role_id)
        role.queryset = (AccountRole.objects.valid(on=on) | stored).in_order()
        role.help_text = gettext_lazy(
            "Vai trò bắt đầu từ một ngày sau hôm nay: ghi ở trang Phân công vai trò."
        )
        name_roles(role, on=on)
        unit: Any = self.fields["unit"]
        selectable = OrgUnit.objects.valid(on=on) | OrgUnit.objects.filter(pk=self.instance.unit_id or 0)
        unit.queryset = selectable.order_by("position", "sort_key")
        unit.empty_label = gettext_lazy("(không thuộc phòng nào)")
        self.instance._meta.get_field("username").error_messages["unique"] = self.fields[
            "username"
        ].error_messages["unique"]

    def clean(self) -> dict[str, Any]:
        """An account is of a member of staff or of an organisation; one of neither would see nothing."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("role") and not values.get("organisation") and "organisation" not in self.errors:
            self.add_error(
                "role", _("Hãy chọn vai trò của cán bộ, hoặc chọn tổ chức bên ngoài của tài khoản.")
            )
        return values


@read_only
def account_list(request: Request) -> HttpResponse:
    """All accounts."""
    deny_unless(can_administer.test(request.actor, None))
    accounts = User.objects.select_related("role", "unit", "organisation").order_by(
        "-is_active", "unit__position", "username"
    )
    with_factor = accounts_with_factor()
    outside = str(ActorKind.ORGANISATION.label)
    rows = [
        (
            account,
            outside if account.organisation_id else str(account.role or ""),
            account.pk in with_factor,
            account.unit.name
            if account.unit is not None
            else shown_record_name(account.organisation, request.actor),
        )
        for account in accounts
    ]
    return render(request, "web/accounts.html", {"rows": rows})


@asks_again
@form_with_own_transactions  # nothing is locked while a password is hashed
def account_new(request: Request) -> HttpResponse:
    """Make an account; its password is shown once, on the page that answers, or waits for a second person."""
    deny_unless(can_administer.test(request.actor, None))
    given = {
        name: request.GET[name] for name in ("full_name", "email", "organisation") if name in request.GET
    }
    form = AccountForm(request.POST or None, on=request.today, initial={"is_active": True, **given})
    if request.method == "POST" and form.is_valid():
        try:
            return _made(request, form.save(commit=False))
        except Busy as busy:
            form.add_error(None, str(busy))
            response = _page(request, form, None)
            response.status_code, response["Retry-After"] = busy.status, str(busy.retry_after)
            return response
    return _page(request, form, None)


@asks_again
@require_http_methods(["GET", "POST"])
def account_edit(request: Request, pk: int) -> HttpResponse:
    """Change role, unit, name; stop or start again."""
    deny_unless(can_administer.test(request.actor, None))
    if request.method == "POST":
        administer_in_turn(request)
    account = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        account = locked(User, pk)
    address, was_active_at = account.email, account.organisation_id if account.is_active else None
    form = AccountForm(request.POST or None, instance=account, on=request.today)
    if request.method == "POST" and form.is_valid():
        changed = form.instance
        if pk == request.actor.user_id and not (changed.is_active and changed.role_id == Role.ADMIN.value):
            form.add_error(
                None, _("Không tự ngừng hoặc hạ quyền tài khoản đang dùng. Hãy nhờ một quản trị khác.")
            )
        else:
            changed.save()
            if address and changed.email != address:
                enqueue(ADDRESS_MAIL, account=pk, before=address)
            if changed.organisation_id not in {None, was_active_at}:
                _opened_to_organisation(request, changed)
            messages.success(request, _("Đã lưu tài khoản “%(name)s”.") % {"name": changed.username})
            return see_other("/accounts/")
    return _page(request, form, account)


def _opened_to_organisation(request: Request, account: User) -> None:
    """The account reads what is of this organisation from now on. Where one person may give it a password, the one that it has stays;
    else the password that it had is worth nothing, and two persons issue another.
    """
    enqueue(OUTSIDE_MAIL, account=account.pk)
    why = why_two_persons(account)
    if not why:
        return
    operations.withdraw_password(
        account=account,
        by=request.actor.user_id,
        at=request.at,
        text="tài khoản chuyển sang tổ chức hoặc dùng lại",
    )
    if account.is_active:
        messages.info(request, _("%(why)s, nên mật khẩu cũ hết dùng.") % {"why": why})
        _requested(request, account, _("Tài khoản chuyển sang tổ chức khác hoặc dùng lại"))


def _requested(request: Request, account: User, reason: str) -> None:
    """A request that waits for the second person; the page says where there is none."""
    try:
        request_password(request, account, reason)
    except Refused as refused:
        messages.warning(request, str(refused))


def _made(request: Request, account: User) -> HttpResponse:
    """Without a password until one is issued; an account with a role that decides waits for the second person."""
    if not account.is_active or takes_two_persons(account):
        account.set_unusable_password()
        account.save()
        if account.organisation_id is not None:
            enqueue(OUTSIDE_MAIL, account=account.pk)
        if account.is_active:
            _requested(request, account, _("Tài khoản mới"))
        else:
            messages.info(
                request,
                _("Tài khoản chưa đưa vào sử dụng nên chưa có mật khẩu. Cấp mật khẩu khi đưa vào sử dụng."),
            )
        return see_other(reverse("account-edit", args=[account.pk]))
    with password_in_session(request):  # first, so that nothing is written where there is no place
        account.set_password(password := new_password())
    with transaction.atomic():
        account.save()
        issue = operations.issue_alone(
            account=account, reason=_("Tài khoản mới"), actor=request.actor, at=request.at
        )
    if account.organisation_id is not None:
        enqueue(OUTSIDE_MAIL, account=account.pk)
    return shown_once(request, issue, account, password, is_new=True)


def _page(request: Request, form: AccountForm, account: User | None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context: dict[str, Any] = {"form": form, "account": account}
    if account is not None:
        provider = settings.IDENTITY_PROVIDER
        context |= {
            **waiting_issue(request, account),
            "sessions": sessions_of(account, at=request.at),
            "tokens": tokens_in_use(account, at=request.at),
            "provider": provider,
            "linked": identity_of(account, provider.issuer) if provider else None,
        }
    return render(request, "web/account.html", context, status=status)
