"""Answers on their way into the outbox: made into documents, laid aside on disk, written in one go."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from khcn.epcis import to_json
from khcn.epcis.codec.json_binding import encode, json_text
from khcn.epcis.model import Document, QueryResults
from khcn.epcis.translate import with_digital_links
from khcn.trace.models import Delivery
from khcn.trace.operations.capture import record_time

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
_CONTEXT: Final = '["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"]'
_NO_EVENTS: Final = b'"eventList":[]'
_IN_MEMORY: Final = 4 * 1024 * 1024


@dataclass(slots=True)
class _Group:
    """Events that will make one document, as JSON."""

    subscription: Subscription
    events: list[bytes] = field(default_factory=list)
    size: int = 0


class Outbox:
    """Deliveries that are not in the database yet. A `with` block throws away what was not written.

    Documents that are full lie in a temporary file, so that they take no memory while the rest is being found.
    """

    def __init__(self, at: datetime) -> None:
        """Collect deliveries made at an instant."""
        self.at = at
        self._open: dict[int, _Group] = {}
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add_events(self, subscription: Subscription, events: Iterable[Event]) -> None:
        """Have some events sent, in documents of sensible size, each event in the form that is wished for."""
        group = self._open.setdefault(subscription.pk, _Group(subscription))
        for event in events:
            wished = with_digital_links(event) if subscription.epc_format in AS_DIGITAL_LINKS else event
            text = json_text.dumps(encode.event(wished))
            if group.events and (len(group.events) == EVENTS_IN_ONE or group.size + len(text) > BYTES_IN_ONE):
                self._close(group)
            group.events.append(text)
            group.size += len(text)

    def add_empty(self, subscription: Subscription) -> None:
        """Have a document without events sent."""
        self._close(_Group(subscription))

    def _close(self, group: _Group) -> None:
        """Make the query document of a group (EPCIS 2.0, 8.2.5); its id is that of its delivery."""
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
        # Quotes within texts are written with a backslash, so these bytes stand there once.
        listed = _NO_EVENTS[:-1] + b",".join(group.events) + b"]"
        self._add(subscription, name, frame.replace(_NO_EVENTS, listed, 1))
        group.events, group.size = [], 0

    def add_problem(self, subscription: Subscription, error: QueryError) -> None:
        """A problem in place of an answer, as the OpenAPI document has it for callbacks."""
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
        # one line each: JSON without indentation holds no line feed
        self._file.write(b"%d %s %s\n" % (subscription.pk, str(name).encode(), body))

    def write(self) -> None:
        """Put everything into the database, inside the caller's transaction."""
        for group in self._open.values():
            if group.events:
                self._close(group)
        self._file.seek(0)
        for row in self._rows():
            # One at a time: SQLite keeps the values of each kind of statement it has seen, so that statements for
            # two, three … bodies would keep all of these in memory.
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
