"""Contracts by which technology is transferred, and the certificates of S&T enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.technology.enums import CertificateStanding, EnterpriseCertificateKind, TransferDirection
from khcn.technology.workflow import CONTRACT_FLOW

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period


class TransferContractQuerySet(RecordQuerySet["TransferContract"]):
    """Contracts."""

    def registered_in(self, period: Period) -> TransferContractQuerySet:
        """Those whose certificate is of the window, also if it has ended since."""
        return self.filter(period.covers("registered_on"))


class TransferContract(Record):
    """A contract by which technology is transferred, and its registration (hợp đồng chuyển giao công nghệ)."""

    searched = ("code", "technology", "contract_number", "certificate_number")

    code = models.CharField(_("mã hồ sơ"), max_length=40)
    technology = models.CharField(_("công nghệ chuyển giao"), max_length=300)
    direction = models.CharField(_("hình thức"), max_length=10, choices=TransferDirection.choices)
    transferor = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="transferred_technology",
        verbose_name=_("bên giao"),
    )
    transferee = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="received_technology",
        verbose_name=_("bên nhận"),
    )
    contract_number = models.CharField(_("số hợp đồng"), max_length=60, blank=True)
    signed_on = models.DateField(_("ngày ký hợp đồng"))
    valid_until = models.DateField(_("hợp đồng có hiệu lực đến ngày"), null=True, blank=True)
    price = MoneyField(_("giá chuyển giao (đồng)"), null=True, blank=True)
    received_on = models.DateField(_("ngày nhận hồ sơ"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=CONTRACT_FLOW.choices(),
        default=CONTRACT_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    certificate_number = models.CharField(_("số giấy chứng nhận"), max_length=60, blank=True, editable=False)
    registered_on = models.DateField(
        _("ngày cấp giấy chứng nhận"), null=True, blank=True, editable=False, db_index=True
    )
    closed_on = models.DateField(_("ngày từ chối, trả lại"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("hết hiệu lực từ ngày"), null=True, blank=True, editable=False)
    ending_reason = models.TextField(_("lý do từ chối, chấm dứt hiệu lực"), blank=True, editable=False)

    objects = TransferContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("hợp đồng chuyển giao công nghệ")
        verbose_name_plural = _("hợp đồng chuyển giao công nghệ đăng ký")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="transfer_contract_key",
                violation_error_message=_("Đã có hồ sơ cùng mã."),
            ),
            models.CheckConstraint(
                condition=~Q(transferor=F("transferee")),
                name="transfer_contract_parties",
                violation_error_message=_("Bên giao và bên nhận là một tổ chức. Hãy chọn lại."),
            ),
            models.CheckConstraint(
                condition=Q(received_on__gte=F("signed_on"))
                & (Q(valid_until__isnull=True) | Q(valid_until__gte=F("signed_on"))),
                name="transfer_contract_days",
                violation_error_message=_(
                    "Ngày nhận hồ sơ hoặc ngày hết hiệu lực đứng trước ngày ký hợp đồng. Hãy xem lại các ngày."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(registered_on__isnull=True) | Q(registered_on__gte=F("received_on")))
                & (Q(ended_on__isnull=True) | Q(ended_on__gte=F("registered_on")))
                & (Q(closed_on__isnull=True) | Q(closed_on__gte=F("received_on"))),
                name="transfer_contract_steps",
                violation_error_message=_("Ngày của bước này đứng trước bước trước đó. Hãy xem lại ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.technology}"


class EnterpriseCertificateQuerySet(RecordQuerySet["EnterpriseCertificate"]):
    """Certificates, seen on a day."""

    def in_force(self, *, on: date) -> EnterpriseCertificateQuerySet:
        """Those that an enterprise has on a day: given by then and not ended."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), issued_on__lte=on)

    def with_standing(self, *, on: date) -> EnterpriseCertificateQuerySet:
        """Adds ``validity``: whether the certificate is in force on a day."""
        ended = When(ended_on__lte=on, then=Value(CertificateStanding.ENDED.value))
        in_force = Value(CertificateStanding.IN_FORCE.value)
        return self.annotate(validity=Case(ended, default=in_force, output_field=CharField()))


class EnterpriseCertificate(Record):
    """The certificate of an S&T enterprise (giấy chứng nhận doanh nghiệp KH&CN)."""

    searched = ("number", "products")

    number = models.CharField(_("số giấy chứng nhận"), max_length=60)
    kind = models.CharField(_("hình thức cấp"), max_length=10, choices=EnterpriseCertificateKind.choices)
    enterprise = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="enterprise_certificates",
        verbose_name=_("doanh nghiệp"),
    )
    products = models.TextField(_("sản phẩm hình thành từ kết quả KH&CN"), blank=True)
    issued_on = models.DateField(_("ngày cấp"), db_index=True)
    ended_on = models.DateField(_("chấm dứt từ ngày"), null=True, blank=True)
    ending_reason = models.CharField(_("lý do chấm dứt"), max_length=300, blank=True)

    objects = EnterpriseCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("giấy chứng nhận doanh nghiệp KH&CN")
        verbose_name_plural = _("giấy chứng nhận doanh nghiệp KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number", "issued_on"],
                name="enterprise_certificate_key",
                violation_error_message=_("Đã có giấy chứng nhận cùng số và ngày cấp."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("issued_on")),
                name="enterprise_certificate_days",
                violation_error_message=_("Ngày chấm dứt đứng trước ngày cấp. Hãy xem lại hai ngày."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(ending_reason=""),
                name="enterprise_certificate_end",
                violation_error_message=_("Đã có ngày chấm dứt thì ghi cả lý do chấm dứt."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        """A reason is that of an ending."""
        if self.ending_reason and self.ended_on is None:
            raise ValidationError({"ended_on": _("Đã ghi lý do chấm dứt thì ghi cả ngày chấm dứt.")})
