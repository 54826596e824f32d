"""What the national portal is sent about a lot: the fields of the table, the works with their places and times, and the EPCIS document."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from khcn.epcis.codec.json_binding import json_text
from khcn.epcis.codec.json_binding.names import CONTEXT_2_0
from khcn.epcis.ids.digital_link import CANONICAL_STEM, parse
from khcn.goods.operations.entry_events import class_of, master_data_of
from khcn.goods.operations.outbox.mapping import mapping_on
from khcn.goods.operations.outbox.sources import SOURCES, Subject
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import Event, EventObject
from khcn.trace.queries.public_page import public_goods
from khcn.trace.store.encoding.instants import instant, utc_text
from khcn.trace.store.statements.events_by_id import events_by_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from khcn.goods.models import Lot, OutboxAccount
    from khcn.goods.operations.outbox.mapping import MappedField, PortalMapping
    from khcn.trace.queries.recalls.public_recalls import PublicRecall

_EVENT: Final = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class LotReport:
    """What the portal would be sent now, without what names the message; which required fields are empty."""

    values: Mapping[str, Any]
    lacks: Sequence[MappedField]
    mapping: PortalMapping
    is_published: bool
    is_recalled: bool

    @property
    def sha256(self) -> str:
        """Differs from that of what was sent before where anything differs."""
        return hashlib.sha256(json_text.dumps(dict(self.values))).hexdigest()


def content_of(
    lot: Lot, *, account: OutboxAccount | None, on: date, as_published: bool = False
) -> LotReport | None:
    """What the portal is sent about a lot on a day; None before the first version of the table.

    Of a lot that is not published only its codes, and that it is withdrawn. ``as_published``: what it would be sent
    once the lot is published.
    """
    mapping = mapping_on(on)
    if mapping is None:
        return None
    subject = Subject(lot, account, mapping, on)
    recalls = _recalls(lot)
    is_published = lot.published_on is not None or as_published
    fields = _filled(mapping, subject)
    lacks = (
        [each for each in mapping.fields if each.required and each.name not in fields] if is_published else []
    )
    values: dict[str, Any] = {
        "phienBanAnhXa": mapping.valid_from.isoformat(),
        "theoGiaDinh": mapping.illustrative,
        "conCongBo": is_published,
        "lo": fields if is_published else _codes(mapping, fields),
    }
    if recalls:
        values["thuHoi"] = [
            {"tuLuc": each.since.isoformat(timespec="seconds"), "benThuHoi": each.party, "lyDo": each.reason}
            for each in recalls
        ]
    if is_published and subject.party is not None:
        values["epcis"] = epcis_document(subject)
    return LotReport(values, lacks, mapping, is_published, bool(recalls))


def _filled(mapping: PortalMapping, subject: Subject) -> dict[str, Any]:
    found = {each.name: SOURCES[each.source](subject) for each in mapping.fields}
    return {name: value for name, value in found.items() if value}


def _codes(mapping: PortalMapping, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The codes of the product and the lot (the seventh element), and nothing else."""
    names = [each.name for each in mapping.fields if each.element == 7]  # noqa: PLR2004 -- as the circular numbers it
    return {name: fields[name] for name in names if name in fields}


def _recalls(lot: Lot) -> Sequence[PublicRecall]:
    """Recalls in force, as the page of its label says."""
    page = public_goods(parse(CANONICAL_STEM + lot.public_path))
    return () if page is None else page.recalls


def epcis_document(subject: Subject) -> dict[str, Any]:
    """The events of its entries as they were captured, with the master data that they name (EPCIS 2.0, JSON-LD)."""
    party = subject.party
    if party is None:
        raise ValueError("no trace party")
    rows = sorted(_stored_events(subject, party.pk))
    made = max((record_time for _time, _id, record_time, _body in rows), default=0)
    return {
        "@context": [CONTEXT_2_0],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": utc_text(instant(made), timespec="milliseconds"),
        "sender": f"{CANONICAL_STEM}/417/{party.gln}",
        "epcisHeader": {"epcisMasterData": {"vocabularyList": master_data_of(subject.entries, party)}},
        "epcisBody": {"eventList": [json_text.loads(body.encode()) for *_order, body in rows]},
    }


def _stored_events(subject: Subject, owner: int) -> Iterator[tuple[int, str, int, str]]:
    """Of the entries that are sent the stored events: time, id, record time and body."""
    wanted = {f"{_EVENT}{each.event}" for each in subject.entries}
    things = sorted({class_of(each.lot) for each in subject.entries})
    times: dict[int, int] = {}
    for part in chunks(things):
        rows = EventObject.objects.filter(thing__in=part, owner=owner)
        times.update(rows.values_list("event", "event_time"))
    for events in events_by_id(times):
        for event in events.filter(owner=owner, declared=False):
            if event.event_id in wanted:
                yield _row(event)


def _row(event: Event) -> tuple[int, str, int, str]:
    return event.event_time, event.event_id, event.record_time, event.body
