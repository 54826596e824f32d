"""Refuse metaphors in names, and literary turns in comments (docs/adr/0018): one plain word for one thing.

Checked are the words of identifiers and file names, and phrases in comments and docstrings, of all Python files. What
was there before the rule is counted in `check_names_baseline.csv`: a file may have fewer uses than that, never more.
`python tools/check_names.py --write` lowers the counts to what is there now, and never raises one.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
import tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASELINE = Path(__file__).with_name("check_names_baseline.csv")
FOLDERS = ("src", "bench", "tests", "tools")

# Words of identifiers (between underscores and capitals) and of file names, and what to write instead.
WORDS = {
    "blame": "problem, error",
    "claim": "lease; creation (of a lot)",
    "claimed": "leased",
    "claims": "leases; creations",
    "desk": "CPU slot",
    "door": "middleware, endpoint",
    "heard": "received, trusted",
    "held": "locked, stored, existing",
    "house": "layer, package",
    "insist": "require",
    "keeper": "supervisor",
    "keepers": "editors",
    "kept": "stored, cached, remaining",
    "knot": "node",
    "knots": "nodes",
    "naming": "the verb that says what is named",
    "passage": "edge",
    "passages": "edges",
    "passing": "edge",
    "said": "reported, value",
    "sayers": "trusted parties",
    "settler": "resolver",
    "storey": "layer",
    "storeys": "layers",
    "tellers": "reporting parties",
    "told": "reported, described; what it holds",
    "twins": "duplicates",
    "untold": "private",
    "wish": "request",
    "wished": "requested",
}
# Whole names that are words of plain English elsewhere.
NAMES = {
    "Drawing": "what it renders",
    "Spot": "match, position",
    "Touch": "EventRole",
    "Turn": "job run",
    "hold_log": "locked(Model, pk)",
}
# Phrases in comments and docstrings.
PHRASES = {
    "anybody's": "say who, or what may happen",
    "has a say": "is trusted",
    "have a say": "are trusted",
    "held against": "compared with, matched with",
    "is nobody's": "say what is not revealed, or not allowed",
    "lest": "so that … not",
    "somebody's eyes": "as somebody may see it",
    "storey": "layer",
    "storeys": "layers",
    "the house": "the layers, the architecture",
    "whose word counts": "who is trusted",
}
# (file, word): why it may stay.
ALLOWED = {
    ("tools/check_names.py", ""): "lists the words",
    ("tests/gates/test_checks.py", ""): "gives the check what it must refuse",
    ("src/khcn/science/operations/meetings.py", "held"): "held_on, the day of a meeting",
    ("tests/science/test_meetings.py", "held"): "held_on, the day of a meeting",
}

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PHRASE = re.compile(r"(?<!\w)(" + "|".join(re.escape(each) for each in PHRASES) + r")(?!\w)", re.IGNORECASE)


def words_of(name: str) -> list[str]:
    """The words of an identifier or a file name, in lower case."""
    return [part.lower() for part in _PARTS.findall(name)]


def _texts(source: str) -> str:
    """All comments and docstrings of a file."""
    found = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    values = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)]
    found += [
        value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)
    ]
    return "\n".join(found)


def uses_in(path: Path, root: Path) -> Counter[str]:
    """How often each refused word, name or phrase is in a file and its path."""
    name = path.relative_to(root)
    source = path.read_text(encoding="utf-8")
    found: Counter[str] = Counter(word for word in words_of(str(name.with_suffix(""))) if word in WORDS)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            found.update(word for word in words_of(token.string) if word in WORDS)
            found.update([token.string] if token.string in NAMES else [])
    found.update(match.lower() for match in _PHRASE.findall(" ".join(_texts(source).split())))
    return Counter({word: count for word, count in found.items() if not _is_allowed(str(name), word)})


def _is_allowed(name: str, word: str) -> bool:
    return (name, "") in ALLOWED or (name, word) in ALLOWED


def all_uses(root: Path) -> dict[tuple[str, str], int]:
    """Uses by file and word."""
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    return {
        (str(path.relative_to(root)), word): count
        for path in files
        if not {"migrations", "node_modules"} & set(path.parts)
        for word, count in uses_in(path, root).items()
    }


def read_baseline(file: Path) -> dict[tuple[str, str], int]:
    """Uses that were there before the rule."""
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {(path, word): int(count) for path, word, count in csv.reader(lines)}


def write_baseline(file: Path, uses: dict[tuple[str, str], int]) -> None:
    """Store the uses, sorted, so that changes of several people merge."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows((*key, count) for key, count in sorted(uses.items()))


def check_tree(root: Path, baseline: dict[tuple[str, str], int]) -> list[str]:
    """Complaints about uses beyond the baseline."""
    hints = {**WORDS, **NAMES, **PHRASES}
    return [
        f"{path}: “{word}” {count} times, {baseline.get((path, word), 0)} allowed; instead: {hints[word]}"
        for (path, word), count in sorted(all_uses(root).items())
        if count > baseline.get((path, word), 0)
    ]


def main() -> int:
    baseline = read_baseline(BASELINE)
    if "--write" in sys.argv[1:]:
        uses = all_uses(ROOT)
        write_baseline(
            BASELINE, {key: min(count, uses[key]) for key, count in baseline.items() if uses.get(key)}
        )
        return 0
    complaints = check_tree(ROOT, baseline)
    print("\n".join(complaints) or "names: plain")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
