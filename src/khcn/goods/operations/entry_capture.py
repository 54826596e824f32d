"""The events of entries of a diary, captured in the transaction that stores them (docs/adr/0053)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.goods.enums import EntryKind
from khcn.goods.models.parties import trace_party_of
from khcn.goods.operations.entry_events import RETURNED, Partners, class_of, document_of, moment_of
from khcn.goods.operations.event_documents import capture_document, declare_event_wrong, name_of, stored_event
from khcn.goods.operations.package_times import latest_on
from khcn.kernel.refusals import Refused
from khcn.trace.models import EventObject
from khcn.trace.store.encoding.instants import instant
from khcn.trace.store.statements.events_by_id import events_by_id
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.goods.models import LotEntry
    from khcn.parties.models import Organisation
    from khcn.trace.models import TraceParty

_LEAVES: Final = frozenset({EntryKind.SHIP, EntryKind.SELL, EntryKind.DESTROY})
"""Kinds of which the goods are not in the lot any more."""


def party_of(entry: LotEntry) -> TraceParty:
    """As whom the owner of the lot reports. Raises ``Refused`` where the department has entered no party for it."""
    party = trace_party_of(entry.lot.item.organisation)
    if party is None:
        raise Refused(
            _(
                "Sở chưa xác nhận cơ sở này tham gia truy xuất nguồn gốc nên chưa ghi nhật ký được. Hãy liên hệ đơn vị phụ trách tiêu "
                "chuẩn đo lường chất lượng của Sở."
            ),
            code="no_trace_party",
        )
    return party


def receiving_party_of(entry: LotEntry) -> TraceParty | None:
    """To which party goods were sent."""
    if entry.partner is not None:
        return entry.partner
    return None if entry.receiver is None else trace_party_of(entry.receiver)


def capture_entry(
    entry: LotEntry,
    *,
    supplier: Organisation | None = None,
    is_returned: bool = False,
    not_before: datetime | None = None,
) -> None:
    """Capture the event of an entry.

    Args:
        entry: the entry, just stored.
        supplier: who sent what it receives.
        is_returned: whether the goods go or came back.
        not_before: when they had been sent.
    """
    party = party_of(entry)
    partners = _partners(entry, supplier, is_returned=is_returned)
    document = document_of(entry, party, partners, at=_moment(entry, party, not_before))
    capture_document(party, document, entry.created_at, refusal=_refusal())


def _moment(entry: LotEntry, party: TraceParty, not_before: datetime | None) -> datetime:
    """When it was done; goods leave a lot at no hour before what was done with it earlier on that day, where nobody wrote another one."""
    if entry.left_at is not None:
        return entry.left_at
    moment = moment_of(entry)
    if entry.kind in _LEAVES and entry.done_at is None:
        latest = latest_on(entry.done_on, [class_of(entry.lot)], [party])
        entered = entry.created_at.astimezone(moment.tzinfo)
        if latest is not None:
            moment = max(moment, min(latest, entered) if entered.date() == entry.done_on else latest)
    return moment if not_before is None else max(moment, not_before.astimezone(moment.tzinfo))


def sent_at(entry: LotEntry) -> datetime | None:
    """When the event of an entry says that goods were sent."""
    stored = stored_event(party_of(entry), entry.event)
    return None if stored is None else instant(stored.event_time)


def capture_declaration(entry: LotEntry, at: datetime) -> None:
    """Declare the event of an entry wrong."""
    declare_event_wrong(party_of(entry), entry.event, at, refusal=_refusal())


def is_returned(entry: LotEntry) -> bool:
    """Whether the event of an entry says that its goods go or came back."""
    if entry.kind not in {EntryKind.SHIP, EntryKind.RECEIVE}:
        return False
    rows = EventObject.objects.filter(
        thing=class_of(entry.lot), role=EventRole.QUANTITY, owner=party_of(entry).pk
    )
    times = dict(rows.values_list("event", "event_time"))
    return any(
        events.filter(event_id=name_of(entry.event), disposition=RETURNED).exists()
        for events in events_by_id(times)
    )


def _partners(entry: LotEntry, supplier: Organisation | None, *, is_returned: bool) -> Partners:
    return Partners(
        None if supplier is None else trace_party_of(supplier),
        receiving_party_of(entry),
        is_returned,
    )


def _refusal() -> str:
    return _("Chưa ghi được sự kiện truy xuất: %(why)s")
