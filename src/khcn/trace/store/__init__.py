"""The store of events on SQLite and PostgreSQL (docs/adr/0010): the only place that reads and writes their tables."""

from khcn.epcis.store import thing_of
from khcn.trace.store.encoding.bodies import self_contained
from khcn.trace.store.encoding.lots import class_of
from khcn.trace.store.event_store import DjangoStore
from khcn.trace.store.visibility import EVERYTHING, Viewer, viewer_of, visible_events
from khcn.trace.store.writing import Written, write_events, write_master_data

__all__ = [
    "EVERYTHING",
    "DjangoStore",
    "Viewer",
    "Written",
    "class_of",
    "self_contained",
    "thing_of",
    "viewer_of",
    "visible_events",
    "write_events",
    "write_master_data",
]
