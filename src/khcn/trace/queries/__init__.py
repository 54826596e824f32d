"""Questions to the store: where goods come from and went, and what of it the public may see."""

from khcn.trace.queries.lineage import (
    TraceEvent,
    TraceGraph,
    TracePassage,
    TraceThing,
    WholeGraphRefused,
    downstream,
    step_back,
    step_forward,
    upstream,
)

__all__ = [
    "TraceEvent",
    "TraceGraph",
    "TracePassage",
    "TraceThing",
    "WholeGraphRefused",
    "downstream",
    "step_back",
    "step_forward",
    "upstream",
]
