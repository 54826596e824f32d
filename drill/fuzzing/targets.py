"""The targets by name, and what a target is. Their modules import the program, so they are loaded where it is instrumented."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

ROOT: Final = Path(__file__).resolve().parents[2]
SHARED: Final = ROOT.parent / "shared"  # the reference corpora, where they are

_NAMES: Final = {
    "drill.fuzzing.epcis_targets": ("epcis-json", "epcis-xml", "epcis-frames"),
    "drill.fuzzing.identifier_targets": (
        "digital-links",
        "urns",
        "element-strings",
        "scans",
        "query-parameters",
    ),
    "drill.fuzzing.text_targets": ("dates", "numbers", "names", "letters", "markup"),
    "drill.fuzzing.file_targets": ("xlsx", "xls", "ods", "csv", "pictures"),
}
GUARDED: Final = frozenset({"xlsx", "xls", "ods", "csv"})  # read in processes with limits
MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}


@dataclass(frozen=True)
class Target:
    """One parser: what is tried, with what it begins, and how inputs are changed beside the fuzzer's own ways.

    ``attempt`` raises for everything that nothing promises, and says whether the input was taken rather than refused.
    ``mutate`` has an input, chance and the seeds, and gives None where it cannot change the input.
    """

    name: str
    attempt: Callable[[bytes], bool]
    seeds: Callable[[], Sequence[bytes]]
    mutate: Callable[[bytes, random.Random, Sequence[bytes]], bytes | None] | None = None
    share: float = 0.7
    longest: int = 400
