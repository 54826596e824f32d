"""Rules that read the stored texts of events, and compare with them what is stored beside them.

Each reads its table once (`rows_by_batch`): a million events take some minutes, and memory stays the same. The rows are made
again by the function that made them at capture; what a version of the program changes in it, its migration changes in the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.epcis.hash_ids import is_hash_id, is_hash_of
from khcn.kernel.integrity_rules import Moment, integrity_rule
from khcn.kernel.query_chunks import chunks
from khcn.trace.integrity.events import FROM_BACKUP
from khcn.trace.integrity.rows_by_batch import UNREADABLE, rows_named_twice
from khcn.trace.models import CaptureJob, Event, EventObject, LineageEdgeEnd
from khcn.trace.operations.capture import HASH_WARNING
from khcn.trace.operations.document_checks import MAX_STORED_FAULTS
from khcn.trace.store.database.backend import database_backend
from khcn.trace.store.encoding.identities import declaration_of, identity_key
from khcn.trace.store.encoding.rows import EVENT_COLUMNS, rows_of
from khcn.trace.store.encoding.stored_texts import event_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.models import Model

    from khcn.trace.store.encoding.rows import EventRows

_OF_TEXT: Final = EVENT_COLUMNS[2:-1]  # the columns of `EventRows` but the text


def _events_named(check: Callable[[Sequence[Event]], Iterable[int]]) -> Iterator[str]:
    for event in rows_named_twice(Event, check):
        yield gettext("Sự kiện số %(number)s, mã %(id)s") % {
            "number": event.pk,
            "id": event.event_id[:100],
        }


@integrity_rule(
    "trace.event_rows",
    _("Sự kiện có cột hoặc dòng tra cứu khác với nội dung của nó"),
    explanation=_(
        "Bước nghiệp vụ, trạng thái, thời điểm, hàng hóa, lệnh thu hồi và cạnh truy xuất đều suy ra từ nội dung sự kiện đã gửi; "
        "khác là có người sửa, xóa hoặc thêm ngoài chương trình, và trang tra cứu trả lời sai."
    ),
    remedy=FROM_BACKUP,
    is_slow=True,
)
def event_rows(_now: Moment) -> Iterable[str]:
    return _events_named(_with_other_rows)


def _with_other_rows(events: Sequence[Event]) -> set[int]:
    wrong: set[int] = set()
    made: dict[int, EventRows] = {}
    for event in events:
        rows = _rows_of(event)
        if rows is None or rows.columns[:-1] != tuple(getattr(event, name) for name in _OF_TEXT):
            wrong.add(event.pk)
        else:
            made[event.pk] = rows
    expected = {(number, *each) for number, rows in made.items() for each in rows.objects}
    wrong.update(number for number, *_rest in expected ^ _stored(EventObject, made, "thing", "role"))
    ends = {(number, *each) for number, rows in made.items() for each in rows.edge_ends}
    wrong.update(
        number
        for number, *_rest in ends
        ^ _stored(LineageEdgeEnd, made, "part", "thing", "side", "kind", "quantity")
    )
    return wrong | _wrongly_voided([each for each in events if each.pk in made and made[each.pk].edge_ends])


def _rows_of(event: Event) -> EventRows | None:
    """The rows that follow from the text of an event; None where that is no text of an event of the store."""
    try:
        decoded = event_of(event.body)
        if decoded.record_time is None:
            return None
        [rows] = rows_of([decoded], [str(decoded.event_id)], owner=event.owner, at=decoded.record_time)
    except UNREADABLE:
        return None
    return rows


def _stored(model: type[Model], events: Iterable[int], *columns: str) -> set[tuple[Any, ...]]:
    """The rows beside some events. Their times and owners are compared by other rules, in one statement."""
    rows = model._base_manager.filter(event__in=list(events))
    return set(rows.values_list("event", *columns))


def _wrongly_voided(events: Sequence[Event]) -> set[int]:
    """Those of some events whose edges are void though nobody has declared them wrong, or valid though their own party has.

    Whether the declaration of an authority voids them depends on who was one at the time.
    """
    declared: dict[int, set[int]] = {}
    by_key: dict[bytes, list[Event]] = {}
    for each in events:
        by_key.setdefault(identity_key(declaration_of(each.event_id)), []).append(each)
    for one in database_backend().find_identities(sorted(by_key)):
        for each in by_key[bytes(one.key)]:
            declared.setdefault(each.pk, set()).add(one.owner)
    ends = LineageEdgeEnd.objects.filter(event__in=[each.pk for each in events])
    void = set(ends.filter(voided=True).values_list("event", flat=True))
    valid = set(ends.filter(voided=False).values_list("event", flat=True))
    return {
        each.pk
        for each in events
        # what is void in part is found by a rule of its own
        if (each.pk in void - valid and each.pk not in declared)
        or (each.pk in valid - void and each.owner in declared.get(each.pk, ()))
    }


@integrity_rule(
    "trace.event_hash",
    _("Mã băm của sự kiện không khớp nội dung"),
    explanation=_(
        "Mã sự kiện dạng ni:/// là mã băm của chính nội dung lúc gửi; không khớp mà lần gửi không ghi cảnh báo là nội dung đã bị "
        "sửa sau khi nhận."
    ),
    remedy=FROM_BACKUP,
    is_slow=True,
)
def event_hash(_now: Moment) -> Iterable[str]:
    return _events_named(_with_another_hash)


def _with_another_hash(events: Sequence[Event]) -> set[int]:
    """Those whose id is no hash of theirs, though it says so, unless their sender was warned of that at capture."""
    wrong: dict[int, int] = {}
    for event in events:
        # A declaration has the id of the event that it is about.
        if not event.declared and is_hash_id(event.event_id) and not _is_own_hash(event):
            wrong[event.pk] = event.job
    warned = {
        job
        for part in chunks(sorted(set(wrong.values())))
        for job, warnings in CaptureJob.objects.filter(pk__in=part).values_list("pk", "warnings")
        # Of very many warnings the first alone are stored.
        if len(warnings) >= MAX_STORED_FAULTS or any(each["code"] == HASH_WARNING for each in warnings)
    }
    return {number for number, job in wrong.items() if job not in warned}


def _is_own_hash(event: Event) -> bool:
    try:
        decoded = event_of(event.body)
    except UNREADABLE:
        return False
    # Where an event has prefixes of its own, a value with one is hashed as it is written in XML and as its URI in JSON, which is stored.
    return is_hash_of(event.event_id, decoded) or decoded.context is not None
