"""Who asks to take part in traceability, and what the department has decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record
from khcn.parties.models import OrganisationKind
from khcn.trace.rules import check_gln


class ParticipationRequest(Record):
    """A producer asks to take part (đăng ký tham gia truy xuất nguồn gốc): on the public page, or on paper."""

    searched = ("code", "name")
    in_force_on: ClassVar = {"admin_unit": "received_on"}

    code = models.CharField(_("mã đăng ký"), max_length=40)
    received_on = models.DateField(_("ngày nhận đăng ký"), db_index=True)
    name = models.CharField(_("tên cơ sở đăng ký"), max_length=300)
    kind = models.CharField(_("loại hình"), max_length=20, choices=OrganisationKind.choices)
    tax_code = models.CharField(_("mã số thuế"), max_length=14, blank=True)
    admin_unit = models.ForeignKey("reference.AdminUnit", models.PROTECT, verbose_name=_("xã, phường"))
    address = models.CharField(_("thôn, đường, số nhà"), max_length=300, blank=True)
    goods = models.CharField(_("hàng hóa muốn truy xuất"), max_length=500)
    gln = models.CharField(_("mã GLN đã được cấp"), max_length=13, blank=True, validators=[check_gln])
    contact_name = models.CharField(_("người liên hệ"), max_length=120)
    phone = models.CharField(_("điện thoại"), max_length=40)
    email = models.EmailField(_("thư điện tử"), blank=True)
    consented_on = models.DateField(
        _("ngày đồng ý cho dùng dữ liệu cá nhân"), null=True, blank=True, editable=False
    )
    decided_on = models.DateField(
        _("ngày trả lời đăng ký"), null=True, blank=True, editable=False, db_index=True
    )
    refusal_reason = models.TextField(_("lý do không nhận"), blank=True, editable=False)
    party = models.ForeignKey(
        "trace.TraceParty",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="participation_requests",
        verbose_name=_("cơ sở tham gia truy xuất"),
    )

    class Meta:
        verbose_name = _("đăng ký tham gia truy xuất")
        verbose_name_plural = _("đăng ký tham gia truy xuất nguồn gốc")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="goods_participation_key",
                violation_error_message=_("Đã có đăng ký cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("received_on")),
                name="goods_participation_days",
                violation_error_message=_("Ngày trả lời đứng trước ngày nhận. Hãy xem lại hai ngày."),
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True, party__isnull=True, refusal_reason="")
                | Q(decided_on__isnull=False, party__isnull=False, refusal_reason="")
                | Q(decided_on__isnull=False, party__isnull=True) & ~Q(refusal_reason=""),
                name="goods_participation_decided",
                violation_error_message=_("Đăng ký được xác nhận, hoặc không nhận với lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"
