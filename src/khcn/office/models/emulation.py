"""Occasions on which titles and rewards are proposed, and what was proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.office.enums import DecisionLevel, EmulationRoundKind, EmulationTitle
from khcn.office.workflow import AWARDED, NOMINATION_FLOW

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period


class EmulationRound(Record):
    """One occasion on which titles and rewards are proposed (đợt thi đua, khen thưởng)."""

    searched = ("code", "name")

    code = models.CharField(_("mã đợt"), max_length=40)
    kind = models.CharField(_("loại đợt"), max_length=10, choices=EmulationRoundKind.choices)
    name = models.CharField(_("tên đợt thi đua, khen thưởng"), max_length=300)
    year = YearField(_("năm"), validators=A_YEAR)
    met_on = models.DateField(_("ngày Hội đồng thi đua họp"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    submitted_on = models.DateField(_("ngày gửi hồ sơ"), null=True, blank=True, editable=False)
    submission_number = models.CharField(_("số tờ trình"), max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = _("đợt thi đua, khen thưởng")
        verbose_name_plural = _("đợt thi đua, khen thưởng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="emulation_round_key",
                violation_error_message=_("Đã có đợt thi đua, khen thưởng cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["province", "year"],
                condition=Q(kind=EmulationRoundKind.YEARLY),
                name="emulation_round_of_year",
                violation_error_message=_("Năm này đã có đợt tổng kết năm."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class EmulationNominationQuerySet(RecordQuerySet["EmulationNomination"]):
    """Titles and rewards that are proposed."""

    def awarded_in(self, period: Period) -> EmulationNominationQuerySet:
        """Awarded inside the window."""
        return self.filter(period.covers("decided_on"), state=AWARDED)


class EmulationNomination(Record):
    """A title or reward proposed for a person or a unit (đề nghị danh hiệu)."""

    searched = ("code",)

    code = models.CharField(_("mã đề nghị"), max_length=40)
    round = models.ForeignKey(
        EmulationRound, models.PROTECT, related_name="nominations", verbose_name=_("đợt")
    )
    title = models.CharField(_("danh hiệu, hình thức"), max_length=20, choices=EmulationTitle.choices)
    level = models.CharField(_("cấp quyết định"), max_length=10, choices=DecisionLevel.choices)
    person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="emulation_nominations",
        verbose_name=_("cá nhân"),
    )
    unit = models.ForeignKey(
        "parties.OrgUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="emulation_nominations",
        verbose_name=_("tập thể"),
    )
    achievement = models.TextField(_("thành tích"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=NOMINATION_FLOW.choices(),
        default=NOMINATION_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    decision_number = models.CharField(
        _("số quyết định khen thưởng"), max_length=60, blank=True, editable=False
    )
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True, editable=False, db_index=True)
    refusal_reason = models.TextField(_("lý do không tặng"), blank=True, editable=False)

    objects = EmulationNominationQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị khen thưởng")
        verbose_name_plural = _("đề nghị danh hiệu, khen thưởng")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="emulation_nomination_key",
                violation_error_message=_("Đã có đề nghị khen thưởng cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["round", "title", "level", "person"],
                condition=Q(person__isnull=False),
                name="emulation_nomination_person",
                violation_error_message=_("Người này đã được đề nghị danh hiệu này trong đợt."),
            ),
            models.UniqueConstraint(
                fields=["round", "title", "level", "unit"],
                condition=Q(unit__isnull=False),
                name="emulation_nomination_unit",
                violation_error_message=_("Tập thể này đã được đề nghị danh hiệu này trong đợt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_title_display()}"
