"""Support of enterprises with productivity and quality, and of parties with traceability."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record
from khcn.quality.workflow import SUPPORT_FLOW


class ProductivityTraining(Record):
    """Somebody who attended a course on productivity (học viên khóa đào tạo năng suất chất lượng)."""

    searched = ("course",)

    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="productivity_courses", verbose_name=_("họ và tên")
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="productivity_courses",
        verbose_name=_("cơ quan, đơn vị cử đi"),
    )
    course = models.CharField(_("tên khóa học"), max_length=300)
    official = models.BooleanField(_("công chức"), default=True)
    expert = models.BooleanField(_("khóa chuyên gia năng suất"), default=True)
    began_on = models.DateField(_("ngày khai giảng"), db_index=True)
    completed_on = models.DateField(_("ngày hoàn thành khóa học"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("học viên năng suất chất lượng")
        verbose_name_plural = _("đào tạo năng suất chất lượng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "began_on"],
                name="productivity_training_key",
                violation_error_message=_("Người này đã có khóa học khai giảng cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(completed_on__gte=F("began_on")),
                name="productivity_training_days",
                violation_error_message=_(
                    "Ngày hoàn thành khóa học đứng trước ngày khai giảng. Hãy xem lại hai ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.course


class ProductivitySupport(Record):
    """An enterprise chosen for support with its productivity and quality (doanh nghiệp được hỗ trợ năng suất chất lượng)."""

    searched = ("code", "content")

    code = models.CharField(_("mã hỗ trợ"), max_length=40)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="productivity_support",
        verbose_name=_("doanh nghiệp được hỗ trợ"),
    )
    content = models.CharField(_("nội dung hỗ trợ"), max_length=300)
    selected_on = models.DateField(_("ngày chọn hỗ trợ"), db_index=True)
    finished_on = models.DateField(_("ngày hoàn thành hỗ trợ"), null=True, blank=True)
    result = models.TextField(_("kết quả hỗ trợ"), blank=True)

    class Meta:
        verbose_name = _("hỗ trợ năng suất chất lượng")
        verbose_name_plural = _("hỗ trợ năng suất chất lượng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="productivity_support_key",
                violation_error_message=_("Đã có hỗ trợ năng suất chất lượng cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("selected_on")),
                name="productivity_support_days",
                violation_error_message=_(
                    "Ngày hoàn thành hỗ trợ đứng trước ngày chọn. Hãy xem lại hai ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.content}"


class TraceabilitySupport(Record):
    """The support of one party until its data are public (hỗ trợ truy xuất nguồn gốc); what it traces is in the area of traceability."""

    searched = ("code", "products", "contract_number")

    code = models.CharField(_("mã trường hợp hỗ trợ"), max_length=40)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="traceability_support",
        verbose_name=_("tổ chức, cá nhân được hỗ trợ"),
    )
    year = YearField(_("năm của chương trình"), validators=A_YEAR)
    products = models.CharField(_("sản phẩm"), max_length=300, blank=True)
    registered_on = models.DateField(_("ngày đăng ký hỗ trợ"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=SUPPORT_FLOW.choices(),
        default=SUPPORT_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    consultant = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="traceability_consulting",
        verbose_name=_("đơn vị tư vấn"),
    )
    contract_number = models.CharField(_("số hợp đồng tư vấn"), max_length=60, blank=True, editable=False)
    contracted_on = models.DateField(
        _("ngày ký hợp đồng"), null=True, blank=True, editable=False, db_index=True
    )
    surveyed_on = models.DateField(_("ngày khảo sát"), null=True, blank=True, editable=False)
    entered_on = models.DateField(_("ngày cập nhật dữ liệu"), null=True, blank=True, editable=False)
    data_elements = models.PositiveIntegerField(
        _("số nhóm dữ liệu đã đủ"),
        null=True,
        blank=True,
        editable=False,
    )
    trained_on = models.DateField(_("ngày tập huấn"), null=True, blank=True, editable=False)
    published_on = models.DateField(
        _("ngày công bố dữ liệu"), null=True, blank=True, editable=False, db_index=True
    )
    stopped_on = models.DateField(_("ngày dừng hỗ trợ"), null=True, blank=True, editable=False)
    stopping_reason = models.TextField(_("lý do dừng hỗ trợ"), blank=True, editable=False)

    class Meta:
        verbose_name = _("hỗ trợ truy xuất nguồn gốc")
        verbose_name_plural = _("hỗ trợ truy xuất nguồn gốc")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="traceability_support_key",
                violation_error_message=_("Đã có trường hợp hỗ trợ cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "year"],
                name="traceability_support_year",
                violation_error_message=_(
                    "Tổ chức, cá nhân này đã có trường hợp hỗ trợ của chương trình cùng năm."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code
