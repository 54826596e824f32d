"""Who is informed of a recall or of a drill, of which lots, and what they answer."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import SMS_ADVICE, SmsStatus, TradeUnit
from khcn.goods.models.packages import Package, PackageLine
from khcn.goods.models.recalls import GoodsRecall
from khcn.goods.rules import LONGEST_LOT
from khcn.goods.workflow import (
    HANDED_OVER,
    NOTICE_FLOW,
    ON_ITS_WAY,
    PACKED,
    TURNED_AWAY,
)
from khcn.kernel.fields.kinds.amount import AmountField
from khcn.kernel.registers.record_model import Record

_MOST_PACKAGES: Final = 20
"""Packages of one lot that a notice names by their numbers; of more it says how many."""


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
    # Beside the mail: a text message, where the installation has a gateway for them (`khcn.goods.operations.text_messages`).
    sms_status = models.CharField(
        _("tin nhắn SMS"),
        max_length=12,
        choices=SmsStatus.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    sms_at = models.DateTimeField(_("tin nhắn SMS lúc"), null=True, blank=True, editable=False)
    sms_note = models.CharField(
        _("số nhận tin nhắn, lỗi gửi"), max_length=300, blank=True, default="", db_default="", editable=False
    )
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
    ending_sms = models.CharField(
        _("tin nhắn báo kết thúc"), max_length=300, blank=True, default="", db_default="", editable=False
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

    @property
    def sms_advice(self) -> str:
        """What officials do about its text message; "" where nothing is to be done."""
        if self.recall.ended_on is not None or self.answered_on is not None:
            return ""
        if not self.recall.has_sms_gateway and self.sms_status != SmsStatus.SENT:
            return gettext(
                "Máy chủ chưa nối cổng tin nhắn nên không gửi SMS. Báo bằng thư, điện thoại hoặc công văn."
            )
        return str(SMS_ADVICE.get(self.sms_status, ""))


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
        """The packages with this lot that the party has: those that it packed and has, or has coming back, and those that came to it or are on
        their way.
        """
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
        words = self.packages_in_words
        return f"{self.lot_name} ({words})" if words else self.lot_name

    def __str__(self) -> str:
        return f"{self.lot_name} {self.lot_number}"
