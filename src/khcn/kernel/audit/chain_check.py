"""Walks the whole chain of the log and says what was changed, deleted, inserted, reordered or cut off.

Everything is read in chunks and nothing is locked. Rows and links are never changed by the program, and a row is
committed before its link, so that writers who go on meanwhile raise no false alarm: what is compared is bounded by
the head that was read first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from khcn.kernel.audit.chain_head import plain_end_of_head, read_chain_head
from khcn.kernel.audit.digests_and_seals import (
    GENESIS,
    SealedLink,
    digest_of,
    is_genuine,
    link_seal,
    seal_before_digests,
    seal_keys,
)
from khcn.kernel.audit.findings import FindingKind, LogFinding, Verdict
from khcn.kernel.audit.merged_chains import MergedChain, MergedLink
from khcn.kernel.audit.models import ChainLink, ChangeEntry
from khcn.kernel.audit.record_comparison import rows_and_unreadable_keys
from khcn.kernel.audit.sealer import seal_log, unsealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from khcn.kernel.audit.anchors import Anchor

CHUNK: Final = 2000
OLDEST_ANCHOR: Final = timedelta(hours=26)
_COMPARED: Final = 60  # bad places among which an exchange is looked for


@dataclass(slots=True)
class _Place:
    """A link with what stands there, and the seal before it (None after a gap: unknown)."""

    link: ChainLink | MergedLink
    previous: str | None
    entry: ChangeEntry | None


@dataclass(slots=True)
class _Walk:
    """Reads the chain link by link, and collects what does not agree."""

    links: QuerySet[Any]
    among: Sequence[bytes]
    wanted: set[int]
    plain_to: int
    end: int = 0
    last_seal: str = GENESIS
    unreadable: set[int] = field(default_factory=set)  # keys of rows
    seals: dict[int, str] = field(default_factory=dict)
    gaps: list[tuple[int, int]] = field(default_factory=list)  # positions without a link, both included
    unkeyed: list[tuple[int, int]] = field(default_factory=list)  # positions, both included
    missing: list[_Place] = field(default_factory=list)
    wrong_content: list[_Place] = field(default_factory=list)
    wrong_seal: list[_Place] = field(default_factory=list)

    def run(self, up_to: int) -> None:
        for place in self._places(up_to):
            position = place.link.position
            if position in self.wanted:
                self.seals[position] = place.link.seal
            self.end, self.last_seal = position, place.link.seal
            if place.link.entry in self.unreadable:
                self.wrong_content.append(place)  # no value of its column: the program did not write it
            elif place.entry is None:
                self.missing.append(place)
            if place.link.digest:
                if place.entry is not None and not self._has_content(place.link, place.entry):
                    self.wrong_content.append(place)
                if place.previous is not None and not _continues_chain(
                    place.link, place.previous, self.among
                ):
                    self.wrong_seal.append(place)
                continue
            if position > self.plain_to:
                self._note_unkeyed(position)
            if (
                place.entry is not None
                and place.previous is not None
                and seal_before_digests(place.previous, place.entry) != place.link.seal
            ):
                self.wrong_content.append(place)

    def _note_unkeyed(self, position: int) -> None:
        if self.unkeyed and self.unkeyed[-1][1] == position - 1:
            self.unkeyed[-1] = (self.unkeyed[-1][0], position)
        else:
            self.unkeyed.append((position, position))

    def _places(self, up_to: int) -> Iterator[_Place]:
        previous: str | None = GENESIS
        at = 0
        while links := list(
            self.links.filter(position__gt=at, position__lte=up_to).order_by("position")[:CHUNK]
        ):
            entries, unreadable = rows_and_unreadable_keys(
                ChangeEntry.objects.all(), [link.entry for link in links]
            )
            days: dict[int, datetime | None] = {key: entry.at for key, entry in entries.items()}
            unreadable |= {
                key for key, at in days.items() if at is None
            }  # what Django makes of a text that is no day
            self.unreadable |= unreadable
            entries = {key: entry for key, entry in entries.items() if key not in unreadable}
            for link in links:
                if link.position != at + 1:
                    self.gaps.append((at + 1, link.position - 1))
                    previous = None
                yield _Place(link, previous, entries.get(link.entry))
                previous, at = link.seal, link.position

    def _has_content(self, link: SealedLink, entry: ChangeEntry) -> bool:
        return entry.digest == link.digest and is_genuine(entry, self.among)

    # ------------------------------------------------------------------------------- naming

    def fits(self, place: _Place, entry: ChangeEntry) -> bool:
        """Whether the content of another row is what was sealed at a place."""
        if place.link.digest:
            return any(digest_of(entry, key) == place.link.digest for key in self.among)
        return place.previous is not None and seal_before_digests(place.previous, entry) == place.link.seal

    def exchanged_content(self) -> set[int]:
        """Rows whose content was sealed at another bad place."""
        bad = self.wrong_content[:_COMPARED]
        return {
            place.link.entry
            for place in bad
            if place.entry is not None
            and any(self.fits(other, place.entry) for other in bad if other is not place)
        }

    def exchanged_links(self) -> set[int]:
        """Positions whose seal belongs to what another bad link names."""
        bad = self.wrong_seal[:_COMPARED]
        found = set()
        for place in bad:
            for other in bad:
                if other is place or place.previous is None:
                    continue
                for seal in (place.link.seal, other.link.seal):
                    moved = ChainLink(
                        position=place.link.position,
                        entry=other.link.entry,
                        digest=other.link.digest,
                        seal=seal,
                    )
                    if _continues_chain(moved, place.previous, self.among):
                        found |= {place.link.position, other.link.position}
        return found


def check_chain(*, anchors: Sequence[Anchor] = (), now: datetime | None = None) -> Verdict:
    """Walk the chain against its head and against anchors from outside.

    ``now``: also say so when the newest anchor is older than a day and a bit, or when there is none.
    """
    seal_log()
    # To the last link and not only to the head: a person who sets the head back must not hide the links after it. The
    # link is read first, for the program never commits a link before the head that goes with it.
    last = ChainLink.objects.aggregate(last=Max("position"))["last"] or 0
    head = read_chain_head()
    verdict = Verdict(entries=head.position)
    # Anybody can compute a plain SHA-256: it counts only for links of which a signature says that they are that old.
    ends = [anchor.plain_to for anchor in anchors if anchor.plain_to is not None]
    wanted = {anchor.position for anchor in anchors}
    walk = _Walk(ChainLink.objects.all(), seal_keys(), wanted, min([plain_end_of_head(head), *ends]))
    walk.run(max(last, head.position))
    verdict.findings += [
        *_missing(walk, head.position, anchors),
        *_altered(walk),
        *(LogFinding(FindingKind.UNKEYED, _places(first, last)) for first, last in walk.unkeyed),
        *_head(walk, head.position, head.seal),
        *_not_sealed(head.final_to),
        *_copies(ChainLink.objects.all()),
        *_against(anchors, walk),
        *_age(anchors, now),
    ]
    return verdict


def check_merged_chains() -> Verdict:
    """Walk the chains of the stores that were merged into this one. Their ends are in our own log, and so behind our anchors."""
    verdict = Verdict()
    known = dict.fromkeys(MergedLink.objects.order_by().values_list("slot", flat=True).distinct())
    chains = {chain.slot: chain for chain in MergedChain.objects.order_by("slot")}
    for slot in sorted({*known, *chains}):
        # where the record was removed, which the comparison of records names, nothing of its chain is taken for granted
        chain = chains.get(slot) or MergedChain(slot=slot, province="?", seal=GENESIS, position=0)
        links = MergedLink.objects.filter(slot=slot)
        walk = _Walk(links, seal_keys(), set(), chain.plain_to)
        walk.run(max(chain.position, links.aggregate(last=Max("position"))["last"] or 0))
        verdict.entries += chain.position
        found = [
            *_missing(walk, chain.position, ()),
            *_altered(walk),
            *(LogFinding(FindingKind.UNKEYED, _places(first, last)) for first, last in walk.unkeyed),
            *_head(walk, chain.position, chain.seal),
            *_copies(links),
        ]
        where = _("nhật ký của kho đã gộp %(chain)s") % {"chain": chain}
        verdict.findings += [replace(each, what=f"{where}: {each.what}") for each in found]
    return verdict


def _row(number: int) -> str:
    return _("lượt ghi số %(number)s") % {"number": number}


def _places(first: int, last: int) -> str:
    if first == last:
        return _("vị trí %(first)s trong chuỗi") % {"first": first}
    return _("vị trí %(first)s đến %(last)s trong chuỗi") % {"first": first, "last": last}


def _missing(walk: _Walk, head: int, anchors: Sequence[Anchor]) -> Iterator[LogFinding]:
    """Rows and links that are no more: at the end of the chain, or in the middle of it."""
    end = max([walk.end, head, *(anchor.position for anchor in anchors)])
    gone = {place.link.position: place.link.entry for place in walk.missing}
    tail = walk.end
    while tail in gone:
        tail -= 1
    if end > tail:
        yield LogFinding(FindingKind.TRUNCATED, _places(tail + 1, end), gone.get(tail + 1))
    for position, entry in gone.items():
        if position <= tail:
            yield LogFinding(FindingKind.DELETED, f"{_row(entry)}, {_places(position, position)}", entry)
    for first, last in walk.gaps:
        yield LogFinding(FindingKind.DELETED, _places(first, last))


def _altered(walk: _Walk) -> Iterator[LogFinding]:
    """Rows and links that are there, but are not what was sealed."""
    exchanged = walk.exchanged_content()
    for place in walk.wrong_content:
        entry = place.link.entry
        yield LogFinding(
            FindingKind.REORDERED if entry in exchanged else FindingKind.CHANGED, _row(entry), entry
        )
    moved = walk.exchanged_links()
    bad = {place.link.position for place in walk.wrong_seal}
    for place in walk.wrong_seal:
        if place.link.position - 1 in bad and place.link.position not in moved:
            continue  # it follows from what was there before its neighbour was altered
        where = f"{_places(place.link.position, place.link.position)}, {_row(place.link.entry)}"
        kind = FindingKind.REORDERED if place.link.position in moved else FindingKind.SEAL
        yield LogFinding(kind, where, place.link.entry)


def _head(walk: _Walk, position: int, seal: str) -> Iterator[LogFinding]:
    if walk.end > position:
        yield LogFinding(
            FindingKind.SEAL, _("đầu chuỗi bị đặt lùi về %(place)s") % {"place": _places(position, position)}
        )
    elif walk.end == position and seal != walk.last_seal:
        yield LogFinding(FindingKind.SEAL, _("đầu chuỗi"))


def _not_sealed(final_to: int) -> Iterator[LogFinding]:
    """Rows that the sealer refused, and rows that appeared where none could any more."""
    among = seal_keys()
    for entry in unsealed().order_by("pk").iterator(chunk_size=CHUNK):
        if entry.pk <= final_to or not is_genuine(entry, among):
            yield LogFinding(FindingKind.INSERTED, _row(entry.pk), entry.pk)


def _copies(links: QuerySet[Any]) -> Iterator[LogFinding]:
    """Rows that are exactly equal to another row, which no two writes do."""
    copies = links.exclude(digest="").values("digest").annotate(number=Count("*"), last=Max("entry"))
    for copy in copies.filter(number__gt=1).order_by("last"):
        yield LogFinding(FindingKind.INSERTED, _row(copy["last"]), copy["last"])


def _against(anchors: Sequence[Anchor], walk: _Walk) -> Iterator[LogFinding]:
    """The first anchor whose seal the chain does not hold. One that the chain does not reach is a cut (above)."""
    for anchor in sorted(anchors, key=lambda each: each.position):
        if anchor.position in walk.seals and walk.seals[anchor.position] != anchor.seal:
            where = _("mốc %(anchor)s, %(place)s") % {
                "anchor": anchor.short,
                "place": _places(anchor.position, anchor.position),
            }
            yield LogFinding(FindingKind.REWRITTEN, where)
            return


def _age(anchors: Sequence[Anchor], now: datetime | None) -> Iterator[LogFinding]:
    """Whether the newest anchor is old, or none is left although the log has existed long enough to have one."""
    if now is None:
        return
    if anchors:
        newest = max(anchors, key=lambda each: each.at)
        if now - newest.at > OLDEST_ANCHOR:
            yield LogFinding(FindingKind.STALE, newest.short)
    elif ChangeEntry.objects.filter(at__lt=now - OLDEST_ANCHOR).exists():
        yield LogFinding(
            FindingKind.NO_ANCHORS,
            _("tệp mốc không có hoặc không có dòng nào của hệ thống này; nhật ký có lượt ghi cũ hơn 26 giờ"),
        )


def _continues_chain(link: SealedLink, previous: str, among: Sequence[bytes]) -> bool:
    """Whether a link with a digest follows from the seal before it."""
    return any(
        link_seal(key, previous=previous, position=link.position, entry=link.entry, digest=link.digest)
        == link.seal
        for key in among
    )
