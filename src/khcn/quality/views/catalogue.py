"""What everybody sees of the standards without an account, and how somebody asks for one or for advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import SYSTEM
from khcn.kernel.refusals import Refused
from khcn.kernel.request_quotas import NetworkQuota
from khcn.kernel.text.form_fields import OneLineField
from khcn.kernel.text.one_line import check_one_line
from khcn.kernel.ui.public_forms import (
    TOO_MANY,
    WRONG,
    PublicForm,
    in_minutes,
    public_page,
    refused_for_now,
    seconds_to_wait,
)
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only
from khcn.quality import operations
from khcn.quality.enums import StandardField, StandardForce, StandardRequestKind
from khcn.quality.queries.catalogue import LONGEST_QUERY, catalogue_page, offered_standard, read_query

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.quality.models import Standard, StandardRequest

# Of one address five at once, then one in ten minutes: an office behind one address asks for a few, a program for thousands.
REQUESTS_OF_NETWORK: Final = NetworkQuota(per_second=1 / 600, at_once=5)


@login_not_required
@open_to_outside_accounts
@read_only
def standard_catalogue(request: Request) -> HttpResponse:
    """The catalogue, narrowed by what the address asks for: by GET, so that a link leads to what somebody has found."""
    query = read_query(request.GET.dict())
    found = catalogue_page(query, on=request.today)
    asked = {"q": query.words, "standing": query.standing, "field": query.field}
    address = reverse("standard-catalogue")

    def at(**more: str) -> str:
        return f"{address}?{urlencode({name: text for name, text in {**asked, **more}.items() if text})}"

    context = {
        "query": query,
        "found": found,
        "at": at,
        "number": lambda text: f"{address}?{urlencode({'q': text})}",
        "standings": StandardForce.choices,
        "fields": StandardField.choices,
        "longest": LONGEST_QUERY,
    }
    return public_page(request, "quality/catalogue.html", context)


class RequestForm(PublicForm):
    """What a stranger says to be answered, and nothing more."""

    required_words: ClassVar = {
        "consent": gettext_lazy("Chưa đánh dấu đồng ý thì Sở không lưu được yêu cầu.")
    }

    kind = forms.ChoiceField(label=gettext_lazy("Cần gì"))
    content = forms.CharField(
        label=gettext_lazy("Nội dung, mục đích sử dụng"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Số hiệu hoặc tên tiêu chuẩn, sản phẩm, và dùng để làm gì."),
    )
    name = OneLineField(
        label=gettext_lazy("Họ và tên"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    organisation = OneLineField(
        label=gettext_lazy("Cơ quan, doanh nghiệp"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Để trống khi hỏi cho riêng mình."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    contact = OneLineField(
        label=gettext_lazy("Điện thoại hoặc thư điện tử"),
        max_length=120,
        min_length=6,
        help_text=gettext_lazy("Sở trả lời qua đây."),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Tôi đồng ý để Sở dùng họ tên và liên hệ trên đây để trả lời yêu cầu này")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """With the kinds in the words of those who ask."""
        super().__init__(*args, **options)
        kinds = {
            StandardRequestKind.SUPPLY: _("Xin bản tiêu chuẩn"),
            StandardRequestKind.LOOK_UP: _("Hỏi, nhờ hướng dẫn về tiêu chuẩn, quy chuẩn"),
            StandardRequestKind.TBT: _("Hỏi về hàng rào kỹ thuật khi xuất khẩu (TBT)"),
        }
        self.fields["kind"].choices = [(each.value, label) for each, label in kinds.items()]  # type: ignore[attr-defined]

    def clean_content(self) -> str:
        """On one line, as the register stores it."""
        text = " ".join(self.cleaned_data["content"].split())
        check_one_line(text)
        return text


@login_not_required
@open_to_outside_accounts
def standard_request(request: Request) -> HttpResponse:
    """Ask for a copy or for advice; the answer of the page has the code of the receipt."""
    sent = request.POST if request.method == "POST" else request.GET
    standard = offered_standard(sent.get("standard", ""))
    if request.method != "POST":
        return _form(request, RequestForm(), standard)
    form = RequestForm(request.POST)
    if not form.is_valid():
        return _form(request, form, standard, status=WRONG)
    if wait := seconds_to_wait(request, REQUESTS_OF_NETWORK):
        problem = _("Đã gửi quá nhiều yêu cầu. Đợi khoảng %(minutes)d phút rồi gửi lại.") % {
            "minutes": in_minutes(wait)
        }
        return refused_for_now(_form(request, form, standard, problem=problem, status=TOO_MANY), wait)
    try:
        stored = operations.receive_request(
            kind=form.cleaned_data["kind"],
            content=form.cleaned_data["content"],
            standard=standard,
            name=form.cleaned_data["name"],
            organisation=form.cleaned_data["organisation"],
            contact=form.cleaned_data["contact"],
            actor=SYSTEM,  # the public writes no record: what it sent is written down for it
            on=request.today,
        )
    except Refused as refused:
        return _form(request, form, standard, problem=str(refused), status=TOO_MANY)
    return _receipt(request, stored)


def _form(
    request: Request, form: RequestForm, standard: Standard | None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "standard": standard, "problem": problem}
    return public_page(request, "quality/catalogue_request.html", context, status=status)


def _receipt(request: Request, stored: StandardRequest) -> HttpResponse:
    return public_page(request, "quality/catalogue_receipt.html", {"stored": stored})
