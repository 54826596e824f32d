"""How many requests one sender may make, and whose requests those are: both are known to one process, in memory.

Several processes share the connections of a sender about evenly, so that together they let through about as many times more.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from typing import Final

_MOST_SENDERS: Final = 20_000
_MOST_COUNTED: Final = 5_000
_PAUSE: Final = 60.0  # seconds
_LONGEST_NETWORK: Final = 32  # characters that `SignInFailure.network` has
_LONGEST_ADDRESS: Final = (
    64  # characters with its zone; what a proxy forwards can be as long as the head of a request
)
_IPV6: Final = 6
# Bits of a network of IPv6 that every subscriber has, and of one of 65,536 of these (RFC 6177).
_SUBSCRIBER, _SITE = 64, 48


def client_network(address: str) -> str | None:
    """A machine's address, or a network of IPv6 that one subscriber has (/64).

    None for this machine: a proxy here that is not trusted (``KHCN_TRUSTED_PROXY``) brings the requests of everybody. Those for
    which a proxy gives no address ("unknown") are one network.
    """
    return _network(address[:_LONGEST_ADDRESS])


@lru_cache(_MOST_COUNTED)
def _network(address: str) -> str | None:
    """Each request asks for it, in the loop over all connections."""
    parsed = _read(address)
    if parsed is None:
        return address[:_LONGEST_NETWORK]
    if parsed.is_loopback:
        return None
    return _prefix(parsed, _SUBSCRIBER) if parsed.version == _IPV6 else str(parsed)


def site_network(address: str) -> str | None:
    """The network of IPv6 (/48) in which one subscriber may change from /64 to /64; None for every other address."""
    parsed = _read(address)
    if parsed is None or parsed.version != _IPV6 or parsed.is_loopback:
        return None
    return _prefix(parsed, _SITE)


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed  # a socket for both versions shows IPv4 in this way


def _prefix(address: ipaddress.IPv4Address | ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.ip_network((address, bits), strict=False))


class TokenBuckets:
    """For each sender `at_once` requests, which come back at a rate `per_second`. Senders of long ago are forgotten: theirs are all
    back.
    """

    def __init__(self, per_second: float, at_once: float) -> None:
        self._per_second, self._at_once = per_second, at_once
        self._left: OrderedDict[object, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, sender: object, count: float = 1, *, now: float | None = None) -> float:
        """Take so many; 0 where there were enough, else after how many seconds there will be one."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            left, since = self._left.pop(sender, (self._at_once, moment))
            left = min(self._at_once, left + (moment - since) * self._per_second)
            if left >= 1:
                self._left[sender] = (left - count, moment)  # a large one is paid for afterwards
                wait = 0.0
            else:
                self._left[sender] = (left, moment)
                wait = (1 - left) / self._per_second
            while len(self._left) > _MOST_SENDERS:
                self._left.popitem(last=False)
        return wait

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._left.clear()


class NetworkQuota:
    """How many requests come from one network: from each as a `TokenBuckets` counts, and from all of one /48 of IPv6 `SITE` times as many."""

    SITE: Final = 8

    def __init__(self, per_second: float, at_once: float) -> None:
        self._of_network = TokenBuckets(per_second, at_once)
        self._of_site = TokenBuckets(per_second * self.SITE, at_once * self.SITE)

    def take(self, address: str, *, now: float | None = None) -> float:
        """Take one for an address; 0 where there was one, else after how many seconds there will be."""
        network, site = client_network(address), site_network(address)
        if network is None:
            return 0
        wait = self._of_network.take(network, now=now)
        if wait or site is None:  # what a network is refused takes nothing from those beside it
            return wait
        return self._of_site.take(site, now=now)

    def clear(self) -> None:
        """Forget everything."""
        self._of_network.clear()
        self._of_site.clear()


class KnownCredentials:
    """Sessions and keys that were found to be good in this process lately: what comes with one is from somebody known.

    Only the order in which requests are answered depends on it, and whether a large body is taken before the database is asked
    who sends it. Nothing is let in by it.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[int, object] = OrderedDict()
        self._lock = Lock()

    def remember(self, credential: str, owner: object = None) -> None:
        """It was found to be good, and whose it is: that of one owner is counted together."""
        key = hash(credential)
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = owner
            while len(self._known) > _MOST_SENDERS:
                self._known.popitem(last=False)

    def forget(self, credential: str) -> None:
        """It is good no longer, or never was."""
        with self._lock:
            self._known.pop(hash(credential), None)

    def has(self, credential: str) -> bool:
        """Whether it was good when it came last."""
        return hash(credential) in self._known

    def owner(self, credential: str) -> object:
        """Whose it was when it came last; None where that is not known."""
        return self._known.get(hash(credential))


KNOWN_SESSIONS: Final = KnownCredentials()
KNOWN_KEYS: Final = KnownCredentials()


class PausedCounts:
    """Counts what happens over and over, so that each thing is reported once a minute at most. What is counted and not reported yet is
    lost when the process ends.
    """

    def __init__(self) -> None:
        self._counted: OrderedDict[object, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def add(self, what: object, *, now: float | None = None) -> int:
        """Count one; returns how many are to be reported now, 0 while the last report is less than a minute ago."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            waiting, reported = self._counted.pop(what, (0, moment - _PAUSE))
            is_due = moment - reported >= _PAUSE
            self._counted[what] = (0, moment) if is_due else (waiting + 1, reported)
            while len(self._counted) > _MOST_COUNTED:
                self._counted.popitem(last=False)
        return waiting + 1 if is_due else 0

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._counted.clear()
