"""Administrative violations, from the minutes to the execution of the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.inspection.enums import InspectionField
from khcn.inspection.models.inspections import Inspection
from khcn.inspection.workflow import VIOLATION_FLOW
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period


class ViolationQuerySet(RecordQuerySet["AdministrativeViolation"]):
    """Violations."""

    def sanctioned_in(self, period: Period) -> ViolationQuerySet:
        """Those whose sanction was decided inside the window."""
        return self.filter(period.covers("decided_on"))


class AdministrativeViolation(Record):
    """A violation of which minutes were made, and the decision about it (vi phạm hành chính, quyết định xử phạt)."""

    searched = ("code", "minutes_number", "decision_number", "behaviour")

    code = models.CharField(_("mã vụ việc"), max_length=40)
    minutes_number = models.CharField(_("số biên bản"), max_length=60, blank=True)
    recorded_on = models.DateField(_("ngày lập biên bản"), db_index=True)
    inspection = models.ForeignKey(
        Inspection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="violations",
        verbose_name=_("qua cuộc thanh tra, kiểm tra"),
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="violations",
        verbose_name=_("tổ chức vi phạm"),
    )
    person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="violations",
        verbose_name=_("cá nhân vi phạm"),
    )
    field = models.CharField(_("lĩnh vực"), max_length=16, choices=InspectionField.choices)
    behaviour = models.CharField(_("hành vi vi phạm"), max_length=500)
    provision = models.CharField(_("điều khoản áp dụng"), max_length=300, blank=True)
    fine = MoneyField(_("mức phạt (đồng)"), null=True, blank=True)
    remedy = models.TextField(_("biện pháp khắc phục hậu quả"), blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=VIOLATION_FLOW.choices(),
        default=VIOLATION_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    decision_number = models.CharField(_("số quyết định xử phạt"), max_length=60, blank=True, editable=False)
    decided_on = models.DateField(
        _("ngày quyết định xử phạt"), null=True, blank=True, editable=False, db_index=True
    )
    delivered_on = models.DateField(_("ngày giao quyết định"), null=True, blank=True, editable=False)
    executed_on = models.DateField(_("ngày chấp hành xong"), null=True, blank=True, editable=False)
    paid = MoneyField(_("số tiền đã nộp (đồng)"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("ngày quyết định không xử phạt"), null=True, blank=True, editable=False)
    closing_reason = models.TextField(_("lý do không xử phạt"), blank=True, editable=False)

    objects = ViolationQuerySet.as_manager()

    class Meta:
        verbose_name = _("vụ việc vi phạm hành chính")
        verbose_name_plural = _("vi phạm hành chính, quyết định xử phạt")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="administrative_violation_key",
                violation_error_message=_("Đã có vụ việc vi phạm cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("recorded_on")),
                name="administrative_violation_days",
                violation_error_message=_(
                    "Quyết định xử phạt đứng trước ngày lập biên bản. Hãy xem lại hai ngày."
                ),
            ),
            models.CheckConstraint(
                condition=Q(fine__gte=0),
                name="administrative_violation_fine",
                violation_error_message=_("Mức phạt không thể nhỏ hơn 0. Hãy xem lại số tiền."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.behaviour}"
