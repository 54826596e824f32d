"""Rows that follow from records (search index, deadlines) and are brought up to date in the record's own transaction.

A projection is a function of the written rows. Every write path of :mod:`khcn.kernel.audit.models` calls it, whether
the write came from a form, the API, an import, its undoing, an operation or a job; so it cannot be forgotten by a new
caller, and what it keeps can never be older than the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model


class Projection(Protocol):
    """A function that updates rows which follow from records; called with the records written and removed."""

    def __call__(
        self, model: type[Model], written: Sequence[Model], removed: Sequence[Model], *, are_new: bool
    ) -> None:
        """Bring up to date what follows from rows of ``model``; runs inside the transaction of the write.

        ``are_new``: the ``written`` rows were not there before, so nothing followed from them yet. ``removed`` rows still have
        their primary key. A projection may not write audited records.
        """


_projections: list[Projection] = []


def register_projection(projection: Projection) -> Projection:
    """Call ``projection`` after every write of audited rows. Used once, when the program starts."""
    if projection not in _projections:
        _projections.append(projection)
    return projection


def update_projections(
    model: type[Model],
    *,
    written: Sequence[Model] = (),
    removed: Sequence[Model] = (),
    are_new: bool = False,
) -> None:
    """Called by the write path only, once for each statement."""
    if written or removed:
        for projection in _projections:
            projection(model, written, removed, are_new=are_new)
