"""What producers enter about their goods and send to each other, what the public says of them, how the department answers, supervises and
recalls, and what goes to the national portal.
"""

from khcn.goods.register import (
    labels,
    outbox,
    packages,
    participation,
    producers,
    public,
    recall_notices,
    recalls,
    shipments,
    supervision,
)

__all__ = [
    "labels",
    "outbox",
    "packages",
    "participation",
    "producers",
    "public",
    "recall_notices",
    "recalls",
    "shipments",
    "supervision",
]
