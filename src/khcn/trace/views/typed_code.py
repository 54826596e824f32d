"""Where a code is typed by hand that no camera can read: the number below the bar code, and the lot number beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import unescape
from khcn.epcis.ids.label_paths import LONGEST, path_of_code
from khcn.trace.queries.register_facts import lots_like
from khcn.trace.views.public_page import rendered
from khcn.trace.views.public_views import HTML_UTF8, public_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.trace.queries.register_facts import PublicProduct
    from khcn.trace.views.resolver_request import ResolverRequest

_LOT: Final = re.compile(r"/01/([0-9]{14})/10/([^/]+)")


def _typed(asked: ResolverRequest) -> HttpResponse:
    given = dict(parse_qsl(asked.query[:2000]))
    code, lot = given.get("code", "")[:LONGEST], given.get("lot", "")[:LONGEST]
    path = path_of_code(code, lot)
    meant = _lots_meant(path)
    if path and not meant:
        return HttpResponse(status=302, headers={"Location": f"{path}?lang={asked.language}"})
    context: dict[str, object] = {
        "action": reverse("typed-code"),
        "code": code,
        "lot": lot,
        "title": _("Gõ mã trên nhãn"),
    }
    if meant:
        context["meant"], context["as_typed"] = meant, f"{path}?lang={asked.language}"
        text = rendered("trace/typed_code.html", asked.other_language, problem="", **context)
        return HttpResponse(text, content_type=HTML_UTF8)
    context["problem"] = (
        _(
            "Không đọc được mã này. Hãy gõ đủ các chữ số dưới mã vạch (8, 12, 13 hoặc 14 chữ số; mã của thùng, kiện, pallet có 18)."
        )
        if code
        else ""
    )
    text = rendered("trace/typed_code.html", asked.other_language, **context)
    return HttpResponse(text, content_type=HTML_UTF8, status=422 if code else 200)


def _lots_meant(path: str) -> Sequence[PublicProduct]:
    """Published lots of which the typed number differs in capitals, spaces and hyphens alone."""
    found = _LOT.fullmatch(path)
    return lots_like(found[1], unescape(found[2])) if found else ()


typed_code = public_view(_typed)
