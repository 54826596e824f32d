"""The whole identity number of a person, for those who are entitled, after they have written why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.db import transaction
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.screens.record_page_content import detail_context
from khcn.kernel.screens.requested_record import record_or_404, register_or_404
from khcn.kernel.ui.view_decorators import asks_again, read_only
from khcn.privacy import rules
from khcn.privacy.models import PersonIdentity
from khcn.privacy.operations.showing import show_identity
from khcn.privacy.views.reasons import reason_field

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request


class LookingForm(forms.Form):
    """Why somebody looks."""

    use_required_attribute = False
    reason = reason_field(
        _("Lý do xem"),
        required=_("Hãy ghi lý do xem."),
        help_text=_("Ghi vào nhật ký cùng tên của bạn. Ví dụ: lập hồ sơ đăng ký kết quả nhiệm vụ."),
    )


@read_only
def identity_page(request: Request, pk: int) -> HttpResponse:
    """The record, with the way to the whole number for those who are entitled."""
    register = register_or_404(request, "privacy", "identities")
    record = record_or_404(request, register, pk)
    context = {
        **detail_context(request, register, record),
        "may_show": rules.editors.test(request.actor, record),
    }
    return render(request, "privacy/identity.html", context)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def identity_number(request: Request, pk: int) -> HttpResponse:
    """Ask for the reason; then show the number in this one answer, which nobody stores."""
    register = register_or_404(request, "privacy", "identities")
    identity = record_or_404(request, register, pk)
    assert isinstance(identity, PersonIdentity)  # noqa: S101 -- the register's model
    deny_unless(rules.editors.test(request.actor, identity))
    form = LookingForm(request.POST or None)
    number = ""
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            number = show_identity(identity=identity, reason=form.cleaned_data["reason"], at=request.at)
    context = {
        "identity": identity,
        "title": record_title(register, identity),
        "person": shown_record_name(identity.person, request.actor),
        "register": register,
        "form": form,
        "number": number,
    }
    return render(request, "privacy/identity_number.html", context)
