"""What somebody who is not signed in may send as a form: looked at without parsing it, which costs the processor for each field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from khcn.web.known_browsers import is_known_browser

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST_FIELDS: Final = 40
LARGEST_MULTIPART: Final = 16 * 1024  # bytes: no page for strangers takes a file
LARGEST: Final = 64 * 1024  # bytes of another form
TOO_LARGE: Final = 413
_MULTIPART: Final = "multipart/form-data"
_URLENCODED: Final = "application/x-www-form-urlencoded"


def is_too_large(request: HttpRequest) -> bool:
    """Whether a form is larger than any that strangers are shown.

    A browser that somebody has signed in with sends the forms of its session also when that has ended, and what was typed in them
    comes back through the sign-in page (`khcn.web.form_resume`): those may be long. Files do not come back.
    """
    if request.method != "POST" or request.content_type not in {_MULTIPART, _URLENCODED}:
        return False  # nothing else is parsed before a view
    if request.user.is_authenticated:
        return False
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.content_type == _MULTIPART:
        boundary = (request.content_params or {}).get("boundary", "").encode("latin-1", "replace")
        return size > LARGEST_MULTIPART or request.body.count(b"--" + boundary) > MOST_FIELDS + 1
    if is_known_browser(request):
        return False
    return size > LARGEST or request.body.count(b"&") >= MOST_FIELDS


def refused_form() -> HttpResponse:
    """Plain text: a page would cost more than what is refused."""
    words = _(
        "Nội dung gửi lên quá lớn đối với người chưa đăng nhập. Chưa có gì được ghi; hãy đăng nhập rồi gửi lại."
    )
    return HttpResponse(f"{words}\n", status=TOO_LARGE, content_type="text/plain; charset=utf-8")
