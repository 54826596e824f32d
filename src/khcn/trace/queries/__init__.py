"""Queries on the event store: where goods came from and went, and which of it the public may see."""

from khcn.trace.queries.answers.lineage import (
    WholeGraphRefused,
    downstream,
    lineage_step_back,
    lineage_step_forward,
    upstream,
)
from khcn.trace.queries.answers.trace_graph import TraceEdge, TraceEvent, TraceGraph, TraceThing

__all__ = [
    "TraceEdge",
    "TraceEvent",
    "TraceGraph",
    "TraceThing",
    "WholeGraphRefused",
    "downstream",
    "lineage_step_back",
    "lineage_step_forward",
    "upstream",
]
