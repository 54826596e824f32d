"""Nightly watch over the change log."""

from __future__ import annotations

import logging

from khcn.kernel.audit.chain import first_break
from khcn.kernel.audit.models import ChainHead, ChangeEntry

log = logging.getLogger(__name__)


class BrokenChainError(RuntimeError):
    """The change log was altered outside the program."""


def find_break() -> int | None:
    """Walk the whole chain against its stored head: the first bad entry, ``CUT_OFF`` when the end is missing, or None."""
    head = (
        ChainHead.objects.filter(pk=1).values_list("seal", flat=True).first()
    )  # before the entries: they may grow
    return first_break(ChangeEntry.objects.order_by("pk").iterator(chunk_size=2000), expected_head=head)


def verify_chain() -> None:
    """The nightly form of :func:`find_break`. Raises :class:`BrokenChainError` naming the first bad entry."""
    broken = find_break()
    if broken is not None:
        log.error("change log broken at entry %s", broken)
        message = f"change log broken at entry {broken}"
        raise BrokenChainError(message)
