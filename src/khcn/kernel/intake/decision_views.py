"""What is remembered for later files about words and unusual values, as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.fields.reference_targets import is_nameable
from khcn.kernel.intake import answering
from khcn.kernel.intake.models import CONFIRMED, Decision
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.intake.workflow import may_enter
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import read_only

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.sheet_kinds import SheetKind


@read_only
def decision_list(request: Request) -> HttpResponse:
    """What was decided about words that named nothing on record."""
    decisions = Decision.objects.visible_to(request.actor).order_by("heading", "value_text")[:500]
    kinds = {each.key: each for each in sheet_kinds()}
    context = {
        "decisions": [each for each in decisions if _may_be_shown(each, kinds, request.actor)],
        "may_enter": may_enter.test(request.actor, None),
    }
    return render(request, "intake/decisions.html", context)


def _may_be_shown(decision: Decision, kinds: Mapping[str, SheetKind], actor: Actor) -> bool:
    """A decision names a record of the register that its column links to, or, of an unlikely value, a record of its own register."""
    key, _dot, name = decision.column.rpartition(".")
    kind = kinds.get(key)
    if kind is None or decision.action == CONFIRMED:
        return kind is not None and kind.register.reach("read", actor) is True
    linked = (each.field.related_model for each in kind.columns() if each.name == name)
    return all(is_nameable(model, actor) for model in linked if model is not None)


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
