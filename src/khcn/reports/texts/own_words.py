"""Words that a form names once and each report gives: numbers of documents, years. ``{{qd-che-do}}`` in a text.

Their names have a hyphen, so that no word of the period (``{{ky}}``, ``{{nam_sau}}``) can be taken for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OWN_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,19}(?:-[a-z0-9]{1,19}){1,4}")
LONGEST_VALUE: Final = 200
MOST_OWN_WORDS: Final = 60
_MARK = re.compile(rf"(?<!\\)\{{\{{\s*({OWN_NAME.pattern})\s*\}}\}}")


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A document's number or a year that the form's texts name by ``{{name}}``.

    ``value`` is that of the year whose facts the form states (``wording_of``), or the one in use when the form was made.
    """

    name: str
    label: str
    value: str = ""


def marks_in(texts: Iterable[str]) -> dict[str, None]:
    """The names of own words in texts, in order, each once."""
    return dict.fromkeys(name for text in texts for name in _MARK.findall(text))


def unfilled(words: Iterable[OwnWord], given: Mapping[str, str], texts: Iterable[str]) -> list[OwnWord]:
    """The own words that texts print and nobody has given."""
    used = marks_in(texts)
    return [each for each in words if each.name in used and not given.get(each.name)]


def blank(word: OwnWord) -> str:
    """What is printed in the place of a word that nobody has given yet."""
    return _("(chưa ghi: %(label)s)") % {"label": word.label}


def printed_words(words: Iterable[OwnWord], given: Mapping[str, str]) -> dict[str, str]:
    """What each own word prints."""
    return {each.name: given.get(each.name) or blank(each) for each in words}


def with_values(text: str, given: Mapping[str, str], names: Iterable[str]) -> str:
    """The text with the named own words written out where they were given."""
    left = set(names)
    return _MARK.sub(lambda found: (found[1] in left and given.get(found[1])) or found[0], text)


def proposed_name(label: str, taken: Iterable[str]) -> str:
    """A free name made of a label's first words."""
    words = [each for each in re.findall(r"[a-z0-9]+", fold(label)) if each[0].isalpha()][:3] or ["vb"]
    base = "-".join([*words, *(["1"] if len(words) == 1 else [])])
    name, number, known = base, 2, set(taken)
    while name in known:
        name, number = f"{base}-{number}", number + 1
    return name
