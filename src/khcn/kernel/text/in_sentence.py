"""A text that begins with a capital, as it stands inside a sentence."""

from __future__ import annotations

import re
from typing import Final

# A word, and the one after it: "Xăng dầu", but not "Luật Đo lường", "KH&CN", "X-quang" or "Hồ Ba Bể".
_PLAIN_BEGINNING: Final = re.compile(r"[^\W\d_](?P<rest>[^\W\d_]+)[,;:.]?(?:\s+(?P<next>\S)|$)")


def in_sentence(text: str) -> str:
    """The same with a small first letter, except where the text begins with a name or an abbreviation: the first word has another
    capital or a sign in it, or the second word begins with a capital.
    """
    found = _PLAIN_BEGINNING.match(text)
    if found is None or found["rest"] != found["rest"].lower() or (found["next"] or "").isupper():
        return text
    return text[0].lower() + text[1:]
