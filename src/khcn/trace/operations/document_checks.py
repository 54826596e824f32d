"""Checks documents that are sent for capture: what rejects a document, and what rejects an event (`capture`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from khcn.epcis import DocumentError, Severity, Time, read_frame
from khcn.epcis.codec.text_encoding import beginning, refuse_other_json
from khcn.epcis.errors import Problem
from khcn.epcis.lot_numbers import lot_number_problems
from khcn.trace.store.encoding.instants import record_time
from khcn.trace.store.encoding.quantity_notes import quantity_notes
from khcn.trace.store.encoding.recall_words import recall_problems
from khcn.trace.store.encoding.stored_contexts import context_stored_with_events, refuse_large_context

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from khcn.epcis import Event, Frame
    from khcn.epcis.model import Document

MAX_EVENTS: Final = 100_000
"""Maximum number of events in one document (``GS1-EPCIS-Capture-Limit``)."""

MAX_STORED_FAULTS: Final = 1000
"""Maximum number of faults that a job stores; the counts include all."""

_VERSIONS: Final = ("1", "2")

StoredFault = dict[str, Any]
"""A fault as a job stores it: code, path, vi, en and, if it is not a ValidationException, kind."""


class TooManyEvents(DocumentError):  # noqa: N818 -- an answer to the sender, not a fault
    """The document has more events than one document may have."""


@dataclass(slots=True)
class CheckedDocument:
    """The valid events of a document, and the faults of the others; `warnings` are faults that reject nothing."""

    document: Document
    paths: list[str] = field(default_factory=list)  # of each event in `document`, as JSON pointers
    refused: int = 0
    errors: list[StoredFault] = field(default_factory=list)
    warnings: list[StoredFault] = field(default_factory=list)


# ----------------------------------------------------------------------------------------- faults


def _without_nul(text: str) -> str:
    # PostgreSQL's JSON holds no NUL, and a message may quote one.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _fault_for_job(problem: Problem) -> StoredFault:
    """A fault as a job keeps it, in both languages."""
    return {
        "code": problem.code,
        "path": _without_nul(problem.path),
        "vi": _without_nul(problem.message_vi),
        "en": _without_nul(problem.message_en),
    }


def add_faults(checked: list[StoredFault], problems: Iterable[Problem]) -> None:
    for problem in problems:
        if len(checked) < MAX_STORED_FAULTS:
            checked.append(_fault_for_job(problem))


def _refusal(code: str, path: str, vi: str, en: str) -> DocumentError:
    return DocumentError([Problem(code, path, vi, en)])


def _wrong_kind(*, single: bool) -> DocumentError:
    if single:
        return _refusal(
            "KIND",
            "/type",
            "Ở đây chỉ gửi một sự kiện riêng lẻ. Gửi cả tài liệu đến /capture.",
            "this takes one event; send documents to /capture",
        )
    return _refusal(
        "KIND",
        "/type",
        "Tài liệu phải là EPCISDocument hoặc EPCISQueryDocument. Một sự kiện riêng lẻ thì gửi đến /events.",
        "a document must be an EPCISDocument or EPCISQueryDocument; send a single event to /events",
    )


def _too_many(count: int) -> TooManyEvents:
    return TooManyEvents(
        [
            Problem(
                "TOO_MANY_EVENTS",
                "/epcisBody",
                f"Tài liệu có {count} sự kiện, nhiều hơn {MAX_EVENTS}. Chia thành nhiều tài liệu.",
                f"the document has {count} events, more than {MAX_EVENTS}",
            )
        ]
    )


# ----------------------------------------------------------------------------------------- reading


def _frame(body: bytes, *, single: bool) -> tuple[Frame, Document]:
    frame = read_frame(body)
    if single is not frame.bare and (single or frame.document is not None):
        raise _wrong_kind(single=single)
    if frame.document is None:
        raise DocumentError(frame.problems)
    version = (frame.document.schema_version or "2").partition(".")[0]
    if version not in _VERSIONS:
        raise _refusal(
            "SCHEMA_VERSION",
            "/schemaVersion",
            f"Hệ thống không đọc tài liệu EPCIS phiên bản {frame.document.schema_version}; dùng phiên bản 2.0.",
            f"EPCIS {frame.document.schema_version} is not spoken here; use 2.0",
        )
    if len(frame) > MAX_EVENTS:
        raise _too_many(len(frame))
    refuse_large_context(frame.document)
    return frame, frame.document


def check_document(body: bytes, *, at: datetime, single: bool = False) -> CheckedDocument:
    """Check a document that was sent at an instant, and decode its valid events.

    Raises:
        DocumentError: it cannot be read, its frame is faulty, or it is not of the wanted type.
    """
    frame, document = _frame(body, single=single)
    del body  # a worker gives it away, and it may be large
    checked = CheckedDocument(document)
    context = context_stored_with_events(document)
    events: list[Event] = []
    clock = _Clock(at)
    # All are checked before the first is decoded: loops over one kind of work are faster (`encoding.rows.rows_of`).
    problems_of_events = [frame.check(place) for place in range(len(frame))]
    for place, problems in enumerate(problems_of_events):
        form = [problem for problem in problems if problem.severity is Severity.FORM]
        if not form:
            try:
                event = frame.event(place, context=context)
            except DocumentError as error:
                form = list(error.problems)
            else:
                form = []
                path = frame.path(place)
                own = (
                    lot_number_problems(event, path),
                    recall_problems(event, path),
                    quantity_notes(event, path),
                )
                for problem in (*clock.problems(event, path), *chain.from_iterable(own)):
                    (form if problem.severity is Severity.FORM else problems).append(problem)
            if not form:
                events.append(event)
                checked.paths.append(frame.path(place))
                add_faults(checked.warnings, problems)
        if form:
            checked.refused += 1
            add_faults(checked.errors, form)
    checked.document = document.with_events(events)
    return checked


_FIRST_TIME: Final = Time("0001-01-01T00:00:00Z")  # no calendar of ours has an earlier instant


class _Clock:
    """What is in the future of the instant at which a document was sent, or before all years that can be shown.

    A clock that is somewhat ahead does no harm, and the event is noted; a time far ahead would stay the latest news of its
    goods for years.
    """

    def __init__(self, at: datetime) -> None:
        noted, refused = settings.TRACE_AHEAD_NOTED, settings.TRACE_AHEAD_REFUSED
        self._noted = record_time(at + noted)
        self._refused = record_time(at + refused)
        self._usual = range(_FIRST_TIME.seconds, self._noted.seconds)

    def problems(self, event: Event, path: str) -> list[Problem]:
        """The problem of an event that is ahead or before the year 1, if it is."""
        if event.event_time.seconds in self._usual:
            return []
        if event.event_time < _FIRST_TIME:
            return [
                Problem(
                    "TIME_BEFORE_YEARS",
                    f"{path}/eventTime",
                    f"Thời điểm {event.event_time} đổi sang giờ quốc tế (UTC) thì ở trước năm 1. Kiểm tra năm và múi giờ rồi gửi lại.",
                    f"{event.event_time} is before the year 1 of UTC",
                )
            ]
        if event.event_time <= self._noted:
            return []
        path = f"{path}/eventTime"
        if event.event_time > self._refused:
            return [
                Problem(
                    "TIME_IN_FUTURE",
                    path,
                    f"Thời điểm {event.event_time} còn ở xa trong tương lai; sự kiện chỉ được gửi khi đã xảy ra. Kiểm tra "
                    "ngày, giờ và múi giờ rồi gửi lại.",
                    f"{event.event_time} is far in the future; an event is sent when it has happened",
                )
            ]
        return [
            Problem(
                "TIME_AHEAD",
                path,
                f"Thời điểm {event.event_time} đi trước giờ của máy chủ. Sự kiện vẫn được ghi; kiểm tra đồng hồ của máy gửi.",
                f"{event.event_time} is ahead of the clock of this server; the event is stored, check your clock",
                Severity.CONTENT,
            )
        ]


def check_first_character(body: bytes) -> None:
    """Reject at once what cannot be JSON or XML."""
    first = beginning(body)[:1]
    if first == "{":
        refuse_other_json(body)
    if first not in {"<", "{"}:
        raise _refusal(
            "UNREADABLE",
            "",
            "Tài liệu không phải JSON ({ … }) và cũng không phải XML (< … >).",
            "the document is neither JSON ({ … }) nor XML (< … >)",
        )
