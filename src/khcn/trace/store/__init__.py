"""The event store on SQLite and PostgreSQL (docs/adr/0010): the only package that reads and writes the event tables.

- `encoding`: events as texts and table rows, without a database;
- `database`: what SQLite and PostgreSQL do differently (`backend`), group commit, partitions;
- `event_writing`, `event_store`, `visibility`, `master_data`, `capture_job_events`: what other packages call;
- `statements`: what parties reported of things, and which of it was declared wrong; `code_owners`, `confirmations`: who is trusted;
- `search`: from a query to the events that SQL finds for it, and the distinct values of the top-level resources.
"""

from khcn.epcis.store import thing_of
from khcn.trace.store.encoding.classes_and_lots import class_of
from khcn.trace.store.encoding.stored_contexts import self_contained
from khcn.trace.store.event_store import DjangoEventStore
from khcn.trace.store.event_writing import WriteResult, write_events
from khcn.trace.store.master_data import write_master_data
from khcn.trace.store.visibility import EVERYTHING, Viewer, viewer_of, visible_events

__all__ = [
    "EVERYTHING",
    "DjangoEventStore",
    "Viewer",
    "WriteResult",
    "class_of",
    "self_contained",
    "thing_of",
    "viewer_of",
    "visible_events",
    "write_events",
    "write_master_data",
]
