"""EPC patterns as what `Link` rows can be asked for.

What is given here holds every event that `khcn.epcis.query.epc_matching.matches_pattern` takes, and perhaps more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from khcn.epcis.ids import epc
from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.epcis.store import LONGEST, thing_of
from khcn.trace.store.encoding.lots import class_of

_PATTERN: Final = "urn:epc:idpat:"
_START: Final = LONGEST // 2  # characters that a `shortened` text still begins with
_PARTS: Final = 5  # urn:epc:idpat:scheme:rest
_KINDS: Final = ("id", "class", "idpat")
# Scheme: the key in a Digital Link, and what stands between it and the company prefix ("?": any one digit).
_LAYOUT: Final = {
    "sgtin": ("01", "?"),
    "lgtin": ("01", "?"),
    "upui": ("01", "?"),
    "sscc": ("00", "?"),
    "itip": ("8006", "?"),
    "sgln": ("414", ""),
    "pgln": ("417", ""),
    "grai": ("8003", "0"),
    "giai": ("8004", ""),
    "gsrn": ("8018", ""),
    "gsrnp": ("8017", ""),
    "gdti": ("253", ""),
    "cpi": ("8010", ""),
    "sgcn": ("255", ""),
    "ginc": ("401", ""),
    "gsin": ("402", ""),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Things that an identifier or pattern may mean: by name, by class, and all that begin in some way."""

    things: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()


def reach(wanted: str) -> Reach | None:
    """Where to look for what a value of a MATCH parameter matches; None: anywhere."""
    here = (thing_of(wanted),)
    if not wanted.startswith(_PATTERN) or wanted.count(":") < _PARTS - 1:
        return Reach(here)
    _, _, _, scheme, rest = wanted.split(":", 4)
    parts = rest.split(".")
    if parts[0] == epc.ANY:
        return None
    # Texts that are no proper EPC URN are kept, and matched, as they were written.
    fixed = parts[: parts.index(epc.ANY)] if epc.ANY in parts else parts
    starts = [f"urn:epc:{kind}:{scheme}:{'.'.join(fixed)}"[:_START] for kind in _KINDS]
    if scheme not in _LAYOUT:
        return Reach(here, starts=tuple(starts))
    named = _class(scheme, parts)
    if named is not None:
        return Reach(here, (named,), tuple(starts))
    return Reach(here, starts=(*starts, *(start[:_START] for start in _links(scheme, fixed[0]))))


def _class(scheme: str, parts: list[str]) -> str | None:
    """The class that the pattern is of, where all but the serial is fixed."""
    named = "sgtin" if scheme == "lgtin" else scheme
    thing = thing_of(f"{_PATTERN}{named}:{'.'.join(parts)}")
    return thing if class_of(thing) == thing else None


def _links(scheme: str, prefix: str) -> list[str]:
    """How Digital Links of a company prefix begin."""
    key, between = _LAYOUT[scheme]
    stem = f"{CANONICAL_STEM}/{key}/"
    if between == "?":
        return [f"{stem}{digit}{prefix}" for digit in range(10)]
    return [stem + between + prefix]
