"""How many requests one sender may make, and whose requests those are: both are known to one process, in memory.

Several processes share the connections of a sender about evenly, so that together they let through about as many times more.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from threading import Lock
from typing import Final

_MOST_SENDERS: Final = 20_000
_MOST_COUNTED: Final = 5_000
_PAUSE: Final = 60.0  # seconds
_LONGEST_NETWORK: Final = 32  # characters that `SignInFailure.network` has


def client_network(address: str) -> str | None:
    """A machine's address, or a network of IPv6 that one subscriber has (/64).

    None for this machine: a proxy here that is not trusted (``KHCN_TRUSTED_PROXY``) brings the requests of everybody. Those for
    which a proxy gives no address ("unknown") are one network.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:_LONGEST_NETWORK]
    parsed = (
        getattr(parsed, "ipv4_mapped", None) or parsed
    )  # a socket for both versions shows IPv4 in this way
    if parsed.is_loopback:
        return None
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))  # noqa: PLR2004


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
