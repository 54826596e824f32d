"""What goes to the national traceability portal: which party has agreed, each thing to send, and each time it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import AttemptOutcome, OutboxKind, OutboxStatus
from khcn.goods.models.lots import Lot
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from datetime import date, datetime


class OutboxAccountQuerySet(RecordQuerySet["OutboxAccount"]):
    """Agreements by the day on which they count."""

    def in_force(self, *, on: date) -> OutboxAccountQuerySet:
        """Those by which something may be sent on a day."""
        return self.filter(agreed_on__lte=on, ended_on__isnull=True)


class OutboxAccount(Record):
    """A producer has agreed that the data of its published lots go to the national portal (đồng ý gửi Cổng quốc gia)."""

    searched = ("portal_code",)

    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="outbox_accounts",
        verbose_name=_("cơ sở sản xuất, kinh doanh"),
    )
    agreed_on = models.DateField(_("ngày đồng ý gửi"), db_index=True)
    portal_code = models.CharField(
        _("mã cơ sở trên Cổng quốc gia"),
        max_length=60,
        blank=True,
        help_text=_("Mã mà Cổng quốc gia cấp cho cơ sở; chưa có thì để trống."),
    )
    ended_on = models.DateField(_("ngày rút đồng ý"), null=True, blank=True, editable=False)

    objects = OutboxAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("đồng ý gửi Cổng quốc gia")
        verbose_name_plural = _("cơ sở đồng ý gửi Cổng quốc gia")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "agreed_on"],
                name="goods_outbox_account_key",
                violation_error_message=_("Cơ sở đã có lần đồng ý ghi cùng ngày."),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(ended_on__isnull=True),
                name="goods_outbox_account_one",
                violation_error_message=_("Cơ sở đã đồng ý và chưa rút. Mở lần đồng ý ấy để sửa."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("agreed_on")),
                name="goods_outbox_account_days",
                violation_error_message=_("Ngày rút đồng ý đứng trước ngày đồng ý."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def key_set_at(self) -> datetime | None:
        """When the key of the portal was entered; None where there is none."""
        credential = getattr(self, "credential", None)
        return None if credential is None else credential.set_at

    @property
    def is_key_refused(self) -> bool:
        """Whether the portal has refused the key that is stored."""
        credential = getattr(self, "credential", None)
        return credential is not None and credential.refused_at is not None


class OutboxCredential(models.Model):
    """The key that the portal has given to a producer, encrypted; in no register, export or log.

    When it was refused, nothing more is sent with it. Nothing is sent before ``quiet_until``, so that the portal can recover.
    """

    account = models.OneToOneField(OutboxAccount, models.CASCADE, primary_key=True, related_name="credential")
    secret = models.TextField()
    set_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # consecutive ones of the portal


class OutboxMessage(Record):
    """One thing to send to the national portal about a lot: what it is at one time (tin gửi Cổng quốc gia)."""

    searched = ("code",)

    code = models.CharField(_("mã tin gửi"), max_length=60, editable=False)
    lot = models.ForeignKey(
        Lot, models.PROTECT, editable=False, related_name="outbox", verbose_name=_("lô hàng")
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        editable=False,
        related_name="outbox",
        verbose_name=_("cơ sở sản xuất, kinh doanh"),
    )
    number = models.PositiveIntegerField(_("lần gửi của lô"), editable=False)
    kind = models.CharField(_("báo việc"), max_length=10, choices=OutboxKind.choices, editable=False)
    status = models.CharField(
        _("tình trạng gửi"), max_length=10, choices=OutboxStatus.choices, editable=False, db_index=True
    )
    # By which the portal recognises what it has received before: the same at each attempt.
    key = models.UUIDField(_("khóa chống gửi trùng"), editable=False, unique=True)
    content_sha256 = models.CharField(_("mã băm nội dung"), max_length=64, editable=False)
    made_on = models.DateField(_("lập ngày"), editable=False, db_index=True)
    lacks = models.CharField(_("còn thiếu khi gửi"), max_length=600, blank=True, editable=False)
    answer = models.TextField(_("Cổng quốc gia trả lời"), blank=True, editable=False)
    sent_on = models.DateField(_("Cổng quốc gia nhận ngày"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("tin gửi Cổng quốc gia")
        verbose_name_plural = _("tin gửi Cổng truy xuất quốc gia")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lot", "number"],
                name="goods_outbox_message_key",
                violation_error_message=_("Lô đã có tin gửi cùng số lần."),
            ),
            models.UniqueConstraint(
                fields=["province", "code"],
                name="goods_outbox_message_code",
                violation_error_message=_("Đã có tin gửi cùng mã."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OutboxDispatch(models.Model):
    """The file of a message, whose bytes are the same at each attempt, and when it is its turn."""

    message = models.OneToOneField(OutboxMessage, models.CASCADE, primary_key=True, related_name="dispatch")
    body = models.TextField()
    is_open = models.BooleanField(default=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(is_open=True), name="goods_outbox_due")
        ]


class OutboxAttempt(Record):
    """One time that a message was sent, and what the portal answered (nhật ký gửi). Sealed as part of the change log.

    It is written before anything leaves; one that stays without an end was cut off, and nobody knows whether it arrived.
    """

    searched = ("body_sha256",)

    message = models.ForeignKey(
        OutboxMessage, models.PROTECT, editable=False, related_name="attempts", verbose_name=_("tin gửi")
    )
    number = models.PositiveIntegerField(_("lượt gửi"), editable=False)
    begun_at = models.DateTimeField(_("bắt đầu gửi lúc"), editable=False, db_index=True)
    ended_at = models.DateTimeField(_("xong lúc"), null=True, blank=True, editable=False)
    address = models.CharField(_("gửi tới"), max_length=300, editable=False)
    body_sha256 = models.CharField(_("mã băm của tệp đã gửi"), max_length=64, editable=False)
    outcome = models.CharField(
        _("kết quả gửi"),
        max_length=10,
        choices=AttemptOutcome.choices,
        default=AttemptOutcome.UNKNOWN,
        editable=False,
        db_index=True,
    )
    http_status = models.PositiveSmallIntegerField(_("mã HTTP"), null=True, blank=True, editable=False)
    answer = models.TextField(_("câu trả lời"), blank=True, editable=False)
    answer_sha256 = models.CharField(_("mã băm câu trả lời"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("lượt gửi Cổng quốc gia")
        verbose_name_plural = _("nhật ký gửi Cổng quốc gia")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "number"],
                name="goods_outbox_attempt_key",
                violation_error_message=_("Tin gửi đã có lượt cùng số."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.message} – {self.number}"
