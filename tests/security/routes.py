"""Every address of the program with the rule that guards it. An address that is not here fails the test.

A rule is who may: by name of the person in ``world.PEOPLE``, or "anyone" (no account needed), or "staff".
"""

import re

from django.urls import get_resolver, reverse
from django.utils import timezone

from khcn.kernel.actions import Bulk
from khcn.kernel.actions.offered_actions import is_permitted
from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.papers.differences import shown_parts as draft_parts
from khcn.kernel.papers.models import Paper
from khcn.kernel.refusals.shown_content import shown_content_text
from khcn.kernel.registers.models import SavedFilter
from khcn.kernel.registers.registry import register_of, registers
from khcn.parties.models import RoleRight
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.freezing.shown_report import shown_parts as report_parts
from khcn.web.decision_forms import RightForm
from khcn.web.right_effects import effects_of_saving
from tests.reports.approval_given import each_waived
from tests.security.intake_routes import intake_routes
from tests.security.privacy_routes import READERS, privacy_routes
from tests.security.route_shape import (
    ADMIN,
    ANYONE,
    FORMS,
    HANDING,
    LEADER,
    LOG,
    NOBODY,
    OFFICE,
    SECTION,
    STAFF,
    Route,
)
from tests.security.sign_in_routes import sign_in_routes
from tests.security.trace_routes import epcis_routes, resolver_routes, trace_routes
from tests.security.world import PEOPLE, SAMPLED, acting, changed_nothing, pdf_file, writers

# What is open to accounts of outside organisations; every address that is not here, or open to anyone, is closed to them.
TENANTS = ("tenant_a", "tenant_b")
OUTSIDE = {
    "get": {
        "home",
        "search",
        "search-suggest",
        "password_change",
        "second-factor",
        "identity",
        "proof",
        "session-list",
        "api-docs",
        "api-openapi",
    },
    "post": {
        "password_change",
        "second-factor",
        "identity-link",
        "security-key-new",
        "security-key-add",
        "security-key-remove",
        "identity-remove",
        "proof",
        "session-end",
        "logout",
    },
}
OUTSIDE_REGISTERS = {
    "parties.organisation", "parties.person", "science.sciencetask", "science.taskmilestone", "science.taskamendment",
    "science.amendmentrequest", "science.taskpartner", "science.teammember", "science.taskproposal", "science.operationcertificate",
    "trace.traceparty", "privacy.consent",
}  # fmt: skip


def allowed(route, method, who):
    """Does the rule of the address let this account in by this method?"""
    named = route.get if method == "get" else route.post
    if who == "key":  # opens nothing but the interface for programs
        return "anonymous" in named
    if who not in TENANTS:
        return who in named
    return "anonymous" in named or route.name in OUTSIDE[method] or _is_open_outside(route, method, who)


def _is_open_outside(route, method, who):
    for register in registers():
        place = register.list_url()
        if register.name in OUTSIDE_REGISTERS:
            lists = {place, f"{place}count/", f"{place}export/", f"/lookup{place}", f"/api{place}"}
            if (method == "get" and route.url in lists) or (
                method == "post" and route.url == f"{place}columns/"
            ):
                return route.method == "" or method == "get" or route.url.endswith("columns/")
        if register.name == "reference.adminunit" and route.url == f"/lookup{place}":
            return method == "get"
    if route.name == "trace-account-events":  # tenant_b is a party of the traceability system
        return who == "tenant_b" and method == "get"
    if route.name.startswith("trace-key-") or (route.name == "trace-party" and method == "get"):
        return who == "tenant_b"
    own = r"(/api/parties/organisations/\d+/(actions/)?|/parties/organisations/\d+/)"  # of the sampled organisation, tenant_b's own
    return who == "tenant_b" and method == "get" and bool(re.fullmatch(own, route.url))


def _shown_report(report):
    resolved = resolve(source_of(report))
    return shown_content_text(report_parts(report, resolved, compose(resolved)))


def names(resolver=None, spaces=()):
    """Every named route of the program."""
    for each in (resolver or get_resolver()).url_patterns:
        if hasattr(each, "url_patterns"):
            yield from names(each, (*spaces, each.namespace) if each.namespace else spaces)
        else:
            yield ":".join((*spaces, each.name or f"/{each.pattern}"))


def all_routes(world):
    """The table."""
    return [
        *_general(world),
        *intake_routes(world),
        *_reports(world),
        *_papers(world),
        *privacy_routes(world),
        *_registers(world),
        *_api(world),
        *epcis_routes(),
        *resolver_routes(),
    ]


def _general(world):
    task = world.records["science.sciencetask"].pk
    other = world.people["reader"].pk
    me = {"username": "nguoi.moi", "full_name": "Người Mới", "role": "reader", "unit": "", "is_active": "on"}
    tabs = ("", *(f"-{name}" for name in (
        "general", "outline", "budget", "progress", "amendments", "councils", "products", "assets", "documents",
        "history",
    )))  # fmt: skip
    return [
        Route("healthz", reverse("healthz"), ANYONE, ANYONE),
        Route("readyz", reverse("readyz"), ANYONE, ANYONE),
        Route("metrics", reverse("metrics"), ANYONE, NOBODY),
        Route("home", reverse("home"), STAFF, NOBODY),
        Route("brief", reverse("brief"), STAFF, NOBODY),
        Route("work-list", reverse("work-list"), STAFF, NOBODY),
        Route("work-calendar", reverse("work-calendar"), STAFF, NOBODY),
        Route("work-settings", reverse("work-settings"), STAFF, STAFF, {"digest": "on"}),
        Route("calendar-renew", reverse("calendar-renew"), NOBODY, STAFF),
        Route("calendar-feed", reverse("calendar-feed", args=[world.feed]), ANYONE, NOBODY),
        Route("deadline-list", reverse("deadline-list"), STAFF, NOBODY),
        Route("deadline-detail", reverse("deadline-detail", args=[world.deadline.pk]), STAFF, NOBODY),
        *sign_in_routes(other),
        Route("set_language", reverse("set_language"), ANYONE, ANYONE, {"language": "en"}),
        Route("choose-theme", reverse("choose-theme"), NOBODY, ANYONE, {"theme": "dark"}),
        Route("choose-period", reverse("choose-period"), NOBODY, STAFF, {"year": "2023", "kind": "year"}),
        Route("search", reverse("search"), STAFF, NOBODY, query="?q=thu"),
        Route("search-suggest", reverse("search-suggest"), STAFF, NOBODY, query="?q=thu"),
        Route("figure-list", reverse("figure-list"), STAFF, NOBODY),
        Route("figure", reverse("figure", args=["NV-01"]), STAFF, NOBODY),
        Route("figure-export", reverse("figure-export", args=["NV-01"]), STAFF, NOBODY),
        Route("account-list", reverse("account-list"), ADMIN, NOBODY),
        Route("account-new", reverse("account-new"), ADMIN, ADMIN, me, writes=True),
        Route("account-edit", reverse("account-edit", args=[other]), ADMIN, ADMIN, me, writes=True),
        Route("account-password", reverse("account-password", args=[other]), NOBODY, ADMIN, writes=True),
        *_password_issues(world),
        *_tokens(world),
        Route("permissions", reverse("permissions"), STAFF, NOBODY),
        *_decisions(world),
        *trace_routes(world),
        Route("change-log", reverse("change-log"), LOG, NOBODY),
        Route("system-status", reverse("system-status"), ADMIN, NOBODY),
        Route("backup-list", reverse("backup-list"), ADMIN, NOBODY),
        Route("data-check-list", reverse("data-check-list"), ADMIN, NOBODY),
        Route("data-check-run", reverse("data-check-run"), NOBODY, ADMIN),
        Route("data-check", reverse("data-check", args=["science.task_side"]), ADMIN, NOBODY),
        Route("verify-log", reverse("verify-log"), NOBODY, LOG),
        *(
            Route(f"science-task{tab}", reverse(f"science-task{tab}", args=[task]), STAFF, NOBODY)
            for tab in tabs
        ),
    ]


def _tokens(world):
    """Everybody has their own; one of the officer is ended by its owner, the head of the division, and those above."""
    new = {
        "name": "thử",
        "can_write": "read",
        "scope": ["reference"],
        "until": f"{timezone.localdate():%d/%m/%Y}",
    }
    ending = {"officer", "head", "leader", "admin"}
    return [
        Route("token-list", reverse("token-list"), STAFF, NOBODY),
        Route("token-new", reverse("token-new"), STAFF, STAFF, new, writes=True),
        Route("token-end", reverse("token-end", args=[world.token]), NOBODY, ending, writes=True),
    ]


def _password_issues(world):
    """Of a request that another administrator has made; one that the world's administrator has made and somebody has confirmed."""
    asked, own = world.password_issues
    return [
        Route("password-issue-list", reverse("password-issue-list"), ADMIN | LEADER, NOBODY),
        Route("password-issue-confirm", reverse("password-issue-confirm", args=[asked]), NOBODY, ADMIN | LEADER, writes=True),
        Route("password-issue-close", reverse("password-issue-close", args=[asked]), NOBODY, ADMIN | LEADER, writes=True),
        Route("password-issue-use", reverse("password-issue-use", args=[own]), NOBODY, ADMIN, writes=True),
    ]  # fmt: skip


def _decisions(world):
    """Roles, rights and delegations: the administrator's, but for delegating one's own rights."""
    sent = {"valid_from": "1/1/2099", "valid_to": "1/1/2100", "reason": "thử"}
    unit, user = world.people["reader"].unit_id, world.people["reader"].pk
    right = {
        **sent,
        "role": "reader",
        "unit_code": "*",
        "register": "science",
        "verb": "change",
        "allowed": "yes",
    }
    role = {**sent, "user": user, "role": "officer", "unit": unit}
    lent = {
        **sent,
        "principal": world.people["head"].pk,
        "delegate": world.decisions["delegate"].pk,
        "registers": ["science"],
    }
    new = {
        "assignment": {**role, "valid_from": "1/1/2098", "valid_to": "1/1/2099"},
        "right": _seen(right),
        "delegation": lent,
    }
    stored = world.decisions["right"]
    deleting = _seen({**right, "verb": "delete", "reason": "sửa"}, stored)
    found = [Route("act-for", reverse("act-for"), NOBODY, STAFF, {"delegation": ""})]
    for kind, changed in (("assignment", role), ("right", deleting), ("delegation", lent)):
        open_to = STAFF if kind == "delegation" else ADMIN
        made = world.decisions[kind].pk
        found += [
            Route(f"{kind}-list", reverse(f"{kind}-list"), open_to, NOBODY),
            Route(f"{kind}-new", reverse(f"{kind}-new"), open_to, open_to, new[kind], writes=True),
            Route(
                f"{kind}-edit",
                reverse(f"{kind}-edit", args=[made]),
                ADMIN | {"head"} if kind == "delegation" else ADMIN,
                ADMIN | {"head"} if kind == "delegation" else ADMIN,
                {**changed, "reason": "sửa"},
                writes=True,
            ),
            Route(
                f"{kind}-withdraw",
                reverse(f"{kind}-withdraw", args=[made]),
                ADMIN | {"head"} if kind == "delegation" else ADMIN,
                ADMIN | {"head"} if kind == "delegation" else ADMIN,
                {"reason": "nhầm"},
                writes=True,
            ),
        ]
    return found


def _seen(typed, stored=None):
    """What is sent by who has seen what a decision about rights changes."""
    today = timezone.localdate()
    form = RightForm(
        typed, actor=SYSTEM, on=today, instance=RoleRight.objects.filter(pk=stored and stored.pk).first()
    )
    assert form.is_valid(), form.errors
    return {
        **typed,
        "seen": effects_of_saving(form.instance, stored, on=today).fingerprint(form.cleaned_data),
    }


def _reports(world):
    pk, key, frozen = world.report.pk, world.section.key, world.frozen.pk
    code = world.report.form_version.code
    at = lambda name, *args: reverse(f"reports:{name}", args=args)  # noqa: E731
    asked = "?code=NV-02&aspect=value&nth=1"
    text = {"title": "Mới", "text": "Nội dung mới", "mark": _mark(world.section)}
    new = {"form": code, "year": "2022", "window": "nine_months:1"}
    typed = {"value": "30", "reason": "theo biên bản"}
    read = ("detail", "preview", "check", "board", "last-time")
    return [
        Route("reports:list", at("list"), STAFF, NOBODY),
        Route("reports:style", at("style"), STAFF, NOBODY),
        Route("reports:create", at("create"), OFFICE, OFFICE, new, writes=True),
        Route("reports:current-board", at("current-board"), STAFF, NOBODY),
        Route("reports:form-list", at("form-list"), STAFF, NOBODY),
        Route("reports:form-versions", at("form-versions", code), STAFF, NOBODY),
        Route("reports:form-edit", at("form-edit", code), FORMS, FORMS, {"do": "preview"}),
        Route("reports:form-chips", at("form-chips", code), STAFF, NOBODY, query="?text=[NV-02]"),
        Route("reports:form-take-offered", at("form-take-offered", code), FORMS, FORMS),
        Route("reports:form-version", at("form-version", code, 1), STAFF, NOBODY),
        *(Route(f"reports:{name}", at(name, pk), STAFF, NOBODY) for name in read),
        Route("reports:of-section", at("of-section", world.section.pk), STAFF, NOBODY),
        Route("reports:frozen", at("frozen", frozen), STAFF, NOBODY),
        Route("reports:changes", at("changes", frozen), STAFF, NOBODY),
        Route("reports:waive", at("waive", pk, "0" * 16), STAFF, OFFICE, {"reason": "thử"}),
        Route("reports:given", at("given", pk), STAFF, OFFICE, {"read": "{}"}),
        Route("reports:sign", at("sign", frozen), NOBODY, OFFICE | LEADER),  # without a certificate: refused in words
        Route("reports:replace", at("replace", frozen), OFFICE, OFFICE, writes=True),
        *(Route("reports:file", at("file", which, name), STAFF, NOBODY) for which in (pk, frozen)
          for name in ("docx", "pdf", "html", "json", "xlsx")),
        Route("reports:step", at("step", pk, "cancel"), STAFF, OFFICE, {"note": "lập nhầm"}, writes=True, says=True),
        Route("reports:approve", at("approve", world.submitted.pk), STAFF, LEADER,
             {"signed_on": f"{timezone.localdate():%d/%m/%Y}", "signer_name": "Người Ký",
              **{f"waiver_{key}": "thử" for key in each_waived(world.submitted, "")},
              "shown": _shown_report(world.submitted)}, writes=True, says=True),
        Route("reports:step", at("step", world.submitted.pk, "return"), STAFF, LEADER, {"note": "sửa"}, writes=True,
             says=True),
        Route("reports:override-clear", at("override-clear", pk, world.override.pk), STAFF, SECTION, writes=True,
             says=True),
        Route("reports:section", at("section", pk, key), STAFF, SECTION, text, writes=True),
        Route("reports:section-preview", at("section-preview", pk, key), NOBODY, STAFF, text),
        Route("reports:section-chips", at("section-chips", pk, key), STAFF, NOBODY, query="?text=[NV-02]"),
        Route("reports:override", at("override", pk, key), STAFF, SECTION, typed, writes=True, says=True, query=asked),
        Route("reports:section-step", at("section-step", pk, key, "hand_in"), STAFF, HANDING, writes=True, says=True),
        Route("reports:section-step", at("section-step", world.submitted.pk, key, "accept"), STAFF, NOBODY, says=True),
    ]  # fmt: skip


def _papers(world):
    """Papers are those of the division that the task belongs to; number books are kept by the office and heads."""
    draft, paper = world.draft.pk, world.paper.pk
    number = world.taken
    own, keeping = {"officer", "head"}, {"head", "other_head", "office", "admin"}
    signer = {"signer_name": "Người Ký", "signer_capacity": "GIÁM ĐỐC"}
    kind = "result-certificate"
    template = {"file": ("mẫu.toml", world.template), "note": "đổi"}
    at = lambda name, *args: reverse(name, args=args)  # noqa: E731
    return [
        Route("number-books", at("number-books"), STAFF, NOBODY),
        Route("number-book", at("number-book", number.book_id), STAFF, NOBODY),
        Route("number-take", at("number-take", number.book_id), NOBODY, keeping, {"given_to": "thư"}),
        Route("number-void", at("number-void", number.pk), NOBODY, keeping, {"reason": "nhầm"}, writes=True),
        Route("papers", at("papers"), STAFF, NOBODY),
        Route("paper-style", at("paper-style"), STAFF, NOBODY),
        Route("paper", at("paper", draft), STAFF, NOBODY),
        Route("paper", at("paper", paper), STAFF, NOBODY),
        Route("paper-issue", at("paper-issue", draft), NOBODY, own, {"issued_on": "14/9/2023", "shown": shown_content_text(draft_parts(Paper.objects.get(pk=draft)))}, writes=True),
        Route("paper-renew", at("paper-renew", draft), NOBODY, own),  # the record says what the draft says
        Route("paper-discard", at("paper-discard", draft), NOBODY, own, writes=True),
        Route("paper-replace", at("paper-replace", paper), own, own, {**signer, "reason": "sai"}, writes=True),
        Route("paper-withdraw", at("paper-withdraw", paper), own, own, {**signer, "reason": "sai"}, writes=True),
        Route("paper-sign", at("paper-sign", paper), NOBODY, OFFICE | LEADER),  # without a certificate: refused in words
        *(Route("paper-file", at("paper-file", paper, name), STAFF, NOBODY) for name in ("docx", "pdf")),
        Route("paper-templates", at("paper-templates"), STAFF, NOBODY),
        Route("paper-template", at("paper-template", kind), STAFF, FORMS, template, writes=True),
        Route("paper-template-sample", at("paper-template-sample", kind), STAFF, NOBODY),
        Route("paper-template-file", at("paper-template-file", kind, 1), STAFF, NOBODY),
    ]  # fmt: skip


def _mark(section):
    from khcn.reports.views.sections import mark_of

    return mark_of(section)


def _registers(world):
    found = []
    for name in SAMPLED:
        record = world.records[name]
        register = register_of(type(record))
        base = (register.area, register.slug)
        who, adding = writers(world, name, record), writers(world, name)
        at = lambda tail, *more, b=base: reverse(f"register-{tail}", args=[*b, *more])  # noqa: E731
        file = world.attachments[name].pk
        sent = {"version": version_of(record)}
        saved = SavedFilter.objects.create(
            register=name, name="riêng", conditions={"q": "a"}, owner=world.people["officer"].pk
        ).pk
        found += [
            Route("register-lookup", at("lookup"), STAFF, NOBODY, query="?q=a"),
            *(Route(f"register-{each}", at(each), STAFF, NOBODY) for each in ("list", "count", "export")),
            Route("register-columns", at("columns"), NOBODY, STAFF, {"default": "1"}),
            Route("register-filters", at("filters"), STAFF, STAFF, {"name": "x"}),
            Route("register-filter", at("filter", saved), {"officer"}, NOBODY),
            Route("register-filter-change", at("filter-change", saved), NOBODY, {"officer"}, {"do": "remove"}, writes=True),
            Route("register-new", at("new"), adding, adding, {}),
            Route("register-detail", at("detail", record.pk), STAFF, NOBODY),
            Route("register-history", at("history", record.pk), STAFF, NOBODY),
            Route("register-edit", at("edit", record.pk), who, who, sent),
            Route("register-removed", at("removed"), adding, NOBODY),
            Route("register-undo", at("undo", changed_nothing(record)), who, who),
            Route("register-delete", at("delete", world.lonely.get(name, record).pk), who, who,
                  writes=name in world.lonely),
            *(Route("register-action", at("action", record.pk, each.name), acting(world, each, record),
                   acting(world, each, record), {}) for each in register.actions),
            Route("register-attach", at("attach", record.pk), NOBODY, who, {"file": pdf_file()}, writes=True,
                 says=True),
            Route("register-file", at("file", record.pk, file), STAFF, NOBODY),
            Route("register-preview", at("preview", record.pk, file), STAFF, NOBODY),
            Route("register-detach", at("detach", record.pk, file), NOBODY, who, writes=True, says=True),
        ]  # fmt: skip
    return [*found, *_bulk(world)]


def _bulk(world):
    """Actions on several records at once, of every register that has any."""
    found = []
    for register in registers():
        for each in register.actions:
            if each.bulk is not Bulk.NONE:
                who = {name for name in PEOPLE if is_permitted(each, register, world.actor(name))}
                address = reverse("register-bulk", args=[register.area, register.slug, each.name])
                found.append(Route("register-bulk", address, who, who, {}))
    return found


def _api(world):
    """The JSON interface: every register by list; the sampled ones by every method."""
    found = [Route("api-docs", reverse("api-docs"), STAFF, NOBODY),
             Route("api-openapi", reverse("api-openapi"), STAFF, NOBODY)]  # fmt: skip
    found += _api_papers(world)
    for register in registers():
        operation = f"api:{register.area}_{register.slug.replace('-', '_')}"
        record = world.records.get(register.name)
        if record is None:
            readers = READERS.get(register.name, STAFF)
            found.append(Route(f"{operation}_list", reverse(f"{operation}_list"), readers, NOBODY, method=""))
            continue
        who, adding = writers(world, register.name, record), writers(world, register.name)
        all_of, one = reverse(f"{operation}_list"), reverse(f"{operation}_detail", args=[record.pk])
        match = {"If-Match": f'"{version_of(record)}"'}
        body = {"data": "{}", "kind": "application/json", "headers": match}
        lonely = world.lonely.get(register.name, record)
        deleted = reverse(f"{operation}_detail", args=[lonely.pk])
        deletion = {**body, "headers": {"If-Match": f'"{version_of(lonely)}"'}, "method": "delete"}
        found += [
            Route(f"{operation}_list", all_of, STAFF, NOBODY, method=""),
            Route(f"{operation}_create", all_of, None, adding, **body),
            Route(f"{operation}_detail", one, STAFF, NOBODY, method=""),
            Route(f"{operation}_change", one, None, who, **body, method="patch"),
            Route(f"{operation}_replace", one, None, who, **body, method="put"),
            Route(
                f"{operation}_delete", deleted, None, who, **deletion, writes=register.name in world.lonely
            ),
        ]
        if register.actions:
            offered = reverse(f"{operation}_actions", args=[record.pk])
            found.append(Route(f"{operation}_actions", offered, STAFF, NOBODY, method=""))
        for each in register.actions:
            address = reverse(f"{operation}_action_{each.name}", args=[record.pk])
            found.append(
                Route(f"{operation}_action_{each.name}", address, None, acting(world, each, record), **body)
            )
        for each in register.actions:
            if each.bulk is Bulk.TOGETHER:
                who = {name for name in PEOPLE if is_permitted(each, register, world.actor(name))}
                address = reverse(f"{operation}_together_{each.name}")
                found.append(Route(f"{operation}_together_{each.name}", address, None, who, **body))
    return found


def _api_papers(world):
    own, found = {"officer", "head"}, []
    for paper, steps in (
        (world.draft, ("issue", "renew", "discard")),
        (world.paper, ("replace", "withdraw")),
    ):
        paper.refresh_from_db()
        at = lambda name, p=paper: (f"api:papers_{name}", reverse(f"api:papers_{name}", args=[p.pk]))  # noqa: E731
        found += [Route(*at(name), STAFF, NOBODY, method="") for name in ("detail", "actions")]
        body = {"data": '{"reason": "sai"}' if paper is world.paper else "{}", "kind": "application/json"}
        body["headers"] = {"If-Match": f'"{version_of(paper)}"'}
        found += [Route(*at(f"action_{step}"), None, own, **body, writes=step != "renew") for step in steps]
    return found


def not_by_one_register(name):
    """API operations are made by one loop over the registers: the sampled registers stand for the others."""
    return not name.startswith("api:")
