"""Roles from one day to another, what roles may do, and delegation: entered by the administrator, logged, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from khcn.kernel.access.predicates import deny_unless, in_own_name, keeps_own_records
from khcn.kernel.text.numbers import short_number
from khcn.kernel.ui.http import Request, safe_next, see_other
from khcn.kernel.ui.view_decorators import asks_again, read_only
from khcn.parties.models import User
from khcn.parties.models.rights_decisions import title_of_scope
from khcn.web.administering import administer_in_turn
from khcn.web.decision_forms import OWN_RIGHTS, AssignmentForm, DatedForm, DelegationForm, RightForm
from khcn.web.delegating import SESSION_KEY, delegation_to, delegations_to, with_scopes
from khcn.web.navigation import can_administer
from khcn.web.right_effects import effects_of_saving, effects_of_withdrawing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from khcn.kernel.actors import Actor
    from khcn.web.right_effects import RightEffects


@dataclass(frozen=True)
class DecisionKind:
    """One sort of decision: its form, its list, and who enters it."""

    form: type[DatedForm]
    title: Any
    intro: Any
    new: Any
    heads: tuple[Any, ...]
    cells: Callable[[Any], tuple[str, ...]]
    who: Any
    names: tuple[str, ...]  # links that the list shows

    @property
    def model(self) -> Any:
        """The model behind the form."""
        return self.form._meta.model


KINDS = {
    "assignment": DecisionKind(
        AssignmentForm,
        gettext_lazy("Phân công vai trò"),
        gettext_lazy("Vai trò của tài khoản trong một thời gian, thay cho vai trò ghi ở tài khoản."),
        gettext_lazy("Thêm phân công"),
        (gettext_lazy("Vai trò"), gettext_lazy("Phòng, đơn vị")),
        lambda row: (str(row.role or _("không có vai trò")), row.unit.name if row.unit else "–"),
        can_administer,
        ("user", "role", "unit"),
    ),
    "right": DecisionKind(
        RightForm,
        gettext_lazy("Quyền của vai trò"),
        format_lazy(
            "{} {}",
            gettext_lazy(
                "Những gì khác với quy tắc chung của từng danh mục. Trang Phân quyền cho thấy kết quả."
            ),
            OWN_RIGHTS,
        ),
        gettext_lazy("Thêm quyết định về quyền"),
        (gettext_lazy("Việc"), gettext_lazy("Được làm")),
        lambda row: (
            f"{title_of_scope(row.register)}: {row.get_verb_display()}",
            _("Có") if row.allowed else _("Không"),
        ),
        can_administer,
        ("role",),
    ),
    "delegation": DecisionKind(
        DelegationForm,
        gettext_lazy("Ủy quyền"),
        gettext_lazy("Ai làm thay ai, việc gì, đến ngày nào. Nhật ký ghi tên cả hai người."),
        gettext_lazy("Thêm ủy quyền"),
        (gettext_lazy("Phạm vi"),),
        lambda row: (", ".join(title_of_scope(each) for each in row.registers),),
        keeps_own_records & in_own_name,
        ("principal", "delegate"),
    ),
}


def _rows(kind: str, actor: Actor) -> QuerySet[Any]:
    """Decisions that the actor may see: the administrator all, others the delegations that concern them."""
    shape = KINDS[kind]
    rows = shape.model.objects.select_related(*shape.names).order_by("-valid_from", "-pk")
    if can_administer.test(actor, None):
        return rows
    if kind != "delegation":
        return rows.none()
    return rows.filter(principal=actor.user_id) | rows.filter(delegate=actor.user_id)


@read_only
def decision_list(request: Request, kind: str) -> HttpResponse:
    """All decisions of a kind, the latest first."""
    shape = KINDS[kind]
    deny_unless((keeps_own_records if kind == "delegation" else shape.who).test(request.actor, None))
    rows = [
        (
            row,
            str(row),
            shape.cells(row),
            row.is_valid(on=request.today),
            is_open(row, request.today) and _may_change(kind, row, request.actor),
        )
        for row in _rows(kind, request.actor)[:500]
    ]
    own = with_scopes(delegations_to(request.user.pk, request.today)) if kind == "delegation" else []
    context = {
        "kind": kind,
        "shape": shape,
        "rows": rows,
        "delegations": own,
        "delegated": request.actor.delegated is not None,
        "may_add": shape.who.test(request.actor, None),
    }
    return render(request, "web/decisions.html", context)


def _may_change(kind: str, row: Any, actor: Actor) -> bool:
    if can_administer.test(actor, None):
        return True
    return kind == "delegation" and in_own_name.test(actor, None) and row.principal_id == actor.user_id


def is_open(row: Any, on: date) -> bool:
    """Can the decision still be changed or withdrawn: has it not ended?"""
    return row.withdrawn_on is None and (row.valid_to is None or row.valid_to > on)


def _open_row(request: Request, kind: str, pk: int) -> Any:
    """The decision, if the actor may change it; None when it has ended."""
    row = get_object_or_404(_rows(kind, request.actor), pk=pk)
    deny_unless(_may_change(kind, row, request.actor))
    if is_open(row, request.today):
        return row
    messages.error(request, _("Quyết định “%(name)s” đã hết hiệu lực, không sửa nữa.") % {"name": row})
    return None


def _kind_to_write(request: Request, kind: str) -> DecisionKind:
    """The kind of a decision that the actor may write; what is sent waits for other changes of roles and rights."""
    shape = KINDS[kind]
    deny_unless(shape.who.test(request.actor, None))
    if request.method == "POST" and shape.who is can_administer:
        administer_in_turn(request)
    return shape


@asks_again
@require_http_methods(["GET", "POST"])
def decision_edit(request: Request, kind: str, pk: int | None = None) -> HttpResponse:
    """Enter a decision, or change its end; what was written before stays in the log."""
    shape = _kind_to_write(request, kind)
    row = _open_row(request, kind, pk) if pk is not None else None
    if pk is not None and row is None:
        return see_other(reverse(f"{kind}-list"))
    form = shape.form(
        request.POST or None,
        instance=row,
        actor=request.actor,
        on=request.today,
        initial={} if row is not None else {"valid_from": request.today},
    )
    effects = None
    if request.method == "POST" and form.is_valid():
        if kind == "right":
            stored = shape.model.objects.filter(pk=pk).first()
            effects = effects_of_saving(form.instance, stored, on=request.today)
        if _is_confirmed(request, form, effects) and _save(request, form):
            return see_other(reverse(f"{kind}-list"))
    context = {
        "kind": kind,
        "shape": shape,
        "form": form,
        "row": row,
        "effects": effects,
        "seen": effects.fingerprint(form.cleaned_data) if effects else "",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/decision.html", context, status=status)


def _is_confirmed(request: Request, form: DatedForm, effects: RightEffects | None) -> bool:
    """Has the person seen what the decision changes, and confirmed it where it reaches far?"""
    if effects is None:
        return True
    if request.POST.get("seen") != effects.fingerprint(form.cleaned_data):
        return False
    if effects.warnings and not request.POST.get("confirmed"):
        form.add_error(None, _("Hãy xem quyết định thay đổi những gì rồi đánh dấu xác nhận, hoặc thôi."))
        return False
    return True


def _save(request: Request, form: DatedForm) -> bool:
    """Write the decision, unless the person who enters it would administer no more afterwards."""
    try:
        with transaction.atomic():
            form.save()
            _refuse_losing_administration(request, form.instance)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


def _refuse_losing_administration(request: Request, row: Any) -> None:
    """Somebody must be left who can set things right: administrators do not end their own role."""
    if not can_administer.test(request.actor, None):
        return
    user = User.objects.select_related("unit").get(pk=request.actor.user_id)
    for day in {request.today, max(request.today, row.valid_from)}:
        if not can_administer.test(user.actor_on(day), None):
            raise ValidationError(
                _("Không tự ngừng hoặc hạ quyền tài khoản đang dùng. Hãy nhờ một quản trị khác.")
            )


@asks_again
@require_http_methods(["GET", "POST"])
def decision_withdraw(request: Request, kind: str, pk: int) -> HttpResponse:
    """End a decision at once, with a reason: its days stay as they were written, and it is in force no more."""
    shape = _kind_to_write(request, kind)
    row = _open_row(request, kind, pk)
    if row is None:
        return see_other(reverse(f"{kind}-list"))
    reason = request.POST.get("reason", "").strip()
    error = ""
    if request.method == "POST":
        error = _withdraw(request, row, reason)
        if not error:
            messages.success(request, _("Đã hủy “%(name)s”.") % {"name": row})
            return see_other(reverse(f"{kind}-list"))
    context = {
        "kind": kind,
        "shape": shape,
        "row": row,
        "reason": reason,
        "error": error,
        "effects": effects_of_withdrawing(row, on=request.today) if kind == "right" else None,
    }
    return render(request, "web/decision_withdraw.html", context, status=422 if error else 200)


def _withdraw(request: Request, row: Any, reason: str) -> str:
    """Write it; else why not."""
    if not reason:
        return _("Hãy nhập lý do hủy.")
    row.withdrawn_on, row.withdrawn_reason = request.today, reason
    try:
        with transaction.atomic():
            row.full_clean()
            row.save()
            _refuse_losing_administration(request, row)
    except ValidationError as refused:
        row.withdrawn_on = None
        return " ".join(refused.messages)
    return ""


@require_POST
def act_for(request: Request) -> HttpResponse:
    """Begin to work for somebody by a delegation that one holds, or in one's own name again."""
    deny_unless(request.user.is_authenticated and request.user.actor_on(request.today).is_staff_of_department)
    chosen = request.POST.get("delegation", "")
    if not chosen:
        request.session.pop(SESSION_KEY, None)
    else:
        delegation = delegation_to(request.user.pk, short_number(chosen) or 0, request.today)
        if delegation is None:
            raise Http404
        request.session[SESSION_KEY] = delegation.pk
    return see_other(safe_next(request, reverse("delegation-list")))
