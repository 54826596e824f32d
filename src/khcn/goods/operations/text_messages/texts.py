"""What a text message says: it fits in three parts, names the goods and the lot, and leads to the page where one answers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import gettext as _

from khcn.goods.models import RecallNotice
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.fold import strip_diacritics
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.text.normal_forms import normal_form

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PARTS: Final = 3
# Letters of a message alone, and of each part of a longer one (3GPP TS 23.038, 23.040): 7 bits each, or 16 where there are diacritics.
_PLAIN: Final = (160, 153)
_WIDE: Final = (70, 67)
_OTHER_SIGNS: Final = str.maketrans(
    {
        "“": '"', "”": '"', "‘": "'", "’": "'", "`": "'", "–": "-", "—": "-", "…": "...", "×": "x", "·": "-",
        # each takes the place of two letters
        "[": "(", "]": ")", "{": "(", "}": ")", "\\": "/", "^": " ", "|": "/",
    }
)  # fmt: skip
_ADDRESSES: Final = re.compile(r"\S*://\S*|\bwww\.\S*|\b\d+(?:\.\d+){3,}\S*", re.IGNORECASE)
_TELEPHONES: Final = re.compile(r"(?<![\w.])(?:\+?84|0|1[89]00)(?:[\s.()-]{0,2}\d){4,10}(?!\w)")
_DOT_BEFORE_LETTER: Final = re.compile(r"(?<=\w)\.(?=[^\W\d_])")
_OTHER_DOTS: Final = str.maketrans("。‧∙⋅", "....")  # a telephone reads some of them as the dot of an address


class TooLongError(ValueError):
    """The address of this installation leaves no room for the words."""


def link_of(notice: RecallNotice) -> str:
    """The page where one reads a notice and answers it: mails and text messages lead to the same."""
    return f"{settings.PUBLIC_URL}{register_of(RecallNotice).detail_url(notice.pk)}"


@in_vietnamese
def text_of(notice: RecallNotice, *, is_ending: bool) -> str:
    """The words to one party, as full as there is room for. Raises ``TooLongError``."""
    gateway = settings.SMS_GATEWAY
    goods = _goods(notice)
    for words in _ending_words(notice) if is_ending else _words(notice):
        for length in range(len(goods.name), min(len(goods.name), words.shortest_name) - 1, -1):
            text = _line(words.around(goods, length, link_of(notice)))
            if gateway is not None and not gateway.with_diacritics:
                text = without_diacritics(text)
            if parts_of(text) <= MOST_PARTS:
                return text
    raise TooLongError


def parts_of(text: str) -> int:
    """In how many parts a text is sent."""
    length = len(text.encode("utf-16-le")) // 2
    alone, each = _PLAIN if text.isascii() else _WIDE
    return 1 if length <= alone else math.ceil(length / each)


def without_diacritics(text: str) -> str:
    """The same in letters that have 7 bits: capitals stay, and what has no such letter is left out."""
    letters = []
    for letter in normal_form("NFC", text).translate(_OTHER_SIGNS):
        plain = letter if letter.isascii() else strip_diacritics(letter)
        if letter != plain and letter.isupper():
            plain = plain.upper()
        letters.append(plain if plain.isascii() else "")
    return _line("".join(letters))


def _line(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in normal_form("NFC", text))
    return " ".join(shown.split())


@dataclass(frozen=True, slots=True)
class _Goods:
    name: str  # of the first, which may be cut
    lot: str  # its number, with what stands before it
    others: int


@dataclass(frozen=True, slots=True)
class _Words:
    head: str
    ask: str
    is_short: bool = False

    @property
    def shortest_name(self) -> int:
        """How many letters of the name stay at least."""
        return 4 if self.is_short else 12

    def around(self, goods: _Goods, length: int, link: str) -> str:
        """The whole text, with so many letters of the name of the goods."""
        name = goods.name if length == len(goods.name) else f"{goods.name[:length].rstrip()}…"
        more = ""
        if goods.others:
            words = _("và %(count)d lô khác") % {"count": goods.others}
            more = f", +{goods.others}" if self.is_short else f" {words}"
        return f"{self.head}: {name}{goods.lot}{more}. {self.ask} {link} {self._whom_to_call()}"

    def _whom_to_call(self) -> str:
        number = settings.DEPARTMENT_TELEPHONE
        if not number:
            return _("Hỏi Sở KH&CN.")
        return (_("Gọi %(number)s") if self.is_short else _("Gọi Sở KH&CN: %(number)s")) % {"number": number}


def _goods(notice: RecallNotice) -> _Goods:
    """Names are those that producers gave to their goods and lots: one that holds an address or a telephone number must not lead
    anybody there in the name of the department.
    """
    lots = list(notice.lots.order_by("pk"))
    name = _TELEPHONES.sub(" ", _plain_signs(lots[0].lot_name if lots else notice.goods))
    number = _without_addresses(_plain_signs(lots[0].lot_number), "-") if lots else ""
    lot = f", {_('lô %(lot)s') % {'lot': _line(number)}}" if lots else ""
    return _Goods(_line(_without_addresses(name, " ")), lot, max(0, len(lots) - 1))


def _plain_signs(text: str) -> str:
    """The same with dots and digits that look like no others."""
    return normal_form("NFKC", text).translate(_OTHER_DOTS)


def _without_addresses(text: str, separator: str) -> str:
    """What would be an address is none; the page of the notice shows it as it is."""
    return _DOT_BEFORE_LETTER.sub(separator, _ADDRESSES.sub(" ", text))


def _words(notice: RecallNotice) -> Iterator[_Words]:
    """From the fullest words to the shortest: where there is little room, the page of the notice says the rest."""
    by = "" if notice.answer_by is None else format_date(notice.answer_by)
    if notice.is_drill:
        head = _("DIỄN TẬP THU HỒI, không phải thật")
        if by:
            yield _Words(head, _("Đếm hàng còn giữ, trả lời chậm nhất %(day)s:") % {"day": by})
        yield _Words(head, _("Đếm hàng còn giữ, trả lời tại:"))
        yield _Words(_("DIỄN TẬP THU HỒI"), _("Trả lời:"), is_short=True)
        return
    head = _("THU HỒI")
    if by:
        text = _("Ngừng bán, giao, dùng; đếm hàng còn giữ, trả lời chậm nhất %(day)s:")
        yield _Words(head, text % {"day": by})
    yield _Words(head, _("Ngừng bán, giao, dùng; trả lời tại:"))
    yield _Words(head, _("Ngừng bán, trả lời:"), is_short=True)


def _ending_words(notice: RecallNotice) -> Iterator[_Words]:
    head = _("KẾT THÚC DIỄN TẬP THU HỒI") if notice.is_drill else _("KẾT THÚC THU HỒI")
    if not notice.is_drill:
        yield _Words(head, _("Xem lô nào được bán, dùng lại tại:"))
    yield _Words(head, _("Xem tại:"))
    yield _Words(head, _("Xem:"), is_short=True)
