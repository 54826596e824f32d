"""Who may do what, what was done, and whether it is saved: the permission matrix, the change log, the backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import messages
from django.db.models import Q, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.scopes import keeps_from_staff
from khcn.kernel.audit.events import EVENT_KINDS, OF_FILE, OF_SECURITY
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.models import ChangeEntry, LogCheck, LoggedAction
from khcn.kernel.audit.printed_heads import printed_head
from khcn.kernel.backup.models import BackupRun
from khcn.kernel.calendar.day_arithmetic import end_of_day, start_of_day
from khcn.kernel.intake.models import Decision
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.jobs.queue import is_under_way
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.papers.models import Paper
from khcn.kernel.registers.registry import registers
from khcn.kernel.registers.sealed_records import something_is_sealed
from khcn.kernel.screens.history import readable_changes
from khcn.kernel.text.dates import parse_date
from khcn.kernel.text.numbers import short_number
from khcn.kernel.text.text_problem import TextProblem
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import read_only
from khcn.parties.models import AccountRole, Delegation, PasswordIssue, RoleAssignment, RoleRight, User
from khcn.web import permissions as matrix
from khcn.web.backup_work import condition_of_morning
from khcn.web.navigation import can_administer, can_read_log

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse


PAGE = 50
# Their rows keep what the record that they were made for was called.
_COPYING = [Paper._meta.label_lower, IssuedNumber._meta.label_lower, Decision._meta.label_lower, OF_FILE]
# What concerns accounts and has no register.
_ACCOUNTS = (User, PasswordIssue, AccountRole, RoleAssignment, RoleRight, Delegation)
VERIFY = "khcn.kernel.audit.jobs.verify_log_job"


@read_only
def permissions(request: Request) -> HttpResponse:
    """Registers and actions by role and division, worked out by asking the very rules that guard the pages."""
    there = matrix.places(request.today)
    roles = matrix.roles(request.today)
    groups: dict[str, list[dict[str, Any]]] = {}
    lines = matrix.lines(request.today)
    alike = {
        id(line.cells): _permission_row(line, roles, there)
        for line in {id(each.cells): each for each in lines}.values()
    }
    for line in lines:
        register = line.register
        row = {
            **alike[id(line.cells)],
            "title": str(line.action.label) if line.action else str(capfirst(str(register.title))),
            "is_action": line.action is not None,
            "url": register.list_url() if not line.action and register.may("read", request.actor) else "",
            "owner": register.owner,
        }
        groups.setdefault(str(apps.get_app_config(register.area).verbose_name), []).append(row)
    for other in matrix.other_lines(request.today):
        row = {**_permission_row(other, roles, there), "title": str(other.right.label)}
        groups.setdefault(str(other.right.group), []).append(row)
    context = {
        "groups": groups,
        "roles": roles,
        "units": [place for place in there if place.code],
        "may_decide": can_administer.test(request.actor, None),
    }
    return render(request, "web/permissions.html", context)


def _permission_row(
    line: matrix.PermissionCells, roles: list[AccountRole], there: list[matrix.UnitOnDay]
) -> dict[str, Any]:
    """The cells of one line in words."""
    return {
        "is_action": False,
        "url": "",
        "owner": "",
        "cells": [matrix.in_words(line, role.code, there) for role in roles],
        "outside": matrix.outside_in_words(line),
    }


@read_only
def change_log(request: Request) -> HttpResponse:
    """The change log of everything, newest first, with filters by register, person, action and day."""
    deny_unless(can_read_log.test(request.actor, None))
    unread = [each for each in registers() if each.reach("read", request.actor) is not True]
    names = [each.name for each in unread]
    names += [] if all(keeps_from_staff(each.scope) for each in unread) else _COPYING
    entries = _without_sealed(ChangeEntry.objects.exclude(model__in=names)).order_by("-pk")
    filters = {
        name: request.GET[name].strip()
        for name in ("model", "actor", "action", "day")
        if request.GET.get(name)
    }
    problem = ""
    if model := filters.get("model"):
        entries = entries.filter(model=model)
    if actor := filters.get("actor"):
        entries = entries.filter(Q(actor_label__icontains=actor) | Q(on_behalf_of__icontains=actor))
    if action := filters.get("action"):
        entries = entries.filter(action=action)
    if typed := filters.get("day"):
        try:
            parsed = parse_date(typed)
        except TextProblem as unread:
            problem = str(unread)
        else:
            entries = entries.filter(at__gte=start_of_day(parsed.first), at__lt=end_of_day(parsed.last))
    before = short_number(request.GET.get("before", ""))
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries[: PAGE + 1])
    older = f"?{urlencode({**filters, 'before': str(found[PAGE - 1].pk)})}" if len(found) > PAGE else ""
    context = {
        "events": readable_changes(found[:PAGE], request.actor),
        "older": older,
        "values": request.GET,
        "problem": problem,
        "models": sorted(
            [
                *((each.name, str(capfirst(str(each.title)))) for each in registers()),
                *(
                    (model._meta.label_lower, str(capfirst(str(model._meta.verbose_name))))
                    for model in _ACCOUNTS
                ),
                *((kind, str(label)) for kind, label in EVENT_KINDS.items()),
            ],
            key=lambda p: p[1],
        ),
        "actions": LoggedAction.choices,
        **_last_check(request),
    }
    return render(request, "web/log.html", context)


def _without_sealed(entries: QuerySet[ChangeEntry]) -> QuerySet[ChangeEntry]:
    """Without files, steps and numbers of records of which some are kept from everybody here: their history is on their pages.

    While something is sealed also without what accounts of outside organisations took away or were refused: the addresses would
    say who works on a submission.
    """
    if something_is_sealed():
        outside = User.objects.filter(organisation__isnull=False)
        subjects = [f"account {pk}" for pk in outside.values_list("pk", flat=True)]
        entries = entries.exclude(model__in=[OF_FILE, OF_SECURITY], actor_id__in=outside.values("pk"))
        entries = entries.exclude(model=OF_SECURITY, object_id__in=subjects)
    sealed = [each for each in registers() if keeps_from_staff(each.scope)]
    flows = [each.workflow.name for each in sealed if each.workflow is not None]
    names = [each.name for each in sealed]
    # Entries of what was made or deleted have one side: what is absent equals no name, and is not unknown.
    for path, values in (("before__model", names), ("after__model", names), ("after__workflow", flows)):
        side = "_" + path.replace("__", "_")
        entries = entries.alias(**{side: Coalesce(KT(path), Value(""), output_field=TextField())})
        entries = entries.exclude(**{f"{side}__in": values})
    return entries


@require_POST
def verify_log(request: Request) -> HttpResponse:
    """Have the whole log and all records verified in the background; the page shows what was found last."""
    deny_unless(can_read_log.test(request.actor, None))
    if not is_under_way(VERIFY):
        enqueue(VERIFY)
    messages.info(request, _("Đã bắt đầu kiểm tra nhật ký. Mở lại trang này sau ít phút để xem kết quả."))
    return see_other(reverse("change-log"))


@read_only
def backups(request: Request) -> HttpResponse:
    """How old the last good backup and the last good rehearsal of its restore are, and how the last ones ended."""
    deny_unless(can_administer.test(request.actor, None))
    runs = BackupRun.objects.order_by("-started_at", "-pk")[:PAGE]
    return render(
        request, "web/backups.html", {"condition": condition_of_morning(request.today), "runs": runs}
    )


def _last_check(request: Request) -> dict[str, Any]:
    """What the last verification found, in words."""
    check = LogCheck.objects.order_by("-pk").first()
    found = [
        {"kind": FindingKind(each["kind"]).label, "what": each["what"]}
        for each in (check.findings if check else ())
    ]
    return {
        "check": check,
        "findings": found,
        "under_way": is_under_way(VERIFY),
        "anchor": printed_head(on=request.today),
    }
