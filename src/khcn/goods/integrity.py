"""What must be so of the records of producers, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import MAKES, NEEDS_NO_AMOUNT, EntryKind
from khcn.goods.models import (
    GoodsRecall,
    Lot,
    LotEntry,
    Package,
    PackageLine,
    RecallNotice,
    RecallNoticeLot,
    Shipment,
)
from khcn.goods.workflow import (
    ANSWERED,
    ARRIVED,
    COMING,
    HANDED_OVER,
    ON_ITS_WAY,
    OPENED,
    PACKED,
    RECALLED,
    TAKEN_BACK,
    TURNED_AWAY,
    UNPACKED,
)
from khcn.kernel.integrity_rules import Moment, integrity_rule

if TYPE_CHECKING:
    from django.db.models import QuerySet

ENTER_AGAIN: Final = _("Mở mục nhật ký, bấm “Báo ghi sai” rồi ghi lại mục đúng.")
OUTSIDE: Final = _("Báo người quản trị: kiện này không ghi bằng các nút của chương trình.")
_OPEN_LINE: Final = Q(taken_out_on__isnull=True, wrong_on__isnull=True)


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


@integrity_rule(
    "goods.packed_more_than_lot",
    _("Thùng, kiện còn ở cơ sở chứa nhiều hơn số lô có"),
    explanation=_("Hàng trong thùng vẫn là của lô; đóng nhiều hơn số có thì tem ghi hàng không có thật."),
    remedy=_("Mở lô, đối chiếu thùng với kho; dỡ thùng không có, hoặc báo ghi sai dòng đóng sai."),
)
def packed_more_than_lot(_now: Moment) -> QuerySet[Lot]:
    lines = PackageLine.objects.filter(_OPEN_LINE, lot=OuterRef("pk"), package__state=PACKED)
    packed = lines.order_by().values("lot").annotate(total=Sum("amount")).values("total")
    return Lot.objects.with_amount().filter(Exists(lines), Q(("amount__lt", Subquery(packed))))


def _lines_around() -> QuerySet[PackageLine]:
    return PackageLine.objects.filter(_OPEN_LINE, inner=OuterRef("pk"))


@integrity_rule(
    "goods.package_in_two",
    _("Kiện nằm trong hai kiện, hoặc nơi xếp khác với dòng hàng của kiện bên ngoài"),
    explanation=_("Một kiện mỗi lúc chỉ nằm trong một kiện; sai thì giao một kiện mà hàng đi hai nơi."),
    remedy=OUTSIDE,
)
def package_in_two(_now: Moment) -> QuerySet[Package]:
    many = _lines_around().order_by().values("inner").annotate(many=Count("pk")).filter(many__gt=1)
    there = _lines_around().filter(package=OuterRef("inside"))
    return Package.objects.filter(
        Exists(many)
        | Q(inside__isnull=True) & Exists(_lines_around())
        | Q(inside__isnull=False) & ~Exists(there)
    )


@integrity_rule(
    "goods.package_in_itself",
    _("Kiện nằm trong chính nó"),
    explanation=_(
        "Kiện trong kiện có đầu có cuối; kiện nằm trong kiện bên trong nó thì không giao, không dỡ được."
    ),
    remedy=OUTSIDE,
)
def package_in_itself(_now: Moment) -> QuerySet[Package]:
    """At up to three steps: a crate, a bale, a pallet."""
    own = F("pk")
    return Package.objects.filter(Q(inside=own) | Q(inside__inside=own) | Q(inside__inside__inside=own))


@integrity_rule(
    "goods.package_of_two_producers",
    _("Thùng, kiện có hàng, kiện hoặc địa điểm của cơ sở khác"),
    explanation=_("Cơ sở chỉ đóng hàng của mình, ở nơi của mình; sai thì hàng đi dưới tên cơ sở khác."),
    remedy=OUTSIDE,
)
def package_of_two_producers(_now: Moment) -> QuerySet[PackageLine]:
    owner = F("package__organisation")
    return PackageLine.objects.filter(
        ~Q(location__organisation=owner)
        | Q(lot__isnull=False) & ~Q(lot__item__organisation=owner)
        | Q(inner__isnull=False) & ~Q(inner__organisation=owner)
    )


@integrity_rule(
    "goods.package_sent_without_event",
    _("Kiện đã giao mà không có ngày giao, sự kiện giao, hoặc ngược lại"),
    explanation=_("Kiện giao đi có ngày, bên nhận và sự kiện; rút chuyến giao thì báo sai chính sự kiện ấy."),
    remedy=OUTSIDE,
)
def package_sent_without_event(_now: Moment) -> QuerySet[Package]:
    """The event is that of the outermost package; one that is at its packer has none."""
    unsent = Q(sent_on__isnull=True) | Q(receiver__isnull=True)
    without = Q(inside__isnull=True) & (Q(sent_event__isnull=True) | Q(sent_at__isnull=True))
    left = Q(sent_on__isnull=False) | Q(sent_event__isnull=False) | Q(receiver__isnull=False)
    return Package.objects.filter(
        Q(state__in=(ON_ITS_WAY, HANDED_OVER, TURNED_AWAY)) & (unsent | without)
        | Q(state__in=(PACKED, UNPACKED)) & left
    )


@integrity_rule(
    "goods.package_days",
    _("Kiện nhận mà chưa giao, dỡ mà không có ngày, hoặc các ngày trái thứ tự"),
    explanation=_(
        "Đóng rồi mới giao, giao rồi mới nhận; dỡ thì có ngày dỡ. Trái thứ tự là một trong các ngày sai."
    ),
    remedy=OUTSIDE,
)
def package_days(_now: Moment) -> QuerySet[Package]:
    order = (
        Q(sent_on__lt=F("packed_on")) | Q(received_on__lt=F("sent_on")) | Q(unpacked_on__lt=F("packed_on"))
    )
    received = Q(state=HANDED_OVER, received_on__isnull=True) | ~Q(state=HANDED_OVER) & Q(
        received_on__isnull=False
    )
    unpacked = Q(state=UNPACKED, unpacked_on__isnull=True) | ~Q(state=UNPACKED) & Q(unpacked_on__isnull=False)
    return Package.objects.filter(order | received | unpacked)


@integrity_rule(
    "goods.inner_package_apart",
    _("Kiện bên trong có tình trạng, bên nhận, ngày khác kiện bên ngoài"),
    explanation=_("Kiện bên trong đi cùng kiện bên ngoài; khác nhau thì một kiện vừa ở nhà vừa đang đi."),
    remedy=OUTSIDE,
)
def inner_package_apart(_now: Moment) -> QuerySet[Package]:
    others = ~Q(state=F("inside__state"))
    for name in ("receiver", "sent_on", "received_on"):
        is_none, outer = Q((f"{name}__isnull", True)), Q((f"inside__{name}__isnull", True))
        others |= ~Q((name, F(f"inside__{name}"))) & ~(is_none & outer)
    return Package.objects.filter(others, inside__isnull=False)


@integrity_rule(
    "goods.package_unlike_shipments",
    _("Kiện đang giao mà không còn chuyến hàng nào chờ trả lời, hoặc ngược lại"),
    explanation=_("Bên nhận trả lời từng chuyến hàng của kiện; trả lời hết thì kiện thôi “đang giao”."),
    remedy=OUTSIDE,
)
def package_unlike_shipments(_now: Moment) -> QuerySet[Package]:
    coming = Exists(Shipment.objects.filter(package=OuterRef("pk"), state=COMING))
    return Package.objects.filter(
        Q(state=ON_ITS_WAY, inside__isnull=True) & ~coming | ~Q(state=ON_ITS_WAY) & coming
    )
