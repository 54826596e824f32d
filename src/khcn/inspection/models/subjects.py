"""Who is inspected, what was found, what the conclusion asks of them, and how far that was done."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.inspection.enums import RecommendationKind, SubjectKind
from khcn.inspection.models.inspections import Inspection
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record


class InspectionSubject(Record):
    """An organisation, unit or person that an inspection is about (đối tượng thanh tra)."""

    searched = ("code",)

    code = models.CharField(_("mã đối tượng"), max_length=40)
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="subjects", verbose_name=_("cuộc thanh tra")
    )
    kind = models.CharField(_("loại đối tượng"), max_length=12, choices=SubjectKind.choices)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspected_as",
        verbose_name=_("tổ chức, đơn vị"),
    )
    person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspected_as",
        verbose_name=_("cá nhân"),
    )
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("đối tượng thanh tra")
        verbose_name_plural = _("đối tượng thanh tra, kiểm tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="inspection_subject_key",
                violation_error_message=_("Đã có đối tượng thanh tra cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["inspection", "organisation"],
                condition=Q(organisation__isnull=False),
                name="inspection_subject_organisation",
                violation_error_message=_("Tổ chức, đơn vị này đã có trong cuộc thanh tra."),
            ),
            models.UniqueConstraint(
                fields=["inspection", "person"],
                condition=Q(person__isnull=False),
                name="inspection_subject_person",
                violation_error_message=_("Người này đã có trong cuộc thanh tra."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class InspectionFinding(Record):
    """One thing found, with what the conclusion asks for (sai phạm, kiến nghị)."""

    searched = ("code", "finding")

    code = models.CharField(_("mã kiến nghị"), max_length=40)

    subject = models.ForeignKey(
        InspectionSubject, models.PROTECT, related_name="findings", verbose_name=_("đối tượng thanh tra")
    )
    ordinal = models.PositiveSmallIntegerField(_("số thứ tự"))
    finding = models.CharField(_("nội dung phát hiện"), max_length=500)
    recommendation = models.CharField(_("kiến nghị"), max_length=16, choices=RecommendationKind.choices)
    amount = MoneyField(_("số tiền kiến nghị (đồng)"), default=0)
    due_on = models.DateField(_("hạn thực hiện"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("kiến nghị qua thanh tra")
        verbose_name_plural = _("phát hiện, kiến nghị qua thanh tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="inspection_finding_key",
                violation_error_message=_("Đã có kiến nghị cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["subject", "ordinal"],
                name="inspection_finding_ordinal",
                violation_error_message=_("Đối tượng đã có kiến nghị cùng số thứ tự."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="inspection_finding_not_negative",
                violation_error_message=_("Số tiền không thể nhỏ hơn 0. Hãy xem lại số tiền."),
            ),
        ]

    def __str__(self) -> str:
        return self.finding


class FindingExecution(Record):
    """What was done on one day of that which a conclusion asks for: all of it, or a part of the money (thực hiện kiến nghị)."""

    finding = models.ForeignKey(
        InspectionFinding, models.PROTECT, related_name="executions", verbose_name=_("kiến nghị")
    )
    done_on = models.DateField(_("ngày thực hiện"), db_index=True)
    amount = MoneyField(_("số tiền đã thực hiện (đồng)"), default=0)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("lần thực hiện kiến nghị")
        verbose_name_plural = _("thực hiện kiến nghị qua thanh tra")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["finding", "done_on"],
                name="inspection_execution_key",
                violation_error_message=_("Kiến nghị này đã ghi thực hiện trong cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="inspection_execution_not_negative",
                violation_error_message=_("Số tiền không thể nhỏ hơn 0. Hãy xem lại số tiền."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done_on:%d/%m/%Y}"
