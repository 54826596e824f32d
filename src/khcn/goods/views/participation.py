"""How a producer without an account asks to take part in traceability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.goods import operations
from khcn.goods.rules import refuse_own_number
from khcn.kernel.actors import SYSTEM
from khcn.kernel.refusals import Refused
from khcn.kernel.request_quotas import NetworkQuota
from khcn.kernel.text.form_fields import OneLineField
from khcn.kernel.ui.public_forms import (
    TOO_MANY,
    WRONG,
    PublicForm,
    in_minutes,
    public_page,
    refused_for_now,
    seconds_to_wait,
)
from khcn.kernel.ui.view_decorators import open_to_outside_accounts
from khcn.parties.models import OrganisationKind
from khcn.reference.queries import communes
from khcn.trace.rules import GLN_DIGITS, check_gln

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.reference.models import AdminUnit

# Of one address three at once, then one in twenty minutes: a producer asks once.
REQUESTS_OF_NETWORK: Final = NetworkQuota(per_second=1 / 1200, at_once=3)
_KINDS: Final = (OrganisationKind.COOPERATIVE, OrganisationKind.ENTERPRISE, OrganisationKind.OTHER)


class ParticipationForm(PublicForm):
    """What the department needs to answer, and nothing more."""

    required_words: ClassVar = {
        "consent": gettext_lazy("Chưa đánh dấu đồng ý thì Sở không lưu được đăng ký."),
        "admin_unit": gettext_lazy("Hãy chọn xã, phường."),
    }

    name = OneLineField(
        label=gettext_lazy("Tên cơ sở"),
        max_length=300,
        help_text=gettext_lazy("Hợp tác xã, doanh nghiệp hoặc hộ sản xuất, như trên giấy đăng ký."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Loại hình"))
    tax_code = OneLineField(label=gettext_lazy("Mã số thuế"), max_length=14, required=False)
    admin_unit: forms.ModelChoiceField[AdminUnit] = forms.ModelChoiceField(
        None, label=gettext_lazy("Xã, phường")
    )
    address = OneLineField(label=gettext_lazy("Thôn, đường, số nhà"), max_length=300, required=False)
    goods = OneLineField(
        label=gettext_lazy("Hàng hóa muốn truy xuất"),
        max_length=500,
        help_text=gettext_lazy("Ví dụ: miến dong, chè Shan tuyết."),
    )
    gln = OneLineField(
        label=gettext_lazy("Mã GLN"),
        max_length=GLN_DIGITS,
        required=False,
        validators=[check_gln, refuse_own_number],
        help_text=gettext_lazy("13 chữ số, nếu đã được cấp; chưa có thì để trống, Sở cấp mã nội bộ."),
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    contact_name = OneLineField(
        label=gettext_lazy("Người liên hệ"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = OneLineField(
        label=gettext_lazy("Điện thoại"),
        min_length=8,
        max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Có thư điện tử thì tự lấy lại được mật khẩu."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Tôi đồng ý để Sở dùng thông tin trên đây để trả lời đăng ký và cấp tài khoản")
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        """``on``: communes that exist on this day may be chosen."""
        super().__init__(*args, **options)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (each.value, each.label if each != OrganisationKind.OTHER else _("Hộ sản xuất, tổ chức khác"))
            for each in _KINDS
        ]
        units: Any = self.fields["admin_unit"]
        units.queryset = communes(on)
        units.empty_label = _("Chọn xã, phường")
        units.error_messages["invalid_choice"] = _("Hãy chọn xã, phường trong danh sách.")


@login_not_required
@open_to_outside_accounts
def participation(request: Request) -> HttpResponse:
    """Ask to take part; the answer of the page has the code of the receipt. Where nothing is written: how one takes part."""
    if settings.VIEWING_ONLY:
        return redirect("public-join")
    if request.method != "POST":
        return _form(request, ParticipationForm(on=request.today))
    form = ParticipationForm(request.POST, on=request.today)
    if not form.is_valid():
        return _form(request, form, status=WRONG)
    if wait := seconds_to_wait(request, REQUESTS_OF_NETWORK):
        problem = _("Đã gửi quá nhiều đăng ký. Đợi khoảng %(minutes)d phút rồi gửi lại.") % {
            "minutes": in_minutes(wait)
        }
        return refused_for_now(_form(request, form, problem=problem, status=TOO_MANY), wait)
    typed = {name: value for name, value in form.cleaned_data.items() if name != "consent"}
    try:
        stored = operations.receive_participation(typed=typed, actor=SYSTEM, on=request.today)
    except Refused as refused:
        return _form(request, form, problem=str(refused), status=TOO_MANY)
    return public_page(request, "goods/participation_receipt.html", {"stored": stored})


def _form(request: Request, form: ParticipationForm, *, problem: str = "", status: int = 200) -> HttpResponse:
    return public_page(request, "goods/participation.html", {"form": form, "problem": problem}, status=status)
