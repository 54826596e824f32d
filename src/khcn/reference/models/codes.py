"""What regulations set and change: values of code lists, and the numbers in rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.models import Dated, version_in_force
from khcn.kernel.fields.kinds.ungrouped_integer import UngroupedIntegerField
from khcn.kernel.registers.record_model import Record
from khcn.reference.models.base import DatedRecordQuerySet
from khcn.reference.models.documents import LegalDocument

if TYPE_CHECKING:
    from datetime import date


class CodeList(models.TextChoices):
    """Code lists that regulations set and change."""

    ACCEPTANCE_GRADE = "acceptance_grade", _("Xếp loại nghiệm thu")
    FIELD_GROUP = "field_group", _("Nhóm lĩnh vực (báo cáo)")
    RESEARCH_FIELD = "research_field", _("Lĩnh vực nghiên cứu (thống kê)")
    PROGRAMME = "programme", _("Chương trình KH&CN")
    RADIATION_DEVICE = "radiation_device", _("Loại thiết bị bức xạ")
    RADIATION_PRACTICE = "radiation_practice", _("Công việc bức xạ")


class CodeListItem(Dated, Record):
    """One value of a code list for the days it is in force, with the rule that says so."""

    searched = ("label",)

    code_list = models.CharField(_("danh mục"), max_length=30, choices=CodeList.choices)
    code = models.CharField(_("mã"), max_length=40)
    label = models.CharField(_("tên"), max_length=200)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    fails = models.BooleanField(
        _("là mức không đạt"),
        default=False,
        help_text=_(
            "Chỉ cho xếp loại nghiệm thu: kết quả của nhiệm vụ có mức này không được đăng ký, công nhận, bàn giao."
        ),
    )
    legal_document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name=_("căn cứ")
    )

    objects = DatedRecordQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("mục danh mục")
        verbose_name_plural = _("danh mục dùng chung")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "code_list", "code", "valid_from"],
                name="code_list_item_key",
                violation_error_message=_("Danh mục đã có mã này với cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Only a grade can be a failing one."""
        if self.fails and self.code_list != CodeList.ACCEPTANCE_GRADE:
            raise ValidationError(
                {
                    "fails": _(
                        "Chỉ mục của danh mục “Xếp loại nghiệm thu” là mức không đạt. Hãy bỏ chọn ô này."
                    )
                }
            )


class RuleUnit(models.TextChoices):
    """What the number of a rule counts. Those that are lengths of time are the units of ``kernel.calendar.terms``."""

    DAY = "day", _("ngày")
    WORKING_DAY = "working_day", _("ngày làm việc")
    MONTH = "month", _("tháng")
    YEAR = "year", _("năm")
    DAY_BEFORE = "day_before", _("ngày trước đó")
    MONTH_END = "month_end", _("tháng sau, tính đến cuối tháng")
    QUARTER_END = "quarter_end", _("quý sau, tính đến cuối quý")
    PERSON = "person", _("người")
    TIMES = "times", _("lần")
    PERCENT = "percent", _("%")
    OTHER = "other", _("đơn vị khác")


class RuleParameterQuerySet(DatedRecordQuerySet["RuleParameter"]):
    """Numbers that rules set, on a day."""

    def in_force(self, code: str, *, on: date) -> RuleParameter | None:
        """The version of a rule that counts on a day: the youngest, where versions on record overlap. None where the rule has none."""
        return version_in_force(self.filter(code=code), on=on)


class RuleParameter(Dated, Record):
    """A number that a rule sets: a term, a lead time, a quorum. Never a constant in the code."""

    searched = ("label", "code")

    code = models.CharField(_("mã"), max_length=60)
    label = models.CharField(_("nội dung quy định"), max_length=300)
    value = UngroupedIntegerField(_("giá trị"))
    unit = models.CharField(_("đơn vị tính"), max_length=12, choices=RuleUnit.choices)
    legal_document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name=_("căn cứ")
    )

    objects = RuleParameterQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("tham số quy định")
        verbose_name_plural = _("tham số quy định")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "code", "valid_from"],
                name="rule_parameter_key",
                violation_error_message=_("Tham số này đã có giá trị với cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.label
