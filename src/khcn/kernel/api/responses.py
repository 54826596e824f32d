"""Answers of the JSON interface, and the version of a record as an entity tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpResponse

from khcn.kernel.audit.record_versions import version_of

if TYPE_CHECKING:
    from khcn.kernel.registers.record_model import Record


def json_response(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON answer."""
    content = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    found = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(content, content_type="application/json", status=status, headers=found)


def etag(record: Record) -> str:
    """The version of a record as a strong entity tag."""
    return f'"{version_of(record)}"'
