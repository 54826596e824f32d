"""Stored data: events with their lookup rows, capture jobs, parties with their keys, named queries with deliveries."""

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
from khcn.trace.models.parties import ApiKey, TraceParty
from khcn.trace.models.subscriptions import Delivery, NamedQuery, Subscription

__all__ = [
    "ApiKey",
    "CaptureJob",
    "Delivery",
    "ErrorBehaviour",
    "Event",
    "EventObject",
    "Identity",
    "KnownValue",
    "LineageEdgeEnd",
    "MasterRecord",
    "NamedQuery",
    "PartyObject",
    "Subscription",
    "TraceParty",
]
