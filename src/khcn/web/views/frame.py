"""The switches in the head of every page, and the pages shown when something is not there or not allowed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from khcn.kernel.bounded_process.places import TooOften
from khcn.kernel.database_faults import RETRY_AFTER, DatabaseFault, database_fault
from khcn.kernel.refusals.attempts import AttemptKind
from khcn.kernel.ui.http import Request, safe_next, see_other
from khcn.kernel.ui.view_decorators import AGAIN
from khcn.web.form_resume import typed_of
from khcn.web.frame import THEME_COOKIE
from khcn.web.reporting import PeriodChoice

if TYPE_CHECKING:
    from django.http import HttpRequest

    from khcn.kernel.bounded_process.places import Busy

ONE_YEAR = 365 * 24 * 60 * 60


@require_POST
def choose_period(request: Request) -> HttpResponse:
    """Keep the reporting year and period of this session."""
    choice = PeriodChoice.read(request.POST, request.reporting.choice)
    request.reporting.keep(choice)
    return see_other(safe_next(request, "/"))


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark in a cookie, so that the server draws the page right from the start."""
    response = see_other(safe_next(request, "/"))
    theme = "dark" if request.POST.get("theme") == "dark" else "light"
    response.set_cookie(
        THEME_COOKIE,
        theme,
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if not hasattr(request, "reporting"):  # the fault lies before our middleware
        return HttpResponse(f"{title}. {text}", status=status, content_type="text/plain; charset=utf-8")
    return render(request, "web/fault.html", {"title": title, "text": text}, status=status)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(
        request,
        404,
        _("Không tìm thấy trang này"),
        _("Địa chỉ có thể đã gõ thiếu, hoặc bản ghi đã bị xóa. Hãy tìm lại từ danh mục hoặc ô tra cứu."),
    )


@login_not_required
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403. Accounts outside the department have no permission page to look at."""
    actor = getattr(request, "actor", None)
    advice = (
        _(
            "Nếu cần cho công việc, hãy đề nghị quản trị hệ thống phân quyền. Xem quyền hiện có ở trang “Phân quyền”."
        )
        if actor is not None and actor.is_staff_of_department
        else _("Nếu cần cho công việc, hãy liên hệ quản trị hệ thống của Sở.")
    )
    return _page(request, 403, _("Tài khoản của bạn không có quyền mở trang này"), advice)


def viewing_only(request: HttpRequest) -> HttpResponse:
    """403 for a request that would write where nobody does."""
    return _page(
        request,
        403,
        _("Bản cài đặt này chỉ để xem"),
        _(
            "Ở đây xem được kho truy xuất của các tỉnh; không ai ghi, sửa, duyệt gì, trừ quản trị của chính bản cài đặt. Việc cần ghi thì "
            "làm ở hệ thống của tỉnh có dữ liệu ấy."
        ),
    )


@login_not_required
def not_readable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if isinstance(exception, TooManyFieldsSent):
        return _page(
            request,
            400,
            _("Trang gửi đi có quá nhiều ô, máy chủ không nhận"),
            _("Chưa ghi gì. Hãy quay lại trang trước, bớt số dòng rồi gửi làm nhiều lần."),
        )
    return _page(
        request,
        400,
        _("Địa chỉ của trang bị cắt hoặc gõ sai"),
        _("Hãy quay lại trang trước rồi mở lại từ danh sách."),
    )


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database is away. Draws without the frame: what is broken may be the frame."""
    if fault := database_fault(sys.exc_info()[1]):
        return database_away(request, fault)
    title = _("Máy chủ gặp sự cố, trang chưa mở được")
    text = _(
        "Những gì đã lưu vẫn còn. Hãy thử lại sau ít phút; nếu vẫn vậy, báo quản trị hệ thống kèm mã sự cố dưới đây."
    )
    return HttpResponse(_without_frame(request, title, text), status=500)


_SHOWN_DIGITS = (
    12  # of the id of a request: enough to find its lines in the log, and to be read out on the telephone
)


def _without_frame(request: HttpRequest, title: str, text: str, **more: Any) -> str:
    incident = getattr(request, "request_id", "")[:_SHOWN_DIGITS]
    template = get_template("web/broken.html").template  # type: ignore[attr-defined]
    drawn: str = template.render(title=title, text=text, incident=incident, **more)
    return drawn


_PERHAPS_STORED: Final = gettext_lazy(
    "Việc vừa gửi có thể chưa được ghi. Đợi ít phút, xem lại bản ghi; nếu chưa có thì gửi lại. "
    "Nếu vẫn vậy, báo quản trị hệ thống."
)
_NOT_STORED: Final = gettext_lazy(
    "Những gì đã lưu vẫn còn và vẫn xem được; việc vừa làm chưa được ghi. Báo ngay quản trị hệ thống, dọn đĩa xong thì gửi lại."
)
# The title, what is said to those who only opened a page, and to those who sent something.
_WORDS_OF_FAULT: Final = {
    DatabaseFault.AWAY: (
        gettext_lazy("Cơ sở dữ liệu đang tạm ngừng"),
        gettext_lazy(
            "Những gì đã lưu vẫn còn. Đợi ít phút rồi tải lại trang này; nếu vẫn vậy, báo quản trị hệ thống."
        ),
        _PERHAPS_STORED,
    ),
    DatabaseFault.TOO_LONG: (
        gettext_lazy("Việc này mất quá nhiều thời gian nên đã dừng"),
        gettext_lazy("Hãy thu hẹp bộ lọc hoặc khoảng thời gian rồi mở lại."),
        _PERHAPS_STORED,
    ),
    DatabaseFault.NO_ROOM: (
        gettext_lazy("Đĩa của máy chủ đã đầy nên chưa ghi được"),
        _NOT_STORED,
        _NOT_STORED,
    ),
}


def database_away(request: HttpRequest, fault: DatabaseFault) -> HttpResponse:
    """503: the database does not answer, or not in time, or the disk is full. What was typed into a form stands in the page, and can be opened again
    from it; nothing of that is stored anywhere.
    """
    title, to_reader, to_sender = map(str, _WORDS_OF_FAULT[fault])
    text = to_reader if request.method in {"GET", "HEAD"} else to_sender
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse({"message": f"{title}. {text}", "code": "database"}, status=503)
    else:
        typed = typed_of(request)
        again = {
            "address": request.get_full_path(),
            "pairs": typed,
            "again": AGAIN,
            "token": get_token(request),
        }
        drawn = _without_frame(request, title, text, **(again if typed else {}))
        answer = HttpResponse(drawn, status=503)
    answer["Retry-After"] = str(RETRY_AFTER)
    answer["Cache-Control"] = "no-store"
    return answer


def busy(request: HttpRequest, exception: Busy) -> HttpResponse:
    """503: the server has as much work of many seconds as it takes at a time; 429: the account has had as much as it may."""
    reads = request.method in {"GET", "HEAD"}
    text = _("Máy chủ đang có nhiều việc cùng lúc. Đợi khoảng %(seconds)d giây rồi tải lại trang này.")
    is_of_account = isinstance(exception, TooOften)
    words = text % {"seconds": exception.retry_after} if reads and not is_of_account else str(exception)
    title = _("Quá nhiều lần trong thời gian ngắn") if is_of_account else _("Máy chủ đang bận")
    answer = _page(request, exception.status, title, words)
    answer["Retry-After"] = str(exception.retry_after)
    return answer


def button_address(request: HttpRequest) -> HttpResponse:
    """405: only a button leads to this address."""
    return _page(
        request,
        405,
        _("Địa chỉ này chỉ dùng cho nút bấm"),
        _("Chưa có gì được ghi. Mở trang có nút đó từ trình đơn hoặc danh sách rồi bấm nút."),
    )


@login_not_required
def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not fit: mostly a page left open while its person signed in again in another tab.

    Where the browser says that a page of ours sent it, what was typed is offered again, to be looked at and sent with a good
    token. What another site has sent is shown to nobody.
    """
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if is_ours and hasattr(request, "reporting") and (pairs := typed_of(request)):
        context = {
            "title": _("Biểu mẫu này mở đã lâu nên chưa gửi được"),
            "text": _("Chưa có gì được ghi. Những gì bạn đã gõ còn nguyên: mở lại biểu mẫu, xem rồi gửi."),
            "address": request.get_full_path(),
            "pairs": pairs,
            "again": AGAIN,
        }
        return _of_other_form(render(request, "web/typed.html", context, status=403))
    return _of_other_form(
        _page(
            request,
            403,
            _("Biểu mẫu này mở đã lâu nên chưa gửi được"),
            _(
                "Chưa có gì được ghi. Mở lại trang từ trình đơn rồi làm lại; bấm nút quay lại của trình duyệt thì thường còn những gì đã gõ để chép."
            ),
        )
    )


def _of_other_form(response: HttpResponse) -> HttpResponse:
    response.refused_as = AttemptKind.FORM  # type: ignore[attr-defined]
    return response
