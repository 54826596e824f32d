"""The head of the chain as it is stored: how far the chain goes, and up to where its links need no digest."""

from __future__ import annotations

from typing import Final

from khcn.kernel.audit.digests_and_seals import proof_of_plain_end, seal_keys
from khcn.kernel.audit.models import ChainHead, ChainLink
from khcn.kernel.prepared_query import PreparedQuery

_HEADS: Final = PreparedQuery(lambda: ChainHead.objects.filter(pk=1))


def read_chain_head() -> ChainHead:
    """The head as it is now; before the first row of all, an unsaved one."""
    return next(iter(_HEADS.records()), None) or ChainHead(pk=1)


def plain_end_of_head(head: ChainHead) -> int:
    """The position up to which links may lack a digest, as the head of the chain states it. 0 where the statement is not
    signed with a key of ours: without the signature every account of the database could set a position.
    """
    link = ChainLink.objects.filter(position=head.plain_to).first() if head.plain_to else None
    if link is None:
        return 0
    signed = any(
        proof_of_plain_end(key, position=link.position, seal=link.seal) == head.plain_proof
        for key in seal_keys()
    )
    return link.position if signed else 0
