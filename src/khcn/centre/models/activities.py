"""Processes that are tried, contracts for advice, trainings, model fields, and what the Centre has to do with tasks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.centre.enums import FieldWork, ProcessKind, TaskWorkKind, TrainingKind
from khcn.centre.workflow import CONTRACT_FLOW
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record


class TechnologyProcess(Record):
    """A process for a preparation or product that is tried and completed (quy trình công nghệ)."""

    searched = ("name", "code")

    code = models.CharField(_("mã quy trình"), max_length=40)
    name = models.CharField(_("tên quy trình, sản phẩm"), max_length=300)
    kind = models.CharField(_("loại quy trình"), max_length=16, choices=ProcessKind.choices)
    started_on = models.DateField(_("ngày bắt đầu thử nghiệm"))
    completed_on = models.DateField(
        _("ngày hoàn thiện quy trình"), null=True, blank=True, editable=False, db_index=True
    )
    dropped_on = models.DateField(_("ngày thôi thử nghiệm"), null=True, blank=True, editable=False)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("quy trình công nghệ")
        verbose_name_plural = _("quy trình công nghệ thử nghiệm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_technology_process_key",
                violation_error_message=_("Đã có quy trình cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ConsultingContract(Record):
    """Advice for a cooperative or enterprise over some years (hợp đồng tư vấn liên kết)."""

    searched = ("title", "code")

    code = models.CharField(_("số hợp đồng"), max_length=60)
    customer = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="consulting_contracts",
        verbose_name=_("hợp tác xã, doanh nghiệp"),
    )
    title = models.CharField(_("tên dự án liên kết"), max_length=500)
    admin_unit = models.ForeignKey(
        "reference.AdminUnit", models.PROTECT, null=True, blank=True, verbose_name=_("địa bàn")
    )
    signed_on = models.DateField(_("ngày ký"), db_index=True)
    first_year = YearField(_("từ năm"), validators=A_YEAR)
    last_year = YearField(_("đến năm"), validators=A_YEAR)
    amount = MoneyField(_("giá trị hợp đồng (đồng)"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=CONTRACT_FLOW.choices(),
        default=CONTRACT_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    ended_on = models.DateField(_("ngày thanh lý, chấm dứt"), null=True, blank=True, editable=False)
    end_reason = models.TextField(_("lý do chấm dứt"), blank=True, editable=False)

    class Meta:
        verbose_name = _("hợp đồng tư vấn")
        verbose_name_plural = _("hợp đồng tư vấn liên kết")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_consulting_contract_key",
                violation_error_message=_("Đã có hợp đồng cùng số."),
            ),
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="centre_consulting_contract_years",
                violation_error_message=_("Năm cuối đứng trước năm đầu. Hãy xem lại hai năm."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"


class CentreTraining(Record):
    """One class: taught to those who take over technology, or attended by staff (đào tạo, tập huấn)."""

    searched = ("title", "code")

    code = models.CharField(_("mã lớp"), max_length=40)
    kind = models.CharField(_("hình thức"), max_length=10, choices=TrainingKind.choices)
    title = models.CharField(_("tên lớp"), max_length=300)
    held_on = models.DateField(_("ngày tổ chức"), db_index=True)
    participants = models.PositiveSmallIntegerField(_("số người dự"))
    place = models.CharField(_("địa điểm"), max_length=200, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("lớp đào tạo, tập huấn")
        verbose_name_plural = _("đào tạo, tập huấn của Trung tâm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_training_key",
                violation_error_message=_("Đã có lớp cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class FollowedModel(Record):
    """A model field or farm at which the Centre looks after the work of others (mô hình)."""

    searched = ("name", "code")

    code = models.CharField(_("mã mô hình"), max_length=40)
    name = models.CharField(_("tên mô hình"), max_length=300)
    programme = models.CharField(_("thuộc nhiệm vụ, chính sách"), max_length=300, blank=True)
    for_task = models.BooleanField(_("phối hợp trong nhiệm vụ KH&CN"), default=False)
    admin_unit = models.ForeignKey(
        "reference.AdminUnit", models.PROTECT, null=True, blank=True, verbose_name=_("địa bàn")
    )
    started_on = models.DateField(_("ngày bắt đầu"))
    ended_on = models.DateField(_("ngày kết thúc"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("mô hình theo dõi")
        verbose_name_plural = _("mô hình Trung tâm theo dõi")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_followed_model_key",
                violation_error_message=_("Đã có mô hình cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="centre_followed_model_days",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu. Hãy xem lại hai ngày."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ModelVisit(Record):
    """One piece of work at a model on a day (lượt theo dõi, chăm sóc)."""

    searched = ("findings",)

    followed = models.ForeignKey(
        FollowedModel, models.PROTECT, related_name="visits", verbose_name=_("mô hình")
    )
    work = models.CharField(_("việc làm"), max_length=12, choices=FieldWork.choices)
    visited_on = models.DateField(_("ngày thực hiện"), db_index=True)
    findings = models.TextField(_("kết quả"), blank=True)

    class Meta:
        verbose_name = _("lượt theo dõi mô hình")
        verbose_name_plural = _("theo dõi, chăm sóc mô hình")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["followed", "work", "visited_on"],
                name="centre_model_visit_key",
                violation_error_message=_("Mô hình đã có việc này trong cùng ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_work_display()} ({self.visited_on:%d/%m/%Y})"


class CentreTaskWork(Record):
    """A result, an approved outline or a proposal of the Centre, about one task or one proposal (nhiệm vụ KH&CN của Trung tâm)."""

    searched = ("code",)

    code = models.CharField(_("mã việc"), max_length=40)
    kind = models.CharField(_("nội dung"), max_length=10, choices=TaskWorkKind.choices)
    task = models.ForeignKey(
        "science.ScienceTask",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="centre_work",
        verbose_name=_("nhiệm vụ"),
    )
    proposal = models.ForeignKey(
        "science.TaskProposal",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="centre_work",
        verbose_name=_("đề xuất"),
    )
    happened_on = models.DateField(_("ngày"), db_index=True)
    outcome = models.CharField(_("kết quả"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("việc về nhiệm vụ KH&CN")
        verbose_name_plural = _("nhiệm vụ KH&CN của Trung tâm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="centre_task_work_key",
                violation_error_message=_("Đã có việc cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_kind_display()}"
