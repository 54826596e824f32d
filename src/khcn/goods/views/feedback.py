"""Where the public says whether the goods in the hand are those of the page of their label: one short form, no account, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from khcn.goods import operations
from khcn.goods.enums import FeedbackKind
from khcn.goods.operations.feedback import LONGEST
from khcn.kernel.access.viewing_only import refuses
from khcn.kernel.actors import SYSTEM
from khcn.kernel.refusals import Refused
from khcn.kernel.request_quotas import NetworkQuota
from khcn.kernel.ui.public_forms import TOO_MANY, WRONG, in_minutes, refused_for_now, seconds_to_wait
from khcn.trace.views.label_address import WrongAddress, read_label_address, text_on_label
from khcn.trace.views.public_page import rendered
from khcn.trace.views.public_views import HTML_UTF8, restrict_use
from khcn.trace.views.resolver_request import ResolverRequest

if TYPE_CHECKING:
    from django.http import HttpRequest

    from khcn.trace.views.label_address import LabelAddress

_LARGEST: Final = 8 * 1024  # bytes of a form
# Of one address five at once, then one in ten minutes: who looks up a shelf says something of a few labels.
FEEDBACK_OF_NETWORK: Final = NetworkQuota(per_second=1 / 600, at_once=5)


@csrf_exempt  # nothing is done with the authority of an account: no cookie is read
@login_not_required
@transaction.non_atomic_requests
def feedback(request: HttpRequest) -> HttpResponse:
    """The form of a label, and what it sends."""
    asked = ResolverRequest(request)
    with override(asked.language):
        response = _answer(request, asked)
    response["Cache-Control"] = "no-store"
    restrict_use(response)
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = asked.language
    return response


def _answer(request: HttpRequest, asked: ResolverRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    if refuses(request.method):
        words = _(
            "Bản cài đặt này chỉ để xem kho của các tỉnh nên không nhận phản ánh. Hãy gửi ở tỉnh của cơ sở."
        )
        return _page(asked, title=_("Không nhận phản ánh"), texts=[words], status=403)
    sent = QueryDict(asked.query[:2000])
    if request.method == "POST":
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > _LARGEST:
            return _page(
                asked, title=_("Nội dung quá dài"), texts=[_("Hãy viết ngắn lại rồi gửi.")], status=413
            )
        sent = request.POST
    try:
        label = read_label_address(sent.get("code", "")[:500].partition("?")[0], "")
    except WrongAddress as wrong:
        return _page(asked, title=_("Mã không đúng"), texts=[str(wrong)], status=400)
    if request.method != "POST":
        return _form(asked, label)
    return _received(request, sent, asked, label)


def _received(
    request: HttpRequest, sent: QueryDict, asked: ResolverRequest, label: LabelAddress
) -> HttpResponse:
    kind, content = sent.get("kind", ""), " ".join(sent.get("content", "").split())
    if kind not in FeedbackKind.values:
        return _form(asked, label, problem=_("Hãy chọn một câu trả lời."), status=WRONG)
    if len(content) > LONGEST or "\0" in content:
        return _form(asked, label, problem=_("Hãy viết ngắn lại, nhiều nhất 300 chữ cái."), status=WRONG)
    if sent.get("website"):  # a box that people do not see; programs fill it in
        return _thanks(asked, "")
    if wait := seconds_to_wait(request, FEEDBACK_OF_NETWORK):
        words = _("Đã gửi quá nhiều phản ánh. Đợi khoảng %(minutes)d phút rồi gửi lại.")
        problem = words % {"minutes": in_minutes(wait)}
        return refused_for_now(_form(asked, label, problem=problem, status=TOO_MANY), wait)
    try:
        stored = operations.receive_feedback(
            link=label.link,
            label=text_on_label(label.link).replace("\N{NO-BREAK SPACE}", " "),
            kind=kind,
            content=content,
            actor=SYSTEM,  # the public writes no record: what it sent is written down for it
            on=timezone.localtime().date(),
        )
    except Refused as refused:
        return _form(asked, label, problem=str(refused), status=TOO_MANY)
    return _thanks(asked, stored.code)


def _form(
    asked: ResolverRequest, label: LabelAddress, *, problem: str = "", status: int = 200
) -> HttpResponse:
    choices = {
        FeedbackKind.RIGHT: _("Đúng hàng"),
        FeedbackKind.OTHER: _("Hàng khác với trang"),
        FeedbackKind.FAKE: _("Nghi hàng giả"),
        FeedbackKind.BAD: _("Hàng kém, hỏng"),
    }
    text = rendered(
        "goods/public_feedback.html",
        None,
        action=f"{reverse('public-feedback')}?lang={asked.language}",
        path=label.path,
        code=text_on_label(label.link),
        choices=[(kind.value, words) for kind, words in choices.items()],
        problem=problem,
        longest=LONGEST,
    )
    return HttpResponse(text, status=status, content_type=HTML_UTF8)


def _thanks(asked: ResolverRequest, code: str) -> HttpResponse:
    texts = [_("Đã ghi phản ánh. Sở và cơ sở sản xuất sẽ xem.")]
    return _page(asked, title=_("Cảm ơn bạn"), texts=texts, code=code)


def _page(
    asked: ResolverRequest, *, title: str, texts: list[str], code: str = "", status: int = 200
) -> HttpResponse:
    text = rendered("trace/plain.html", None, title=title, texts=texts, code=code)
    return HttpResponse(text, status=status, content_type=HTML_UTF8)
