"""Every address of the program with the rule that guards it. An address that is not here fails the test.

A rule is who may: by name of the person in ``world.PEOPLE``, or "anyone" (no account needed), or "staff".
"""

from django.urls import get_resolver, reverse
from django.utils import timezone

from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.papers.differences import shown_parts as draft_parts
from khcn.kernel.papers.models import Paper
from khcn.kernel.refusals.shown_content import shown_content_text
from khcn.parties.models import RoleRight
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.freezing.shown_report import shown_parts as report_parts
from khcn.web.decision_forms import RightForm
from khcn.web.right_effects import effects_of_saving
from tests.of_areas import of_areas
from tests.reports.approval_given import each_waived
from tests.security.intake_routes import intake_routes
from tests.security.register_routes import register_api_routes, register_page_routes
from tests.security.role_routes import role_routes
from tests.security.route_shape import (
    ADMIN,
    ANYONE,
    FORMS,
    GRANTED,
    HANDING,
    LEADER,
    LOG,
    NOBODY,
    OFFICE,
    SECTION,
    STAFF,
    TENANTS,
    WORKING,
    Route,
)
from tests.security.sign_in_routes import sign_in_routes

# What is open to accounts of outside organisations; every address that is not here, or open to anyone, is closed to them.
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


def allowed(route, method, who):
    """Does the rule of the address let this account in by this method?"""
    named = route.get if method == "get" else route.post
    if who == "key":  # opens nothing but the interface for programs
        return "anonymous" in named
    if who not in TENANTS | GRANTED:
        return who in named
    return "anonymous" in named or who in named or route.name in OUTSIDE[method]


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
    of_registers = register_api_routes(
        world
    )  # first: what reports show is worked out when all rows are there
    return [
        *of_registers,
        *_general(world),
        *intake_routes(world),
        *_reports(world),
        *_papers(world),
        *(route for area in of_areas("routes").values() for route in area.routes(world)),
        *register_page_routes(world),
        *_api(world),
    ]


def _general(world):
    other = world.people["reader"].pk
    me = {"username": "nguoi.moi", "full_name": "Người Mới", "role": "reader", "unit": "", "is_active": "on"}
    return [
        Route("healthz", reverse("healthz"), ANYONE, ANYONE),
        Route("readyz", reverse("readyz"), ANYONE, ANYONE),
        Route("metrics", reverse("metrics"), ANYONE, NOBODY),
        Route("home", reverse("home"), ANYONE, NOBODY),  # strangers see the page of the public
        Route("brief", reverse("brief"), STAFF, NOBODY),
        Route("work-list", reverse("work-list"), WORKING, NOBODY),
        Route("work-calendar", reverse("work-calendar"), WORKING, NOBODY),
        Route("work-settings", reverse("work-settings"), WORKING, WORKING, {"digest": "on"}),
        Route("calendar-renew", reverse("calendar-renew"), NOBODY, WORKING),
        Route("calendar-feed", reverse("calendar-feed", args=[world.feed]), ANYONE, NOBODY),
        Route("deadline-list", reverse("deadline-list"), WORKING, NOBODY),
        Route("deadline-detail", reverse("deadline-detail", args=[world.deadline.pk]), WORKING, NOBODY),
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
        *role_routes(world.role.pk),
        *_decisions(world),
        Route("change-log", reverse("change-log"), LOG, NOBODY),
        Route("system-status", reverse("system-status"), ADMIN, NOBODY),
        Route("backup-list", reverse("backup-list"), ADMIN, NOBODY),
        Route("data-check-list", reverse("data-check-list"), ADMIN, NOBODY),
        Route("data-check-run", reverse("data-check-run"), NOBODY, ADMIN),
        Route("data-check", reverse("data-check", args=["science.task_side"]), ADMIN, NOBODY),
        Route("verify-log", reverse("verify-log"), NOBODY, LOG),
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
    own, keeping = {"officer", "head"}, {"head", "other_head", "centre_head", "office", "admin"}
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


def _api(world):
    """The JSON interface: its own pages and papers."""
    found = [Route("api-docs", reverse("api-docs"), STAFF, NOBODY),
             Route("api-openapi", reverse("api-openapi"), STAFF, NOBODY)]  # fmt: skip
    return [*found, *_api_papers(world)]


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
