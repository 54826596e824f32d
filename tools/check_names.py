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
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_PUBLIC_CLASS = re.compile(r"^class ([A-Za-z]\w*)", re.MULTILINE)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PHRASE = re.compile(r"(?<!\w)(" + "|".join(re.escape(each) for each in PHRASES) + r")(?!\w)", re.IGNORECASE)


@cache
def words_of(name: str) -> tuple[str, ...]:
    """The words of an identifier or a file name, in lower case."""
    return tuple(part.lower() for part in _PARTS.findall(_PLAIN.sub("", name)))


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """All of a file, whatever they are in; expressions, most of a tree, are not looked through."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, part, None)
            if isinstance(inner, list):
                yield from inner
                waiting += inner


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
    read = list(tokenize.generate_tokens(io.StringIO(source).readline))
    names = [token.string for token in read if token.type == tokenize.NAME]
    texts = [token.string for token in read if token.type == tokenize.COMMENT]
    values = [node.value for node in _statements(ast.parse(source)) if isinstance(node, ast.Expr)]
    texts += [each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return names, "\n".join(texts)


def _refused(names: Iterable[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, count in Counter(names).items():
        for word in words_of(name):
            found[word] += count if word in WORDS else 0
        found[name] += count if name in NAMES else 0
    return +found


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
            for name in _PUBLIC_CLASS.findall(path.read_text(encoding="utf-8")):
                modules.setdefault(name, []).append(str(path.relative_to(root)))
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
