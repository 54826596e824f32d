"""Error answers of the EPCIS interface: problem details of RFC 7807.

The problem types are the exceptions of the EPCIS 2.0 OpenAPI document. The texts are Vietnamese, or English where the
client's ``Accept-Language`` prefers it. A problem contains information about the request and nothing else.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from lxml import etree

from khcn.kernel.database_faults import RETRY_AFTER, DatabaseFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from khcn.epcis import DocumentError, Problem, QueryError

EPCIS_NAMESPACE: Final = "urn:epcglobal:epcis:xsd:2"
OWN_NAMESPACE: Final = "urn:khcn:trace"
"""Namespace of elements that this system adds to the standard XML answers."""

NAMESPACES: Final = {"epcis": EPCIS_NAMESPACE, "k": OWN_NAMESPACE}
PROBLEM_JSON: Final = "application/problem+json"
PROBLEM_XML: Final = "application/problem+xml"
_PREFIX: Final = "epcisException:"
_MAX_ERRORS: Final = 1000

# Type: title, for people.
_TITLES: Final = {
    "ValidationException": gettext_lazy("Dữ liệu gửi lên không đúng chuẩn EPCIS 2.0"),
    "SecurityException": gettext_lazy("Chưa được phép truy cập"),
    "NoSuchNameException": gettext_lazy("Không có tài nguyên này"),
    "NotAcceptableException": gettext_lazy("Không trả lời được theo yêu cầu của tiêu đề"),
    "ResourceAlreadyExistsException": gettext_lazy("Đã có tài nguyên với định danh này"),
    "CaptureLimitExceededException": gettext_lazy("Tài liệu gửi lên quá lớn"),
    "UnsupportedMediaTypeException": gettext_lazy("Không nhận kiểu nội dung này"),
    "URITooLongException": gettext_lazy("Địa chỉ quá dài"),
    "QueryValidationException": gettext_lazy("Câu truy vấn không đúng"),
    "QueryParameterException": gettext_lazy("Tham số truy vấn không đúng"),
    "QueryTooLargeException": gettext_lazy("Kết quả truy vấn quá lớn"),
    "QueryTooComplexException": gettext_lazy("Câu truy vấn quá phức tạp"),
    "SubscriptionControlsException": gettext_lazy("Đăng ký nhận tin không đúng"),
    "ImplementationException": gettext_lazy("Hệ thống không thực hiện được yêu cầu"),
    "about:blank": gettext_lazy("Không dùng được phương thức này ở đây"),
}
_QUERY_STATUS: Final = {"QueryTooLargeException": 413, "QueryTooComplexException": 413}


class Refusal(Exception):  # noqa: N818 -- an answer with a status, not a fault
    """Why a call is refused.

    `kind` is the name of the EPCIS exception; `more` are further members of the problem (RFC 7807, 3.2).
    """

    def __init__(
        self, status: int, kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        """Store the content of the answer."""
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more
        self.instance = f"urn:uuid:{uuid.uuid4()}"


def _in_english() -> bool:
    """Whether the answer is in English; everything else is answered in Vietnamese."""
    return get_language() == "en"


def _problem_type(kind: str) -> str:
    """The problem type of an EPCIS exception."""
    return kind if ":" in kind else _PREFIX + kind


def problem_details(problem: Problem | Mapping[str, Any]) -> dict[str, Any]:
    """One fault of a document as a member of ``errors``: itself a problem with code and path.

    A mapping is a stored fault (`khcn.trace.operations.document_checks`).
    """
    if isinstance(problem, dict):
        code, path, vietnamese, english = (problem.get(name, "") for name in ("code", "path", "vi", "en"))
        kind = problem.get("kind", "ValidationException")
    else:
        code, path = problem.code, problem.path  # type: ignore[union-attr]
        vietnamese, english = problem.message_vi, problem.message_en  # type: ignore[union-attr]
        kind = "ValidationException"
    return {
        "type": _problem_type(kind),
        "title": str(_TITLES[kind]),
        "detail": english if _in_english() else vietnamese,
        "code": code,
        "path": path,
    }


def problem_of_document(error: DocumentError) -> Refusal:
    """A document that cannot be read: 400 with all of its faults."""
    return invalid(error.problems)


def invalid(problems: Iterable[Problem | Mapping[str, Any]]) -> Refusal:
    """400 for a document or event: each fault with its path (a JSON pointer) is a member of ``errors``."""
    listed = list(problems)
    first = problem_details(listed[0])["detail"] if listed else ""
    if len(listed) > 1:
        detail = _("%(first)s Tất cả có %(count)d lỗi, xem “errors”.") % {
            "first": first,
            "count": len(listed),
        }
    else:
        detail = first
    return Refusal(
        400, "ValidationException", detail, errors=[problem_details(each) for each in listed[:_MAX_ERRORS]]
    )


def of_query(error: QueryError) -> Refusal:
    """An invalid query (400), or one that is too large or too complex (413)."""
    detail = error.message_en if _in_english() else error.message_vi
    return Refusal(_QUERY_STATUS.get(error.kind, 400), error.kind, detail, parameter=error.parameter)


_DETAIL_OF_FAULT: Final = {
    DatabaseFault.AWAY: gettext_lazy(
        "Cơ sở dữ liệu đang tạm ngừng; yêu cầu có thể chưa được thực hiện. Gửi lại sau ít phút."
    ),
    DatabaseFault.TOO_LONG: gettext_lazy(
        "Câu hỏi này mất quá nhiều thời gian nên đã dừng. Thu hẹp điều kiện hoặc khoảng thời gian rồi hỏi lại."
    ),
    DatabaseFault.NO_ROOM: gettext_lazy(
        "Đĩa của máy chủ đã đầy nên chưa ghi được. Gửi lại sau khi quản trị hệ thống dọn đĩa."
    ),
}


def of_database(fault: DatabaseFault) -> Refusal:
    """503: the database is away, the statement took longer than it may, or the disk is full."""
    headers = {"Retry-After": str(RETRY_AFTER)}
    return Refusal(503, "ImplementationException", str(_DETAIL_OF_FAULT[fault]), headers=headers)


def no_such(detail: str) -> Refusal:
    """404: the resource does not exist, or the sender may not see it; which of the two is not revealed."""
    return Refusal(404, "NoSuchNameException", detail)


def as_dict(refusal: Refusal) -> dict[str, Any]:
    """The problem's members."""
    return {
        "type": _problem_type(refusal.kind),
        "title": str(_TITLES[refusal.kind]),
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": refusal.instance,
        **refusal.more,
    }


def as_json(refusal: Refusal) -> bytes:
    """``application/problem+json``."""
    return orjson.dumps(as_dict(refusal))


def problem_element(name: str, members: Mapping[str, Any]) -> etree._Element:
    """A problem as an XML element of the type ``RFC7807ProblemResponseBodyType`` (EPCIS 2.0 XSD)."""
    made = etree.Element(name, nsmap=NAMESPACES)
    for member in ("type", "title", "status", "detail", "instance"):
        if member in members:
            _leaf(made, member, members[member])
    for member, value in members.items():
        if member == "errors":
            for each in value:
                made.append(problem_element(f"{{{OWN_NAMESPACE}}}error", each))
        elif member not in {"type", "title", "status", "detail", "instance"}:
            _leaf(made, f"{{{OWN_NAMESPACE}}}{member}", value)
    return made


def _leaf(parent: etree._Element, name: str, value: object) -> None:
    text = str(value)
    try:
        etree.SubElement(parent, name).text = text
    except ValueError:  # a character that XML does not allow
        parent[-1].text = "".join(
            each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text
        )


def as_xml(refusal: Refusal) -> bytes:
    """``application/problem+xml``: an ``EPCISException``."""
    root = problem_element(f"{{{EPCIS_NAMESPACE}}}EPCISException", as_dict(refusal))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
