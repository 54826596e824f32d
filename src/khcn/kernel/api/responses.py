"""Answers of the JSON interface, those that say why something is not done (RFC 9457) too, and the version of a record as an entity
tag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from django.http import HttpResponse

from khcn.kernel.actions.running import NotVisible
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.refusals import NotPermitted, Refused, Stale
from khcn.kernel.refusals.constraints import TAKEN

if TYPE_CHECKING:
    from django.http import HttpRequest

    from khcn.kernel.api.request_body import ApiProblem
    from khcn.kernel.bounded_process.places import Busy
    from khcn.kernel.registers.record_model import Record

CHALLENGE: Final = 'Bearer realm="khcn"'
"""What an answer 401 asks for."""

FORBIDDEN, NOT_FOUND, CONFLICT, STALE, UNREADABLE, NEEDS_VERSION, BUSY = 403, 404, 409, 412, 422, 428, 503


def json_response(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON answer."""
    content = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    found = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(content, content_type="application/json", status=status, headers=found)


def etag(record: Record) -> str:
    """The header of a response that tells the version of a record, as a strong entity tag."""
    return f'"{version_of(record)}"'


def problem_response(status: int, message: str, code: str, **more: Any) -> HttpResponse:
    """A response of the API with a problem document; ``message`` repeats ``detail`` for callers of the other operations."""
    body = {
        "type": "about:blank",
        "status": status,
        "code": code,
        "detail": message,
        "message": message,
        **more,
    }
    response = HttpResponse(orjson.dumps(body), content_type="application/problem+json", status=status)
    response.refused_as = code  # type: ignore[attr-defined]  # for the log of security (docs/adr/0042)
    return response


def fault_response(fault: ApiProblem) -> HttpResponse:
    """The problem document of a call that an operation could not carry out."""
    body = {"code": "invalid", **fault.body}
    return problem_response(fault.status, str(body.pop("message")), str(body.pop("code")), **body)


def api_busy_response(request: HttpRequest, busy: Busy | type[Busy]) -> HttpResponse:
    """The API's response when all places for work of many seconds are taken: when to send the same request again."""
    answer = problem_response(BUSY, str(busy), "busy")
    answer["Retry-After"] = str(busy.retry_after)
    return answer


def refusal_response(refused: Refused) -> HttpResponse:
    """A refusal with the status that tells a program what it can do: sign in, read again, change its input."""
    if isinstance(refused, NotVisible):
        status = NOT_FOUND
    elif isinstance(refused, NotPermitted):
        status = FORBIDDEN
    elif isinstance(refused, Stale):
        status = STALE if refused.code == "stale_version" else CONFLICT
    else:
        status = CONFLICT if refused.code in {"guard", "key_reused", TAKEN} else UNREADABLE
    errors = {name: list(texts) for name, texts in refused.fields.items()}
    return problem_response(status, str(refused), refused.code, errors=errors)
