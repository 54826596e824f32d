"""Roles from one day to another, what roles may do, and delegation: entered by the administrator, logged, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.apps import apps
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from khcn.kernel.access.predicates import in_own_name, is_staff
from khcn.kernel.actors import EVERYTHING
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.form_fields import VietnameseDateField
from khcn.kernel.text.numbers import short_number
from khcn.kernel.ui.http import Request, deny_unless, safe_next, see_other
from khcn.kernel.ui.view_decorators import read_only
from khcn.parties.models import Delegation, OrgUnit, RoleAssignment, RoleRight, User
from khcn.parties.models.accounts import title_of_scope
from khcn.web.delegating import SESSION_KEY, delegations_to
from khcn.web.navigation import can_administer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from khcn.kernel.actors import Actor


def areas_and_registers() -> list[tuple[str, str]]:
    """What a decision can be about: everything, an area, a register."""
    found = [(EVERYTHING, _("Tất cả danh mục"))]
    known = registers()
    for area in dict.fromkeys(register.area for register in known):
        title = str(apps.get_app_config(area).verbose_name)
        found.append((area, _("Lĩnh vực %(area)s") % {"area": title}))
        found += [(each.name, f"– {capfirst(str(each.title))}") for each in known if each.area == area]
    return found


class DatedForm(forms.ModelForm):
    """A decision with its days; ``actor`` is who enters it."""

    use_required_attribute = False
    valid_from = VietnameseDateField(label=gettext_lazy("Có hiệu lực từ ngày"))
    valid_to = VietnameseDateField(
        label=gettext_lazy("Hết hiệu lực từ ngày"),
        required=False,
        help_text=gettext_lazy("Ngày đầu tiên không còn hiệu lực; để trống nếu đang còn."),
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        """Words and looks of the fields."""
        super().__init__(*args, **options)
        self.actor = actor
        staff = User.objects.filter(organisation__isnull=True, is_active=True).order_by(
            "full_name", "username"
        )
        for name, field in self.fields.items():
            field.label = capfirst(str(field.label))
            field.error_messages["required"] = _("Hãy nhập “%(label)s”.") % {"label": field.label}
            if name in {"user", "principal", "delegate"}:
                _choose(field, staff, _("(chưa chọn)"))
            if name == "unit":
                _choose(field, OrgUnit.objects.order_by("position", "sort_key"), _("(không thuộc phòng nào)"))
            look = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = (
                "form-check-input" if isinstance(field.widget, forms.CheckboxInput) else look
            )
            if name == "registers":
                field.widget.attrs["size"] = 12


def _choose(field: Any, rows: QuerySet[Any], empty: str) -> None:
    field.queryset, field.empty_label = rows, empty


class AssignmentForm(DatedForm):
    """A role for some days."""

    class Meta:
        model = RoleAssignment
        fields = ("user", "role", "unit", "valid_from", "valid_to", "reason")


class RightForm(DatedForm):
    """What a role may do, or may no longer do."""

    register = forms.ChoiceField(label=gettext_lazy("Danh mục"), choices=areas_and_registers)
    unit_code = forms.ChoiceField(
        label=gettext_lazy("Phòng, đơn vị"),
        required=False,
        choices=lambda: [
            ("", _("Mọi phòng, đơn vị")),
            *OrgUnit.objects.order_by("code").values_list("code", "code").distinct(),
        ],
    )

    class Meta:
        model = RoleRight
        fields = (
            "role",
            "unit_code",
            "register",
            "verb",
            "allowed",
            "valid_from",
            "valid_to",
            "reason",
        )


class DelegationForm(DatedForm):
    """Who lets whom do what; everybody delegates their own rights only, the administrator enters those of others."""

    registers = forms.MultipleChoiceField(
        label=gettext_lazy("Phạm vi ủy quyền"),
        choices=areas_and_registers,
        help_text=gettext_lazy("Giữ Ctrl để chọn nhiều dòng."),
    )

    class Meta:
        model = Delegation
        fields = ("principal", "delegate", "registers", "valid_from", "valid_to", "reason")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        """Leave out whose rights they are where they can only be one's own."""
        super().__init__(*args, actor=actor, **options)
        if not can_administer.test(actor, None):
            del self.fields["principal"]
            self.instance.principal_id = actor.user_id


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
    name: ClassVar[str] = ""

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
        lambda row: (row.get_role_display() or _("không có vai trò"), row.unit.name if row.unit else "–"),
        can_administer,
    ),
    "right": DecisionKind(
        RightForm,
        gettext_lazy("Quyền của vai trò"),
        gettext_lazy("Những gì khác với quy tắc chung của từng danh mục. Trang Phân quyền cho thấy kết quả."),
        gettext_lazy("Thêm quyết định về quyền"),
        (gettext_lazy("Việc"), gettext_lazy("Được làm")),
        lambda row: (
            f"{title_of_scope(row.register)}: {row.get_verb_display()}",
            _("Có") if row.allowed else _("Không"),
        ),
        can_administer,
    ),
    "delegation": DecisionKind(
        DelegationForm,
        gettext_lazy("Ủy quyền"),
        gettext_lazy("Ai làm thay ai, việc gì, đến ngày nào. Nhật ký ghi tên cả hai người."),
        gettext_lazy("Thêm ủy quyền"),
        (gettext_lazy("Phạm vi"),),
        lambda row: (", ".join(title_of_scope(each) for each in row.registers),),
        is_staff & in_own_name,
    ),
}


def _rows(kind: str, actor: Actor) -> QuerySet[Any]:
    """Decisions that the actor may see: the administrator all, others the delegations that concern them."""
    rows = KINDS[kind].model.objects.order_by("-valid_from", "-pk")
    if can_administer.test(actor, None):
        return rows
    if kind != "delegation":
        return rows.none()
    return rows.filter(principal=actor.user_id) | rows.filter(delegate=actor.user_id)


@read_only
def decision_list(request: Request, kind: str) -> HttpResponse:
    """All decisions of a kind, the latest first."""
    shape = KINDS[kind]
    deny_unless((is_staff if kind == "delegation" else shape.who).test(request.actor, None))
    rows = [
        (
            row,
            str(row),
            shape.cells(row),
            row.is_valid(on=request.today),
            _may_change(kind, row, request.actor),
        )
        for row in _rows(kind, request.actor)[:500]
    ]
    own = delegations_to(request.user.pk, request.today) if kind == "delegation" else ()
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


@require_http_methods(["GET", "POST"])
def decision_edit(request: Request, kind: str, pk: int | None = None) -> HttpResponse:
    """Enter a decision, or change its days; what was written before stays in the log."""
    shape = KINDS[kind]
    deny_unless(shape.who.test(request.actor, None))
    row = get_object_or_404(_rows(kind, request.actor), pk=pk) if pk is not None else None
    if row is not None:
        deny_unless(_may_change(kind, row, request.actor))
    form = shape.form(request.POST or None, instance=row, actor=request.actor, initial=_initial(request, row))
    if request.method == "POST" and form.is_valid():
        form.save()
        return see_other(reverse(f"{kind}-list"))
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request, "web/decision.html", {"kind": kind, "shape": shape, "form": form, "row": row}, status=status
    )


def _initial(request: Request, row: Any) -> dict[str, Any]:
    return {} if row is not None else {"valid_from": request.today}


@require_POST
def act_for(request: Request) -> HttpResponse:
    """Begin to work for somebody by a delegation that one holds, or in one's own name again."""
    deny_unless(request.user.is_authenticated and request.user.actor_on(request.today).is_staff_of_department)
    chosen = request.POST.get("delegation", "")
    if not chosen:
        request.session.pop(SESSION_KEY, None)
    else:
        delegation = (
            delegations_to(request.user.pk, request.today).filter(pk=short_number(chosen) or 0).first()
        )
        if delegation is None:
            raise Http404
        request.session[SESSION_KEY] = delegation.pk
    return see_other(safe_next(request, reverse("delegation-list")))
