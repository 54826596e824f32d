"""Taking documents in: at once where they are small, by the worker where they are large, each event once (ADR 0010).

What stops a document and what stops an event:

- a text that is no JSON or XML, a faulty frame (header, schema version …), or what is no EPCIS document: nothing is
  captured. The sender of a small document is told at once (`DocumentError`), that of a large one by its job.
- a fault of grade FORM refuses its event. With ``rollback`` one refused event refuses the document, with ``proceed``
  the others are captured.
- a fault of grade CONTENT (a wrong check digit …) refuses nothing; the job keeps it as a warning.

Query documents are taken like documents (OpenAPI, ``POST /capture``): their events get a record time of ours.
A job that has ended is never done again; one that broke off is, and finds its events stored or not at all.
"""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.db.models import F, Q

from khcn.epcis import DocumentError, Grade, Time, read_frame
from khcn.epcis.errors import Problem
from khcn.trace.enums import ErrorBehaviour
from khcn.trace.models import CaptureJob
from khcn.trace.store.database.group_commit import one_at_a_time
from khcn.trace.store.encoding.bodies import own_context, self_contained
from khcn.trace.store.encoding.instants import utc_text
from khcn.trace.store.writing import Batch, together, write_master_data

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from khcn.epcis import Event, Frame
    from khcn.epcis.model import Document
    from khcn.trace.models import TraceParty
    from khcn.trace.store.writing import Written

log = logging.getLogger(__name__)

AT_ONCE: Final = 1024 * 1024
"""Bytes of the largest document that is stored before its sender is answered."""

EVENTS_AT_MOST: Final = 100_000
"""Events of one document (``GS1-EPCIS-Capture-Limit``)."""

TOLD_AT_MOST: Final = 1000
"""Faults that a job keeps; the counts are of all."""

ATTEMPTS: Final = 5
LEASE: Final = timedelta(minutes=5)
# As text: senders ask for their jobs all the time, and to make the statement took longer than to run it.
_JOB_OF_NAME: Final = (
    "SELECT id, name, party_id, behaviour, created_at, finished_at, success, accepted, rejected, duplicates, errors, "
    "warnings, claimed_until, attempts, first_event, last_event, dispatch_round FROM trace_capturejob WHERE name = %s"
)
_VERSIONS: Final = ("1", "2")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"

Kept = dict[str, Any]
"""A fault as a job keeps it: code, path, vi, en and, where it is no ValidationException, kind."""


class EventExists(Exception):  # noqa: N818 -- an answer to the sender, not a fault
    """The single event sent is there already, whoever sent it."""


class TooManyEvents(DocumentError):  # noqa: N818 -- the same
    """The document has more events than one document may have."""


@dataclass(slots=True)
class _Sorted:
    """A document's sound events, and the faults of the others; `warnings` are faults that refuse nothing."""

    document: Document
    refused: int = 0
    errors: list[Kept] = field(default_factory=list)
    warnings: list[Kept] = field(default_factory=list)


# ----------------------------------------------------------------------------------------- faults


def _text(text: str) -> str:
    # PostgreSQL's JSON holds no NUL, and a message may quote one.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def kept(problem: Problem) -> Kept:
    """A fault as a job keeps it, in both languages."""
    return {
        "code": problem.code,
        "path": _text(problem.path),
        "vi": _text(problem.message_vi),
        "en": _text(problem.message_en),
    }


def _keep(found: list[Kept], problems: Iterable[Problem]) -> None:
    for problem in problems:
        if len(found) < TOLD_AT_MOST:
            found.append(kept(problem))


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
                f"Tài liệu có {count} sự kiện, nhiều hơn {EVENTS_AT_MOST}. Chia thành nhiều tài liệu.",
                f"the document has {count} events, more than {EVENTS_AT_MOST}",
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
    if len(frame) > EVENTS_AT_MOST:
        raise _too_many(len(frame))
    return frame, frame.document


def _sorted(body: bytes, *, single: bool = False) -> _Sorted:
    """Check a document and take its sound events.

    Raises:
        DocumentError: it cannot be read, its frame is faulty, or it is none of the kind that is wanted.
    """
    frame, document = _frame(body, single=single)
    found = _Sorted(document)
    context = own_context(document)
    events: list[Event] = []
    # First all are checked, then all are decoded; see `khcn.trace.store.encoding.rows.rows_of`.
    checked = [frame.check(place) for place in range(len(frame))]
    for place, problems in enumerate(checked):
        form = [problem for problem in problems if problem.grade is Grade.FORM]
        if not form:
            try:
                events.append(frame.event(place, context=context))
            except DocumentError as error:
                form = list(error.problems)
            else:
                _keep(found.warnings, problems)
        if form:
            found.refused += 1
            _keep(found.errors, form)
    found.document = document.with_events(events)
    return found


def _must_be_readable(body: bytes) -> None:
    """Refuse at once what neither JSON nor XML of EPCIS can begin with."""
    if body[:512].lstrip(_BLANK)[:1] not in {b"<", b"{"}:
        raise _refusal(
            "UNREADABLE",
            "",
            "Tài liệu không phải JSON ({ … }) và cũng không phải XML (< … >).",
            "the document is neither JSON ({ … }) nor XML (< … >)",
        )


# ----------------------------------------------------------------------------------------- storing


def _batch(job: CaptureJob, found: _Sorted, at: datetime) -> Batch | None:
    """The events to be stored, made ready before anything is locked; None where the document is refused."""
    if found.refused and job.behaviour == ErrorBehaviour.ROLLBACK:
        return None
    return Batch(self_contained(found.document), at=record_time(at), owner=job.party_id)


def _store(
    job: CaptureJob, found: _Sorted, batch: Batch | None, at: datetime, *, is_new: bool = False
) -> Written | None:
    """Write the events and the ended job, inside the caller's transaction; None where the document is refused.

    `is_new`: the job is not there yet.
    """
    written = None
    job.rejected = found.refused
    if batch is None:
        job.rejected += len(found.document.events)
    else:
        written = batch.claim()
        job.accepted, job.duplicates = len(written.accepted), len(written.duplicates)
        job.first_event, job.last_event = written.first, written.last
    job.errors, job.warnings = found.errors, found.warnings
    job.success = not found.refused
    _end(job, at, is_new=is_new)
    if batch is not None:
        batch.write(job.pk)
        results = found.document.results
        vocabularies = (*found.document.master_data, *(results.master_data if results else ()))
        if vocabularies:
            write_master_data(vocabularies, owner=job.party_id, at=at, context=found.document.context)
    return written


def _store_new(job: CaptureJob, found: _Sorted, batch: Batch | None, at: datetime) -> Written | None:
    """Store one event; nothing is kept, not even the job, where it is there already (None)."""
    with transaction.atomic():
        written = _store(job, found, batch, at, is_new=True)
        if written is None or not written.accepted:
            transaction.set_rollback(True)
            return None
    return written


def record_time(at: datetime) -> Time:
    """The record time of events captured at an instant."""
    return Time(utc_text(at))


def _end(job: CaptureJob, at: datetime, *, is_new: bool = False, keeps_body: bool = False) -> None:
    job.finished_at = at
    if not keeps_body:
        job.body = None
    job.claimed_until = None
    if is_new:
        job.pk = None  # it may be done a second time
        job.save(force_insert=True)
        return
    job.save(
        update_fields=[
            "accepted", "body", "claimed_until", "duplicates", "errors", "finished_at", "first_event", "last_event",
            "rejected", "success", "warnings",
        ]
    )  # fmt: skip


def accept_document(*, party: TraceParty, body: bytes, behaviour: ErrorBehaviour, at: datetime) -> CaptureJob:
    """Take a document in. When this returns, nothing of it can be lost.

    Up to `AT_ONCE` bytes its events are stored and the job has ended; a larger one waits for `run_job`.

    Raises:
        DocumentError: a document that cannot be read or whose frame is faulty; of a large one only its first
            character is looked at here. `TooManyEvents` is one of these.
    """
    job = CaptureJob(party=party, behaviour=behaviour, created_at=at)
    if len(body) > AT_ONCE:
        _must_be_readable(body)
        job.body = zlib.compress(
            body, 1
        )  # events repeat themselves; a driver makes several copies of what it sends
        job.save(force_insert=True)
        return job
    with one_at_a_time():
        found = _sorted(body)
        batch = _batch(job, found, at)
    together(lambda: _store(job, found, batch, at, is_new=True))
    return job


def accept_event(*, party: TraceParty, body: bytes, at: datetime) -> Document:
    """Store one event sent by itself, under a job of its own. Gives it as stored: with its id and record time.

    Raises:
        DocumentError: it is no event, or has faults of grade FORM.
        EventExists: it is there already, whoever sent it.
    """
    found = _sorted(body, single=True)
    if found.refused:
        raise DocumentError(
            [Problem(each["code"], each["path"], each["vi"], each["en"]) for each in found.errors]
        )
    job = CaptureJob(party=party, created_at=at)
    batch = _batch(job, found, at)
    written = together(lambda: _store_new(job, found, batch, at))
    if written is None:
        raise EventExists
    event = replace(found.document.events[0], event_id=written.accepted[0], record_time=record_time(at))
    return found.document.with_events([event])


def job_named(name: UUID) -> CaptureJob | None:
    """The job of a captureID, without its document."""
    value = CaptureJob._meta.get_field("name").get_db_prep_value(name, connection)
    return next(iter(CaptureJob.objects.raw(_JOB_OF_NAME, [value])), None)


# ----------------------------------------------------------------------------------------- the worker's part


def run_job(*, job: CaptureJob, at: datetime) -> CaptureJob:
    """Store a document that waits, and end its job; a job that has ended stays as it is.

    One transaction stores the events and ends the job. Faults are on show while the sound events are still being
    stored (``running`` true, ``success`` false).
    """
    waiting = CaptureJob.objects.filter(pk=job.pk, finished_at__isnull=True)
    body = waiting.values_list("body", flat=True).first()
    if body is None:
        return CaptureJob.objects.get(pk=job.pk)
    found: _Sorted | None = None
    try:
        found = _sorted(zlib.decompress(body))
        errors = found.errors
    except DocumentError as error:
        errors = []
        _keep(errors, error.problems)
        if isinstance(error, TooManyEvents):
            errors = [{**each, "kind": "CaptureLimitExceededException"} for each in errors]
    del body
    if errors:
        waiting.update(errors=errors)
    batch = _batch(job, found, at) if found is not None else None

    def end() -> CaptureJob:
        current = CaptureJob.objects.select_for_update().defer("body").get(pk=job.pk)
        if current.finished_at is None:
            if found is not None:
                _store(current, found, batch, at)
            else:
                current.errors = errors
                _end(current, at)
        return current

    return together(end)


def claim_waiting_jobs(*, at: datetime, limit: int = 10) -> list[CaptureJob]:
    """Jobs that wait, oldest first, for one worker alone until their lease is over; without their documents.

    A job whose worker was lost comes back after the lease. One that was lost `ATTEMPTS` times is ended instead, lest
    it take every worker with it; its document is kept for the operator to look at.
    """
    waiting = CaptureJob.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=at), finished_at__isnull=True
    ).defer("body")
    claimed = []
    for job in waiting.order_by("pk")[:limit]:
        until = at + LEASE
        if not waiting.filter(pk=job.pk).update(claimed_until=until, attempts=F("attempts") + 1):
            continue
        job.claimed_until, job.attempts = until, job.attempts + 1
        if job.attempts <= ATTEMPTS:
            claimed.append(job)
        else:
            _give_up(job, at)
    return claimed


def _give_up(job: CaptureJob, at: datetime) -> None:
    log.error("capture job %s was begun %d times and never ended; given up", job.name, ATTEMPTS)
    job.errors = [
        {
            "code": "GIVEN_UP",
            "path": "",
            "vi": "Hệ thống nhiều lần không ghi được tài liệu này. Không có sự kiện nào được ghi; hãy gửi lại.",
            "en": "the document could not be stored in several attempts; nothing of it is stored, send it again",
            "kind": "ImplementationException",
        }
    ]
    _end(job, at, keeps_body=True)
