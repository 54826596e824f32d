"""Notes to the sender of a recall, or of the end of one, that changes nothing because of what was reported before (docs/adr/0028)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.epcis.errors import Problem, Severity
from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.epcis.model import ObjectEvent, TransformationEvent
from khcn.epcis.store import thing_of
from khcn.trace.queries.makers.makers_and_trust import all_creations_of, first_makers, former_makers
from khcn.trace.queries.recalls.reported_recalls import ReportedRecalls
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_package
from khcn.trace.store.encoding.instants import microseconds, record_time
from khcn.trace.store.encoding.recall_words import is_set_by, things_of_recall
from khcn.trace.store.statements.declarations import all_authorities
from khcn.trace.store.statements.recall_statements import reported_things

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from khcn.epcis import Event

MOST_THINGS: Final = 100
"""So many recalled things of a document are looked at."""

_SHOWN: Final = 80


class _Asked(NamedTuple):
    thing: str
    event: Event
    path: str


def notes_on_recalls(
    events: Sequence[Event], paths: Sequence[str], *, party: int, at: datetime
) -> Iterator[Problem]:
    """A note for each recall that an end with a later time has ended already, that is about a lot of another party, or about something that
    was never reported, and for each end after which the goods are still recalled.

    The notes give away neither recalls by third parties nor who made a lot: only that the sender did not.

    Args:
        events: the events of a document.
        paths: of each event, as JSON pointers.
        party: who sends it.
        at: when.
    """
    named = (
        _Asked(thing, event, path)
        for event, path in zip(events, paths, strict=True)
        for thing in things_of_recall(event)
    )
    asked = list(islice(named, MOST_THINGS))
    if not asked:
        return
    authorities = all_authorities()
    now = microseconds(record_time(at))
    known = ReportedRecalls({one.thing for one in asked}, party, authorities, now)
    for thing, event, path in asked:
        in_force = known.in_force_after(thing, event, microseconds(event.event_time))
        if is_set_by(event) and party not in in_force:
            yield _ended_later(thing, path)
        elif in_force and not is_set_by(event):
            yield _stays(thing, path)
    recalled = {one.thing: one.path for one in reversed(asked) if is_set_by(one.event)}
    made = {thing_of(one) for event in events if _creates(event) for one in _names(event)}
    if party in authorities:
        wanted = {
            one for one in recalled if is_lot(one) or (is_package(one) and one.startswith(CANONICAL_STEM))
        }
        own = {thing_of(one) for event in events if not things_of_recall(event) for one in _names(event)}
        for thing in sorted(wanted - own - made - reported_things(wanted)):
            yield _unknown(thing, recalled[thing])
    else:
        lots = {one for one in recalled if is_lot(one)} - made
        for thing in sorted(lots - _made_by(party, lots, authorities)):
            yield _of_others(thing, recalled[thing])


def _creates(event: Event) -> bool:
    return isinstance(event, TransformationEvent) or (
        isinstance(event, ObjectEvent) and event.action == "ADD"
    )


def _names(event: Event) -> Iterator[str]:
    for _name, epcs in event.epc_fields():
        yield from epcs
    for _name, quantities in event.quantity_fields():
        yield from (one.epc_class for one in quantities)
    container = getattr(event, "parent_id", None)
    if container is not None:
        yield container


def _made_by(party: int, lots: set[str], authorities: frozenset[int]) -> set[str]:
    """Those of some lots that a party made, or whose code it owns."""
    if not lots:
        return set()
    owners = CodeOwners()
    reports = all_creations_of(lots, authorities)
    makers, former = first_makers(reports.valid), former_makers(reports)
    return {
        one
        for one in lots
        if makers.get(one) == party
        or party in owners.of(one)
        or any(each.party == party for each in former.get(one, ()))
    }


def _note(code: str, path: str, vi: str, en: str) -> Problem:
    return Problem(code, path, vi, en, Severity.CONTENT)


def _ended_later(thing: str, path: str) -> Problem:
    return _note(
        "RECALL_ENDED_LATER",
        path,
        f"Lệnh thu hồi “{thing[:_SHOWN]}” không có tác dụng: đã có lệnh bỏ thu hồi mang thời điểm muộn hơn. Sự kiện vẫn được ghi; nếu hàng "
        "vẫn phải thu hồi, gửi thêm lệnh thu hồi với thời điểm hiện tại.",
        f"the recall of {thing[:_SHOWN]!r} has no effect, as an end of it has a later time; the event is stored, send a recall with the "
        "present time if the goods are to be recalled",
    )


def _stays(thing: str, path: str) -> Problem:
    return _note(
        "RECALL_STAYS",
        path,
        f"“{thing[:_SHOWN]}” vẫn đang bị thu hồi sau lệnh bỏ thu hồi này: lệnh thu hồi của cơ quan quản lý chỉ cơ quan quản lý bỏ được, và "
        "lệnh bỏ chỉ có tác dụng từ thời điểm của nó, với các lệnh thu hồi trước đó. Sự kiện vẫn được ghi.",
        f"{thing[:_SHOWN]!r} stays recalled after this end: only an authority ends the recall of an authority, and an end counts from its "
        "time on, for recalls before it; the event is stored",
    )


def _of_others(thing: str, path: str) -> Problem:
    return _note(
        "RECALL_OF_OTHERS",
        path,
        f"Lệnh thu hồi lô “{thing[:_SHOWN]}” không có tác dụng: chỉ bên sản xuất của lô và cơ quan quản lý thu hồi được cả lô, và bên gửi "
        "chưa báo là đã làm ra lô này. Sự kiện vẫn được ghi; hãy báo cho bên sản xuất hoặc cơ quan quản lý.",
        f"the recall of the lot {thing[:_SHOWN]!r} has no effect: only its maker and authorities recall a lot; the event is stored, "
        "tell the maker or the authority",
    )


def _unknown(thing: str, path: str) -> Problem:
    return _note(
        "RECALL_OF_UNKNOWN",
        path,
        f"Chưa ai báo sự kiện nào về “{thing[:_SHOWN]}”. Lệnh thu hồi được ghi và sẽ có tác dụng khi có hàng mang mã này; kiểm tra mã nếu "
        "hàng đã lưu thông.",
        f"nobody has reported {thing[:_SHOWN]!r}; the recall is stored and counts for goods that come under this name, check the "
        "name if they are on the market",
    )
