"""Look-ups of labels, counted in memory: a page that somebody reads writes nothing, so it is as fast while the database is away.

Each process has its own; `khcn.trace.operations.scan_writing` writes it every few seconds. What is not written yet is lost when the process
ends, and what is more than there is room for is not counted.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.kernel.request_quotas import PausedCounts, client_network

if TYPE_CHECKING:
    from datetime import date

log = logging.getLogger(__name__)

REPEATED_SECONDS: Final = 3600.0
"""For so long further look-ups of a code by one sender are not counted again."""

MOST_CODES: Final = 5_000
"""Codes that wait to be written."""

MOST_NETWORKS: Final = 50
"""Networks of one code and day: more say nothing further."""

_MOST_SENDERS: Final = 50_000
_FULL: Final = "full"


def scan_network(address: str) -> str:
    """The network that stands for the place of a look-up: the first 24 bits of an address of IPv4, 48 of IPv6. "" where none is known, as
    behind a proxy that is not trusted: all of these are one.
    """
    sender = client_network(address)
    try:
        known = ipaddress.ip_network(sender or "")
    except ValueError:
        return ""
    return str(known.supernet(new_prefix=24 if known.version == 4 else 48))  # noqa: PLR2004


@dataclass(slots=True)
class Noted:
    """What was counted: by day and path of a product or lot; by day and single object, each network; and the lot of each object."""

    paths: Counter[tuple[date, str]] = field(default_factory=Counter)
    networks: dict[tuple[date, str], Counter[str]] = field(default_factory=dict)
    lots: dict[str, str] = field(default_factory=dict)

    def parts(self, size: int) -> list[Noted]:
        """The same in pieces of so many codes."""
        paths, networks = sorted(self.paths.items()), sorted(self.networks.items())
        found = [Noted(paths=Counter(dict(part))) for part in chunks(paths, size)]
        for part in chunks(networks, size):
            lots = {thing: self.lots[thing] for (_day, thing), _of_day in part}
            found.append(Noted(networks=dict(part), lots=lots))
        return found


class ScanBuffer:
    """Counts that are not written yet, of one process."""

    def __init__(self) -> None:
        self._noted = Noted()
        self._seen: OrderedDict[int, float] = OrderedDict()
        self._dropped = PausedCounts()
        self._lock = Lock()

    def note(self, *, path: str, thing: str, address: str, day: date, now: float | None = None) -> None:
        """Count a look-up of a product or lot (`path`), and of a single object of it where `thing` is not ""."""
        moment = time.monotonic() if now is None else now
        # no address stays in memory: Python's own sum of a text has a key of this process
        sender = hash((path, thing, client_network(address), day))
        with self._lock:
            before = self._seen.pop(sender, None)
            if before is not None and moment - before < REPEATED_SECONDS:
                self._seen[sender] = before
                return
            self._seen[sender] = moment
            while len(self._seen) > _MOST_SENDERS:
                self._seen.popitem(last=False)
            is_counted = self._count(path, day) & self._count_network(path, thing, address, day)
        if not is_counted and (lost := self._dropped.add(_FULL)):
            log.warning("%d look-ups of labels were not counted: too many wait to be written", lost)

    def _count(self, path: str, day: date) -> bool:
        if (day, path) not in self._noted.paths and len(self._noted.paths) >= MOST_CODES:
            return False
        self._noted.paths[day, path] += 1
        return True

    def _count_network(self, path: str, thing: str, address: str, day: date) -> bool:
        network = scan_network(address)
        if not (thing and network):
            return True
        of_day = self._noted.networks.get((day, thing))
        if of_day is None:
            if len(self._noted.networks) >= MOST_CODES:
                return False
            of_day = self._noted.networks[day, thing] = Counter()
        self._noted.lots[thing] = path
        if network in of_day or len(of_day) < MOST_NETWORKS:
            of_day[network] += 1
        return True

    def take(self) -> Noted:
        """What is to be written now; it is not in here any more."""
        with self._lock:
            found, self._noted = self._noted, Noted()
        return found

    def give_back(self, noted: Noted) -> None:
        """It could not be written: it waits on, as far as there is room."""
        with self._lock:
            for key, count in noted.paths.items():
                if key in self._noted.paths or len(self._noted.paths) < MOST_CODES:
                    self._noted.paths[key] += count
            for place, of_day in noted.networks.items():
                since = self._noted.networks.get(place)
                if since is None and len(self._noted.networks) >= MOST_CODES:
                    continue
                both = of_day + (since or Counter())
                self._noted.networks[place] = Counter(dict(both.most_common(MOST_NETWORKS)))
                self._noted.lots.setdefault(place[1], noted.lots[place[1]])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._noted = Noted()
            self._seen.clear()
            self._dropped.clear()


SCANS: Final = ScanBuffer()
"""The counts of this process."""
