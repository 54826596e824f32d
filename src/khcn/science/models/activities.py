"""What the division does around tasks: checks, workshops, pilot models, sessions with districts, evaluations."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.quantity import QuantityField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.science.enums import CertificateKind, CheckKind, SessionKind


class ProgressCheck(Record):
    """One check of one task (lượt kiểm tra): ten tasks checked on one trip are ten rows."""

    searched = ("findings",)

    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="checks", verbose_name=_("nhiệm vụ")
    )
    kind = models.CharField(_("hình thức kiểm tra"), max_length=12, choices=CheckKind.choices)
    checked_on = models.DateField(_("ngày kiểm tra"), db_index=True)
    team = models.CharField(_("đoàn kiểm tra"), max_length=300, blank=True)
    findings = models.TextField(_("kết quả kiểm tra"), blank=True)
    follow_up = models.TextField(_("nội dung đôn đốc"), blank=True)

    class Meta:
        verbose_name = _("lượt kiểm tra")
        verbose_name_plural = _("kiểm tra tiến độ nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "kind", "checked_on"],
                name="progress_check_key",
                violation_error_message=_("Nhiệm vụ đã có lượt kiểm tra này trong cùng ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} – {self.get_kind_display()} ({self.checked_on:%d/%m/%Y})"


class TaskWorkshop(Record):
    """A workshop of a task that the department organised with others or attended."""

    searched = ("title",)

    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="workshops", verbose_name=_("nhiệm vụ")
    )
    title = models.CharField(_("tên hội thảo"), max_length=400)
    held_on = models.DateField(_("ngày tổ chức"), db_index=True)
    organised = models.BooleanField(
        _("Sở phối hợp tổ chức"), default=False, help_text=_("Không đánh dấu: chỉ tham dự.")
    )
    venue = models.CharField(_("địa điểm"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hội thảo")
        verbose_name_plural = _("hội thảo của nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "held_on"],
                name="task_workshop_key",
                violation_error_message=_("Nhiệm vụ đã có hội thảo trong cùng ngày."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class PilotModel(Record):
    """A model field, farm or line that a task sets up (mô hình), with its area where it has one."""

    searched = ("name",)

    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="pilot_models", verbose_name=_("nhiệm vụ")
    )
    name = models.CharField(_("tên mô hình"), max_length=300)
    area_ha = QuantityField(
        _("diện tích (ha)"), unit="ha", max_digits=8, decimal_places=2, null=True, blank=True
    )
    admin_unit = models.ForeignKey(
        "reference.AdminUnit", models.PROTECT, null=True, blank=True, verbose_name=_("địa điểm")
    )
    urged_on = models.DateField(_("ngày đôn đốc"), null=True, blank=True)
    finished_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True)

    class Meta:
        verbose_name = _("mô hình")
        verbose_name_plural = _("mô hình của nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "name"],
                name="pilot_model_key",
                violation_error_message=_("Nhiệm vụ đã có mô hình cùng tên."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class WorkingSession(Record):
    """A working session with one district or commune, or one with all district offices together."""

    searched = ("topic", "counterpart")
    in_force_on: ClassVar = {"admin_unit": "held_on"}

    code = models.CharField(_("mã buổi làm việc"), max_length=40)
    kind = models.CharField(_("loại"), max_length=20, choices=SessionKind.choices)
    held_on = models.DateField(_("ngày làm việc"), db_index=True)
    admin_unit = models.ForeignKey(
        "reference.AdminUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="working_sessions",
        verbose_name=_("huyện, thành phố"),
    )
    counterpart = models.CharField(_("đơn vị làm việc"), max_length=300, blank=True)
    topic = models.TextField(_("nội dung"))

    class Meta:
        verbose_name = _("buổi làm việc")
        verbose_name_plural = _("làm việc với huyện, thành phố")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="working_session_key",
                violation_error_message=_("Đã có buổi làm việc cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.counterpart or self.admin_unit} ({self.held_on:%d/%m/%Y})"

    def clean(self) -> None:
        """A session with a district or a commune names it."""
        if self.kind in {SessionKind.DISTRICT, SessionKind.COMMUNE} and self.admin_unit is None:
            raise ValidationError({"admin_unit": _("Hãy chọn huyện, thành phố, xã, phường đã làm việc.")})


class EvaluationCampaignQuerySet(RecordQuerySet["EvaluationCampaign"]):
    """Campaigns."""

    def with_years(self) -> EvaluationCampaignQuerySet:
        """Adds ``years``: how many years of accepted tasks the campaign looks back on, both ends included."""
        return self.annotate(years=F("to_year") - F("from_year") + 1)


class EvaluationCampaign(Record):
    """A look back at how results of accepted tasks are kept up and spread (đánh giá sau nghiệm thu)."""

    searched = ("name",)

    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("tên đợt đánh giá"), max_length=300)
    from_year = YearField(_("đánh giá nhiệm vụ từ năm"), until="to_year", validators=A_YEAR)
    to_year = YearField(_("đến năm"), validators=A_YEAR)
    plan = models.ForeignKey(
        "reference.LegalDocument", models.PROTECT, null=True, blank=True, verbose_name=_("kế hoạch")
    )
    issued_on = models.DateField(_("ngày ban hành kế hoạch"))
    surveyed_on = models.DateField(_("ngày khảo sát"), null=True, blank=True)
    conclusion = models.TextField(_("kết quả"), blank=True)

    objects = EvaluationCampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt đánh giá sau nghiệm thu")
        verbose_name_plural = _("đánh giá sau nghiệm thu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="evaluation_campaign_key",
                violation_error_message=_("Đã có đợt đánh giá cùng mã."),
            ),
            models.CheckConstraint(
                condition=models.Q(to_year__gte=F("from_year")),
                name="evaluation_campaign_years",
                violation_error_message=_("Năm cuối đứng trước năm đầu."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OperationCertificate(Record):
    """A certificate of operation of an S&T organisation or its branch (NĐ 08/2014/NĐ-CP)."""

    searched = ("number",)

    number = models.CharField(_("số giấy chứng nhận"), max_length=60)
    kind = models.CharField(_("hình thức cấp"), max_length=10, choices=CertificateKind.choices)
    holder = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="operation_certificates",
        verbose_name=_("tổ chức được cấp"),
    )
    parent = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="branch_certificates",
        verbose_name=_("tổ chức mẹ"),
    )
    issued_on = models.DateField(_("ngày cấp"), db_index=True)
    ended_on = models.DateField(_("ngày hết hiệu lực"), null=True, blank=True)

    class Meta:
        verbose_name = _("Giấy chứng nhận hoạt động KH&CN")
        verbose_name_plural = _("Giấy chứng nhận hoạt động KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "number", "issued_on"],
                name="operation_certificate_key",
                violation_error_message=_("Đã có giấy chứng nhận cùng số và ngày cấp."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.holder}"
