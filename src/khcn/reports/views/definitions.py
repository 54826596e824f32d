"""Report definitions in the browser: versions, editing with a preview, saving as a new version. No developer needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.documents.html import render_html
from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.text.dates import format_date, parse_date
from khcn.kernel.text.numbers import short_number
from khcn.kernel.text.text_problem import TextProblem
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import preserves_form_input, read_only
from khcn.reference.models import ReportingRegime
from khcn.reports import operations, rules
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import FormProblem, fill
from khcn.reports.models import FormVersion
from khcn.reports.operations.definitions import offered_form, take_offered_form
from khcn.reports.texts.markup import MarkupProblem
from khcn.reports.views.access import figure_link, form_title, page, typed_again, unit_names
from khcn.reports.views.anchors import in_steps
from khcn.reports.views.chips import menu, shown_by_mark, variable_menu
from khcn.reports.views.drafts import HEAD_LINES, HEAD_LISTS, DefinitionDraft, arrange, draft_from, draft_of

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from khcn.kernel.ui.http import Request
    from khcn.reports.forms.definition import Form

ERROR_LIMIT = 40
FIRST_YEAR, LAST_YEAR = 2000, 2100


@read_only
def form_list(request: Request) -> HttpResponse:
    """Every definition with its newest version and how often it was used."""
    used = dict(FormVersion.objects.values_list("code").annotate(number=Count("instances")))
    newest: dict[str, FormVersion] = {}
    for version in FormVersion.objects.visible_to(request.actor).order_by("code", "-version"):
        newest.setdefault(version.code, version)
    rows = [
        (version, form_title(version.title), used.get(code, 0), offered_form(code) is not None)
        for code, version in newest.items()
    ]
    may_edit = rules.can_edit_form.test(request.actor, None)
    return render(request, "reports/form_list.html", {"rows": rows, "may_edit": may_edit})


@read_only
def form_versions(request: Request, code: str) -> HttpResponse:
    """All versions of one definition, the newest first."""
    versions = list(
        FormVersion.objects.visible_to(request.actor)
        .filter(code=code)
        .annotate(used=Count("instances"))
        .order_by("-version")
    )
    if not versions:
        raise Http404
    in_force = FormVersion.objects.in_force(code, on=request.today)
    offered = offered_form(code)
    period = preview_period(request, offered, {}) if offered else None
    context = {
        "title": form_title(versions[0].title),
        "versions": versions,
        "in_force": in_force,
        "offered": offered,
        "offered_html": _html(offered, period) if offered and period else "",
        "may_edit": rules.can_edit_form.test(request.actor, None),
    }
    return render(request, "reports/form_versions.html", context)


@page
def form_take_offered(request: Request, code: str) -> HttpResponse:
    """Store the definition that comes with the program as the next version; the office's own ones stay."""
    deny_unless(rules.can_edit_form.test(request.actor, None))
    here = reverse("reports:form-versions", args=[code])
    if request.method == "POST":
        try:
            saved = take_offered_form(code=code, actor=request.actor, on=request.today)
        except (FormProblem, operations.ReportRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _(
                    "Đã lưu mẫu mới thành phiên bản %(version)d. Các phiên bản cũ và báo cáo đã lập không thay đổi."
                )
                % {"version": saved.version},
            )
    return see_other(here)


@read_only
def form_version(request: Request, code: str, number: int) -> HttpResponse:
    """One version, printed with the figures of the chosen year."""
    version = get_object_or_404(FormVersion.objects.visible_to(request.actor), code=code, version=number)
    form = version.form()
    period = preview_period(request, form, {})
    context = {
        "version": version,
        "title": form_title(version.title),
        "form": form,
        "period": period,
        "html": _html(form, period),
        "titles": {
            each.key: fill(each.title, source_from_form(form, period).words) for each in form.sections
        },
    }
    return render(request, "reports/form_version.html", {**context, "units": unit_names(period.last_day)})


def preview_period(request: Request, form: Form, data: Any) -> Period:
    """The period to print with: as asked, else of the form's kind in the chosen year, else the chosen period."""
    asked = short_number(str(data.get("preview_year") or "").replace(".", ""))
    year = asked if asked is not None and FIRST_YEAR <= asked <= LAST_YEAR else request.reporting.year
    kind, _colon, number = str(data.get("preview_kind") or "").partition(":")
    try:
        chosen = PeriodKind(kind)
    except ValueError:
        chosen, number = form.period_kind, "1"
    regime = ReportingRegime.objects.filter(code=form.regime).first()
    if regime is not None:
        window = regime.window(chosen.value, short_number(number) or 1, on=date(year, 6, 30))
        if window is not None:
            return window.period(year)
    period: Period = request.reporting.period
    return period


def _html(form: Form, period: Period) -> str:
    document = replace(compose(resolve(source_from_form(form, period))), is_draft=True)
    return in_steps(render_html(document, figure_link(period, form.regime), standalone=False), 1)


@preserves_form_input
@page
def form_edit(request: Request, code: str) -> HttpResponse:
    """Edit from the newest version (or from ``?from=``). Saving always makes a new version; old ones stay."""
    deny_unless(rules.can_edit_form.test(request.actor, None))
    base = _base(request, code)
    posted = request.POST
    if request.method != "POST":
        return _editor(request, base, draft_of(base.form()), {})
    draft = draft_from(posted)
    what = posted.get("do", "")
    if typed_again(request) or arrange(draft, what):
        return _editor(request, base, draft, posted)
    try:
        form = draft.form(
            code=_code(posted, base),
            version=base.version + 1,
            valid_from=_valid_from(posted),
            base=base.form(),
        )
        if what == "preview":
            period = preview_period(request, form, posted)
            return _previewed(request, base, draft, posted, _html(form, period))
        saved = operations.save_form_version(
            code=form.code,
            form=form,
            valid_from=form.valid_from,
            note=posted.get("note", "").strip(),
            actor=request.actor,
            on=request.today,
        )
    except FormProblem as problem:
        return _editor(request, base, draft, posted, problems=problem.problems)
    except (operations.ReportRefused, TextProblem, MarkupProblem) as refusal:
        return _editor(request, base, draft, posted, problems=(str(refusal),))
    messages.success(
        request,
        _("Đã lưu phiên bản %(version)d, áp dụng từ ngày %(day)s. Các báo cáo đã lập không thay đổi.")
        % {"version": saved.version, "day": format_date(saved.valid_from)},
    )
    return see_other(reverse("reports:form-versions", args=[saved.code]))


def _base(request: Request, code: str) -> FormVersion:
    number = short_number(request.GET.get("from", ""))
    versions = FormVersion.objects.visible_to(request.actor).filter(code=code)
    if number is not None:
        return get_object_or_404(versions, version=number)
    base = versions.order_by("-version").first()
    if base is None:
        raise Http404
    return base


def _code(posted: QueryDict, base: FormVersion) -> str:
    return posted.get("code", "").strip() or base.code


def _valid_from(posted: QueryDict) -> date:
    """The day typed; raises :class:`FormProblem` where there is none, or a month or year instead."""
    text = posted.get("valid_from", "").strip()
    if not text:
        raise FormProblem((_("Ghi ngày mẫu mới bắt đầu áp dụng, ví dụ 15/12/2023."),))
    parsed = parse_date(text)
    if parsed.first != parsed.last:
        raise FormProblem((_("Ngày áp dụng phải ghi đủ ngày, tháng, năm, ví dụ 15/12/2023."),))
    return parsed.first


def _previewed(
    request: Request, base: FormVersion, draft: DefinitionDraft, posted: QueryDict, html: str
) -> HttpResponse:
    if request.htmx:
        return render(request, "reports/parts/form_preview.html", {"preview_html": html, "problems": ()})
    return _editor(request, base, draft, posted, preview=html)


def _editor(
    request: Request,
    base: FormVersion,
    draft: DefinitionDraft,
    posted: Any,
    *,
    problems: tuple[str, ...] = (),
    preview: str = "",
) -> HttpResponse:
    if problems and request.htmx:
        return render(
            request,
            "reports/parts/form_preview.html",
            {"preview_html": "", "problems": problems[:ERROR_LIMIT]},
        )
    form = base.form()
    period = preview_period(request, form, posted)
    regimes = ReportingRegime.objects.order_by("name")
    context = {
        "base": base,
        "title": form_title(base.title),
        "draft": draft,
        "problems": problems[:ERROR_LIMIT],
        "preview_html": preview,
        "head_lines": HEAD_LINES,
        "head_lists": HEAD_LISTS,
        "regimes": list(regimes.values_list("code", "name")),
        "windows": _window_choices(form, period),
        "kinds": [(kind.value, kind.label) for kind in PeriodKind],
        "units": unit_names(period.last_day),
        "period": period,
        "chips": {
            "chips": shown_by_mark(source_from_form(form, period), [row["text"] for row in draft.sections]),
            "overrides": [],
        },
        "menu": menu(),
        "variables": variable_menu(source_from_form(form, period)),
        "code": posted.get("code", base.code),
        "copying": request.GET.get("copy") == "1",
        "valid_from": posted.get("valid_from", format_date(request.today)),
        "note": posted.get("note", ""),
        "last_action": posted.get("do", ""),
    }
    return render(request, "reports/form_edit.html", context, status=422 if problems else 200)


def _window_choices(form: Form, period: Period) -> list[tuple[str, str]]:
    regime = ReportingRegime.objects.filter(code=form.regime).first()
    if regime is None:
        return []
    windows = regime.windows_on(date(period.year, 6, 30))
    return [(f"{each.kind}:{each.number}", str(each)) for each in windows]


@read_only
def form_chips(request: Request, code: str) -> HttpResponse:
    """What just-inserted marks show in the period of the preview."""
    base = _base(request, code)
    form = base.form()
    period = preview_period(request, form, request.GET)
    text = request.GET.get("text", "")[:4000]
    return JsonResponse({"chips": shown_by_mark(source_from_form(form, period), [text]), "overrides": []})
