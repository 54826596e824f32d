"""Administrative procedures: each row is a version in force for some days, so that a dossier stays under the one it was filed under."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the model layer
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.dossiers.enums import PUBLISHED, ChangeKind, OnlineLevel, ProcedureField, SettlementUnit
from khcn.kernel.dated.models import Dated
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.reference.models.base import DatedRecordQuerySet

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period

DAY_PLACE, NUMBER_PLACE = "{yymmdd}", "{number}"


class Procedure(Dated, Record):
    """One version of an administrative procedure (thủ tục hành chính): its term, fee and who settles it, from a day to a day."""

    searched = ("name", "code")
    in_force_on: ClassVar = {"unit": "valid_from"}

    code = models.CharField(_("mã thủ tục"), max_length=40)
    name = models.CharField(_("tên thủ tục"), max_length=500)
    field = models.CharField(_("lĩnh vực"), max_length=12, choices=ProcedureField.choices)
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="procedures", verbose_name=_("đơn vị giải quyết")
    )
    authority = models.CharField(_("cơ quan có thẩm quyền quyết định"), max_length=200, blank=True)
    term_amount = models.PositiveSmallIntegerField(_("thời hạn giải quyết"))
    term_unit = models.CharField(
        _("thời hạn tính theo"),
        max_length=12,
        choices=SettlementUnit.choices,
        default=SettlementUnit.WORKING_DAY,
    )
    fee = MoneyField(_("phí, lệ phí (đồng)"), null=True, blank=True)
    result = models.CharField(_("kết quả giải quyết"), max_length=300, blank=True)
    online_level = models.CharField(
        _("mức trực tuyến"), max_length=8, choices=OnlineLevel.choices, default=OnlineLevel.NONE
    )
    is_internal = models.BooleanField(_("là thủ tục nội bộ"), default=False)
    legal_document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="procedures",
        verbose_name=_("quyết định công bố"),
    )

    objects = DatedRecordQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("thủ tục hành chính")
        verbose_name_plural = _("thủ tục hành chính")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "code", "valid_from"],
                name="procedure_key",
                violation_error_message=_("Thủ tục này đã có phiên bản cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def term_text(self) -> str:
        """ "10 ngày làm việc", as papers print it."""
        return f"{self.term_amount:02d} {SettlementUnit(self.term_unit).label}"


class ProcedureComponent(Record):
    """One paper that a dossier of the procedure consists of (thành phần hồ sơ)."""

    searched = ("name",)

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="components", verbose_name=_("thủ tục hành chính")
    )
    ordinal = models.PositiveSmallIntegerField(_("số thứ tự"))
    name = models.CharField(_("tên giấy tờ"), max_length=500)
    originals = models.PositiveSmallIntegerField(_("số bản chính"), default=1)
    copies = models.PositiveSmallIntegerField(_("số bản sao"), default=0)
    is_required = models.BooleanField(_("bắt buộc"), default=True)

    class Meta:
        verbose_name = _("thành phần hồ sơ")
        verbose_name_plural = _("thành phần hồ sơ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["procedure", "ordinal"],
                name="procedure_component_key",
                violation_error_message=_("Thủ tục đã có thành phần hồ sơ cùng số thứ tự."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProcedureStep(Record):
    """One step of the internal process: which unit, and how much of the term is its share (quy trình nội bộ)."""

    searched = ("name",)
    in_force_on: ClassVar = {"unit": "procedure__valid_from"}

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="steps", verbose_name=_("thủ tục hành chính")
    )
    ordinal = models.PositiveSmallIntegerField(_("số thứ tự"))
    name = models.CharField(_("nội dung bước"), max_length=300)
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="procedure_steps", verbose_name=_("đơn vị thực hiện")
    )
    share = models.PositiveSmallIntegerField(
        _("phần thời hạn"), help_text=_("Cùng đơn vị tính với thời hạn giải quyết của thủ tục.")
    )

    class Meta:
        verbose_name = _("bước của quy trình nội bộ")
        verbose_name_plural = _("quy trình nội bộ của thủ tục")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["procedure", "ordinal"],
                name="procedure_step_key",
                violation_error_message=_("Quy trình nội bộ đã có bước cùng số thứ tự."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProcedureChangeQuerySet(RecordQuerySet["ProcedureChange"]):
    """Changes of procedures."""

    def made_in(self, period: Period) -> ProcedureChangeQuerySet:
        """Dated inside the window."""
        return self.filter(period.covers("decided_on"))


class ProcedureChange(Record):
    """What a decision or a review did to one procedure; one decision may do several things to several procedures."""

    searched = ("note",)
    in_force_on: ClassVar = {"procedure": "decided_on"}

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="changes", verbose_name=_("thủ tục hành chính")
    )
    kind = models.CharField(_("nội dung thay đổi"), max_length=14, choices=ChangeKind.choices)
    decided_on = models.DateField(_("ngày thay đổi"), db_index=True)
    document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="procedure_changes",
        verbose_name=_("quyết định"),
    )
    note = models.TextField(_("ghi chú"), blank=True)

    objects = ProcedureChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("công bố, rà soát thủ tục")
        verbose_name_plural = _("công bố, rà soát thủ tục hành chính")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["procedure", "kind", "decided_on"],
                name="procedure_change_key",
                violation_error_message=_("Thủ tục đã có thay đổi cùng nội dung trong cùng ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.procedure}"

    def clean(self) -> None:
        """What is published is published by a decision of that day."""
        super().clean()
        document = self.document
        if self.kind in PUBLISHED and document is None:
            raise ValidationError(
                {"document": _("Công bố thủ tục phải có quyết định. Chọn quyết định công bố.")}
            )
        day: date | None = self.decided_on
        if document is not None and document.issued_on is not None and day and day < document.issued_on:
            raise ValidationError(
                {
                    "decided_on": _(
                        "Ngày thay đổi đứng trước ngày ban hành của quyết định. Xem lại một trong hai ngày."
                    )
                }
            )


class DossierCodePattern(Dated, Record):
    """How codes of dossiers are formed, from a day to a day: TT 01/2018/TT-VPCP art. 19, later circulars otherwise."""

    searched = ("pattern",)

    pattern = models.CharField(
        _("mẫu mã hồ sơ"),
        max_length=60,
        help_text=_("Ghi {yymmdd} ở chỗ ngày tiếp nhận, {number} ở chỗ số thứ tự trong ngày."),
    )
    legal_document = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("căn cứ"),
    )

    objects = DatedRecordQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("mẫu mã hồ sơ")
        verbose_name_plural = _("mẫu mã hồ sơ")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "valid_from"],
                name="dossier_code_pattern_key",
                violation_error_message=_("Đã có mẫu mã hồ sơ cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return self.pattern

    def clean(self) -> None:
        """Each place stands once, and there is no other brace."""
        super().clean()
        rest = self.pattern.replace(DAY_PLACE, "", 1).replace(NUMBER_PLACE, "", 1)
        if len(rest) != len(self.pattern) - len(DAY_PLACE) - len(NUMBER_PLACE) or {"{", "}"} & set(rest):
            text = _("Mẫu phải có đúng một {yymmdd} và một {number}. Ví dụ: 000.00.15.H03-{yymmdd}-{number}.")
            raise ValidationError({"pattern": text})
