"""Templates of papers on screen: the versions, the words they may use, a new one, and a trial print."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khcn.kernel.access.predicates import deny_unless, is_staff
from khcn.kernel.papers.docx_package_check import LARGEST
from khcn.kernel.papers.kinds import PaperKind, PaperKindError, all_paper_kinds, paper_kind_of
from khcn.kernel.papers.models import PaperTemplate, TemplateFormat
from khcn.kernel.papers.template_versions import may_edit_templates, save_template, try_template
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.ui.http import Request, download, see_other
from khcn.kernel.ui.view_decorators import read_only

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _kind_or_404(code: str) -> PaperKind:
    try:
        return paper_kind_of(code)
    except PaperKindError:
        raise Http404 from None


@read_only
def kind_list(request: Request) -> HttpResponse:
    """Every kind of paper with its version in use."""
    deny_unless(is_staff.test(request.actor, None))
    latest = {each.kind: each for each in PaperTemplate.objects.order_by("kind", "version").defer("content")}
    rows = [(kind, latest.get(kind.code)) for kind in all_paper_kinds()]
    return render(request, "papers/templates.html", {"rows": rows})


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: Request, code: str) -> HttpResponse:
    """The versions of one kind's template; posting a file makes a new one."""
    deny_unless(is_staff.test(request.actor, None))
    kind = _kind_or_404(code)
    problem = ""
    if request.method == "POST":
        deny_unless(may_edit_templates.test(request.actor, None))
        upload = request.FILES.get("file")
        note = request.POST.get("note", "")[:300]
        if upload is None:
            problem = _("Chưa chọn tệp mẫu. Chọn tệp Word hoặc TOML rồi tải lên.")
        elif (upload.size or 0) > LARGEST:
            problem = _("Tệp mẫu lớn hơn 4 MB. Hãy giảm dung lượng hình trong mẫu.")
        else:
            try:
                made = save_template(
                    kind=kind, content=upload.read(), note=note, actor=request.actor, on=request.today
                )
            except NotPermitted:
                raise PermissionDenied from None
            except Refused as refusal:
                problem = str(refusal)
            else:
                messages.success(
                    request, _("Đã nhận mẫu, phiên bản %(version)d.") % {"version": made.version}
                )
                return see_other(reverse("paper-template", args=[code]))
    found = PaperTemplate.objects.filter(kind=code).defer("content").annotate(used=Count("papers"))
    context = {
        "kind": kind,
        "versions": found.order_by("-version"),
        "may_edit": may_edit_templates.test(request.actor, None),
        "problem": problem,
        "note": request.POST.get("note", ""),
    }
    return render(request, "papers/template.html", context, status=422 if problem else 200)


@read_only
def content(request: Request, code: str, version: int) -> HttpResponse:
    """A version's file, to be changed and sent back."""
    deny_unless(is_staff.test(request.actor, None))
    found = get_object_or_404(PaperTemplate, kind=_kind_or_404(code).code, version=version)
    return download(bytes(found.content), f"{code}-v{version}.{found.format}", _type_of(found.format))


def _type_of(form: str) -> str:
    return DOCX if form == TemplateFormat.DOCX else "application/toml; charset=utf-8"


@read_only
def sample(request: Request, code: str) -> HttpResponse:
    """A trial print of the version in use, with made-up data and no number of any book."""
    deny_unless(is_staff.test(request.actor, None))
    kind = _kind_or_404(code)
    latest = PaperTemplate.objects.latest_of(code)
    try:
        printed = try_template(kind, bytes(latest.content) if latest else kind.template.read_bytes())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other(reverse("paper-template", args=[code]))
    if printed.pdf is not None:
        return download(printed.pdf, f"{code}-in-thu.pdf", "application/pdf")
    return download(printed.docx, f"{code}-in-thu.docx", DOCX)
