"""Services for customers: orders with their lines and results, instruments, and the verification of each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.centre.enums import InstrumentKind, ServiceMethod, ServiceSubject, VerificationKind
from khcn.centre.models.standards import ReferenceStandard
from khcn.centre.workflow import ORDER_FLOW
from khcn.kernel.registers.record_model import Record


class ServiceOrder(Record):
    """What a customer asks the Centre for: received, done, returned (phiếu yêu cầu dịch vụ)."""

    searched = ("code",)

    code = models.CharField(_("số phiếu"), max_length=40)
    customer = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="centre_service_orders",
        verbose_name=_("khách hàng"),
    )
    received_on = models.DateField(_("ngày nhận yêu cầu"), db_index=True)
    contract_number = models.CharField(_("số hợp đồng"), max_length=60, blank=True)
    partner = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("đơn vị phối hợp"),
    )
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=ORDER_FLOW.choices(),
        default=ORDER_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    finished_on = models.DateField(_("ngày làm xong"), null=True, blank=True, editable=False)
    returned_on = models.DateField(_("ngày trả khách hàng"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("phiếu yêu cầu dịch vụ")
        verbose_name_plural = _("phiếu yêu cầu dịch vụ")
        indexes: ClassVar = [models.Index(fields=["-received_on", "-code"], name="service_order_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_service_order_key",
                violation_error_message=_("Đã có phiếu yêu cầu cùng số."),
            )
        ]

    def __str__(self) -> str:
        return self.code


class ServiceOrderItem(Record):
    """One line of an order: so many of one kind, and what is to be done with them."""

    searched = ("code",)

    code = models.CharField(_("mã dòng"), max_length=40)
    order = models.ForeignKey(
        ServiceOrder, models.PROTECT, related_name="items", verbose_name=_("phiếu yêu cầu")
    )
    ordinal = models.PositiveSmallIntegerField(_("số thứ tự"))
    subject = models.CharField(_("đối tượng"), max_length=30, choices=ServiceSubject.choices)
    method = models.CharField(_("việc làm"), max_length=14, choices=ServiceMethod.choices)
    quantity = models.PositiveIntegerField(_("số lượng yêu cầu"))

    class Meta:
        verbose_name = _("dòng của phiếu yêu cầu")
        verbose_name_plural = _("dòng của phiếu yêu cầu dịch vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_service_order_item_code",
                violation_error_message=_("Đã có dòng cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["order", "ordinal"],
                name="centre_service_order_item_key",
                violation_error_message=_("Phiếu đã có dòng cùng số thứ tự."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="centre_service_order_item_quantity",
                violation_error_message=_("Số lượng phải lớn hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_method_display()} – {self.get_subject_display()}"


class ServiceResult(Record):
    """How many of a line were done on a day, and how many of these failed (kết quả dịch vụ)."""

    item = models.ForeignKey(
        ServiceOrderItem, models.PROTECT, related_name="results", verbose_name=_("dòng của phiếu yêu cầu")
    )
    done_on = models.DateField(_("ngày thực hiện"), db_index=True)
    quantity = models.PositiveIntegerField(_("số lượng đã làm"))
    failed = models.PositiveIntegerField(_("trong đó không đạt"), default=0)
    marks = models.CharField(_("dải số tem"), max_length=200, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("kết quả dịch vụ")
        verbose_name_plural = _("kết quả dịch vụ")
        indexes: ClassVar = [models.Index(fields=["-done_on", "id"], name="service_result_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "done_on"],
                name="centre_service_result_key",
                violation_error_message=_("Dòng này đã có kết quả trong cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="centre_service_result_quantity",
                violation_error_message=_("Số lượng phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(failed__lte=F("quantity")),
                name="centre_service_result_failed",
                violation_error_message=_("Số không đạt lớn hơn số đã làm. Hãy xem lại hai số."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} ({self.done_on:%d/%m/%Y})"


class MeasuringInstrument(Record):
    """An instrument of a customer that the Centre verifies again and again (phương tiện đo)."""

    searched = ("name", "code", "serial_number")

    code = models.CharField(_("mã phương tiện đo"), max_length=40)
    customer = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="measuring_instruments",
        verbose_name=_("khách hàng"),
    )
    subject = models.CharField(_("loại phương tiện đo"), max_length=30, choices=InstrumentKind.choices)
    name = models.CharField(_("tên, kiểu"), max_length=200)
    serial_number = models.CharField(_("số sê-ri"), max_length=100, blank=True)
    measuring_range = models.CharField(_("phạm vi đo"), max_length=200, blank=True)
    accuracy = models.CharField(_("cấp chính xác"), max_length=100, blank=True)
    location = models.CharField(_("nơi đặt"), max_length=200, blank=True)
    since_on = models.DateField(_("ngày đưa vào sổ"))
    left_on = models.DateField(_("ngày thôi theo dõi"), null=True, blank=True)

    class Meta:
        verbose_name = _("phương tiện đo")
        verbose_name_plural = _("phương tiện đo của khách hàng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_measuring_instrument_key",
                violation_error_message=_("Đã có phương tiện đo cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("since_on")),
                name="centre_measuring_instrument_days",
                violation_error_message=_(
                    "Ngày thôi theo dõi đứng trước ngày đưa vào sổ. Hãy xem lại hai ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class InstrumentVerification(Record):
    """One verification or calibration of one instrument, by a standard that is in calibration (lượt kiểm định)."""

    searched = ("certificate_number", "mark_number")

    instrument = models.ForeignKey(
        MeasuringInstrument, models.PROTECT, related_name="verifications", verbose_name=_("phương tiện đo")
    )
    order = models.ForeignKey(
        ServiceOrder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="verifications",
        verbose_name=_("phiếu yêu cầu"),
    )
    method = models.CharField(_("việc làm"), max_length=14, choices=ServiceMethod.choices)
    kind = models.CharField(
        _("chế độ kiểm định"),
        max_length=14,
        choices=VerificationKind.choices,
        default=VerificationKind.PERIODIC,
    )
    done_on = models.DateField(_("ngày thực hiện"), db_index=True)
    standard = models.ForeignKey(
        ReferenceStandard, models.PROTECT, related_name="uses", verbose_name=_("chuẩn đã dùng")
    )
    passed = models.BooleanField(_("đạt yêu cầu"), default=True)
    findings = models.TextField(_("kết quả"), blank=True)
    mark_number = models.CharField(_("số tem"), max_length=60, blank=True)
    valid_until = models.DateField(_("có giá trị đến ngày"), null=True, blank=True)
    certificate_number = models.CharField(_("số giấy chứng nhận"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("lượt kiểm định phương tiện đo")
        verbose_name_plural = _("kiểm định, hiệu chuẩn phương tiện đo")
        indexes: ClassVar = [models.Index(fields=["-done_on", "id"], name="verification_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["instrument", "done_on"],
                name="centre_instrument_verification_key",
                violation_error_message=_("Phương tiện đo đã có lượt kiểm định trong cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("done_on")),
                name="centre_instrument_verification_days",
                violation_error_message=_("Ngày hết giá trị phải sau ngày thực hiện. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} ({self.done_on:%d/%m/%Y})"
