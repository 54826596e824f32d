"""Checks by the parts that keep signed or issued documents: whether these are still what the log says was stored.

The log lies below those parts; they tell it how to check what is theirs, and every verification asks them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from khcn.kernel.audit.findings import LogFinding

VerificationCheck = Callable[[], Iterable[LogFinding]]

_checks: list[VerificationCheck] = []


def register_verification_check(check: VerificationCheck) -> VerificationCheck:
    """Ask ``check`` at every verification of the log. Used once, when the program starts."""
    if check not in _checks:
        _checks.append(check)
    return check


def run_verification_checks() -> list[LogFinding]:
    """What all parts find."""
    return [finding for check in _checks for finding in check()]
