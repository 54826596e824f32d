"""Stored data: events with their lookup rows, capture jobs, parties with their keys, named queries with deliveries, look-ups of
labels, stored pages.
"""

from khcn.trace.models.capture import CaptureJob, ErrorBehaviour
from khcn.trace.models.events import (
    Event,
    EventObject,
    Identity,
    KnownValue,
    LineageEdgeEnd,
    MasterRecord,
    PartyObject,
)
from khcn.trace.models.pages import PageStamp, StoredPage
from khcn.trace.models.parties import ApiKey, TraceParty
from khcn.trace.models.scans import CopiedCode, ScanDay, ScanKey, ScanNetwork
from khcn.trace.models.subscriptions import Delivery, NamedQuery, Subscription

__all__ = [
    "ApiKey",
    "CaptureJob",
    "CopiedCode",
    "Delivery",
    "ErrorBehaviour",
    "Event",
    "EventObject",
    "Identity",
    "KnownValue",
    "LineageEdgeEnd",
    "MasterRecord",
    "NamedQuery",
    "PageStamp",
    "PartyObject",
    "ScanDay",
    "ScanKey",
    "ScanNetwork",
    "StoredPage",
    "Subscription",
    "TraceParty",
]
