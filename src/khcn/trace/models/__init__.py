"""What is kept: events and their index rows, capture jobs, parties and their keys, questions and their answers."""

from khcn.trace.models.capture import CaptureJob
from khcn.trace.models.events import Event, Flow, Goods, Identity, KnownValue, Link, MasterRecord
from khcn.trace.models.parties import ApiKey, TraceParty
from khcn.trace.models.subscriptions import Delivery, NamedQuery, Subscription

__all__ = [
    "ApiKey",
    "CaptureJob",
    "Delivery",
    "Event",
    "Flow",
    "Goods",
    "Identity",
    "KnownValue",
    "Link",
    "MasterRecord",
    "NamedQuery",
    "Subscription",
    "TraceParty",
]
