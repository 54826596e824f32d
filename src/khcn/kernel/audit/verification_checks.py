"""Checks by the parts that keep signed or issued documents: whether these are still what the log says was stored.

The log lies below those parts; they tell it how to check what is theirs, and every verification asks them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from khcn.kernel.audit.findings import LogFinding

VerificationCheck = Callable[[], Iterable[LogFinding]]
VerificationNotice = Callable[[], Iterable[str]]

_checks: list[VerificationCheck] = []
_notices: list[VerificationNotice] = []


def register_verification_check(check: VerificationCheck) -> VerificationCheck:
    """Ask ``check`` at every verification of the log. Used once, when the program starts."""
    if check not in _checks:
        _checks.append(check)
    return check


def run_verification_checks() -> list[LogFinding]:
    """What all parts find."""
    return [finding for check in _checks for finding in check()]


def register_verification_notice(notice: VerificationNotice) -> VerificationNotice:
    """List at every verification what agrees with the log and should be looked at all the same. Used once, at the start."""
    if notice not in _notices:
        _notices.append(notice)
    return notice


def run_verification_notices() -> list[str]:
    """What all parts list."""
    return [text for notice in _notices for text in notice()]
