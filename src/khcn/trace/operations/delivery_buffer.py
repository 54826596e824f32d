"""Buffers deliveries on disk until one transaction writes them to the database (outbox pattern)."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from khcn.epcis import to_json
from khcn.epcis.codec.json_binding import encode, json_text
from khcn.epcis.model import Document, QueryResults
from khcn.epcis.translate import with_digital_links, with_epc_urns
from khcn.trace.models import Delivery
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.instants import record_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from types import TracebackType

    from khcn.epcis import Event, QueryError
    from khcn.trace.models import Subscription

EVENTS_IN_ONE: Final = 250
BYTES_IN_ONE: Final = 256 * 1024
"""Beyond which no further event is added to a document; a single one may be larger."""

AS_DIGITAL_LINKS: Final = frozenset({"", "Always_GS1_Digital_Link"})
AS_URNS: Final = "Always_EPC_URN"
_CONTEXT: Final = '["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"]'
_NO_EVENTS: Final = b'"eventList":[]'
_IN_MEMORY: Final = 4 * 1024 * 1024


@dataclass(slots=True)
class _Group:
    """Events that will make one document, as JSON."""

    subscription: Subscription
    events: list[bytes] = field(default_factory=list)
    size: int = 0


class DeliveryBuffer:
    """Deliveries that are not yet in the database. Leaving the `with` block discards what was not written.

    Complete documents are buffered in a temporary file, so that they take no memory while the rest is computed.
    """

    def __init__(self, at: datetime) -> None:
        """Collect deliveries created at an instant."""
        self.at = at
        self._open: dict[int, _Group] = {}
        self._owners: CodeOwners | None = None  # read when the first subscriber wants URNs
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add_events(self, subscription: Subscription, events: Iterable[Event]) -> None:
        """Add events, in documents of limited size; identifiers in the format that the subscriber chose.

        Those without a form in JSON are left out, as in answers: a receiver would refuse the whole document.
        """
        group = self._open.setdefault(subscription.pk, _Group(subscription))
        for event in filter(encode.has_json_form, events):
            text = json_text.dumps(encode.encode_event(self._converted(event, subscription.epc_format)))
            if group.events and (len(group.events) == EVENTS_IN_ONE or group.size + len(text) > BYTES_IN_ONE):
                self._close(group)
            group.events.append(text)
            group.size += len(text)

    def _converted(self, event: Event, epc_format: str) -> Event:
        if epc_format in AS_DIGITAL_LINKS:
            return with_digital_links(event)
        if epc_format == AS_URNS:
            if self._owners is None:
                self._owners = CodeOwners()
            return with_epc_urns(event, self._owners.prefix_length)
        return event

    def add_empty(self, subscription: Subscription) -> None:
        """Add a document without events."""
        self._close(_Group(subscription))

    def _close(self, group: _Group) -> None:
        """Make the query document of a group (EPCIS 2.0, 8.2.5); it has the id of its delivery."""
        subscription, name = group.subscription, uuid.uuid4()
        frame = to_json(
            Document(
                id=f"urn:uuid:{name}",
                results=QueryResults(
                    query_name=subscription.query.name, subscription_id=str(subscription.name)
                ),
                creation_date=record_time(self.at),
                context=_CONTEXT,
            )
        )
        # Quotes inside texts are escaped with a backslash, so these bytes occur exactly once.
        listed = _NO_EVENTS[:-1] + b",".join(group.events) + b"]"
        self._add(subscription, name, frame.replace(_NO_EVENTS, listed, 1))
        group.events, group.size = [], 0

    def add_problem(self, subscription: Subscription, error: QueryError) -> None:
        """Add a problem in place of an answer, in the form that the OpenAPI document defines for callbacks."""
        name = uuid.uuid4()
        problem = {
            "type": f"epcisException:{error.kind}",
            "title": error.kind,
            "status": 413,
            "detail": error.message_vi,
            "instance": f"urn:uuid:{name}",
            "queryName": subscription.query.name,
            "subscriptionID": str(subscription.name),
        }
        self._add(subscription, name, json_text.dumps(problem))

    def _add(self, subscription: Subscription, name: uuid.UUID, body: bytes) -> None:
        # one line each: JSON without indentation contains no line feed
        self._file.write(b"%d %s %s\n" % (subscription.pk, str(name).encode(), body))

    def write(self) -> None:
        """Write everything to the database, inside the caller's transaction."""
        for group in self._open.values():
            if group.events:
                self._close(group)
        self._file.seek(0)
        for row in self._rows():
            # One row for each statement: the driver caches statements with their last values, so statements for two,
            # three … rows would keep all of their bodies in memory.
            row.save(force_insert=True)

    def _rows(self) -> Iterator[Delivery]:
        for line in self._file:
            subscription, name, body = line.rstrip(b"\n").split(b" ", 2)
            yield Delivery(
                subscription_id=int(subscription),
                name=uuid.UUID(name.decode()),
                body=body.decode(),
                created_at=self.at,
                send_at=self.at,
            )
