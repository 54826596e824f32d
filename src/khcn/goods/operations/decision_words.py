"""What is typed of a decision, as papers and public pages cite it inside a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEHIND: Final = " .,;:"
# Papers write these words themselves before the number and the basis.
_BEFORE: Final[Mapping[str, re.Pattern[str]]] = {
    "decision_number": re.compile(r"(?:quyết định\s+)?(?:số\b[\s:.]*)?", re.IGNORECASE),
    "legal_basis": re.compile(r"(?:căn cứ\b(?:\s+(?:vào|theo)\b)?[\s:]*)*", re.IGNORECASE),
}
_CITED: Final = frozenset({*_BEFORE, "decision_issuer", "decision_signer"})


def as_cited(name: str, text: str) -> str:
    """The text of a column without the words that papers write before it, and without the signs of a list behind it. A text of
    nothing else stays as it was typed.

    >>> as_cited("legal_basis", "Căn cứ Điều 55 Luật An toàn thực phẩm;"), as_cited("decision_number", "Số 45/QĐ-SKHCN.")
    ('Điều 55 Luật An toàn thực phẩm', '45/QĐ-SKHCN')
    """
    text = text.strip()
    if name not in _CITED:
        return text
    cited = text.rstrip(_BEHIND)
    if before := _BEFORE.get(name):
        cited = before.sub("", cited, count=1).lstrip()
    return cited or text
