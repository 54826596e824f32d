"""Refuse what may not be shipped: every component of an installation has a licence of the list. `./khcn licences` prints them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.components import Component, all_components  # noqa: E402  # the root has just been put on the path

# Licences under which a component may be installed beside a program under Apache-2.0 by those who use it.
ALLOWED = {
    "Apache-2.0": "",
    "BSD-2-Clause": "",
    "BSD-3-Clause": "",
    "ISC": "",
    "LGPL-2.1-only": "a library of its own, installed unchanged from its registry, exchangeable",
    "LGPL-3.0-only": "the same",
    "MIT": "",
    "MIT-0": "",
    "MPL-2.0": "by file; its files are installed unchanged",
    "OFL-1.1": "fonts",
    "PSF-2.0": "",
    "ZPL-2.1": "",
}
# Named in NOTICE as under other terms than the plain ones: who hands an installation on has to know.
NAMED_IN_NOTICE = ("LGPL-2.1-only", "LGPL-3.0-only", "MPL-2.0", "OFL-1.1")


def is_allowed(expression: str) -> bool:
    """Of "A OR B" one is enough, of "A AND B" all are needed."""
    if not expression:
        return False
    text = expression.replace("(", " ( ").replace(")", " ) ")
    judged = [
        word.lower() if word in {"OR", "AND"} else word if word in "()" else str(word in ALLOWED)
        for word in text.split()
    ]
    if not all(re.fullmatch(r"or|and|[()]|True|False", word) for word in judged):
        return False
    return any(all(part == "True" for part in group) for group in alternatives(judged))


def alternatives(words: list[str]) -> list[list[str]]:
    """An expression as a list of lists: of the outer ones one has to hold, of the inner ones all."""

    def either(place: int) -> tuple[list[list[str]], int]:
        found, place = both(place)
        while place < len(words) and words[place] == "or":
            more, place = both(place + 1)
            found = found + more
        return found, place

    def both(place: int) -> tuple[list[list[str]], int]:
        found, place = single(place)
        while place < len(words) and words[place] == "and":
            more, place = single(place + 1)
            found = [one + other for one in found for other in more]
        return found, place

    def single(place: int) -> tuple[list[list[str]], int]:
        if words[place] == "(":
            found, place = either(place + 1)
            return found, place + 1
        return [[words[place]]], place + 1

    return either(0)[0]


def check_components(components: list[Component], notice: str) -> list[str]:
    """Complaints about components of an installation, and about a NOTICE that does not name what it has to."""
    found = [
        f"{each.name} {each.version}: {each.licence or 'no licence that its metadata name'} is not in the list of tools/check_licences.py"
        for each in components
        if each.runtime and not is_allowed(each.licence)
    ]
    found += [
        f"NOTICE does not name {each.name}, which is under {each.licence}"
        for each in components
        if each.runtime
        and any(name in each.licence for name in NAMED_IN_NOTICE)
        and not re.search(rf"(?<![\w-]){re.escape(each.name)}(?![\w-])", notice)
    ]
    return found


def main(arguments: list[str]) -> int:
    components = all_components()
    if "--list" in arguments:
        for each in components:
            if each.runtime:
                print(f"{each.kind:<5} {each.name:<34} {each.version:<14} {each.licence}")
    complaints = check_components(components, (ROOT / "NOTICE").read_text("utf-8"))
    shipped = sum(each.runtime for each in components)
    print("\n".join(complaints) or f"licences: {shipped} components of an installation, each may be shipped")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
