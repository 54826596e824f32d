"""No pattern of the program takes longer than a moment for a text that is made after its own likeness and spoilt at the end.

A pattern that can read the same signs in two ways, again and again, tries 2 to the power of their number of ways before it gives
up: one cell of a workbook or one field of a form then holds a thread of the server. Found by `./khcn drill fuzz` in the titles of
persons, whose pattern is the control here.
"""

import pkgutil
import random
import re
import signal
import sys
from contextlib import suppress
from importlib import import_module
from re import _constants as signs
from re import _parser as parser

import khcn
from khcn.kernel.text import person_names

SECONDS = 0.5  # of the processor, for one text of a few hundred signs; honest ones take microseconds
TEXTS, LONGEST = 120, 400
FEWEST_OF_MANY, MANY = 8, (26, 40, 90)
OF_CATEGORY = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "a"}
LEFT_OUT = (
    ".management.",
    ".migrations.",
    "khcn.config.test.",
    ".__main__.",
    ".fork_server.",
    ".template_process.",
)


class TooSlowError(Exception):
    """The processor was at work for longer than SECONDS."""


def all_patterns():
    """Each pattern that a module holds, alone or among others, with the first place where it stands."""
    for module in pkgutil.walk_packages(khcn.__path__, "khcn."):
        if not any(part in f"{module.name}." for part in LEFT_OUT):
            import_module(module.name)
    found = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("khcn."):
            for own, value in vars(module).items():
                for each in patterns_in(value):
                    found.setdefault((each.pattern, each.flags), f"{name}.{own}")
    return found


def patterns_in(value, depth=3):
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, list | tuple | set | frozenset | dict):
        for each in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from patterns_in(each, depth - 1)


def likeness(tree, chance, share):
    """A text that the pattern may read; what may be repeated is so many times, in a share of the cases."""
    return "".join(one_likeness(kind, what, chance, share) for kind, what in tree)


def one_likeness(kind, what, chance, share):
    match kind:
        case signs.LITERAL:
            text = chr(what)
        case signs.NOT_LITERAL | signs.ANY:
            text = "a"
        case signs.IN:
            text = one_of(what, chance)
        case signs.MAX_REPEAT | signs.MIN_REPEAT | signs.POSSESSIVE_REPEAT:
            text = repeated(*what, chance, share)
        case signs.SUBPATTERN:
            text = likeness(what[3], chance, share)
        case signs.BRANCH:
            text = likeness(chance.choice(what[1]), chance, share)
        case signs.ATOMIC_GROUP:
            text = likeness(what, chance, share)
        case _:
            text = ""
    return text


def repeated(least, most, inner, chance, share):
    if most >= FEWEST_OF_MANY and chance.random() < share:
        return likeness(inner, chance, 0) * min(int(most), chance.choice(MANY))
    count = chance.randint(least, min(int(most), least + 2))
    return "".join(likeness(inner, chance, share) for _each in range(count))


def one_of(members, chance):
    if members[0][0] is signs.NEGATE:
        return chance.choice("a1 b")
    kind, what = chance.choice(members)
    if kind is signs.LITERAL:
        return chr(what)
    return chr(chance.choice(what)) if kind is signs.RANGE else OF_CATEGORY.get(str(what), "-")


def slow_text(pattern, flags):
    """The first text that takes too long; None where there is none."""
    compiled, chance = re.compile(pattern, flags), random.Random(37)
    is_bytes = isinstance(pattern, bytes)
    tree = parser.parse(pattern, flags & ~re.UNICODE if is_bytes else flags)
    for _text in range(TEXTS):
        made = likeness(tree, chance, 0.6)[:LONGEST]
        for text in (made, f"{made[:-1]}\x01", f"{made} B!", made * 3):
            given = text.encode("latin-1", "ignore") if is_bytes else text
            for read in (compiled.search, compiled.fullmatch):
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                try:
                    read(given)
                except TooSlowError:
                    return text
                finally:
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


def test_no_pattern_reads_the_same_signs_in_many_ways():
    def too_slow(_signal, _frame):
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, too_slow)
    try:
        control = f"(?:{person_names._TITLE.pattern})+"
        found = all_patterns()
        assert len(found) > 400
        slow = {
            place: text
            for (pattern, flags), place in found.items()
            if (text := slow_text(pattern, flags)) is not None
        }
        assert slow == {}
        assert slow_text(control, re.UNICODE) is not None, "what is known to be slow has to be noticed"
    finally:
        with suppress(ValueError):
            signal.signal(signal.SIGVTALRM, before)
