"""The sealer: takes committed rows of the log into the chain, in an order of its own.

Writers of records only insert their rows; they share no row and never wait here. The key of a row says nothing about
when it was committed: on PostgreSQL a row with a smaller key may appear after one with a greater key has been sealed.
So positions are given here, and the sealer looks for rows without a link from ``final_to`` on. No row at or below that
key can still appear, because every transaction that could have taken such a key has ended.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef

from khcn.kernel.audit.chain_head import read_chain_head
from khcn.kernel.audit.digests_and_seals import is_genuine, link_seal, seal_keys
from khcn.kernel.audit.insert_and_update_statements import insert_rows
from khcn.kernel.audit.merged_chains import MergedLink
from khcn.kernel.audit.models import ChainHead, ChainLink, ChangeEntry
from khcn.kernel.prepared_query import PreparedQuery, asked

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)

AT_ONCE: Final = 2000
"""Rows that one transaction of the sealer takes at most."""


def unsealed() -> QuerySet[ChangeEntry]:
    """Rows of the log that have no link, neither here nor in the chain of a store that was merged."""
    own, merged = (model.objects.filter(entry=OuterRef("pk")) for model in (ChainLink, MergedLink))
    return ChangeEntry.objects.filter(~Exists(own), ~Exists(merged))


_ANY_UNSEALED: Final = PreparedQuery(lambda: unsealed().filter(pk__gt=asked("after")).values_list("pk")[:1])


def seal_log() -> int:
    """Seal everything that is committed; gives how many rows. May be called by anybody at any time."""
    if not has_unsealed():
        return 0
    head = read_chain_head()
    page = _Page(after=head.final_to)
    if head.awaited_to is not None and _all_ended(head):  # found out before rows are read
        page.final_to = head.awaited_to
    while _seal_some(page):
        pass
    return page.sealed


def has_unsealed() -> bool:
    """A look that locks nothing: on SQLite the sealer would otherwise make the writers wait for nothing."""
    head = read_chain_head()
    if _ANY_UNSEALED.rows(after=head.final_to):
        return True
    return head.awaited_to is not None and _all_ended(head)


@dataclass(slots=True)
class _Page:
    """How far one run of the sealer has come; ``final_to`` is the key that the head takes over at its end."""

    after: int
    final_to: int | None = None
    sealed: int = 0


@transaction.atomic
def _seal_some(page: _Page) -> bool:
    """One transaction of the sealer. Returns whether there may be more.

    The lock on the head is all that keeps two sealers apart. It dies with the connection, so that after a kill the next
    one begins where the last commit ended.
    """
    head = ChainHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        ChainHead.objects.get_or_create(pk=1)
        head = ChainHead.objects.select_for_update().get(pk=1)
    rows = list(unsealed().filter(pk__gt=page.after).order_by("pk")[:AT_ONCE])
    among = seal_keys()
    links = []
    for row in rows:
        if not is_genuine(row, among):
            # Not ours to vouch for. It stays without a link, and every verification names it.
            log.error("change log: row %s was not written by this program and is not sealed", row.pk)
            continue
        head.position += 1
        head.seal = link_seal(
            among[0], previous=head.seal, position=head.position, entry=row.pk, digest=row.digest
        )
        links.append(ChainLink(position=head.position, entry=row.pk, digest=row.digest, seal=head.seal))
    if links:
        insert_rows(ChainLink, links)
    page.sealed += len(links)
    more = len(rows) == AT_ONCE
    if more:
        page.after = rows[-1].pk
    else:
        _move_final_key(head, page.final_to)
    head.save()
    return more


def _move_final_key(head: ChainHead, final_to: int | None) -> None:
    """Note below which key no row can appear any more; all rows up to there have just been looked at."""
    newest = ChangeEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if connection.vendor != "postgresql":
        # Writers of SQLite come one after the other, and a key is given inside the transaction that commits it.
        head.final_to = max(head.final_to, newest)
        return
    if final_to is not None:
        head.final_to = max(head.final_to, final_to)
        if head.awaited_to is not None and head.awaited_to <= final_to:
            head.awaited_to = head.awaited_since = None
    if head.awaited_to is None and newest > head.final_to:
        head.awaited_to = newest
        with connection.cursor() as cursor:  # after the key was read: who begins later takes greater keys
            cursor.execute("SELECT clock_timestamp()")
            head.awaited_since = cursor.fetchone()[0]


def _all_ended(head: ChainHead) -> bool:
    """Whether every transaction that was open when the awaited key was read has ended."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND xact_start <= %s)",
            [head.awaited_since],
        )
        return bool(cursor.fetchone()[0])
