"""The inventory of personal data, what is due to be erased, and all that is on record about one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.audit.events import log_download
from khcn.kernel.ui.http import workbook
from khcn.kernel.ui.view_decorators import read_only
from khcn.privacy import rules
from khcn.privacy.operations.retention import KINDS as RETENTION_KINDS
from khcn.privacy.operations.retention import NOTICE, due_records, rule_in_force
from khcn.privacy.operations.showing import find_data_about, without_numbers, workbook_of
from khcn.privacy.queries.data_about_persons import SHORTEST
from khcn.privacy.queries.inventory import field_of, inventory
from khcn.privacy.views.reasons import reason_field

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request

TABS = (
    ("privacy-inventory", _("Bảng kê")),
    ("privacy-retention", _("Sắp xóa theo thời hạn")),
    ("privacy-about", _("Dữ liệu về một người")),
)


def _names(fields: tuple[str, ...]) -> list[tuple[str, str]]:
    """The fields of a row in words, by the record that they belong to."""
    found: dict[str, list[str]] = {}
    for name in fields:
        field: Any = field_of(name)
        found.setdefault(str(capfirst(str(field.model._meta.verbose_name))), []).append(
            str(field.verbose_name)
        )
    return [(record, ", ".join(names)) for record, names in found.items()]


@read_only
def inventory_page(request: Request) -> HttpResponse:
    """Which personal data there are, what for, on what ground, who sees them and how long they are stored."""
    deny_unless(rules.readers.test(request.actor, None))
    rules_by_code = {kind.rule: rule_in_force(kind, on=request.today) for kind in RETENTION_KINDS}
    rows = [
        {"row": row, "fields": _names(row.fields), "rule": rules_by_code.get(row.rule)} for row in inventory()
    ]
    context = {"rows": rows, "tabs": TABS, "tab": "privacy-inventory"}
    return render(request, "privacy/inventory.html", context)


@read_only
def retention_page(request: Request) -> HttpResponse:
    """What the next nights will erase."""
    deny_unless(rules.readers.test(request.actor, None))
    context = {
        "due": due_records(on=request.today, actor=request.actor),
        "days": NOTICE.days,
        "tabs": TABS,
        "tab": "privacy-retention",
    }
    return render(request, "privacy/retention.html", context)


class AboutForm(forms.Form):
    """Whose data are looked for, and why."""

    use_required_attribute = False
    who = forms.CharField(
        label=_("Họ tên, số định danh, thư điện tử hoặc điện thoại"),
        max_length=150,
        min_length=SHORTEST,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text=_("Họ tên: gõ đủ dấu, ví dụ Nguyễn Văn A. Số định danh: đủ 12 chữ số."),
        error_messages={
            "required": _("Hãy gõ điều cần tìm."),
            "min_length": _("Gõ ít nhất 3 ký tự."),
        },
    )
    reason = reason_field(
        _("Lý do tìm"),
        required=_("Hãy ghi lý do tìm."),
        help_text=_("Ghi vào nhật ký cùng tên của bạn. Ví dụ: trả lời yêu cầu số 03/YC."),
    )

    def clean_who(self) -> str:
        """At least some letters or digits: dots and spaces are in every text."""
        who: str = self.cleaned_data["who"]
        if sum(each.isalnum() for each in who) < SHORTEST:
            raise ValidationError(gettext("Gõ ít nhất 3 chữ hoặc số."))
        return who


@require_http_methods(["GET", "HEAD", "POST"])
def about_page(request: Request) -> HttpResponse:
    """Everything about one person. What is looked for is sent in a form, so that it stands in no address."""
    deny_unless(rules.editors.test(request.actor, None))
    form = AboutForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        typed, reason = form.cleaned_data["who"], form.cleaned_data["reason"]
        with transaction.atomic():
            found = find_data_about(typed, reason=reason, actor=request.actor, at=request.at)
            if "export" in request.POST:
                name = gettext("du-lieu-ca-nhan.xlsx")
                log_download(name, at=request.at, text=without_numbers(reason))
                return workbook(workbook_of(found), name)
    context = {"form": form, "found": found, "tabs": TABS, "tab": "privacy-about"}
    return render(request, "privacy/about.html", context)
