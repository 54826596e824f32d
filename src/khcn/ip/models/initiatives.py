"""Rounds in which a council considers initiatives, the initiatives, and their authors with shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.ip.enums import InitiativeLevel
from khcn.ip.workflow import INITIATIVE_FLOW, RECOGNISED
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.percent import PercentField
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period


class InitiativeRound(Record):
    """One round of a year in which the council of a level considers initiatives (đợt xét sáng kiến)."""

    searched = ("code", "name")

    code = models.CharField(_("mã đợt xét"), max_length=40)
    name = models.CharField(_("tên đợt xét"), max_length=300)
    level = models.CharField(_("cấp xét"), max_length=10, choices=InitiativeLevel.choices)
    year = YearField(_("năm"), validators=A_YEAR)
    closes_on = models.DateField(_("hạn nhận đơn"), null=True, blank=True)
    council_decision = models.ForeignKey(
        "reference.LegalDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("quyết định thành lập Hội đồng"),
    )
    considered_on = models.DateField(_("ngày Hội đồng họp"), null=True, blank=True, db_index=True)
    members_total = models.PositiveSmallIntegerField(_("số thành viên Hội đồng"), null=True, blank=True)
    members_present = models.PositiveSmallIntegerField(_("số thành viên có mặt"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("đợt xét sáng kiến")
        verbose_name_plural = _("đợt xét sáng kiến")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="initiative_round_key",
                violation_error_message=_("Đã có đợt xét cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(members_present__isnull=True)
                | Q(members_total__isnull=True)
                | Q(members_present__lte=F("members_total")),
                name="initiative_round_present",
                violation_error_message=_("Số thành viên có mặt lớn hơn số thành viên của Hội đồng."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class InitiativeQuerySet(RecordQuerySet["Initiative"]):
    """Initiatives."""

    def recognised_in(self, period: Period) -> InitiativeQuerySet:
        """Recognised at the level of the province inside the window."""
        return self.filter(
            period.covers("decided_on"), state=RECOGNISED, round__level=InitiativeLevel.PROVINCE
        )


class Initiative(Record):
    """An initiative whose recognition is asked for (sáng kiến)."""

    searched = ("code", "title")

    code = models.CharField(_("mã sáng kiến"), max_length=40)
    round = models.ForeignKey(
        InitiativeRound, models.PROTECT, related_name="initiatives", verbose_name=_("đợt xét")
    )
    title = models.CharField(_("tên sáng kiến"), max_length=500)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("đơn vị áp dụng"),
    )
    field = models.CharField(_("lĩnh vực"), max_length=200, blank=True)
    received_on = models.DateField(_("ngày nhận đơn"), db_index=True)
    first_applied_on = models.DateField(_("ngày áp dụng lần đầu"), null=True, blank=True)
    novelty = models.TextField(_("tính mới"), blank=True)
    effect = models.TextField(_("hiệu quả áp dụng"), blank=True)
    influence = models.TextField(_("phạm vi ảnh hưởng"), blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=INITIATIVE_FLOW.choices(),
        default=INITIATIVE_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    accepted_on = models.DateField(_("ngày chấp nhận đơn"), null=True, blank=True, editable=False)
    conclusion = models.TextField(_("kết luận của Hội đồng"), blank=True, editable=False)
    decision_number = models.CharField(
        _("số quyết định công nhận"), max_length=60, blank=True, editable=False
    )
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True, editable=False, db_index=True)
    refusal_reason = models.TextField(_("lý do không công nhận"), blank=True, editable=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("sáng kiến")
        verbose_name_plural = _("sáng kiến")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="initiative_key",
                violation_error_message=_("Đã có sáng kiến cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"


class InitiativeAuthor(Record):
    """One author of one initiative with the share of the work (tác giả sáng kiến)."""

    initiative = models.ForeignKey(
        Initiative, models.PROTECT, related_name="authors", verbose_name=_("sáng kiến")
    )
    ordinal = models.PositiveSmallIntegerField(_("số thứ tự"))
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="initiative_shares", verbose_name=_("tác giả")
    )
    share = PercentField(_("tỷ lệ đóng góp"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("tác giả sáng kiến")
        verbose_name_plural = _("tác giả sáng kiến")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["initiative", "person"],
                name="initiative_author_key",
                violation_error_message=_("Người này đã là tác giả của sáng kiến."),
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=100),
                name="initiative_author_share",
                violation_error_message=_("Tỷ lệ đóng góp phải lớn hơn 0 và không quá một trăm phần trăm."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal}"
