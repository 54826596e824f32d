"""Answers about texts, kept for the next time somebody asks: of short texts, and of not too many."""

from collections.abc import Callable
from typing import Final, TypeVar

LONGEST: Final = 200
"""Characters of a text whose answer is kept. A stranger's document may name a thing by a million of them."""

Answer = TypeVar("Answer")
_ALL: Final[list["Kept[object]"]] = []


class Kept(dict[str, Answer]):
    """The answers of a function of one text: ``answers[text]``. When there are `most`, all are forgotten.

    Nearly all questions of a document are about texts that stood in it, or in the one before; a dict answers these at
    once, and makes less of the others than a cache that keeps an order.
    """

    def __init__(self, find: Callable[[str], Answer], most: int) -> None:
        super().__init__()
        self._find, self._most = find, most
        _ALL.append(self)  # type: ignore[arg-type]  # only to be cleared

    def __missing__(self, text: str) -> Answer:
        found = self._find(text)
        if len(text) <= LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[text] = found
        return found


def forget() -> None:
    """Forget all answers, as in a process that has just started."""
    for each in _ALL:
        each.clear()
