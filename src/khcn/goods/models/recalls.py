"""Recalls and drills of recalls: what they begin with, what goods are affected, and who was informed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import MOVES, EntryKind, RecallStart, TradeUnit
from khcn.goods.models.locations import Location
from khcn.goods.models.lots import Lot, LotEntry
from khcn.goods.models.packages import Package, PackageLine
from khcn.goods.models.trade_items import TradeItem
from khcn.goods.rules import LONGEST_LOT
from khcn.goods.workflow import (
    HANDED_OVER,
    NOTICE_FLOW,
    ON_ITS_WAY,
    PACKED,
    RECALL_FLOW,
    TURNED_AWAY,
)
from khcn.kernel.fields.kinds.amount import AmountField
from khcn.kernel.registers.record_model import Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_MOST_PACKAGES: Final = 20
"""Packages of one lot that a notice names by their numbers; of more it says how many."""


class GoodsRecall(Record):
    """A recall of goods (thu hồi), or a drill of one, from the suspicion to the numbers with which it is closed."""

    searched = ("code", "title")

    code = models.CharField(_("mã đợt thu hồi"), max_length=40)
    title = models.CharField(_("nội dung thu hồi"), max_length=300)
    is_drill = models.BooleanField(_("diễn tập"), default=False)
    reason = models.TextField(_("lý do, nguy cơ"))
    opened_on = models.DateField(_("ngày mở"), db_index=True)
    begins_with = models.CharField(_("truy từ"), max_length=8, choices=RecallStart.choices)
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, blank=True, related_name="recalls", verbose_name=_("lô hàng")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="recalls", verbose_name=_("địa điểm")
    )
    item = models.ForeignKey(
        TradeItem, models.PROTECT, null=True, blank=True, related_name="recalls", verbose_name=_("sản phẩm")
    )
    identifier = models.CharField(_("mã truy xuất"), max_length=200, blank=True)
    since_on = models.DateField(_("từ ngày"), null=True, blank=True)
    until_on = models.DateField(_("đến hết ngày"), null=True, blank=True)
    state = models.CharField(
        _("tình trạng thu hồi"),
        max_length=8,
        choices=RECALL_FLOW.choices(),
        default=RECALL_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    scoped_on = models.DateField(_("ngày chốt phạm vi"), null=True, blank=True, editable=False)
    paused_on = models.DateField(_("ngày tạm giữ hàng"), null=True, blank=True, editable=False)
    # What was done before that hour of the day is entered still; None of pauses of earlier releases.
    paused_at = models.DateTimeField(_("tạm giữ từ lúc"), null=True, blank=True, editable=False)
    pause_reason = models.TextField(_("lý do tạm giữ"), blank=True, default="", db_default="", editable=False)
    pause_approved_by = models.CharField(
        _("người duyệt tạm giữ"), max_length=150, blank=True, default="", db_default="", editable=False
    )
    pause_approved_on = models.DateField(_("ngày duyệt tạm giữ"), null=True, blank=True, editable=False)
    # The decision on which a recall by the authority rests; a drill has none.
    decision_number = models.CharField(
        _("số quyết định thu hồi"), max_length=60, blank=True, default="", db_default="", editable=False
    )
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True, editable=False)
    decision_issuer = models.CharField(
        _("cơ quan ban hành quyết định"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    decision_signer = models.CharField(
        _("người ký quyết định"), max_length=150, blank=True, default="", db_default="", editable=False
    )
    legal_basis = models.CharField(
        _("căn cứ pháp lý"), max_length=400, blank=True, default="", db_default="", editable=False
    )
    finish_by = models.DateField(_("hạn hoàn thành thu hồi"), null=True, blank=True, editable=False)
    submitted_by = models.CharField(
        _("người trình"), max_length=150, blank=True, default="", db_default="", editable=False
    )
    # Who approves is somebody else, whatever name they have.
    submitter = models.BigIntegerField(_("tài khoản người trình"), null=True, blank=True, editable=False)
    submitted_on = models.DateField(_("ngày trình"), null=True, blank=True, editable=False)
    approved_by = models.CharField(
        _("người duyệt thu hồi"), max_length=150, blank=True, default="", db_default="", editable=False
    )
    recalled_on = models.DateField(_("ngày thu hồi"), null=True, blank=True, editable=False, db_index=True)
    # The decision that ends a recall before its goods are gone, and who approved that; other ends have none.
    lift_number = models.CharField(
        _("số quyết định chấm dứt"), max_length=60, blank=True, default="", db_default="", editable=False
    )
    lift_decided_on = models.DateField(_("ngày quyết định chấm dứt"), null=True, blank=True, editable=False)
    lifted_by = models.CharField(
        _("người duyệt chấm dứt"), max_length=150, blank=True, default="", db_default="", editable=False
    )
    ended_on = models.DateField(_("ngày kết thúc"), null=True, blank=True, editable=False)
    balance = models.TextField(_("cân đối số lượng"), blank=True, editable=False)
    gaps = models.TextField(_("chỗ chưa rõ"), blank=True, editable=False)
    timing = models.TextField(_("thời gian thực hiện"), blank=True, editable=False)

    class Meta:
        verbose_name = _("đợt thu hồi")
        verbose_name_plural = _("thu hồi, diễn tập thu hồi")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="goods_recall_key",
                violation_error_message=_("Đã có đợt thu hồi cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(since_on__isnull=True)
                | Q(until_on__isnull=True)
                | Q(until_on__gte=F("since_on")),
                name="goods_recall_days",
                violation_error_message=_("Ngày cuối không được trước ngày đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"

    @property
    def stopped_at(self) -> datetime | None:
        """From which moment of the day of its pause goods go nowhere, in local time; None where that is not known."""
        at = None if self.paused_at is None else timezone.localtime(self.paused_at)
        return at if at is not None and at.date() == self.paused_on else None

    @property
    def late_entries(self) -> Sequence[LotEntry]:
        """Entries by which stopped goods went on, typed after the scope was frozen with a day before the stop.

        They are accepted, as much is entered late; whether it is true the department asks. Goods made of the stopped ones count, too.
        """
        since = self.paused_on or self.recalled_on
        first = self.stocks.order_by("pk").values_list("created_at", flat=True).first()
        if self.is_drill or since is None or first is None:
            return []
        is_late = Q(kind__in=MOVES, done_on__lt=since, created_at__gt=first)
        paused = self.stopped_at
        if began := paused or self.notices.aggregate(at=Min("created_at"))["at"]:
            # of the day itself what was done before the hour; goods may be sent back once parties are informed
            of_day = Q(done_on=since, created_at__gt=began)
            is_late |= of_day & Q(kind__in=MOVES - {EntryKind.SHIP})
            if paused is not None:
                is_late |= of_day & Q(kind=EntryKind.SHIP, done_at__lt=paused.time())
        rows = LotEntry.objects.filter(is_late, wrong_on__isnull=True)
        late = list(
            rows.select_related("lot__item__organisation", "into__item", "location", "partner").order_by("pk")
        )
        paths, count = set(self.stocks.values_list("lot_path", flat=True)), 0
        while len(paths) > count:
            count = len(paths)
            found = [each for each in late if each.lot.public_path in paths]
            paths |= {each.into.public_path for each in found if each.into is not None}
        return found


class RecallStock(Record):
    """How much of an affected lot a party had, and what became of it: one row of the frozen scope of a recall.

    A row never changes: what a later run finds otherwise is a row of that run, which says what differs.
    """

    searched = ("lot_name", "lot_number", "holder")

    recall = models.ForeignKey(
        GoodsRecall, models.PROTECT, editable=False, related_name="stocks", verbose_name=_("đợt thu hồi")
    )
    run = models.PositiveSmallIntegerField(_("lần rà"), editable=False)
    lot_path = models.CharField(_("mã truy xuất"), max_length=200, editable=False, db_index=True)
    lot_name = models.CharField(_("hàng hóa"), max_length=280, editable=False)
    lot_number = models.CharField(_("số lô"), max_length=LONGEST_LOT, editable=False)
    steps = models.PositiveSmallIntegerField(_("bậc"), editable=False)
    party = models.ForeignKey(
        "trace.TraceParty",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="recall_stocks",
        verbose_name=_("cơ sở"),
    )
    gln = models.CharField(_("mã bên giữ"), max_length=100, editable=False)
    holder = models.CharField(_("bên giữ hàng"), max_length=300, editable=False)
    contact = models.CharField(_("liên hệ"), max_length=400, blank=True, editable=False)
    unit = models.CharField(
        _("đơn vị tính"), max_length=3, choices=TradeUnit.choices, blank=True, editable=False
    )
    made = AmountField(_("làm ra"), max_digits=14, decimal_places=3, default=0, editable=False)
    received = AmountField(_("nhận"), max_digits=14, decimal_places=3, default=0, editable=False)
    sent = AmountField(_("giao đi"), max_digits=14, decimal_places=3, default=0, editable=False)
    used = AmountField(_("làm nguyên liệu"), max_digits=14, decimal_places=3, default=0, editable=False)
    sold = AmountField(_("đã bán lẻ"), max_digits=14, decimal_places=3, default=0, editable=False)
    destroyed = AmountField(_("đã tiêu hủy"), max_digits=14, decimal_places=3, default=0, editable=False)
    remaining = AmountField(_("còn giữ"), max_digits=14, decimal_places=3, default=0, editable=False)
    is_gap = models.BooleanField(_("chưa rõ"), default=False, editable=False)
    difference = models.CharField(_("khác lần trước"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("lượng hàng bị thu hồi")
        verbose_name_plural = _("phạm vi thu hồi")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recall", "run", "lot_path", "gln"],
                name="goods_recall_stock_key",
                violation_error_message=_("Lần rà này đã ghi lô của bên này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.lot_name} {self.lot_number} – {self.holder}"


class RecallNotice(Record):
    """What one party learns about all lots that it had, and what it answered (thông báo thu hồi)."""

    searched = ("code", "goods")

    code = models.CharField(_("số thông báo"), max_length=50, editable=False)
    recall = models.ForeignKey(
        GoodsRecall, models.PROTECT, editable=False, related_name="notices", verbose_name=_("đợt thu hồi")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="forwarded",
        verbose_name=_("theo thông báo của bên giao"),
    )
    party = models.ForeignKey(
        "trace.TraceParty",
        models.PROTECT,
        editable=False,
        related_name="recall_notices",
        verbose_name=_("bên giữ hàng"),
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="recall_notices",
        verbose_name=_("tổ chức"),
    )
    tier = models.PositiveSmallIntegerField(_("cấp"), editable=False)
    is_drill = models.BooleanField(_("diễn tập"), editable=False)
    reason = models.TextField(_("lý do, nguy cơ"), editable=False)
    goods = models.CharField(
        _("hàng hóa"), max_length=400, blank=True, default="", db_default="", editable=False
    )
    # Of notices before there were rows for lots (`RecallNoticeLot`): nothing reads these columns, and the version before writes them. The
    # release after this one removes them, with ``second_step``.
    lot_name = models.CharField(_("hàng hóa"), max_length=280, blank=True, default="", editable=False)
    lot_number = models.CharField(_("số lô"), max_length=LONGEST_LOT, blank=True, default="", editable=False)
    lot_path = models.CharField(_("mã truy xuất"), max_length=200, blank=True, default="", editable=False)
    unit = models.CharField(
        _("đơn vị tính"), max_length=3, choices=TradeUnit.choices, blank=True, editable=False
    )
    expected = AmountField(
        _("còn giữ theo nhật ký"), max_digits=14, decimal_places=3, default=0, editable=False
    )
    counted = AmountField(
        _("số còn giữ đếm được"), null=True, blank=True, max_digits=14, decimal_places=3, editable=False
    )
    issued_on = models.DateField(_("ngày thông báo"), editable=False, db_index=True)
    answer_by = models.DateField(_("hạn trả lời"), null=True, blank=True, editable=False)
    email = models.EmailField(_("gửi đến hộp thư"), blank=True, editable=False)
    phone = models.CharField(_("điện thoại"), max_length=60, blank=True, editable=False)
    state = models.CharField(
        _("tình trạng thông báo"),
        max_length=12,
        choices=NOTICE_FLOW.choices(),
        default=NOTICE_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    delivery = models.CharField(_("cách báo, lỗi gửi"), max_length=300, blank=True, editable=False)
    answer = models.TextField(_("trả lời của bên giữ hàng"), blank=True, editable=False)
    answered_on = models.DateField(_("ngày trả lời"), null=True, blank=True, editable=False, db_index=True)
    letter_number = models.CharField(_("số công văn"), max_length=60, blank=True, editable=False)
    # How its recall ended, for who was informed and does not see the recall itself.
    ended_on = models.DateField(_("ngày báo kết thúc"), null=True, blank=True, editable=False)
    ending = models.CharField(
        _("kết thúc thu hồi"), max_length=4000, blank=True, default="", db_default="", editable=False
    )
    ending_delivery = models.CharField(
        _("cách báo kết thúc, lỗi gửi"), max_length=300, blank=True, default="", db_default="", editable=False
    )
    ending_letter = models.CharField(
        _("số công văn báo kết thúc"), max_length=60, blank=True, default="", db_default="", editable=False
    )

    class Meta:
        verbose_name = _("thông báo thu hồi")
        verbose_name_plural = _("thông báo thu hồi")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="goods_recall_notice_key",
                violation_error_message=_("Đã có thông báo thu hồi cùng số."),
            )
        ]

    @property
    def lots_in_packages(self) -> list[RecallNoticeLot]:
        """The lots of which the party has any in a package."""
        return [each for each in self.lots.order_by("pk") if each.packages]

    def __str__(self) -> str:
        return f"{self.code} – {self.goods}"


class RecallNoticeLot(Record):
    """One lot of a notice: how much of it the party has by the diary, and how much it counted."""

    searched = ("lot_name", "lot_number")

    notice = models.ForeignKey(
        RecallNotice, models.PROTECT, editable=False, related_name="lots", verbose_name=_("thông báo thu hồi")
    )
    lot_name = models.CharField(_("hàng hóa"), max_length=280, editable=False)
    lot_number = models.CharField(_("số lô"), max_length=LONGEST_LOT, editable=False)
    lot_path = models.CharField(_("mã truy xuất"), max_length=200, editable=False)
    unit = models.CharField(
        _("đơn vị tính"), max_length=3, choices=TradeUnit.choices, blank=True, editable=False
    )
    expected = AmountField(
        _("còn giữ theo nhật ký"), max_digits=14, decimal_places=3, default=0, editable=False
    )
    counted = AmountField(
        _("số còn giữ đếm được"), null=True, blank=True, max_digits=14, decimal_places=3, editable=False
    )

    class Meta:
        verbose_name = _("lô của thông báo thu hồi")
        verbose_name_plural = _("lô của thông báo thu hồi")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice", "lot_path"],
                name="goods_recall_notice_lot_key",
                violation_error_message=_("Thông báo đã có lô này."),
            )
        ]

    @property
    def packages(self) -> list[Package]:
        """Those with this lot that the party packed and has, or has coming back, and those that came to it or are on their way."""
        party = self.notice.organisation_id
        is_there = Q(package__organisation=party, package__state__in=(PACKED, TURNED_AWAY))
        is_sent = Q(package__receiver=party, package__state__in=(ON_ITS_WAY, HANDED_OVER))
        is_of_lot = Q(lot__source_path=self.lot_path) | Q(lot__source_path="", lot__number=self.lot_number)
        rows = PackageLine.objects.filter(
            is_there | is_sent, is_of_lot, taken_out_on__isnull=True, wrong_on__isnull=True
        )
        if party is None:
            return []
        named = rows.select_related("package", "lot__item").order_by("package__sscc")
        lines = (each for each in named if each.lot is not None and each.lot.public_path == self.lot_path)
        return list(dict.fromkeys(each.package for each in lines))

    @property
    def packages_in_words(self) -> str:
        """The packages of the lot by their numbers; "" where it is in none."""
        found = self.packages
        named = ", ".join(str(each) for each in found[:_MOST_PACKAGES])
        if (more := len(found) - _MOST_PACKAGES) > 0:
            named += " " + gettext("và %(count)d thùng, kiện khác") % {"count": more}
        return named

    @property
    def name_with_packages(self) -> str:
        """The goods, and in which packages they are."""
        return f"{self.lot_name} ({words})" if (words := self.packages_in_words) else self.lot_name

    def __str__(self) -> str:
        return f"{self.lot_name} {self.lot_number}"
