"""How many wrong passwords are taken before a sign-in is refused without looking at its password (docs/adr/0025)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from khcn.parties.models.sign_ins import SignInFailure

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

_REMOVED_AT_ONCE = 1000  # rows in one transaction: others write between


def _digest(kind: str, text: str) -> str:
    return salted_hmac(f"khcn.sign_in.{kind}", text, algorithm="sha256").hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """By whom a sign-in is tried: in a browser that has signed in as this person before, or with a name and from a network."""

    name: str
    network: str
    browser: str

    @classmethod
    def of(cls, name: str, *, network: str | None, browser: str) -> Self:
        """``network`` None: that of everybody, such as a proxy on this machine; it is not counted."""
        if browser:
            return cls("", "", browser)
        return cls(_digest("name", name), "" if network is None else _digest("network", network), "")

    @classmethod
    def in_session(cls, account: int) -> Self:
        """The password of an account is asked for in a session of its own: counted like that of a known browser."""
        return cls("", "", f"account {account}")

    @classmethod
    def for_reset(cls, name: str, *, network: str | None) -> Self:
        """A mail for a forgotten password is asked for; each request counts, in any browser."""
        return cls(_digest("reset", name), "" if network is None else _digest("reset network", network), "")

    @classmethod
    def on_public_page(cls, page: str, *, network: str | None) -> Self:
        """A code that opens one public page was wrong. Nothing is counted by the record asked for: who knows of it keeps nobody from it."""
        return cls("", "" if network is None else _digest(f"public page {page}", network), "")

    @classmethod
    def for_provider(cls, *, network: str | None, browser: str) -> Self:
        """An answer of the identity provider, which costs a request to it; those that were refused count by network alone, those in
        a browser that somebody has signed in with by that one: one person locks no office out.
        """
        if browser:
            return cls("", "", _digest("provider browser", browser))
        return cls("", "" if network is None else _digest("provider network", network), "")

    @classmethod
    def for_code(cls, account: int, *, browser: str) -> Self:
        """The code of the second factor, after the right password, which forgets no failure of these. Strangers who know the
        password do not use up the attempts of a known browser.
        """
        return cls("", "", _digest("code", f"{account} {browser}"))

    @classmethod
    def for_code_in_session(cls, account: int) -> Self:
        """The code, asked for in a session of the account: what others type after the password does not use these up."""
        return cls("", "", _digest("code in session", str(account)))

    def refused_seconds(self, *, at: datetime) -> int:
        """For how many seconds, rounded up, the password is not looked at; 0 where it is. One statement.

        Each failure counts for the length of the window. A refused sign-in is no failure, so that refusals end by themselves
        however many come; and the names of accounts are treated as any others.
        """
        limits = settings.SIGN_IN_LIMITS
        window = timedelta(minutes=limits.window_minutes)
        # Those of a clock that was ahead for a while must not count for years.
        counted = self._counted().filter(at__gt=at - window, at__lt=at + window).order_by("-at")
        rows = list(counted.values_list("name", "network", "browser", "at"))
        ends = []
        for place, limit in enumerate(
            (limits.failures_with_name, limits.failures_from_network, limits.failures_in_browser)
        ):
            mine = (self.name, self.network, self.browser)[place]
            instants = [row[3] for row in rows if mine and row[place] == mine]
            if len(instants) >= limit:
                ends.append(instants[limit - 1] + window)
        return math.ceil((max(ends) - at).total_seconds()) if ends else 0

    def record_failure(self, *, at: datetime) -> None:
        """The password was wrong. Without anything to count it by there is no row."""
        if self.name or self.network or self.browser:
            SignInFailure.objects.create(name=self.name, network=self.network, browser=self.browser, at=at)

    def forget_failures(self) -> None:
        """The password was right: slips before it count no more, neither for the person nor for others of the network.

        Those with other names from there stay: signing in with one's own password gives no further guesses at others'.
        """
        SignInFailure.objects.filter(name=self.name, network=self.network, browser=self.browser).delete()

    def _counted(self) -> QuerySet[SignInFailure]:
        if self.browser:
            return SignInFailure.objects.filter(browser=self.browser)
        if not self.name and not self.network:
            return SignInFailure.objects.none()
        of_name = Q(name=self.name) if self.name else Q()
        of_network = Q(network=self.network) if self.network else Q()
        return SignInFailure.objects.filter(of_name | of_network)


def forget_failures_with_name(name: str) -> None:
    """An administrator gives the account a new password: its owner need not wait for what was typed before."""
    SignInFailure.objects.filter(name=_digest("name", name)).delete()


def remove_old_failures(*, at: datetime) -> None:
    """Delete what counts no more."""
    window = timedelta(minutes=settings.SIGN_IN_LIMITS.window_minutes)
    old = SignInFailure.objects.exclude(at__gt=at - window, at__lt=at + window)
    while keys := list(old.values_list("pk", flat=True)[:_REMOVED_AT_ONCE]):
        SignInFailure.objects.filter(pk__in=keys).delete()
