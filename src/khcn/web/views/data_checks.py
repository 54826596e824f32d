"""Which rules of integrity are broken, by which records, and what mends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.contrib import messages
from django.db import models
from django.http import Http404
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.integrity.jobs import CHECK_DATA
from khcn.kernel.integrity.models import IntegrityCheck
from khcn.kernel.integrity.running import (
    ask,
    asked_here,
    last_result,
    moment_at,
    rows_without_register,
)
from khcn.kernel.integrity_rules import IntegrityRule, rules
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.jobs.queue import is_under_way
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import read_only
from khcn.web.navigation import can_administer

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.actors import Actor

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule with what the last run found."""

    rule: IntegrityRule
    area: str
    count: int
    fault: str
    since: date | None


@dataclass(slots=True)
class OffenderList:
    """The first offenders as the page shows them: what each is called, and its address where it has a page."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    unseen: int = 0  # of those, how many the actor may not see
    more: int = 0


@read_only
def rule_list(request: Request) -> HttpResponse:
    """What the last run found, the errors first; and all other rules, by area."""
    deny_unless(can_administer.test(request.actor, None))
    check = IntegrityCheck.objects.newest().first()
    broken = _broken(check)
    sound: dict[str, list[IntegrityRule]] = {}
    wrong = {each.rule.name for each in broken}
    for rule in asked_here():
        if rule.name not in wrong:
            sound.setdefault(_title_of_area(rule.area), []).append(rule)
    context = {
        "check": check,
        "broken": sorted(broken, key=lambda each: (not each.rule.is_error, each.rule.name)),
        "sound": dict(sorted(sound.items())),
        "sound_count": sum(map(len, sound.values())),
        "under_way": is_under_way(CHECK_DATA),
    }
    return render(request, "web/data_checks.html", context)


def _broken(check: IntegrityCheck | None) -> list[BrokenRule]:
    found = []
    for each in check.results if check is not None else ():
        rule = rules.find(each["rule"])  # None: it was declared by another version
        if rule is not None and (each["count"] or each["fault"]):
            since = date.fromisoformat(each["since"]) if each["since"] else None
            found.append(BrokenRule(rule, _title_of_area(rule.area), each["count"], each["fault"], since))
    return found


def _title_of_area(area: str) -> str:
    config = apps.app_configs.get(area)
    return (
        str(capfirst(str(config.verbose_name))) if config is not None else _("Phần dùng chung của hệ thống")
    )


@require_POST
def run_rules(request: Request) -> HttpResponse:
    """Have all rules asked in the background."""
    deny_unless(can_administer.test(request.actor, None))
    if not is_under_way(CHECK_DATA):
        enqueue(CHECK_DATA)
    messages.info(request, _("Đã bắt đầu kiểm tra. Mở lại trang này sau ít phút để xem kết quả."))
    return see_other(reverse("data-check-list"))


@read_only
def rule_detail(request: Request, name: str) -> HttpResponse:
    """One rule, asked now or, where that takes minutes, by the last run: why it is one, the offenders that the actor may see, and
    what mends them.
    """
    deny_unless(can_administer.test(request.actor, None))
    rule = next((each for each in asked_here() if each.name == name), None)
    if rule is None:
        raise Http404
    found = last_result(rule) if rule.is_slow else ask(rule, moment_at(request.at))
    context = {
        "rule": rule,
        "area": _title_of_area(rule.area),
        "found": found,
        "offenders": _offenders(found.model, found.keys, found.count, request.actor) if found else None,
        "page_url": _page_of(rule, found.model if found else "", request.actor),
    }
    return render(request, "web/data_check.html", context)


def _page_of(rule: IntegrityRule, model: str, actor: Actor) -> str:
    """Where records are mended that have no page of their own; else the list of their register."""
    if rule.page:
        try:
            return reverse(rule.page)
        except NoReverseMatch:
            return ""
    if model and has_register(apps.get_model(model)):
        register = register_of(apps.get_model(model))
        return register.list_url() if register.may("read", actor) else ""
    return ""


def _offenders(label: str, keys: list[Any], count: int, actor: Actor) -> OffenderList:
    shown = keys[:SHOWN]
    found = OffenderList(more=count - len(shown))
    if not label:
        found.lines = [(str(each), "") for each in shown]
        return found
    model: Any = apps.get_model(label)
    links = [each.name for each in model._meta.concrete_fields if each.is_relation]
    if has_register(model):
        register = register_of(model).seen_by(actor)
        seen = register.visible(actor).select_related(*links).in_bulk(shown)
        found.lines = [(record_title(register, each), register.detail_url(each.pk)) for each in seen.values()]
        found.unseen = len(set(shown)) - len(seen)
        return found
    rows = rows_without_register(model, shown, links)
    found.lines = [_line_of(model, key, rows.get(key)) for key in shown]
    return found


def _line_of(model: Any, key: object, record: models.Model | None) -> tuple[str, str]:
    """What has no register is called by its kind and number, and by its own text where it has one."""
    kind = capfirst(str(model._meta.verbose_name))
    numbered = _("%(kind)s số %(number)s") % {"kind": kind, "number": key}
    if record is None or type(record).__str__ is models.Model.__str__:
        return numbered, ""
    address = getattr(record, "get_absolute_url", None)
    return f"{numbered}: {record}", address() if address is not None else ""
