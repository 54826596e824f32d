"""Calls for everybody: what is asked for, until which hour, and how to hand in; without account, cookie or script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.science.queries import public_call, public_calls
from khcn.trace.views.public_page import rendered
from khcn.trace.views.public_views import HTML_UTF8, public_view

if TYPE_CHECKING:
    from khcn.science.models import ProposalCall
    from khcn.trace.views.resolver_request import ResolverRequest


def _listed(asked: ResolverRequest) -> HttpResponse:
    """Calls that take submissions or will, then those of this year that do not any more."""
    text = rendered(
        "science/public_calls.html",
        asked.other_language,
        is_listed=True,
        calls=public_calls(timezone.localtime()),
        path_of=_path_of,
    )
    return HttpResponse(text, content_type=HTML_UTF8)


def _path_of(call: ProposalCall) -> str:
    return reverse("public-call", args=[call.code])


def _shown(asked: ResolverRequest) -> HttpResponse:
    code = str(asked.request.resolver_match.kwargs["code"]) if asked.request.resolver_match else ""
    call = public_call(code)
    if call is None:
        text = rendered(
            "trace/plain.html",
            asked.other_language,
            title=_("Không tìm thấy thông báo này"),
            texts=[_("Địa chỉ có thể đã gõ thiếu. Hãy xem danh sách thông báo của Sở.")],
        )
        return HttpResponse(text, status=404, content_type=HTML_UTF8)
    phase = call.phase(timezone.localtime())
    text = rendered("science/public_call.html", asked.other_language, is_listed=True, call=call, phase=phase)
    return HttpResponse(text, content_type=HTML_UTF8)


call_list = public_view(_listed)
call_page = public_view(_shown)
