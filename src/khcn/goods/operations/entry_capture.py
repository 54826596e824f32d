"""The events of entries of a diary, captured in the transaction that stores them (docs/adr/0053)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.goods.enums import EntryKind
from khcn.goods.models.parties import trace_party_of
from khcn.goods.operations.entry_events import RETURNED, Partners, class_of, declaration_of, document_of
from khcn.goods.operations.event_documents import capture_document
from khcn.kernel.refusals import Refused
from khcn.trace.models import EventObject
from khcn.trace.store.statements.events_by_id import events_by_id
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.goods.models import LotEntry
    from khcn.parties.models import Organisation
    from khcn.trace.models import TraceParty


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
    entry: LotEntry, *, supplier: Organisation | None = None, is_returned: bool = False
) -> None:
    """Capture the event of an entry. ``supplier``: who sent what it receives; ``is_returned``: the goods go or came back."""
    party = party_of(entry)
    partners = _partners(entry, supplier, is_returned=is_returned)
    _capture(party, document_of(entry, party, partners), entry.created_at)


def capture_declaration(entry: LotEntry, at: datetime, *, supplier: Organisation | None = None) -> None:
    """Declare the event of an entry wrong."""
    party = party_of(entry)
    partners = _partners(entry, supplier, is_returned=is_returned(entry))
    _capture(party, declaration_of(entry, party, partners, at), at)


def is_returned(entry: LotEntry) -> bool:
    """Whether the event of an entry says that its goods go or came back."""
    if entry.kind not in {EntryKind.SHIP, EntryKind.RECEIVE}:
        return False
    rows = EventObject.objects.filter(
        thing=class_of(entry.lot), role=EventRole.QUANTITY, owner=party_of(entry).pk
    )
    times = dict(rows.values_list("event", "event_time"))
    return any(
        events.filter(event_id=f"urn:uuid:{entry.event}", disposition=RETURNED).exists()
        for events in events_by_id(times)
    )


def _partners(entry: LotEntry, supplier: Organisation | None, *, is_returned: bool) -> Partners:
    return Partners(
        None if supplier is None else trace_party_of(supplier),
        receiving_party_of(entry),
        is_returned,
    )


def _capture(party: TraceParty, body: bytes, at: datetime) -> None:
    capture_document(party, body, at, refusal=_("Chưa ghi được sự kiện truy xuất: %(why)s"))
