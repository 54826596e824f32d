"""Captures documents: small ones at once, large ones by the worker, each event once (ADR 0010).

What rejects a document and what rejects an event:

- a text that is not JSON or XML, a faulty frame (header, schema version …), or a document of another type: nothing is
  captured. The sender of a small document gets the error at once (`DocumentError`), that of a large one in its job.
- a fault of severity FORM rejects its event. With ``rollback`` one rejected event rejects the whole document, with
  ``proceed`` the other events are captured.
- a fault of severity CONTENT (a wrong check digit …) rejects nothing; the job stores it as a warning.

Query documents are captured like documents (OpenAPI, ``POST /capture``); their events get a new record time.
A finished job is never repeated; an interrupted one is, and its events were stored completely or not at all.
"""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from khcn.epcis import DocumentError, Severity, read_frame
from khcn.epcis.errors import Problem
from khcn.kernel.jobs.leases import Lease
from khcn.trace.models import CaptureJob, ErrorBehaviour
from khcn.trace.store.database.backend import commit_durably
from khcn.trace.store.database.cpu_slot import cpu_slot
from khcn.trace.store.encoding.instants import record_time
from khcn.trace.store.encoding.stored_contexts import (
    context_stored_with_events,
    refuse_large_context,
    self_contained,
)
from khcn.trace.store.event_writing import EventBatch
from khcn.trace.store.master_data import write_master_data

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from khcn.epcis import Event, Frame
    from khcn.epcis.model import Document
    from khcn.trace.models import TraceParty
    from khcn.trace.store.event_writing import WriteResult

log = logging.getLogger(__name__)

SYNCHRONOUS_BYTES: Final = 1024 * 1024
"""Size in bytes up to which a document is stored before its sender gets an answer."""

MAX_EVENTS: Final = 100_000
"""Maximum number of events in one document (``GS1-EPCIS-Capture-Limit``)."""

MAX_STORED_FAULTS: Final = 1000
"""Maximum number of faults that a job stores; the counts include all."""

ATTEMPTS: Final = 5
LEASE: Final = Lease(timedelta(minutes=5), attempts="attempts")
# Plain SQL, because senders poll their jobs: building the statement with the ORM took longer than running it.
_JOB_OF_NAME: Final = (
    "SELECT id, name, party_id, behaviour, created_at, finished_at, success, accepted, rejected, duplicates, errors, "
    "warnings, leased_until, attempts, first_event, last_event, dispatch_round FROM trace_capturejob WHERE name = %s"
)
_VERSIONS: Final = ("1", "2")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"

StoredFault = dict[str, Any]
"""A fault as a job stores it: code, path, vi, en and, if it is not a ValidationException, kind."""


class EventExists(Exception):  # noqa: N818 -- an answer to the sender, not a fault
    """The single event is stored already, from any sender."""


class TooManyEvents(DocumentError):  # noqa: N818 -- the same
    """The document has more events than one document may have."""


@dataclass(slots=True)
class _CheckedDocument:
    """The valid events of a document, and the faults of the others; `warnings` are faults that reject nothing."""

    document: Document
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


def _add_faults(checked: list[StoredFault], problems: Iterable[Problem]) -> None:
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


def _check_document(body: bytes, *, single: bool = False) -> _CheckedDocument:
    """Check a document and decode its valid events.

    Raises:
        DocumentError: it cannot be read, its frame is faulty, or it is not of the wanted type.
    """
    frame, document = _frame(body, single=single)
    checked = _CheckedDocument(document)
    context = context_stored_with_events(document)
    events: list[Event] = []
    # All are checked before the first is decoded: loops over one kind of work are faster (`encoding.rows.rows_of`).
    problems_of_events = [frame.check(place) for place in range(len(frame))]
    for place, problems in enumerate(problems_of_events):
        form = [problem for problem in problems if problem.severity is Severity.FORM]
        if not form:
            try:
                events.append(frame.event(place, context=context))
            except DocumentError as error:
                form = list(error.problems)
            else:
                _add_faults(checked.warnings, problems)
        if form:
            checked.refused += 1
            _add_faults(checked.errors, form)
    checked.document = document.with_events(events)
    return checked


def _check_first_character(body: bytes) -> None:
    """Reject at once what cannot be JSON or XML."""
    if body[:512].lstrip(_BLANK)[:1] not in {b"<", b"{"}:
        raise _refusal(
            "UNREADABLE",
            "",
            "Tài liệu không phải JSON ({ … }) và cũng không phải XML (< … >).",
            "the document is neither JSON ({ … }) nor XML (< … >)",
        )


# ----------------------------------------------------------------------------------------- storing


def _batch(job: CaptureJob, checked: _CheckedDocument, at: datetime) -> EventBatch | None:
    """Prepare the events before anything is locked; None where the document is rejected."""
    if checked.refused and job.behaviour == ErrorBehaviour.ROLLBACK:
        return None
    return EventBatch(self_contained(checked.document), at=record_time(at), owner=job.party_id)


def _store(
    job: CaptureJob,
    checked: _CheckedDocument,
    batch: EventBatch | None,
    at: datetime,
    *,
    is_new: bool = False,
) -> WriteResult | None:
    """Write the events and the finished job (`is_new`: not stored yet), in the caller's transaction; None if rejected."""
    result = None
    job.rejected = checked.refused
    if batch is None:
        job.rejected += len(checked.document.events)
    else:
        result = batch.insert_identities()
        job.accepted, job.duplicates = len(result.accepted), len(result.duplicates)
        job.first_event, job.last_event = result.first, result.last
    job.errors, job.warnings = checked.errors, checked.warnings
    job.success = not checked.refused
    _finish(job, at, is_new=is_new)
    if batch is not None:
        batch.write(job.pk)
        results = checked.document.results
        vocabularies = (*checked.document.master_data, *(results.master_data if results else ()))
        if vocabularies:
            write_master_data(vocabularies, owner=job.party_id, at=at, context=checked.document.context)
    return result


def _store_new(
    job: CaptureJob, checked: _CheckedDocument, batch: EventBatch | None, at: datetime
) -> WriteResult | None:
    """Store one event; where it is stored already nothing is written, not even the job (None)."""
    with transaction.atomic():
        result = _store(job, checked, batch, at, is_new=True)
        if result is None or not result.accepted:
            transaction.set_rollback(True)
            return None
    return result


def _finish(job: CaptureJob, at: datetime, *, is_new: bool = False, keeps_body: bool = False) -> None:
    job.finished_at = at
    if not keeps_body:
        job.body = None
    job.leased_until = None
    if is_new:
        job.pk = None  # `commit_durably` may call this twice
        job.save(force_insert=True)
        return
    changed = "accepted body duplicates errors finished_at first_event last_event leased_until rejected success warnings"
    job.save(update_fields=changed.split())


def accept_document(*, party: TraceParty, body: bytes, behaviour: ErrorBehaviour, at: datetime) -> CaptureJob:
    """Capture a document. When this returns, it is durable.

    A document of up to `SYNCHRONOUS_BYTES` is stored and its job finished; a larger one waits for `run_job`.

    Raises:
        DocumentError: it cannot be read, or its frame is faulty (`TooManyEvents`: has too many events); of a large
            document only the first character is checked here.
    """
    job = CaptureJob(party=party, behaviour=behaviour, created_at=at)
    if len(body) > SYNCHRONOUS_BYTES:
        _check_first_character(body)
        # Events are repetitive, and database drivers copy large values several times.
        job.body = zlib.compress(body, 1)
        job.save(force_insert=True)
        return job
    with cpu_slot():
        checked = _check_document(body)
        batch = _batch(job, checked, at)
    commit_durably(lambda: _store(job, checked, batch, at, is_new=True))
    return job


def accept_event(*, party: TraceParty, body: bytes, at: datetime) -> Document:
    """Store a single event, with a capture job of its own. Returns it as stored, with its id and record time.

    Raises:
        DocumentError: it is not an event, or has faults of severity FORM.
        EventExists: it is stored already, from any sender.
    """
    checked = _check_document(body, single=True)
    if checked.refused:
        raise DocumentError(
            [Problem(each["code"], each["path"], each["vi"], each["en"]) for each in checked.errors]
        )
    job = CaptureJob(party=party, created_at=at)
    batch = _batch(job, checked, at)
    result = commit_durably(lambda: _store_new(job, checked, batch, at))
    if result is None:
        raise EventExists
    event = replace(checked.document.events[0], event_id=result.accepted[0], record_time=record_time(at))
    return checked.document.with_events([event])


def find_job(name: UUID) -> CaptureJob | None:
    """The job of a captureID, without its document."""
    value = CaptureJob._meta.get_field("name").get_db_prep_value(name, connection)
    return next(iter(CaptureJob.objects.raw(_JOB_OF_NAME, [value])), None)


# ----------------------------------------------------------------------------------------- the worker's part


def run_job(*, job: CaptureJob, at: datetime) -> CaptureJob:
    """Store a document that is waiting, and finish its job; a finished job stays as it is.

    One transaction stores the events and finishes the job. Faults are visible while the valid events are still being
    stored (``running`` true, ``success`` false).
    """
    waiting = CaptureJob.objects.filter(pk=job.pk, finished_at__isnull=True)
    body = waiting.values_list("body", flat=True).first()
    if body is None:
        return CaptureJob.objects.get(pk=job.pk)
    checked: _CheckedDocument | None = None
    try:
        checked = _check_document(zlib.decompress(body))
        errors = checked.errors
    except DocumentError as error:
        errors = []
        _add_faults(errors, error.problems)
        if isinstance(error, TooManyEvents):
            errors = [{**each, "kind": "CaptureLimitExceededException"} for each in errors]
    del body
    if errors:
        waiting.update(errors=errors)
    batch = _batch(job, checked, at) if checked is not None else None

    def end() -> CaptureJob:
        current = CaptureJob.objects.select_for_update().defer("body").get(pk=job.pk)
        if current.finished_at is None:
            if checked is not None:
                _store(current, checked, batch, at)
            else:
                current.errors = errors
                _finish(current, at)
        return current

    return commit_durably(end)


def lease_waiting_jobs(*, at: datetime, limit: int = 10) -> list[CaptureJob]:
    """Lease waiting jobs to this worker, oldest first; returned without their documents.

    A job whose worker died is leased again after the lease has expired. After `ATTEMPTS` attempts a job is finished with
    an error, so that it cannot crash every worker; its document is kept for the operator.
    """
    waiting = CaptureJob.objects.filter(finished_at__isnull=True).defer("body")
    leased = []
    for job in waiting.filter(LEASE.free(at)).order_by("pk")[:limit]:
        if not LEASE.acquire(waiting, job, at=at):
            continue
        if job.attempts <= ATTEMPTS:
            leased.append(job)
        else:
            _abandon(job, at)
    return leased


def _abandon(job: CaptureJob, at: datetime) -> None:
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
    _finish(job, at, keeps_body=True)
