"""What a reader raises when it cannot take a value: a sentence for the person who typed it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

_LONGEST_QUOTE = 80


def _cut(value: Any) -> Any:
    """A pasted page is quoted by its beginning only; a list of our own words is given whole."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, str) and len(value) > _LONGEST_QUOTE:
        return value[: _LONGEST_QUOTE - 1] + "…"
    return value


class TextProblem(ValueError):  # noqa: N818 -- a sentence for the person, who made no error in our code
    """A value that could not be read.

    ``message`` is a (lazy) sentence saying what is wrong and what to type; its ``%(name)s`` places are filled
    from ``params``, where a long text is cut and a tuple of words is not. ``code`` is stable and never shown. ``str()`` gives the sentence in the active language.
    """

    def __init__(self, code: str, message: StrOrPromise, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.params = {name: _cut(value) for name, value in (params or {}).items()}

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


_SENTENCE_END = re.compile(r"\.\s+(?=(\w))")


def text_problem_and_advice(sentences: str) -> tuple[str, str]:
    """The parts of what a text problem says: what is wrong, and what to do; the first sentence and the rest.

    A quoted value is not cut.
    """
    for end in _SENTENCE_END.finditer(sentences, max(sentences.rfind("”"), 0)):
        if end.group(1).isupper():
            return sentences[: end.start() + 1], sentences[end.end() :].strip()
    return sentences, ""
