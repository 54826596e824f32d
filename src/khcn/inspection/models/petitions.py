"""Complaints and denunciations, citizens received, and plans of the legal work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.inspection.enums import LegalPlanKind, PetitionKind, ReceptionKind
from khcn.inspection.workflow import PETITION_FLOW
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record


class Petition(Record):
    """A complaint, a denunciation or a suggestion (đơn khiếu nại, tố cáo, kiến nghị, phản ánh)."""

    searched = ("code", "content")

    code = models.CharField(_("mã đơn"), max_length=40)
    kind = models.CharField(_("loại đơn"), max_length=12, choices=PetitionKind.choices)
    received_on = models.DateField(_("ngày nhận đơn"), db_index=True)
    sender = models.CharField(_("người gửi"), max_length=200, blank=True)
    address = models.CharField(_("địa chỉ người gửi"), max_length=300, blank=True)
    content = models.CharField(_("nội dung đơn"), max_length=500)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=PETITION_FLOW.choices(),
        default=PETITION_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    accepted_on = models.DateField(_("ngày thụ lý"), null=True, blank=True, editable=False)
    ended_on = models.DateField(
        _("ngày giải quyết, chuyển, trả lời"), null=True, blank=True, editable=False, db_index=True
    )
    outcome = models.TextField(_("kết quả xử lý đơn"), blank=True, editable=False)

    class Meta:
        verbose_name = _("đơn khiếu nại, tố cáo")
        verbose_name_plural = _("đơn khiếu nại, tố cáo, kiến nghị")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="petition_key",
                violation_error_message=_("Đã có đơn cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"


class CitizenReception(Record):
    """Citizens received on one occasion (lượt tiếp công dân)."""

    searched = ("code", "content")

    code = models.CharField(_("mã lượt tiếp"), max_length=40)
    kind = models.CharField(_("hình thức tiếp"), max_length=12, choices=ReceptionKind.choices)
    received_on = models.DateField(_("ngày tiếp"), db_index=True)
    people = models.PositiveSmallIntegerField(_("số người được tiếp"), default=1)
    citizen = models.CharField(_("công dân"), max_length=200, blank=True)
    content = models.CharField(_("nội dung trình bày"), max_length=500)
    petition = models.ForeignKey(
        Petition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receptions",
        verbose_name=_("đơn kèm theo"),
    )
    answer = models.TextField(_("kết quả tiếp"), blank=True)

    class Meta:
        verbose_name = _("lượt tiếp công dân")
        verbose_name_plural = _("tiếp công dân")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="citizen_reception_key",
                violation_error_message=_("Đã có lượt tiếp công dân cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1),
                name="citizen_reception_people",
                violation_error_message=_("Mỗi lượt tiếp có ít nhất một người. Hãy xem lại số người."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LegalPlan(Record):
    """A plan of the legal work of a year (kế hoạch phổ biến pháp luật, rà soát văn bản)."""

    searched = ("title", "number")

    number = models.CharField(_("số, ký hiệu"), max_length=60)
    kind = models.CharField(_("loại kế hoạch"), max_length=12, choices=LegalPlanKind.choices)
    title = models.CharField(_("trích yếu"), max_length=300)
    year = YearField(_("năm"), validators=A_YEAR)
    issued_on = models.DateField(_("ngày ban hành"), db_index=True)
    result = models.TextField(_("kết quả thực hiện"), blank=True)

    class Meta:
        verbose_name = _("kế hoạch pháp chế")
        verbose_name_plural = _("kế hoạch phổ biến pháp luật, pháp chế")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number"],
                name="legal_plan_key",
                violation_error_message=_("Đã có kế hoạch cùng số, ký hiệu."),
            )
        ]

    def __str__(self) -> str:
        return self.number
