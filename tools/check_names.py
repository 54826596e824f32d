"""Refuse metaphors in names, and literary turns in comments (docs/adr/0018): one plain word for one thing.

Checked are the words of identifiers and file names, and phrases in comments and docstrings, of all Python files; those of
scripts and templates; and that no two modules of the program have a public class of one name, because its reader would look in the wrong one.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("src", "bench", "drill", "tests", "tools")

# Words of identifiers (between underscores and capitals) and of file names, and what to write instead.
WORDS = {
    "blame": "problem, error",
    "claim": "lease; creation (of a lot)",
    "claimed": "leased",
    "claims": "leases; creations",
    "desk": "CPU slot",
    "door": "middleware, endpoint",
    "doors": "endpoints, addresses",
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
    "Flow": "event role, lineage edge",
    "Goods": "NamedGoods, lot, product",
    "Link": "event object, LinksetEntry",
    "Piece": "LinePart, part",
    "Side": "event role",
    "Spot": "match, position",
    "Touch": "EventRole",
    "Turn": "job run",
    "Work": "WorkList, job",
    "Desk": "CPU slot",
    "Holding": "NamedGoods, stock",
    "hold_log": "locked(Model, pk)",
    "together": "what is done at once: combined, concurrent, bulk",
}
# Phrases in comments and docstrings.
PHRASES = {
    "anybody's": "say who, or what may happen",
    "at wish": "on request",
    "has a say": "is trusted",
    "have a say": "are trusted",
    "held against": "compared with, matched with",
    "hold up": "delay, block",
    "holds up": "delays, makes wait",
    "is nobody's": "say what is not revealed, or not allowed",
    "lest": "so that … not",
    "owes": "has still to deliver; needs",
    "parted": "separated",
    "put it right": "correct it",
    "put right": "correct, corrected",
    "puts right": "corrects",
    "somebody's eyes": "as somebody may see it",
    "stand on": "depend on, are based on",
    "stands on": "depends on, is based on",
    "storey": "layer",
    "storeys": "layers",
    "the house": "the layers, the architecture",
    "to the letter": "exactly",
    "whoever": "the person who, a caller that, regardless of who",
    "whose word counts": "who is trusted",
}
# (file, word): why it may stay.
ALLOWED = {
    ("tools/check_names.py", ""): "lists the words",
    ("tests/gates/test_checks.py", ""): "gives the check what it must refuse",
    ("tests/kernel/test_jobs.py", "claim"): "a method of django-tasks-db",
}
# Classes of one name in two modules, and why.
SAME_NAME = {
    "Command": "what Django looks for in a command",
    "Event": "an EPCIS event, and the table that stores it",
    "Paragraph": "of a printed document, and of the text of a report before it is printed",
}
# Plain English that has a refused word in it: a meeting is held on a day.
_PLAIN = re.compile(r"(?i:held)_(?:on|in)(?![a-z])")

# Comments and texts of a script are one piece each; what is left are names and signs.
_SCRIPT = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|(?P<name>[A-Za-z_$][\w$]*)",
    re.DOTALL,
)
_TEMPLATES = Environment(autoescape=True)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PHRASE = re.compile(r"(?<!\w)(" + "|".join(re.escape(each) for each in PHRASES) + r")(?!\w)", re.IGNORECASE)


def words_of(name: str) -> list[str]:
    """The words of an identifier or a file name, in lower case."""
    return [part.lower() for part in _PARTS.findall(_PLAIN.sub("", name))]


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


def _names_and_texts(path: Path) -> tuple[list[str], str]:
    """The identifiers of a file, and its comments and docstrings."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        found = list(_SCRIPT.finditer(source))
        return [each["name"] for each in found if each["name"]], "\n".join(
            each["comment"] or "" for each in found
        )
    if path.suffix == ".html":
        tokens = list(_TEMPLATES.lex(source))
        names = [value for _line, kind, value in tokens if kind == "name"]
        return names, "\n".join(value for _line, kind, value in tokens if kind == "comment")
    read = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in read if token.type == tokenize.NAME], _texts(source)


def _refused(names: Iterable[str]) -> Counter[str]:
    found = Counter(word for name in names for word in words_of(name) if word in WORDS)
    found.update(name for name in names if name in NAMES)
    return found


def uses_in(path: Path, root: Path) -> Counter[str]:
    """How often each refused word, name or phrase is in a file and its path."""
    name = path.relative_to(root)
    names, texts = _names_and_texts(path)
    found = _refused(names)
    found.update(word for word in words_of(str(name.with_suffix(""))) if word in WORDS)
    found.update(word for word in words_of(name.stem) if word in NAMES)
    found.update(match.lower() for match in _PHRASE.findall(" ".join(texts.split())))
    return Counter({word: count for word, count in found.items() if not _is_allowed(str(name), word)})


def _is_allowed(name: str, word: str) -> bool:
    return (name, "") in ALLOWED or (name, word) in ALLOWED


def classes_in_two_modules(root: Path) -> list[str]:
    """Complaints about public classes of one name that several modules of the program define."""
    modules: dict[str, list[str]] = {}
    for path in sorted((root / "src").rglob("*.py")):
        if "migrations" not in path.parts:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    modules.setdefault(node.name, []).append(str(path.relative_to(root)))
    return [
        f"class {name} is in {' and '.join(paths)}: give each the word of its subject"
        for name, paths in modules.items()
        if len(paths) > 1 and name not in SAME_NAME
    ]


def check_tree(root: Path) -> list[str]:
    """Complaints about every use, and about classes of one name."""
    hints = {**WORDS, **NAMES, **PHRASES}
    files = [
        path
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in {".py", ".js", ".html"}
    ]
    uses = [
        f"{path.relative_to(root)}: “{word}” {count} times; instead: {hints[word]}"
        for path in files
        if not {"migrations", "node_modules"} & set(path.parts)
        for word, count in sorted(uses_in(path, root).items())
    ]
    return [*uses, *classes_in_two_modules(root)]


def main() -> int:
    complaints = check_tree(ROOT)
    print("\n".join(complaints) or "names: plain")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
