"""Where a code is typed by hand that no camera can read: the number below the bar code, and the lot number beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.epcis.ids.label_paths import LONGEST, path_of_code
from khcn.trace.views.public_page import rendered
from khcn.trace.views.public_views import HTML_UTF8, public_view

if TYPE_CHECKING:
    from khcn.trace.views.resolver_request import ResolverRequest


def _typed(asked: ResolverRequest) -> HttpResponse:
    given = dict(parse_qsl(asked.query[:2000]))
    code, lot = given.get("code", "")[:LONGEST], given.get("lot", "")[:LONGEST]
    if path := path_of_code(code, lot):
        return HttpResponse(status=302, headers={"Location": f"{path}?lang={asked.language}"})
    context = {"action": reverse("typed-code"), "code": code, "lot": lot, "title": _("Gõ mã trên nhãn")}
    context["problem"] = (
        _("Không đọc được mã này. Hãy gõ đủ các chữ số dưới mã vạch (8, 12, 13 hoặc 14 chữ số).")
        if code
        else ""
    )
    text = rendered("trace/typed_code.html", asked.other_language, **context)
    return HttpResponse(text, content_type=HTML_UTF8, status=422 if code else 200)


typed_code = public_view(_typed)
