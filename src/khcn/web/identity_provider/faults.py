"""Why a sign-in by the provider ends."""

from __future__ import annotations


class ProviderUnreachableError(Exception):
    """It does not answer, not in time, or with what cannot be read. The text is for the log."""

    def __init__(self, text: str, *, status: int = 0) -> None:
        """``status``: of HTTP, where it answered."""
        super().__init__(text)
        self.status = status


class ProviderFaultError(ProviderUnreachableError):
    """It is there, and failed at one code: that tells nothing about the next one."""


class ProviderRefusedError(Exception):
    """The answer failed a check, or the person ended the sign-in there. ``code`` is for the log and for tests."""

    def __init__(self, code: str, words: str = "") -> None:
        """``words``: for the person, where there are better ones than the general."""
        super().__init__(code)
        self.code = code
        self.words = words
