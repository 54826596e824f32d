"""Nightly watch over the change log."""

from __future__ import annotations

import logging

from khcn.kernel.audit.chain import first_break
from khcn.kernel.audit.models import ChainHead, ChangeEntry

log = logging.getLogger(__name__)


class BrokenChainError(RuntimeError):
    """The change log was altered outside the program."""


def verify_chain() -> None:
    """Walk the whole chain against its stored head. Raises :class:`BrokenChainError` naming the first bad entry."""
    head = ChainHead.objects.filter(pk=1).values_list("seal", flat=True).first()
    broken = first_break(ChangeEntry.objects.order_by("pk").iterator(), expected_head=head)
    if broken is not None:
        log.error("change log broken at entry %s", broken)
        message = f"change log broken at entry {broken}"
        raise BrokenChainError(message)
