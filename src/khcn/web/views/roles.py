"""The roles of accounts: the built-in ones under the department's names, and those that an administrator adds for some days."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import asks_again, read_only
from khcn.parties.models import AccountRole
from khcn.parties.queries import staff_by_position
from khcn.web.administering import administer_in_turn
from khcn.web.decision_forms import OWN_RIGHTS, RoleForm
from khcn.web.navigation import can_administer

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse


@read_only
def role_list(request: Request) -> HttpResponse:
    """All roles, the built-in ones first, with how many accounts have them today."""
    deny_unless(can_administer.test(request.actor, None))
    holders = _holders(request.today)
    rows = [
        (role, role.is_valid(on=request.today), holders[role.code]) for role in AccountRole.objects.in_order()
    ]
    return render(request, "web/roles.html", {"rows": rows, "own_rights": OWN_RIGHTS})


def _holders(on: date) -> Counter[str]:
    found: Counter[str] = Counter()
    for actor, names in staff_by_position(on):
        found[actor.role_in_force] += len(names)
    return found


@asks_again
@require_http_methods(["GET", "POST"])
def role_edit(request: Request, pk: int | None = None) -> HttpResponse:
    """Add a role, call it otherwise, or end it; from that day on it gives nothing to the accounts that have it."""
    deny_unless(can_administer.test(request.actor, None))
    if request.method == "POST":
        administer_in_turn(request)
    role = None if pk is None else get_object_or_404(AccountRole, pk=pk)
    form = RoleForm(
        request.POST or None,
        instance=role,
        actor=request.actor,
        on=request.today,
        initial={} if role is not None else {"valid_from": request.today},
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu vai trò “%(name)s”.") % {"name": form.instance})
        return see_other(reverse("role-list"))
    context = {
        "form": form,
        "role": role,
        "holders": 0 if role is None else _holders(request.today)[role.code],
        "is_removable": role is not None and role.is_removable(on=request.today),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/role.html", context, status=status)


@asks_again
@require_POST
def role_remove(request: Request, pk: int) -> HttpResponse:
    """Take away a role that was added by a slip: it has given nobody anything yet."""
    deny_unless(can_administer.test(request.actor, None))
    administer_in_turn(request)
    role = get_object_or_404(AccountRole, pk=pk)
    if not role.is_removable(on=request.today):
        messages.error(
            request,
            _(
                "Không xóa được vai trò “%(name)s”: đã có hiệu lực trước hôm nay, hoặc đã có tài khoản, phân công, quyền dùng đến. Hãy "
                "ghi ngày hết hiệu lực."
            )
            % {"name": role},
        )
        return see_other(reverse("role-edit", args=[pk]))
    role.delete()
    messages.success(request, _("Đã xóa vai trò “%(name)s”.") % {"name": role})
    return see_other(reverse("role-list"))
