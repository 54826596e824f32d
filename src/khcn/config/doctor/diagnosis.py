"""One thing that a check says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class HealthLevel(Enum):
    """How much it matters."""

    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is so, and for a warning or an error what to do about it."""

    level: HealthLevel
    text: str
    remedy: str = ""


def good(text: str) -> Diagnosis:
    """Nothing to do."""
    return Diagnosis(HealthLevel.GOOD, text)


def warning(text: str, remedy: str) -> Diagnosis:
    """The service works; something will go wrong one day, or protects less than it could."""
    return Diagnosis(HealthLevel.WARNING, text, remedy)


def error(text: str, remedy: str) -> Diagnosis:
    """Something does not work, or data may be lost."""
    return Diagnosis(HealthLevel.ERROR, text, remedy)
