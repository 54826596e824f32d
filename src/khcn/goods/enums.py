"""Choices of places, products and entries of the diary, and the codes that stand for them in events."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LocationKind(models.TextChoices):
    """What a place is used for."""

    GROWING = "growing", _("Vùng trồng, nuôi")
    PROCESSING = "processing", _("Xưởng chế biến, đóng gói")
    WAREHOUSE = "warehouse", _("Kho")
    SHOP = "shop", _("Cửa hàng")


class TradeUnit(models.TextChoices):
    """Units in which goods are counted or weighed: the codes of UN/ECE Recommendation 20 that EPCIS asks for."""

    KILOGRAM = "KGM", _("kg")
    TONNE = "TNE", _("tấn")
    GRAM = "GRM", _("g")
    LITRE = "LTR", _("lít")
    PIECE = "H87", _("cái, con, cây")
    PACKET = "PA", _("gói")
    BAG = "BG", _("bịch, túi")
    BOTTLE = "BO", _("chai")


PACKED: Final = frozenset({TradeUnit.PACKET, TradeUnit.BAG, TradeUnit.BOTTLE})
"""Units of goods that come out of packing: nothing is harvested or dried by the packet."""


class EntryKind(models.TextChoices):
    """What was done with a lot."""

    HARVEST = "harvest", _("Thu hoạch, làm ra")
    USE = "use", _("Dùng làm nguyên liệu cho lô khác")
    MAKE = "make", _("Chế biến ra từ nguyên liệu")
    WORK = "work", _("Trồng, chăm sóc, sơ chế")
    CHECK = "check", _("Kiểm tra chất lượng")
    SHIP = "ship", _("Giao hàng")
    RECEIVE = "receive", _("Nhận hàng")
    SELL = "sell", _("Bán lẻ")
    DESTROY = "destroy", _("Tiêu hủy")


ADDS: Final = frozenset({EntryKind.HARVEST, EntryKind.MAKE, EntryKind.RECEIVE})
"""Kinds that bring goods into a lot."""

MAKES: Final = ADDS - {EntryKind.RECEIVE}
"""Those of them by which goods come into being: into lots of who makes them, never into one that came from another party."""

TAKES: Final = frozenset({EntryKind.USE, EntryKind.SHIP, EntryKind.SELL, EntryKind.DESTROY})
"""Kinds that take goods out of it. Work and a check do neither."""

NEEDS_NO_AMOUNT: Final = frozenset({EntryKind.WORK, EntryKind.CHECK})
"""Kinds that may be of the whole lot, whatever is in it."""


PRIVATE_PICTURES: Final = frozenset({EntryKind.SHIP, EntryKind.RECEIVE, EntryKind.SELL})
"""Kinds whose photographs the public never sees: they are of invoices, prices, vehicles and the faces of buyers."""

HAS_OWN_STEP: Final = frozenset({EntryKind.SHIP, EntryKind.RECEIVE, EntryKind.SELL, EntryKind.DESTROY})
"""Kinds whose business step says where goods are: recalls and holders read it, so a process gives them no other."""

COUNTED: Final = frozenset({TradeUnit.PIECE, TradeUnit.PACKET, TradeUnit.BAG, TradeUnit.BOTTLE})
"""Units that count things: events say the number alone (EPCIS 2.0, 7.3.3.3: no unit of measure)."""


class StepMakes(models.TextChoices):
    """Of which lots of its group of goods a step makes the goods; in the others it is work, and no amount of it comes into the lot."""

    ALL = "all", _("Mọi lô của nhóm hàng")
    LOOSE = "loose", _("Lô nguyên liệu, hàng rời")
    PACKED = "packed", _("Lô hàng đóng gói (gói, túi, chai)")


class BusinessStep(models.TextChoices):
    """What a step of a process is called in events: words of the CBV (2.0, 7.1), and of farms and workshops, which it does not have."""

    PLANTING = "planting", _("Trồng")
    SOWING = "sowing", _("Gieo hạt")
    GROWING = "growing", _("Chăm sóc")
    FERTILIZING = "fertilizing", _("Bón phân")
    SPRAYING = "spraying", _("Phun thuốc bảo vệ thực vật")
    FEEDING = "feeding", _("Cho ăn")
    VACCINATING = "vaccinating", _("Tiêm phòng")
    HARVESTING = "harvesting", _("Thu hoạch")
    SLAUGHTERING = "slaughtering", _("Giết mổ")
    SORTING = "sorting", _("Phân loại")
    WASHING = "washing", _("Rửa sạch")
    MILLING = "milling", _("Nghiền, xay")
    DRYING = "drying", _("Phơi, sấy")
    FERMENTING = "fermenting", _("Ủ, lên men")
    PROCESSING = "processing", _("Chế biến")
    LABELLING = "labelling", _("Dán nhãn")
    PACKING = "packing", _("Đóng gói")
    STORING = "storing", _("Lưu kho")
    INSPECTING = "inspecting", pgettext_lazy("business step", "Kiểm tra chất lượng")
    SAMPLING = "sampling", _("Lấy mẫu")


class ProductCertificateKind(models.TextChoices):
    """Kinds of certificates and marks of goods."""

    VIETGAP = "vietgap", _("VietGAP")
    ORGANIC = "organic", _("Hữu cơ")
    HACCP = "haccp", _("HACCP, ISO 22000")
    OCOP_3 = "ocop3", _("OCOP 3 sao")
    OCOP_4 = "ocop4", _("OCOP 4 sao")
    OCOP_5 = "ocop5", _("OCOP 5 sao")
    INDICATION = "gi", _("Quyền sử dụng chỉ dẫn địa lý")
    CONFORMITY = "conform", _("Công bố hợp quy, hợp chuẩn")
    TEST = "test", _("Phiếu thử nghiệm")
    OTHER = "other", _("Chứng nhận khác")


class FeedbackKind(models.TextChoices):
    """What somebody says of goods in the hand and the page of their label."""

    RIGHT = "right", _("Đúng hàng")
    OTHER = "other", _("Hàng khác với trang")
    FAKE = "fake", _("Nghi hàng giả")
    BAD = "bad", _("Hàng kém, hỏng")


BEFORE_LOT: Final = frozenset({EntryKind.WORK, EntryKind.HARVEST})
"""Kinds that may be of days before the one on which a lot was made."""

MOVES: Final = TAKES - {EntryKind.DESTROY}
"""Kinds by which goods go on to somebody else or into other goods: those of a recall may not."""


class PartyFindingKind(models.TextChoices):
    """What the department looks at in the reports of a party."""

    STALE = "stale", _("Lâu không báo")
    NOT_READY = "not_ready", _("Lô chưa công bố")
    BEFORE_MADE = "before_made", _("Giao, bán trước khi làm ra")
    TOO_MUCH = "too_much", _("Ra nhiều hơn vào")
    NEVER_MADE = "never_made", _("Đóng gói mà chưa làm ra")
    UNSETTLED = "unsettled", _("Giao nhận chưa xong")
    COPIED = "copied", _("Nhãn có thể bị sao chép")


class CopyVerdict(models.TextChoices):
    """What an official says of a code that was looked up in many places."""

    COPY = "copy", _("Đúng là nhãn sao chép: trang của mã vẫn cảnh báo")
    GENUINE = "genuine", _("Không phải sao chép: trang của mã thôi cảnh báo")


class RecallStart(models.TextChoices):
    """With what a recall begins."""

    LOT = "lot", _("Một lô, kể cả lô nguyên liệu")
    PLACE = "place", _("Một địa điểm trong những ngày")
    ITEM = "item", _("Một sản phẩm làm trong những ngày")
    CODE = "code", _("Một mã truy xuất bất kỳ")


class LabelLayout(models.TextChoices):
    """How labels lie on what they are printed on: columns, rows, width and height of a label in millimetres (`SIZES`)."""

    SHEET_24 = "a4_24", _("Giấy A4, 24 nhãn 70 × 37 mm")
    SHEET_8 = "a4_8", _("Giấy A4, 8 nhãn 105 × 74 mm")
    ROLL = "roll", _("Cuộn, nhãn 60 × 40 mm")
    ROLL_SMALL = "roll5030", _("Cuộn, nhãn 50 × 30 mm")
    ROLL_HIGH = "roll4060", _("Cuộn, nhãn dọc 40 × 60 mm")


SIZES: Final = {
    LabelLayout.SHEET_24: (3, 8, 70, 37),
    LabelLayout.SHEET_8: (2, 4, 105, 74),
    LabelLayout.ROLL: (1, 1, 60, 40),
    LabelLayout.ROLL_SMALL: (1, 1, 50, 30),
    LabelLayout.ROLL_HIGH: (1, 1, 40, 60),
}

SHEETS: Final = frozenset({LabelLayout.SHEET_24, LabelLayout.SHEET_8})
"""Those on paper of A4; of the others each label is a page, as printers of labels ask for."""


class OutboxKind(models.TextChoices):
    """What a message tells the national portal about a lot."""

    PUBLISH = "publish", _("Công bố")
    CHANGE = "change", _("Thay đổi, đính chính")
    WITHDRAW = "withdraw", _("Ngừng công bố")
    RECALL = "recall", _("Thu hồi")


class OutboxStatus(models.TextChoices):
    """Where a message is on its way to the national portal."""

    LACKING = "lacking", _("thiếu dữ liệu, chưa gửi")
    WAITING = "waiting", _("chờ gửi")
    SENDING = "sending", _("đang gửi, chưa rõ kết quả")
    RETRY = "retry", _("chờ gửi lại")
    SENT = "sent", _("Cổng quốc gia đã nhận")
    REFUSED = "refused", _("Cổng quốc gia từ chối")
    REPLACED = "replaced", _("đã có tin mới thay")
    CANCELLED = "cancelled", _("không gửi nữa")


TO_SEND: Final = frozenset({OutboxStatus.WAITING, OutboxStatus.SENDING, OutboxStatus.RETRY})
"""Of messages whose turn comes, or that are on their way."""

REPLACEABLE: Final = TO_SEND | {OutboxStatus.LACKING, OutboxStatus.REFUSED}
"""Of messages that a newer one of their lot puts an end to."""


class AttemptOutcome(models.TextChoices):
    """What became of one time that a message was sent."""

    UNKNOWN = "unknown", _("chưa rõ: bị ngắt giữa chừng")
    ACCEPTED = "accepted", _("đã nhận")
    REFUSED = "refused", _("từ chối")
    NO_ENTRY = "no_entry", _("không nhận khóa của cơ sở")
    FAILED = "failed", _("không gửi được, sẽ gửi lại")


class SmsStatus(models.TextChoices):
    """What became of the text message about a notice of a recall; empty where none was asked for."""

    WAITING = "waiting", _("chờ gửi")
    SENT = "sent", _("đã gửi")
    REFUSED = "refused", _("bị từ chối")
    FAILED = "failed", _("không gửi được")
    NO_NUMBER = "no_number", _("không có số di động")
    NOT_NEEDED = "not_needed", _("không cần gửi nữa")


SMS_ADVICE: Final = {
    "": _("Chưa nhắn tin cho bên này. Bấm “Gửi tin nhắn SMS”, hoặc gọi điện."),
    SmsStatus.WAITING: _("Hệ thống tự gửi và tự gửi lại trong 24 giờ. Việc gấp thì gọi điện ngay."),
    SmsStatus.REFUSED: _(
        "Gọi điện rồi bấm “Ghi đã báo qua điện thoại”. Lý do từ chối đã hết thì bấm “Gửi tin nhắn SMS”."
    ),
    SmsStatus.FAILED: _(
        "Gọi điện rồi bấm “Ghi đã báo qua điện thoại”; báo người vận hành máy chủ xem cổng tin nhắn. Cổng chạy lại thì bấm “Gửi tin nhắn SMS”."
    ),
    SmsStatus.NO_NUMBER: _(
        "Hỏi số di động, ghi vào ô điện thoại của tổ chức rồi bấm “Gửi tin nhắn SMS”; hoặc gọi điện, gửi công văn."
    ),
}
"""What officials do about each state of a text message."""


class LogisticKind(models.TextChoices):
    """What goods are packed into for the way to a buyer."""

    BOX = "box", _("Thùng")
    BALE = "bale", _("Kiện")
    PALLET = "pallet", _("Pallet")
