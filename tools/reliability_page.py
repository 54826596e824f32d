"""Write docs/reliability.md from tests/security/bars.csv and figures.csv: `.venv/bin/python tools/reliability_page.py`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.security_page import ROOT, row_of_table, rows_of  # the root has just been put on the path

PAGE = Path("docs") / "reliability.md"
DRILLS = "drill/"
HEAD = """<!-- Written by tools/reliability_page.py; a test compares it with tests/security/. -->

# Reliability: the bars and what was measured

One line for each bar of the project in robustness: what it asks, the tests and drills that try it (all of them in `tests/security/bars.csv`),
what came out the last time, when, and under which conditions. What is smaller than the bar asks for stands there too. "In the whole suite" is `.ci/run` on a
clean clone, two processors, nothing beside it: 16,679 passed, 0 failed, on 30/11/2026. Drills: [howto/drills.md](howto/drills.md). A bar without a figure, day or
conditions makes `tests/security/test_requirements.py` fail; who runs a drill or the bench writes its figure into `tests/security/figures.csv` and this page anew.

"""
SHOWN = 3
"""So many tests and drills of a bar are named; the file has all."""


def _evidence(text: str) -> str:
    """The drills of a bar, and its first tests, as they are called."""
    names = text.split()
    drills = [
        f"`./khcn drill {name.removeprefix(DRILLS).partition('.')[0].replace('_', '-')}`"
        for name in names
        if name.startswith(DRILLS)
    ]
    tests = [
        f"`{name.removeprefix('tests/').replace('::', ': ')}`"
        for name in names
        if not name.startswith(DRILLS)
    ]
    more = [f"{len(tests) - SHOWN} more"] if len(tests) > SHOWN else []
    return ", ".join([*drills, *tests[:SHOWN], *more])


def faults_of(figures: list[dict[str, str]], bars: list[str]) -> list[str]:
    """What keeps the figures from being those of the bars: one that is missing, twice or of no bar, or says too little."""
    names = [row["id"] for row in figures]
    found = [f"{name}: {names.count(name)} figures" for name in bars if names.count(name) != 1]
    found += [f"{name}: there is no such bar" for name in names if name not in bars]
    for row in figures:
        if not any(each.isdigit() for each in row["figure"]):
            found.append(f"{row['id']}: no number in the figure")
        if not row["conditions"].strip():
            found.append(f"{row['id']}: no conditions")
        try:
            date.fromisoformat(row["measured"])
        except ValueError:
            found.append(f"{row['id']}: no day")
    return found


def text_of(bars: list[dict[str, str]], figures: list[dict[str, str]]) -> str:
    """The page for these rows. Raises ``KeyError`` where a bar has no figure."""
    measured = {row["id"]: row for row in figures}
    text = HEAD + row_of_table(
        "bar", "asks for", "tried by", "last measured", "on", "conditions", "status, limits"
    )
    text += row_of_table(*["---"] * 7)
    for bar in bars:
        if not bar["id"].startswith("R"):
            continue
        figure = measured[bar["id"]]
        day = date.fromisoformat(figure["measured"])
        limits = "; ".join(filter(None, (bar["status"], bar["reason"])))
        text += row_of_table(
            bar["id"],
            bar["asks"],
            _evidence(bar["evidence"]),
            figure["figure"],
            f"{day:%d/%m/%Y}",
            figure["conditions"],
            limits,
        )
    return text


def main() -> None:
    (ROOT / PAGE).write_text(text_of(rows_of("bars.csv"), rows_of("figures.csv")), "utf-8")


if __name__ == "__main__":
    main()
