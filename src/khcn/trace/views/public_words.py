"""The words of the public pages: notices, recalls and times, in the language of the request."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import digital_link
from khcn.epcis.ids.digital_link import LENIENT
from khcn.trace.queries.names.display_names import display_text
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.recalls.public_recalls import is_of_contents
from khcn.trace.queries.recalls.recall_terms import Rank, RecallScope
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.views.label_address import text_on_label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from khcn.trace.queries.page_contents import PublicGoods
    from khcn.trace.queries.recalls.public_recalls import PageRecalls, PublicRecall
    from khcn.trace.queries.recalls.recalled_inputs import RecalledInputs

MOST_RECALLS: Final = 10
_DAY_PARTS: Final = 3
MOST_PAGES: Final = 50
"""So many other pages with recalled ingredients are named one by one."""

_OF_RECALLS: Final = frozenset({Notice.RECALLED, Notice.PARTLY_RECALLED, Notice.HOLDS_RECALLED})
_STRONG: Final = _OF_RECALLS | {
    Notice.PARTS_RECALLED,
    Notice.EXPIRED,
    Notice.STOLEN,
    Notice.DESTROYED,
    Notice.UNFIT,
    Notice.PARTLY_UNFIT,
    Notice.INACTIVE,
    Notice.VOID_LABEL,
    Notice.UNKNOWN_LABEL,
    Notice.COPIED,
    Notice.PARTS_CUT,
    Notice.RECALLS_CUT,
    Notice.OTHER_LOT,
}


class NoticeText(NamedTuple):
    """A notice at the top of a page, with further lines; `words`: the same in a few words, where it has them."""

    text: str
    is_strong: bool
    lines: tuple[str, ...] = ()
    words: str = ""
    is_good: bool = False


def page_language() -> str:
    """The language of the page: vi or en."""
    return get_language() or "vi"


def moment(at: datetime) -> str:
    """A local time for people."""
    return f"{at:%d/%m/%Y, %H:%M}" if page_language() == "vi" else f"{at:%Y-%m-%d, %H:%M}"


def iso_minute(at: datetime) -> str:
    """A local time for programs, to the minute; in UTC where the offset of a time long ago has seconds, which RFC 3339 cannot write."""
    offset = at.utcoffset() or timedelta()
    exact = at.astimezone(UTC) if offset % timedelta(minutes=1) else at
    return exact.replace(second=0, microsecond=0).isoformat()


def day_of(at: datetime) -> str:
    """The day of a local time for people."""
    return f"{at:%d/%m/%Y}" if page_language() == "vi" else f"{at:%Y-%m-%d}"


def iso_day(text: str) -> str:
    """An ISO day in the format of the language; any other text as it is."""
    parts = text.split("-")
    if len(parts) != _DAY_PARTS or not all(part.isdigit() for part in parts):
        return text
    year, month, day = parts
    return f"{day}/{month}/{year}" if page_language() == "vi" else text


def notices_of(page: PublicGoods) -> list[NoticeText]:
    """The notices of a page, those of recalls with the recalls."""
    found = [_notice(notice) for notice in page.notices]
    lines, of_parts = _recall_lines(page.recalls), _recall_lines(page.recalls_of_parts)
    return [
        text._replace(lines=of_parts)
        if notice is Notice.PARTS_RECALLED
        else text._replace(lines=lines)
        if notice in _OF_RECALLS
        else text
        for notice, text in zip(page.notices, found, strict=True)
    ]


def package_notices(found: PageRecalls) -> list[NoticeText]:
    """The notices on the page of a package: that it is recalled, or what is in it, and that recalls may be missing."""
    text = _("Kiện này đang bị THU HỒI. Không dùng hàng trong kiện; liên hệ nơi bán hoặc nhà sản xuất.")
    if is_of_contents(found.recalls):
        text = _notice(Notice.HOLDS_RECALLED).text
    notices = [NoticeText(text, True, _recall_lines(found.recalls))] if found.recalls else []
    return notices if found.is_whole else [*notices, _notice(Notice.RECALLS_CUT)]


class InputRecalls(NamedTuple):
    """What a page says of recalled ingredients: sentences, and the numbers of other pages with how many are there."""

    here: str = ""
    elsewhere: str = ""
    pages: tuple[tuple[int, str], ...] = ()
    further: str = ""

    @property
    def sentences(self) -> list[str]:
        """The same as sentences alone."""
        pages = ", ".join(text for _number, text in self.pages)
        return [one for one in (self.here, f"{self.elsewhere} {pages}" if pages else "", self.further) if one]


def input_recalls(found: RecalledInputs) -> InputRecalls:
    """How many ingredients are recalled, and where to see them."""
    count = sum(count for _page, count in found.elsewhere)
    here = _("Có %(count)d nguyên liệu trên trang này đang bị thu hồi, ghi ở các bước dưới đây.")
    elsewhere = _("Ở trang khác có %(count)d nguyên liệu đang bị thu hồi:")
    pages = [
        (page, _("trang %(page)d (%(count)d)") % {"page": page, "count": one})
        for page, one in found.elsewhere[:MOST_PAGES]
    ]
    further = []
    left = len(found.elsewhere) - len(pages)
    if left:
        further.append(_("Còn %(count)d trang khác có nguyên liệu đang bị thu hồi.") % {"count": left})
    if not found.is_whole:
        further.append(
            _(
                "Chưa kiểm tra hết nguyên liệu ở các trang khác nên có thể còn nguyên liệu đang bị thu hồi chưa nêu ở đây. Hãy xem từng "
                "trang, hoặc hỏi nhà sản xuất hay Sở Khoa học và Công nghệ."
            )
        )
    return InputRecalls(
        here % {"count": len(found.here)} if found.here else "",
        elsewhere % {"count": count} if count else "",
        tuple(pages),
        " ".join(further),
    )


def comments(notices: Sequence[NoticeText]) -> list[str]:
    """The notices with their lines, as sentences."""
    return [text for notice in notices for text in (notice.text, *notice.lines)]


def _recall_lines(recalls: Sequence[PublicRecall]) -> tuple[str, ...]:
    """A sentence about each recall."""
    lines = [_recall_line(one) for one in recalls[:MOST_RECALLS]]
    left = len(recalls) - len(lines)
    if left:
        lines.append(_("Còn %(count)d thông báo thu hồi khác.") % {"count": left})
    return tuple(lines)


def _recall_line(recall: PublicRecall) -> str:
    ranks = {
        Rank.AUTHORITY: _("cơ quan quản lý"),
        Rank.MAKER: _("nhà sản xuất"),
        Rank.HOLDER: _("bên giữ hàng"),
    }
    named = {"code": _text_of(recall.named)}
    in_package = (
        _("hàng trong mọi thùng của lô %(code)s")
        if is_lot(recall.named)
        else _("hàng trong mọi thùng của mặt hàng %(code)s")
        if is_product_class(recall.named)
        else _("hàng trong kiện %(code)s")
    )
    moved_here = (
        _("%(goods)s, nay một phần có thể ở trong kiện này")
        if recall.is_of_part
        else _("%(goods)s, nay ở trong kiện này")
    )
    what = {
        RecallScope.OBJECT: _("sản phẩm %(code)s"),
        RecallScope.LOT: _("lô %(code)s"),
        RecallScope.PRODUCT: _("mọi lô của mặt hàng %(code)s"),
        RecallScope.PACKAGE: in_package,
        RecallScope.FORMER_PACKAGE: moved_here % {"goods": in_package},
        RecallScope.CONTENTS: (
            _("lô %(code)s, có trong kiện này")
            if is_lot(recall.named)
            else _("mọi lô của mặt hàng %(code)s, có trong kiện này")
            if is_product_class(recall.named)
            else _("%(code)s, có trong kiện này")
        ),
    }[recall.scope] % named
    who = recall.party or _("một cơ sở tham gia truy xuất")
    words = {
        "who": f"{who} ({ranks[recall.rank]})" if recall.rank else who,
        "what": what,
        "at": moment(recall.since),
        "reason": recall.reason or _("chưa ghi"),
    }
    return _("%(who)s thu hồi %(what)s từ %(at)s. Lý do: %(reason)s") % words


def _text_of(thing: str) -> str:
    """The text on a label of a thing by its canonical id; the id where it is no code of GS1."""
    try:
        return text_on_label(digital_link.parse(thing, LENIENT))
    except IdentifierError:
        return display_text(thing)


def _of_labels() -> dict[Notice, str]:
    return {
        Notice.COPIED: _(
            "Mã này chỉ có trên một sản phẩm mà đã được quét ở nhiều nơi khác nhau: nhãn có thể bị sao chép. Hãy so số sê-ri trên "
            "trang với số in trên nhãn, hỏi nơi bán, và báo Sở Khoa học và Công nghệ."
        ),
        Notice.VOID_LABEL: _(
            "Nhà sản xuất đã hủy nhãn này (nhãn hỏng, mất hoặc in thừa), nên hàng dán nhãn có thể không phải hàng thật. Không mua, "
            "không dùng; hãy báo nơi bán."
        ),
        Notice.UNKNOWN_LABEL: _(
            "Nhà sản xuất in số riêng trên từng nhãn của lô này và chưa in nhãn nào mang số này: nhãn có thể bị làm giả. So lại từng chữ "
            "với nhãn; nếu đúng như nhãn thì không mua, không dùng và báo nơi bán hoặc cơ quan quản lý thị trường."
        ),
    }


def _of_goods() -> dict[Notice, str]:
    """What was reported of the goods themselves, other than recalls."""
    return {
        Notice.EXPIRED: _("Hàng này đã quá hạn sử dụng ghi trong dữ liệu truy xuất. Không dùng, không bán."),
        Notice.UNREAD_EXPIRY: _(
            "Hạn sử dụng trong dữ liệu truy xuất không viết thành ngày, nên trang không biết hàng còn hạn hay không. Hãy xem hạn in "
            "trên bao bì."
        ),
        Notice.STOLEN: _(
            "Sản phẩm này đã được báo mất cắp. Không mua, không bán; báo cho nhà sản xuất hoặc cơ quan quản lý."
        ),
        Notice.DESTROYED: _(
            "Sản phẩm mang mã này đã được báo tiêu hủy. Nếu bạn có nó trong tay thì nhãn có thể bị làm giả: không dùng, báo cho nhà "
            "sản xuất hoặc cơ quan quản lý."
        ),
        Notice.UNFIT: _(
            "Nhà sản xuất, bên giữ hàng hoặc cơ quan quản lý đã báo hàng này không đạt yêu cầu, hư hỏng hoặc quá hạn. Không dùng, không "
            "bán; hãy hỏi nơi bán hoặc nhà sản xuất."
        ),
        Notice.PARTLY_UNFIT: _(
            "Nhà sản xuất hoặc cơ quan quản lý đã báo một phần hàng của lô này không đạt yêu cầu, hư hỏng, quá hạn hoặc mất cắp. Trước "
            "khi dùng hoặc bán, hãy hỏi nơi bán hoặc nhà sản xuất hàng của bạn có thuộc phần đó không."
        ),
        Notice.INACTIVE: _(
            "Mã này đã được báo ngừng dùng: hàng mang mã đã dùng hết hoặc đã loại bỏ. Nếu hàng còn trong tay bạn thì nhãn có thể bị dùng "
            "lại: không dùng, hãy hỏi nhà sản xuất hoặc cơ quan quản lý."
        ),
    }


def _notice(notice: Notice) -> NoticeText:
    texts = {
        **_of_labels(),
        **_of_goods(),
        Notice.RECALLED: _("Hàng này đang bị THU HỒI. Không dùng; liên hệ nơi bán hoặc nhà sản xuất."),
        Notice.PARTLY_RECALLED: _(
            "Một phần hàng của lô này đang bị THU HỒI: hàng ở trong kiện nêu dưới đây. Không dùng nếu hàng của bạn có thể ở trong "
            "kiện đó; liên hệ nơi bán hoặc nhà sản xuất."
        ),
        Notice.HOLDS_RECALLED: _(
            "Bên trong có hàng đang bị THU HỒI, nêu dưới đây. Không dùng hàng đó; liên hệ nơi bán hoặc nhà sản xuất."
        ),
        Notice.PARTS_RECALLED: _(
            "Có lô hoặc sản phẩm thuộc hàng này đang bị thu hồi, nêu dưới đây. So số lô và số sê-ri trên nhãn; nếu trùng thì không dùng "
            "và liên hệ nơi bán hoặc nhà sản xuất."
        ),
        Notice.PARTS_CUT: _(
            "Hàng này có quá nhiều thông báo thu hồi từng lô, từng sản phẩm nên trang không đọc hết; có thể còn thông báo không hiện ở "
            "đây. Hãy xem trang của lô ghi trên nhãn, hoặc hỏi Sở Khoa học và Công nghệ."
        ),
        Notice.RECALLS_CUT: _(
            "Hàng này ở trong quá nhiều kiện nên trang không đọc hết được các thông báo thu hồi kiện; có thể còn thông báo không hiện "
            "ở đây. Trước khi dùng hoặc bán, hãy hỏi nhà sản xuất hoặc Sở Khoa học và Công nghệ."
        ),
        Notice.UNKNOWN_SERIAL: _(
            "Chưa ai ghi nhận số sê-ri này. Có thể hàng mới sản xuất, hoặc nhãn không phải của nhà sản xuất. "
            "Hãy hỏi nơi bán hoặc nhà sản xuất."
        ),
        Notice.UNREPORTED_SERIAL: _(
            "Nhà sản xuất chưa khai số sê-ri này: nhãn có thể không phải của nhà sản xuất. Trang này gồm những gì bên khác ghi nhận "
            "về số sê-ri, và các bước của lô nếu nhãn ghi lô. Hãy hỏi nơi bán hoặc nhà sản xuất."
        ),
        Notice.UNREPORTED_LOT: _(
            "Nhà sản xuất chưa khai lô này: nhãn có thể không phải của nhà sản xuất. Trang này chỉ gồm những gì bên khác ghi nhận. "
            "Hãy hỏi nơi bán hoặc nhà sản xuất."
        ),
        Notice.UNKNOWN_LOT: _(
            "Chưa có dữ liệu truy xuất cho lô này. Có thể lô mới sản xuất, hoặc nhãn không phải của nhà sản xuất. "
            "Hãy hỏi nơi bán hoặc nhà sản xuất."
        ),
        Notice.OTHER_LOT: _(
            "Theo dữ liệu của nhà sản xuất, số sê-ri này không thuộc lô ghi trên nhãn. "
            "Hãy kiểm tra lại nhãn và hỏi nhà sản xuất."
        ),
        Notice.TOO_LONG: _("Nguyên liệu đến từ rất nhiều nguồn nên không hiện hết ở đây."),
        Notice.LACKS_STEPS: _(
            "Hàng này ở trong quá nhiều kiện hoặc có quá nhiều lần ghi nhận nên trang không hiện hết các bước."
        ),
        Notice.ILLUSTRATIVE: _("Dữ liệu minh họa, không phải hàng có thật."),
        Notice.UNPUBLISHED: _("Cơ sở sản xuất chưa công bố lô này. Hãy hỏi nơi bán hoặc nhà sản xuất."),
        Notice.NO_HISTORY: _("Chưa có bước nào của hành trình được nhà sản xuất ghi lại."),
    }
    return NoticeText(texts[notice], notice in _STRONG)
