"""Coverage-guided fuzzing of one of our parsers for some seconds: `python -m drill.fuzzing.parsers TARGET SECONDS FOLDER`.

Runs in the environment of the drill, which has atheris. Only the modules of the program are instrumented. A fault is written
to FOLDER/found and the work goes on; the fuzzer ends the process where one input takes a gigabyte, or hangs outside Python.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drill.fuzzing.found import Findings
from drill.fuzzing.targets import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from drill.fuzzing.targets import Target

SECONDS_FOR_ONE: Final = 10.0  # of the processor
HANG: Final = 120  # seconds on the clock, for what no signal of Python ends
MEGABYTES: Final = 1024
_EVERY: Final = 2.0  # seconds between two notes of the count


class TooSlowError(Exception):
    """One input took longer than ten seconds of the processor."""


def _too_slow(_signal: int, _frame: object) -> None:
    raise TooSlowError


class Runner:
    """Tries one input after another and counts."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._target, self._findings = target, Findings(folder / "found", target.name)
        self._file = folder / "counts" / f"{target.name}-{time.time_ns()}.json"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._tried = self._taken = 0
        self._noted = 0.0
        signal.signal(signal.SIGVTALRM, _too_slow)

    def __call__(self, content: bytes) -> None:
        """One input."""
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_FOR_ONE)
        try:
            self._taken += bool(self._target.attempt(content))
        except (Exception, RecursionError) as fault:  # noqa: BLE001 -- whatever it is, it is a finding
            self._findings.raised(fault, content)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        self._tried += 1
        if time.monotonic() > self._noted + _EVERY:
            self._noted = time.monotonic()
            self._file.write_text(
                json.dumps({"target": self._target.name, "tried": self._tried, "taken": self._taken})
            )


def _mutator(target: Target, atheris: Any) -> Callable[[bytes, int, int], bytes]:
    """The target's own changes for most inputs, those of the fuzzer for the others."""
    pool = target.seeds()

    def mutate(content: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311 -- what is tried
        if target.mutate is not None and chance.random() < target.share:
            try:
                changed = target.mutate(content, chance, pool)
            except Exception:  # noqa: BLE001 -- an input that has lost its form; the fuzzer changes its bytes
                changed = None
            if changed is not None and len(changed) <= most:
                return changed
        mutated: bytes = atheris.Mutate(content, most)
        return mutated

    return mutate


def main(name: str, seconds: int, folder: Path) -> None:
    """Never returns: the fuzzer ends the process."""
    import atheris  # local: optional dependency
    from django.conf import settings  # local: slow import

    settings.configure(USE_I18N=False, USE_TZ=True)
    with atheris.instrument_imports(include=["khcn"]):
        module = import_module(MODULES[name])
    target: Target = next(each for each in module.TARGETS if each.name == name)
    corpus, seeds = folder / "corpus" / name, folder / "seeds" / name
    for each in (corpus, seeds, folder / "found"):
        each.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(target.seeds()):
        (seeds / f"{number:04d}").write_bytes(content)
    options = [
        f"-max_total_time={seconds}", f"-timeout={HANG}", f"-rss_limit_mb={MEGABYTES}", f"-max_len={target.longest}",
        f"-artifact_prefix={folder / 'found'}/{name}-", "-verbosity=0", "-print_final_stats=0", "-len_control=0",
        "-reload=0",
    ]  # fmt: skip
    atheris.Setup(
        [sys.argv[0], *options, str(corpus), str(seeds)],
        Runner(target, folder),
        custom_mutator=_mutator(target, atheris),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(float(sys.argv[2])), Path(sys.argv[3]).resolve())
