"""Compare the table with the records, piece by piece, and correct what differs.

Writers go on meanwhile; it may be interrupted and begun again, and several may run at once. A piece is read and written
in one short transaction; an entry that somebody else has changed since it was read is left as that write made it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from khcn.kernel.search.declarations import all_declared
from khcn.kernel.search.entries import CHUNK, FOLLOWING, entries_differ, make_entries
from khcn.kernel.search.models import SearchEntry
from khcn.kernel.search.trigram_index import merge_index_segments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from khcn.kernel.search.declarations import SearchDeclaration


@dataclass(slots=True)
class RebuildResult:
    """What a comparison found and corrected."""

    read: int = 0
    missing: int = 0
    differing: int = 0
    needless: int = 0

    @property
    def total(self) -> int:
        """Entries that were not right."""
        return self.missing + self.differing + self.needless


def rebuild_entries(step: Callable[[str, int], object] | None = None) -> RebuildResult:
    """All registers, and the index made tidy. ``step`` is told the model and how many of its records were read."""
    corrected = RebuildResult()
    numbers = []
    for searched in all_declared():
        numbers.append(searched.number)
        before = corrected.read
        _every_record(searched, corrected)
        _needless_entries(searched, corrected)
        if step is not None:
            step(searched.model._meta.label, corrected.read - before)
    corrected.needless += SearchEntry.objects.exclude(model__in=numbers).delete()[0]
    merge_index_segments(connection)
    return corrected


def _every_record(searched: SearchDeclaration, corrected: RebuildResult) -> None:
    last = 0
    while True:
        found = searched.model._base_manager.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        keys = list(found[:CHUNK])
        if not keys:
            return
        correct_entries(searched, keys, corrected)
        last = keys[-1]


def correct_entries(searched: SearchDeclaration, keys: Sequence[int], corrected: RebuildResult) -> None:
    """Compare some records with their entries, and write what differs."""
    with transaction.atomic():
        # The entries are read before the records: an entry that is still the same afterwards was not written since.
        before = SearchEntry.objects.in_bulk([searched.entry_id(pk) for pk in keys])
        records = list(searched.model._base_manager.filter(pk__in=keys).select_related(*searched.links))
        entries = make_entries(searched, records)
        missing = [each for each in entries if each.pk not in before]
        SearchEntry.objects.bulk_create(missing, ignore_conflicts=True)
        for each in entries:
            old = before.get(each.pk)
            if old is not None and entries_differ(each, old):
                corrected.differing += _replace(old, each)
    corrected.read += len(records)
    corrected.missing += len(missing)


def _replace(old: SearchEntry, new: SearchEntry) -> int:
    def values(entry: SearchEntry) -> dict[str, Any]:
        return {name: getattr(entry, name) for name in FOLLOWING}

    return SearchEntry.objects.filter(pk=old.pk, **values(old)).update(**values(new))


def _needless_entries(searched: SearchDeclaration, corrected: RebuildResult) -> None:
    last = searched.first
    while True:
        entries = SearchEntry.objects.filter(pk__gt=last, pk__lte=searched.last).order_by("pk")
        keys = list(entries.values_list("object_id", flat=True)[:CHUNK])
        if not keys:
            return
        there = set(searched.model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        gone = [searched.entry_id(pk) for pk in keys if pk not in there]
        corrected.needless += SearchEntry.objects.filter(pk__in=gone).delete()[0]
        last = searched.entry_id(keys[-1])
