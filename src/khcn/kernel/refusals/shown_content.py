"""What a page showed to the person who settles something on it, and whether it still says so when they do.

A page that leads to such a step (approving a report, giving a paper its number, recording what a council concluded, writing
an import) carries a digest of each part that it showed. The step compares them with what it would settle now, and is
refused with the names of the parts that differ: nobody signs what they have not seen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import orjson
from django.utils.translation import gettext as _

from khcn.kernel.refusals import Stale
from khcn.kernel.refusals.shortened_lists import first_and_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

FIELD: Final = "shown"  # of forms, and of what programs send
CODE: Final = "shown_changed"
_NAMED = 8
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part of a page: what people call it, and what it says, in words that the language of the page does not change."""

    label: StrOrPromise
    content: object


def shown_digests(parts: Mapping[str, ShownPart]) -> dict[str, str]:
    """Of each part of a page, by its key, the digest of what it says. Labels follow the language; neither of these does."""
    return {key: _digest(part.content) for key, part in parts.items()}


def shown_content_text(parts: Mapping[str, ShownPart]) -> str:
    """The digests of the content that a page showed as one text, for a hidden field."""
    return orjson.dumps(shown_digests(parts)).decode()


def refuse_unless_shown(parts: Mapping[str, ShownPart], shown: str | None) -> None:
    """Raise :class:`~khcn.kernel.refusals.Stale` with the names of the parts that do not say what was shown; a part that is
    there no longer is named by its key.

    ``shown`` is what the page carried. It is None for jobs, commands and API clients that accept any version: they saw no
    page.
    """
    if shown is None:
        return
    now, seen = shown_digests(parts), _read(shown)
    if now == seen:
        return
    differing = [key for key in {**seen, **now} if now.get(key) != seen.get(key)] if seen else []
    names = [str(parts[key].label) if key in parts else key for key in differing]
    if not names:
        raise Stale(
            _(
                "Trang gửi đi không cho biết bạn đã xem nội dung nào. Xem nội dung dưới đây rồi thực hiện lại."
            ),
            code=CODE,
        )
    raise Stale(
        _(
            "Chưa thực hiện: nội dung đã khác lúc bạn mở trang ở: %(names)s. Xem lại nội dung mới rồi thực hiện lại; "
            "những gì bạn đã nhập vẫn còn."
        )
        % {"names": first_and_count(names, _NAMED)},
        code=CODE,
    )


def _digest(content: object) -> str:
    plain = orjson.dumps(content, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(plain).hexdigest()[:_DIGITS]


def _plain(value: object) -> str:
    """A number is the same one with whatever zeros behind it: a sum by SQLite has none, a sum over records has those of the column."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _read(shown: str) -> dict[str, str]:
    """What was sent back; nothing of what no page of ours sends."""
    try:
        found = orjson.loads(shown)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
