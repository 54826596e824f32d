"""Answers of the server itself, given before the application is asked: short, in Vietnamese, and the last on their
connection. Programs are answered with a problem document, as by the application.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from django.utils.translation import override
from waitress.task import ErrorTask
from waitress.utilities import Error

from khcn.config.monitoring.metrics import metrics_of_process
from khcn.config.serving.large_bodies import EVENTS, PROGRAMS
from khcn.kernel.api.responses import problem_response
from khcn.trace.views.problems import PROBLEM_JSON, Refusal, as_json

if TYPE_CHECKING:
    from waitress.parser import HTTPRequestParser


class RequestTooSlowError(Error):
    """The head or the body did not arrive in time."""

    code = 408
    reason = "Request Timeout"


class AnonymousBodyTooLargeError(Error):
    """More than who shows neither session nor key may send."""

    code = 413
    reason = "Request Entity Too Large"


class BodyTooLargeError(Error):
    """More than the address allows for any sender."""

    code = 413
    reason = "Request Entity Too Large"


class UnknownSessionError(AnonymousBodyTooLargeError):
    """The session is not there, or has ended: its sender is a stranger."""


class UnknownKeyError(Error):
    """A large body with a key that nobody has."""

    code = 401
    reason = "Unauthorized"
    challenge = 'Bearer error="invalid_token"'


class SenderNotAskedError(Error):
    """The database does not say whether the session or key of a large body is good."""

    code = 503
    reason = "Service Unavailable"
    retry_after = 15  # seconds


class TooManyBodiesError(Error):
    """All bodies together take more of the disk than they may."""

    code = 503
    reason = "Service Unavailable"
    retry_after = 60  # seconds


class OverloadedError(Error):
    """Too many requests wait."""

    code = 503
    reason = "Service Unavailable"
    retry_after = 15  # seconds


class TooManyRequestsError(Error):
    """One address sends more than it may."""

    code = 429
    reason = "Too Many Requests"

    def __init__(self, wait: float) -> None:
        """``wait``: after how many seconds it may send again."""
        super().__init__("")
        self.retry_after = max(1, math.ceil(wait))


_TEXTS: Final = {
    401: "Khóa truy cập không đúng, đã hết hạn hoặc đã bị thu hồi. Chưa có gì được ghi; hãy gửi lại với khóa còn dùng được.",
    400: "Máy chủ không đọc được yêu cầu này. Hãy tải lại trang rồi làm lại.",
    408: "Yêu cầu gửi lên quá chậm nên máy chủ đã ngừng nhận. Chưa có gì được ghi; hãy kiểm tra đường truyền rồi gửi lại.",
    413: "Nội dung gửi lên quá lớn. Chưa có gì được ghi; hãy chia thành nhiều lần gửi.",
    431: "Địa chỉ hoặc phần đầu của yêu cầu quá dài. Hãy xóa cookie của trang này, hoặc rút ngắn địa chỉ, rồi làm lại.",
    429: "Có quá nhiều yêu cầu từ mạng này. Chưa có gì được ghi; hãy đợi một phút rồi làm lại.",
    500: "Máy chủ gặp lỗi khi trả lời. Hãy làm lại; nếu vẫn vậy, báo cho người quản trị.",
    503: "Máy chủ đang nhận quá nhiều dữ liệu cùng lúc. Chưa có gì được ghi; hãy gửi lại sau ít phút.",
    501: "Máy chủ không nhận cách mã hóa nội dung này (Transfer-Encoding).",
}
_ANONYMOUS: Final = (
    "Nội dung gửi lên quá lớn đối với người chưa đăng nhập. Chưa có gì được ghi; hãy đăng nhập, hoặc gửi kèm khóa truy cập, "
    "rồi gửi lại."
)


# What monitoring tells one from another by.
_REASONS: Final[dict[type[Error], str]] = {
    RequestTooSlowError: "slow",
    AnonymousBodyTooLargeError: "anonymous_body",
    UnknownSessionError: "anonymous_body",
    UnknownKeyError: "anonymous_body",
    BodyTooLargeError: "body",
    SenderNotAskedError: "not_asked",
    TooManyBodiesError: "bodies",
    OverloadedError: "overloaded",
    TooManyRequestsError: "quota",
}
_OVERLOADED: Final = "Máy chủ đang có quá nhiều người truy cập. Chưa có gì được ghi; hãy làm lại sau ít phút."
_UNKNOWN_SESSION: Final = "Phiên đăng nhập đã kết thúc nên nội dung lớn gửi kèm không được nhận. Chưa có gì được ghi; hãy đăng nhập lại rồi gửi lại."
_NOT_ASKED: Final = "Cơ sở dữ liệu không trả lời nên máy chủ chưa biết ai gửi nội dung lớn này. Chưa có gì được ghi; hãy gửi lại sau ít phút."
_OF_KINDS: Final = {
    AnonymousBodyTooLargeError: _ANONYMOUS,
    UnknownSessionError: _UNKNOWN_SESSION,
    SenderNotAskedError: _NOT_ASKED,
    OverloadedError: _OVERLOADED,
}
_CODES: Final = {401: "invalid_token", 429: "too_many_requests"}  # of the interface for programs
_EXCEPTIONS: Final = {
    400: "ValidationException",
    401: "SecurityException",
    413: "CaptureLimitExceededException",
}


def _content_of(request: HTTPRequestParser, error: Error, text: str) -> tuple[str, bytes]:
    """The kind and the bytes of an answer: a problem document for programs, else the text."""
    if request.path.startswith(EVENTS):
        with override("vi"):
            return PROBLEM_JSON, as_json(
                Refusal(error.code, _EXCEPTIONS.get(error.code, "ImplementationException"), text)
            )
    accepted = request.headers.get("ACCEPT", "").lower()
    if request.path.startswith(PROGRAMS) or ("json" in accepted and "html" not in accepted):
        code = _CODES.get(error.code) or _REASONS.get(type(error), "malformed")
        return PROBLEM_JSON, problem_response(error.code, text, code, title=error.reason).content
    return "text/plain; charset=utf-8", f"{text}\n".encode()


class ServerRefusal(ErrorTask):
    """Sends such an answer; nothing that was sent is repeated in it."""

    def execute(self) -> None:
        """Write it. Called by waitress in one of its threads."""
        error = self.request.error
        if (metrics := metrics_of_process()) is not None:
            metrics.refused.labels(_REASONS.get(type(error), "malformed")).inc()
        text = _OF_KINDS.get(type(error)) or _TEXTS[error.code]
        kind, body = _content_of(self.request, error, text)
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [
            ("Content-Type", kind),
            ("Content-Language", "vi"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if retry_after := getattr(error, "retry_after", None):
            self.response_headers.append(("Retry-After", str(retry_after)))
        if challenge := getattr(error, "challenge", None):
            self.response_headers.append(("WWW-Authenticate", challenge))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
