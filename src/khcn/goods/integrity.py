"""What must be so of the records of producers, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import MAKES, NEEDS_NO_AMOUNT, EntryKind
from khcn.goods.models import GoodsRecall, Lot, LotEntry, RecallNotice, RecallNoticeLot, Shipment
from khcn.goods.workflow import ANSWERED, ARRIVED, OPENED, RECALLED, TAKEN_BACK
from khcn.kernel.integrity_rules import Moment, integrity_rule

if TYPE_CHECKING:
    from django.db.models import QuerySet

ENTER_AGAIN: Final = _("Mở mục nhật ký, bấm “Báo ghi sai” rồi ghi lại mục đúng.")


@integrity_rule(
    "goods.lot_below_nothing",
    _("Lô đã dùng, giao, bán, tiêu hủy nhiều hơn số có"),
    explanation=_("Hàng không thể ra nhiều hơn vào; có mục nhật ký thiếu hoặc sai số lượng."),
    remedy=_("Mở lô, đối chiếu nhật ký với sổ của cơ sở; báo ghi sai mục sai và ghi mục còn thiếu."),
)
def lot_below_nothing(_now: Moment) -> QuerySet[Lot]:
    return Lot.objects.with_amount().filter(Q(("amount__lt", 0)))


@integrity_rule(
    "goods.entry_without_amount",
    _("Mục nhật ký không có số lượng, hoặc không có số mục"),
    explanation=_(
        "Chỉ việc chăm sóc, sơ chế, kiểm tra mới không cần số lượng; mục nào cũng có số thứ tự trong lô."
    ),
    remedy=ENTER_AGAIN,
)
def entry_without_amount(_now: Moment) -> QuerySet[LotEntry]:
    return LotEntry.objects.filter(
        Q(amount__isnull=True) & ~Q(kind__in=NEEDS_NO_AMOUNT) | Q(ordinal__isnull=True)
    )


@integrity_rule(
    "goods.entry_of_two_producers",
    _("Mục nhật ký có địa điểm hoặc lô của cơ sở khác"),
    explanation=_("Nhật ký của lô chỉ nêu địa điểm và lô của chính cơ sở; sai thì hành trình sai nơi."),
    remedy=ENTER_AGAIN,
)
def entry_of_two_producers(_now: Moment) -> QuerySet[LotEntry]:
    owner = F("lot__item__organisation")
    return LotEntry.objects.filter(
        ~Q(location__organisation=owner) | Q(into__isnull=False) & ~Q(into__item__organisation=owner)
    )


@integrity_rule(
    "goods.superfluous_link",
    _("Mục nhật ký ghi lô được làm ra, bên nhận mà không phải việc đó"),
    explanation=_("Chỉ việc dùng làm nguyên liệu có lô được làm ra, chỉ việc giao hàng có bên nhận."),
    remedy=ENTER_AGAIN,
)
def superfluous_link(_now: Moment) -> QuerySet[LotEntry]:
    into = Q(into__isnull=False) & ~Q(kind=EntryKind.USE)
    return LotEntry.objects.filter(into | Q(receiver__isnull=False) & ~Q(kind=EntryKind.SHIP))


@integrity_rule(
    "goods.made_into_received_lot",
    _("Mục nhật ký ghi làm ra hàng trong lô nhận của bên khác"),
    explanation=_(
        "Hàng của bên khác chỉ vào lô qua chuyến hàng; ghi thêm thì giao, bán, in nhãn nhiều hơn số bên làm ra đã giao."
    ),
    remedy=_("Mở mục nhật ký, bấm “Báo ghi sai”, rồi ghi vào lô của chính cơ sở."),
)
def made_into_received_lot(_now: Moment) -> QuerySet[LotEntry]:
    made = Q(kind__in=MAKES) & ~Q(lot__source_path="")
    return LotEntry.objects.filter(
        made | Q(into__isnull=False) & ~Q(into__source_path=""), wrong_on__isnull=True
    )


@integrity_rule(
    "goods.wrong_without_reason",
    _("Mục nhật ký báo ghi sai mà không ghi ngày hoặc lý do"),
    explanation=_("Báo ghi sai có ngày và lý do; thiếu một trong hai là dữ liệu không ghi qua chương trình."),
    remedy=_("Báo người quản trị: mục này không ghi bằng nút “Báo ghi sai”."),
)
def wrong_without_reason(_now: Moment) -> QuerySet[LotEntry]:
    return LotEntry.objects.filter(
        Q(wrong_on__isnull=True) & ~Q(wrong_reason="") | Q(wrong_on__isnull=False, wrong_reason="")
    )


@integrity_rule(
    "goods.shipment_without_arrival",
    _("Chuyến hàng ghi đã nhận mà không có mục nhận hàng, hoặc ngược lại"),
    explanation=_("Đã nhận thì có mục nhật ký của bên nhận, ngày và số đếm được; chưa nhận thì không có."),
    remedy=_("Báo người quản trị: chuyến hàng này không ghi bằng nút “Xác nhận đã nhận”."),
)
def shipment_without_arrival(_now: Moment) -> QuerySet[Shipment]:
    missing = Q(arrival__isnull=True) | Q(received_on__isnull=True) | Q(received_amount__isnull=True)
    return Shipment.objects.filter(
        Q(state__in=ARRIVED) & missing | ~Q(state__in=(*ARRIVED, TAKEN_BACK)) & Q(arrival__isnull=False)
    )


@integrity_rule(
    "goods.recall_without_scope",
    _("Đợt thu hồi đã chốt phạm vi mà không có phạm vi"),
    explanation=_(
        "Chốt phạm vi thì ghi ngày và từng lô ở từng bên; thiếu là dữ liệu không ghi qua chương trình."
    ),
    remedy=_("Báo người quản trị: phạm vi này không ghi bằng nút “Chốt phạm vi”."),
)
def recall_without_scope(_now: Moment) -> QuerySet[GoodsRecall]:
    return GoodsRecall.objects.exclude(state=OPENED).filter(
        Q(scoped_on__isnull=True) | Q(stocks__pk__isnull=True)
    )


@integrity_rule(
    "goods.recall_without_decision",
    _("Đợt thu hồi đã phát thông báo mà không ghi quyết định"),
    explanation=_(
        "Thu hồi của cơ quan nhà nước dựa trên quyết định có số, ngày, người ký; diễn tập thì không cần."
    ),
    remedy=_("Mở đợt thu hồi, bấm “Trình quyết định thu hồi” và ghi theo quyết định đã ký."),
)
def recall_without_decision(_now: Moment) -> QuerySet[GoodsRecall]:
    missing = Q(decision_number="") | Q(decided_on__isnull=True) | Q(decision_signer="")
    return GoodsRecall.objects.filter(missing, is_drill=False, state=RECALLED)


@integrity_rule(
    "goods.answer_without_count",
    _("Thông báo thu hồi ghi đã xác nhận mà không có số đếm được"),
    explanation=_("Xác nhận thì ghi số còn giữ và ngày trả lời; đợt thu hồi cân đối theo các số này."),
    remedy=_("Mở thông báo, bấm “Trả lời, báo số còn giữ” và ghi số đếm được."),
)
def answer_without_count(_now: Moment) -> QuerySet[RecallNotice]:
    counted = RecallNoticeLot.objects.filter(notice=OuterRef("pk"), counted__isnull=False)
    return RecallNotice.objects.filter(state=ANSWERED).filter(~Exists(counted) | Q(answered_on__isnull=True))
