"""A cache for functions of one text, limited in the number and the length of the texts."""

from collections.abc import Callable
from typing import Final, TypeVar

LONGEST: Final = 200
"""Maximum number of characters of a cached text. An untrusted document may contain identifiers of a million."""

Answer = TypeVar("Answer")
_ALL_CACHES: Final[list["TextCache[object]"]] = []


class TextCache(dict[str, Answer]):
    """The results of a function of one text: ``cache[text]``. When there are `most` results, all are removed.

    Nearly all look-ups in a document repeat a text of this document or of the one before. A dict answers these fastest; an
    LRU cache would spend more time on keeping its order.
    """

    def __init__(self, find: Callable[[str], Answer], most: int) -> None:
        super().__init__()
        self._find, self._most = find, most
        _ALL_CACHES.append(self)  # type: ignore[arg-type]  # only to be cleared

    def __missing__(self, text: str) -> Answer:
        found = self._find(text)
        if len(text) <= LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[text] = found
        return found


def clear_all() -> None:
    """Clear all caches, as in a process that has just started: for programs that measure, as ``re.purge`` is."""
    for each in _ALL_CACHES:
        each.clear()
