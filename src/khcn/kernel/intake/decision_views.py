"""What is remembered for later files about words and unusual values, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.intake import answering
from khcn.kernel.intake.models import Decision
from khcn.kernel.intake.workflow import may_enter
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import read_only

if TYPE_CHECKING:
    from django.http import HttpResponse


@read_only
def decision_list(request: Request) -> HttpResponse:
    """What was decided about words that named nothing on record."""
    decisions = Decision.objects.visible_to(request.actor).order_by("heading", "value_text")[:500]
    context = {"decisions": decisions, "may_enter": may_enter.test(request.actor, None)}
    return render(request, "intake/decisions.html", context)


@require_POST
def forget_button(request: Request, pk: int) -> HttpResponse:
    """Drop a remembered answer."""
    deny_unless(may_enter.test(request.actor, None))
    decision = get_object_or_404(Decision.objects.visible_to(request.actor), pk=pk)
    answering.forget_decision(decision=decision, actor=request.actor)
    messages.success(
        request,
        _("Đã bỏ lựa chọn cho “%(value)s”. Lần nhập sau sẽ hỏi lại.") % {"value": decision.value_text},
    )
    return see_other(reverse("import-decisions"))
