"""The switches in the head of every page, and the pages shown when something is not there or not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khcn.kernel.ui.http import Request, safe_next, see_other
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


@login_not_required
def not_readable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(
        request,
        400,
        _("Địa chỉ của trang bị cắt hoặc gõ sai"),
        _("Hãy quay lại trang trước rồi mở lại từ danh sách."),
    )


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """500. Draws without the frame: what is broken may be the frame."""
    title = _("Máy chủ gặp sự cố, trang chưa mở được")
    text = _(
        "Những gì đã lưu vẫn còn. Hãy thử lại sau ít phút; nếu vẫn vậy, báo quản trị hệ thống kèm giờ xảy ra."
    )
    page = get_template("web/broken.html").template.render(title=title, text=text)  # type: ignore[attr-defined]
    return HttpResponse(page, status=500)


def busy(request: HttpRequest, exception: Busy) -> HttpResponse:
    """503: the server has as much work of many seconds as it takes at a time."""
    reads = request.method in {"GET", "HEAD"}
    text = _("Máy chủ đang có nhiều việc cùng lúc. Đợi khoảng %(seconds)d giây rồi tải lại trang này.")
    words = text % {"seconds": exception.retry_after} if reads else str(exception)
    answer = _page(request, 503, _("Máy chủ đang bận"), words)
    answer["Retry-After"] = str(exception.retry_after)
    return answer


@login_not_required
def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not fit: mostly a page left open overnight."""
    return _page(
        request,
        403,
        _("Biểu mẫu này mở đã lâu nên chưa gửi được"),
        _("Hãy bấm nút quay lại của trình duyệt (những gì đã gõ vẫn còn), tải lại trang rồi gửi lại."),
    )
