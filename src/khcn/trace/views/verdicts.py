"""The verdict on goods, first on their page: in a few words whether to use them, then in a sentence why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.trace.queries.page_notices import Notice
from khcn.trace.views.public_words import NoticeText, iso_day, notices_of

if TYPE_CHECKING:
    from khcn.trace.queries.page_contents import PublicGoods

_OF_LABELS: Final = (Notice.VOID_LABEL, Notice.UNKNOWN_LABEL)


def verdicts(page: PublicGoods) -> list[NoticeText]:
    """The verdict, then what else there is to warn of, each with its few words."""
    found = [
        text._replace(words=_few_words(notice))
        for notice, text in zip(page.notices, notices_of(page), strict=True)
    ]
    return found if set(page.notices) - {Notice.ILLUSTRATIVE} else [_without_warning(page), *found]


def warning_of_label(page: PublicGoods) -> str:
    """That the label does not count, in a few words; "" where nothing is known against it."""
    return next((_few_words(each) for each in page.notices if each in _OF_LABELS), "")


def _without_warning(page: PublicGoods) -> NoticeText:
    """Of goods of which nothing is wrong: good where their maker is confirmed and tells their journey."""
    if not (page.lot or page.serial):
        text = _("Mã này là của sản phẩm, chưa nêu lô. Hãy quét mã trên nhãn, hoặc gõ thêm số lô.")
        return NoticeText(text, is_strong=False, words=_("Mã sản phẩm"))
    if not (page.producer and page.steps):
        text = _("Chưa bên nào được xác nhận là nhà sản xuất của mã này. Hãy hỏi nơi bán.")
        return NoticeText(text, is_strong=False, words=_("Chưa xác nhận nhà sản xuất"))
    if page.expires_on:
        text = _("Hàng có trong dữ liệu của nhà sản xuất, không bị thu hồi, còn hạn sử dụng đến %(day)s.")
        words = _("Mã đúng, còn hạn sử dụng")
        return NoticeText(
            text % {"day": iso_day(page.expires_on)}, is_strong=False, words=words, is_good=True
        )
    text = _("Hàng có trong dữ liệu của nhà sản xuất, không bị thu hồi.")
    return NoticeText(text, is_strong=False, words=_("Mã đúng"), is_good=True)


def _few_words(notice: Notice) -> str:
    return {
        Notice.RECALLED: _("Đang bị thu hồi"),
        Notice.PARTLY_RECALLED: _("Một phần đang bị thu hồi"),
        Notice.HOLDS_RECALLED: _("Có hàng bị thu hồi bên trong"),
        Notice.PARTS_RECALLED: _("Có lô đang bị thu hồi"),
        Notice.EXPIRED: _("Đã hết hạn sử dụng"),
        Notice.UNREAD_EXPIRY: _("Chưa rõ hạn sử dụng"),
        Notice.STOLEN: _("Đã báo mất cắp"),
        Notice.DESTROYED: _("Đã báo tiêu hủy"),
        Notice.UNFIT: _("Đã báo không dùng được"),
        Notice.PARTLY_UNFIT: _("Một phần đã báo không dùng được"),
        Notice.INACTIVE: _("Mã đã ngừng dùng"),
        Notice.VOID_LABEL: _("Nhãn đã hủy"),
        Notice.UNKNOWN_LABEL: _("Nhãn không có trong sổ in"),
        Notice.COPIED: _("Có thể là nhãn sao chép"),
        Notice.PARTS_CUT: _("Chưa đọc hết thông báo thu hồi"),
        Notice.RECALLS_CUT: _("Chưa đọc hết thông báo thu hồi"),
        Notice.UNKNOWN_SERIAL: _("Chưa rõ nguồn gốc"),
        Notice.UNREPORTED_SERIAL: _("Chưa rõ nguồn gốc"),
        Notice.UNREPORTED_LOT: _("Chưa rõ nguồn gốc"),
        Notice.UNKNOWN_LOT: _("Không có trong hệ thống"),
        Notice.OTHER_LOT: _("Nhãn không khớp"),
        Notice.NO_HISTORY: _("Chưa có hành trình"),
        Notice.UNPUBLISHED: _("Chưa công bố"),
    }.get(notice, "")
