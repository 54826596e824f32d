"""What the log of the program leaves out, and how its lines look: for people, or one JSON object each for programs.

No line can be made to look like two, or like colours of a terminal, by what somebody has sent (S16). What people are called and
what opens something has no place in a log: where a fault of a library quotes it all the same, it is taken out.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from khcn.config.monitoring.observed_request import ObservedRequest, current

# Control characters of ASCII and of Latin-1, line and paragraph separators, and what turns the direction of writing.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WITHHELD: Final = (
    # What PostgreSQL quotes of a row: DETAIL:  Key (email)=(…) already exists.
    (re.compile(r"(DETAIL|CONTEXT):[^\n]*"), r"\1: …"),
    (re.compile(r"://[^/\s@'\"]*@"), "://…@"),
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{0,190}\w"), "…@…"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 …"),
    # Of an address: what stands behind its path, the key of a calendar, and whose password a link replaces by what token.
    (re.compile(r"(?<![\w./%~-])(/[\w./%~-]*)\?[^\s'\"]+"), r"\1?…"),
    (re.compile(r"/calendar/[^/\s'\"]+"), "/calendar/…"),
    (re.compile(r"/password/reset/[^\s'\"]+"), "/password/reset/…"),
    (re.compile(r"(?i)\b(password|passwd|token|secret|sessionid|csrftoken)(['\"]?\s*[=:]\s*['\"]?)[^\s'\",;&)}]+"), r"\1\2…"),
)  # fmt: skip


def withheld(text: str) -> str:
    """The text without what a log must not hold."""
    for pattern, instead in _WITHHELD:
        text = pattern.sub(instead, text)
    return text


def escaped(text: str) -> str:
    """The text in one line, with control characters as they are written in Python."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


class RefusalsInOneLine(logging.Filter):
    """Lines of Django about answers below 500 have no traceback: the address was wrong or the account may not, and where in
    the code that was decided helps no operator. Faults of ours (500 and above) keep theirs.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes; see the class."""
        if (
            getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
            < HTTPStatus.INTERNAL_SERVER_ERROR
        ):
            record.exc_info = None
        return True


class NamesRequest(logging.Filter):
    """Adds the id and the route of the request that is being answered, and the number of the account that has sent it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes; see the class."""
        observed = current.get()
        request: Any = getattr(record, "request", None)
        if observed is None and hasattr(request, "request_id"):  # Django logs refusals after the middleware
            observed = ObservedRequest(request.request_id, request)
        record.request_id = observed.id if observed is not None else ""
        record.route = observed.route if observed is not None else ""
        record.account = observed.account if observed is not None else ""
        return True


class TextLines(logging.Formatter):
    """A line for people. The lines of a traceback are indented, so that none looks like the line of something else."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- of the base class
        """The line itself."""
        record.message = escaped(withheld(record.message))
        line = super().formatMessage(record)
        identifier = getattr(record, "request_id", "")
        account = getattr(record, "account", "")
        by = f" account {account}" if account else ""
        return f"{line} [{identifier} {getattr(record, 'route', '')}{by}]" if identifier else line

    def formatException(self, ei: Any) -> str:  # noqa: N802 -- of the base class
        """The traceback."""
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 -- of the base class
        """Where it was logged, where somebody has asked for that."""
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join(f"    {escaped(line)}" for line in withheld(text).split("\n"))


class JsonLines(logging.Formatter):
    """A line for programs: one JSON object. What a line says beside its sentence stands in ``record.fields``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        found: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": withheld(record.getMessage()),
            "request": getattr(record, "request_id", ""),
            "route": getattr(record, "route", ""),
            "account": getattr(record, "account", ""),
            "process": record.process,
        }
        if record.exc_info:
            found["exception"] = withheld(self.formatException(record.exc_info))
        if record.stack_info:
            found["stack"] = withheld(record.stack_info)
        for name, value in getattr(record, "fields", {}).items():
            found[name] = withheld(value) if isinstance(value, str) else value
        line = json.dumps({name: value for name, value in found.items() if value != ""}, ensure_ascii=False)
        # JSON itself escapes the others.
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
