"""Captures documents: small ones at once, large ones by the worker, each event once (ADR 0010).

What rejects a document and what rejects an event:

- a text that is not JSON or XML, a faulty frame (header, schema version …), or a document of another type: nothing is
  captured. The sender of a small document gets the error at once (`DocumentError`), that of a large one in its job.
- a fault of severity FORM rejects its event. With ``rollback`` one rejected event rejects the whole document, with
  ``proceed`` the other events are captured.
- a fault of severity CONTENT (a wrong check digit …) rejects nothing; the job stores it as a warning.
- an id that its sender has used for another event, and a time far in the future, reject their event like a fault of
  severity FORM; an id that says it is the event's hash, and is not, is a warning.

Query documents are captured like documents (OpenAPI, ``POST /capture``); their events get a new record time.
A finished job is never repeated; an interrupted one is, and its events were stored completely or not at all.
"""

from __future__ import annotations

import logging
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.db.models import Max, Min, Q

from khcn.epcis import DocumentError, Severity
from khcn.epcis.errors import Problem
from khcn.kernel.jobs.leases import Lease
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.trace.models import CaptureJob, ErrorBehaviour
from khcn.trace.operations.document_checks import (
    CheckedDocument,
    TooManyEvents,
    add_faults,
    check_document,
    check_first_character,
)
from khcn.trace.operations.notes_on_recalls import notes_on_recalls
from khcn.trace.operations.recalls_without_effect import recalls_of_empty_packages
from khcn.trace.store.database.backend import commit_durably
from khcn.trace.store.database.cpu_slot import cpu_slot
from khcn.trace.store.encoding.instants import record_time
from khcn.trace.store.encoding.stored_contexts import self_contained
from khcn.trace.store.event_writing import EventBatch
from khcn.trace.store.master_data import write_master_data

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from khcn.epcis.model import Document
    from khcn.trace.models import TraceParty
    from khcn.trace.store.event_writing import WriteResult

log = logging.getLogger(__name__)

SYNCHRONOUS_BYTES: Final = 1024 * 1024
"""Size in bytes up to which a document is stored before its sender gets an answer."""

HASH_WARNING: Final = "EVENT_ID_HASH"
"""The code of the warning about an id that says it is the hash of its event, and is not."""

ATTEMPTS: Final = 5
LEASE: Final = Lease(timedelta(minutes=5), attempts="attempts")
# Put together once, because senders poll their jobs: building the statement with the ORM took longer than running it.
_JOB_OF_NAME: Final = PreparedQuery(lambda: CaptureJob.objects.filter(name=asked("name")).defer("body"))


class EventExists(Exception):  # noqa: N818 -- an answer to the sender, not a fault
    """The single event is stored already."""


class EventIdConflict(DocumentError):  # noqa: N818 -- the same
    """The sender has used the id of the single event for another event."""


def _conflict(checked: CheckedDocument, place: int) -> Problem:
    if checked.document.events[place].error_declaration is not None:
        return Problem(
            "ERROR_DECLARATION_CONFLICT",
            f"{checked.paths[place]}/errorDeclaration",
            "Bạn đã khai báo lỗi cho sự kiện này với lý do hoặc sự kiện thay thế khác, hoặc sự kiện kèm khai báo không giống sự "
            "kiện đã gửi. Khai báo này không được ghi; khai báo trước vẫn có hiệu lực. Sự kiện thay thế gửi riêng thì vẫn được ghi.",
            "you have declared this event wrong already, with another reason or other corrective events, or the event repeated "
            "here is another; this declaration is not stored and the first one stays in force; corrective events sent by "
            "themselves are stored",
        )
    return Problem(
        "EVENT_ID_CONFLICT",
        f"{checked.paths[place]}/eventID",
        "Bạn đã dùng mã sự kiện này cho một sự kiện khác. Sự kiện này không được ghi: đặt mã khác rồi gửi lại; nếu muốn "
        "sửa sự kiện đã gửi, gửi khai báo lỗi (errorDeclaration) cho sự kiện đó.",
        "you have used this event id for another event; this one is not stored: send it with another id, or declare the "
        "first one an error if it was to be corrected",
    )


def _unverified(checked: CheckedDocument, place: int) -> Problem:
    return Problem(
        HASH_WARNING,
        f"{checked.paths[place]}/eventID",
        "Mã sự kiện dạng ni:/// phải là mã băm của chính nội dung sự kiện, nhưng mã này không khớp. Sự kiện vẫn được ghi, và "
        "mã này chỉ có giá trị với riêng bạn. Bỏ eventID để hệ thống tự tính.",
        "an event id of the form ni:/// must be the hash of the event, and this is not; the event is stored, and the id is "
        "taken as one of your own; leave it out to have it computed",
        Severity.CONTENT,
    )


# ----------------------------------------------------------------------------------------- storing


def _batch(job: CaptureJob, checked: CheckedDocument, at: datetime) -> EventBatch | None:
    """Prepare the events before anything is locked; None where the document is rejected."""
    if checked.refused and job.behaviour == ErrorBehaviour.ROLLBACK:
        return None
    return EventBatch(self_contained(checked.document), at=record_time(at), owner=job.party_id)


def _note_recalls_without_effect(
    job: CaptureJob, checked: CheckedDocument, batch: EventBatch | None, at: datetime
) -> None:
    """Warn of recalls that have no effect. It reads the database for as long as many packages take: not in the CPU slot."""
    if batch is None:
        return
    events, paths = checked.document.events, checked.paths
    if job.party.is_authority:
        add_faults(checked.warnings, recalls_of_empty_packages(events, paths))
    add_faults(checked.warnings, notes_on_recalls(events, paths, party=job.party_id, at=at))


def _store(
    job: CaptureJob,
    checked: CheckedDocument,
    batch: EventBatch | None,
    at: datetime,
    *,
    is_new: bool = False,
) -> WriteResult | None:
    """Write the events and the finished job (`is_new`: not stored yet), in the caller's transaction; None if rejected."""
    result = None
    job.rejected, job.accepted, job.duplicates = checked.refused, 0, 0
    job.errors, job.warnings = list(checked.errors), list(checked.warnings)
    if batch is not None:
        add_faults(job.warnings, (_unverified(checked, place) for place in batch.unverified))
        result = batch.insert_identities()
        add_faults(job.errors, (_conflict(checked, place) for place in result.conflicts))
        if result.conflicts and job.behaviour == ErrorBehaviour.ROLLBACK:
            batch.withdraw()
            batch = None
        else:
            job.rejected += len(result.conflicts)
            job.accepted, job.duplicates = len(result.accepted), len(result.duplicates)
            job.first_event, job.last_event = result.first, result.last
    if batch is None:
        job.rejected += len(checked.document.events)
    job.success = not job.rejected
    _finish(job, at, is_new=is_new)
    if batch is not None:
        batch.write(job.pk)
        results = checked.document.results
        vocabularies = (*checked.document.master_data, *(results.master_data if results else ()))
        if vocabularies:
            write_master_data(vocabularies, owner=job.party_id, at=at, context=checked.document.context)
    return result


def _store_new(
    job: CaptureJob, checked: CheckedDocument, batch: EventBatch | None, at: datetime
) -> WriteResult | None:
    """Store one event; where nothing is accepted nothing is written, not even the job."""
    with transaction.atomic():
        result = _store(job, checked, batch, at, is_new=True)
        if result is None or not result.accepted:
            transaction.set_rollback(True)
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
        check_first_character(body)
        # Events are repetitive, and database drivers copy large values several times.
        job.body = zlib.compress(body, 1)
        job.turn = _next_turn(party, at)
        job.save(force_insert=True)
        return job
    with cpu_slot():
        checked = check_document(body, at=at)
        batch = _batch(job, checked, at)
    _note_recalls_without_effect(job, checked, batch, at)
    commit_durably(lambda: _store(job, checked, batch, at, is_new=True))
    return job


def _next_turn(party: TraceParty, at: datetime) -> int:
    """The turn of a further document of a party: after its own waiting ones, and not before the turn that is due.

    Two documents of one party that come at the same time may have the same turn.
    """
    due = LEASE.free(at)
    found = CaptureJob.objects.filter(finished_at__isnull=True).aggregate(
        due=Min("turn", filter=due), own=Max("turn", filter=Q(party=party))
    )
    own = found["own"]
    return max(found["due"] or 0, 0 if own is None else own + 1)


def accept_event(*, party: TraceParty, body: bytes, at: datetime) -> Document:
    """Store a single event, with a capture job of its own. Returns it as stored, with its id and record time.

    Raises:
        DocumentError: it is not an event, or has faults of severity FORM.
        EventExists: it is stored already.
        EventIdConflict: the sender has used its id for another event.
    """
    checked = check_document(body, at=at, single=True)
    if checked.refused:
        raise DocumentError(
            [Problem(each["code"], each["path"], each["vi"], each["en"]) for each in checked.errors]
        )
    job = CaptureJob(party=party, created_at=at)
    batch = _batch(job, checked, at)
    _note_recalls_without_effect(job, checked, batch, at)
    result = commit_durably(lambda: _store_new(job, checked, batch, at))
    if result is not None and result.conflicts:
        raise EventIdConflict([_conflict(checked, place) for place in result.conflicts])
    if result is None or not result.accepted:
        raise EventExists
    event = replace(checked.document.events[0], event_id=result.accepted[0], record_time=record_time(at))
    return checked.document.with_events([event])


def capture_in_transaction(*, party: TraceParty, body: bytes, at: datetime) -> None:
    """Capture a document that the program itself has written, together with what else the caller's transaction stores.

    Raises:
        DocumentError: an event has a fault of severity FORM, or its id belongs to another event. The caller's transaction is
            to be rolled back.
    """
    checked = check_document(body, at=at)
    job = CaptureJob(party=party, created_at=at)
    batch = _batch(job, checked, at)
    _store(job, checked, batch, at, is_new=True)
    if not job.success:
        raise DocumentError(
            [Problem(each["code"], each["path"], each["vi"], each["en"]) for each in job.errors]
        )


def find_job(name: UUID) -> CaptureJob | None:
    """The job of a captureID, without its document."""
    value = CaptureJob._meta.get_field("name").get_db_prep_value(name, connection)
    return next(iter(_JOB_OF_NAME.records(name=value)), None)


# ----------------------------------------------------------------------------------------- the worker's part


def run_job(*, job: CaptureJob, at: datetime) -> CaptureJob:
    """Store a document that is waiting, and finish its job; a finished job stays as it is.

    One transaction stores the events and finishes the job. Faults are visible while the valid events are still being
    stored (``running`` true, ``success`` false).
    """
    waiting = CaptureJob.objects.filter(pk=job.pk, finished_at__isnull=True)
    bodies = [body for body in waiting.values_list("body", flat=True) if body is not None]
    if not bodies:
        return CaptureJob.objects.get(pk=job.pk)
    checked: CheckedDocument | None = None
    try:
        # A large document is not in memory twice: neither is held here.
        checked = check_document(zlib.decompress(bodies.pop()), at=job.created_at)
        errors = checked.errors
    except DocumentError as error:
        errors = []
        add_faults(errors, error.problems)
        if isinstance(error, TooManyEvents):
            errors = [{**each, "kind": "CaptureLimitExceededException"} for each in errors]
    if errors:
        waiting.update(errors=errors)
    batch = None
    if checked is not None:
        batch = _batch(job, checked, at)
        _note_recalls_without_effect(job, checked, batch, at)

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


def _waiting() -> QuerySet[CaptureJob]:
    return CaptureJob.objects.filter(finished_at__isnull=True).defer("body")


_ANY_FREE: Final = PreparedQuery(lambda: _waiting().filter(LEASE.free(asked("at"))).values_list("pk")[:1])


def lease_waiting_jobs(*, at: datetime, limit: int = 10) -> list[CaptureJob]:
    """Lease waiting jobs to this worker in the order of their turns, in which parties alternate; without their documents.

    A job whose worker died is leased again after the lease has expired. After `ATTEMPTS` attempts a job is finished with
    an error, so that it cannot crash every worker; its document is kept for the operator.
    """
    if not _ANY_FREE.rows(at=at):
        return []
    waiting = _waiting()
    leased = []
    for job in waiting.filter(LEASE.free(at)).order_by("turn", "pk")[:limit]:
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
