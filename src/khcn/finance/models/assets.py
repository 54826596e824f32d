"""Assets of tasks and how they are handled, and public assets of the department that are to go."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.finance.enums import AssetGroup, DisposalForm, HandlingForm
from khcn.finance.workflow import ASSET_FLOW
from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.reference.models import RuleParameter

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.indicators import Period

HAND_OVER: Final = "finance.asset_hand_over"  # the term of the hand-over, once it is decided
HAND_OVER_RULE: Final = "finance.asset_hand_over_days"


class TaskAssetQuerySet(RecordQuerySet["TaskAsset"]):
    """Assets of tasks, seen on a day."""

    def with_basis(self, *, on: date) -> TaskAssetQuerySet:
        """Adds ``legal_basis``: the document by which the asset is handled, in force on the day of its decision, else on ``on``."""
        day = Coalesce(OuterRef("decided_on"), Value(on))
        rules = RuleParameter.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=day), code=HAND_OVER_RULE, valid_from__lte=day
        )
        number = rules.order_by("-valid_from").values("legal_document__number")[:1]
        return self.annotate(legal_basis=Coalesce(Subquery(number, output_field=CharField()), Value("")))

    def unhandled(self, *, on: date) -> TaskAssetQuerySet:
        """Those of which a day had come, and that were not handed over by then."""
        waiting = Q(handed_over_on__isnull=True) | Q(handed_over_on__gt=on)
        return self.filter(waiting, recorded_on__lte=on)


class TaskAsset(Record):
    """Something that was bought for a task, or is its result (tài sản của nhiệm vụ KH&CN)."""

    searched = ("code", "name", "decision_number")

    code = models.CharField(_("mã tài sản"), max_length=40)
    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="assets", verbose_name=_("nhiệm vụ KH&CN")
    )
    name = models.CharField(_("tên tài sản"), max_length=300)
    group = models.CharField(_("nhóm tài sản"), max_length=16, choices=AssetGroup.choices)
    quantity = models.PositiveIntegerField(_("số lượng"), default=1)
    original_cost = MoneyField(_("nguyên giá (đồng)"), null=True, blank=True)
    recorded_on = models.DateField(_("ngày hình thành, mua sắm"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=12,
        choices=ASSET_FLOW.choices(),
        default=ASSET_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    proposed_on = models.DateField(_("ngày trình phương án xử lý"), null=True, blank=True, editable=False)
    decision_number = models.CharField(_("số quyết định xử lý"), max_length=60, blank=True, editable=False)
    decided_on = models.DateField(
        _("ngày quyết định xử lý"), null=True, blank=True, editable=False, db_index=True
    )
    handling_form = models.CharField(
        _("hình thức xử lý"), max_length=16, choices=HandlingForm.choices, blank=True, editable=False
    )
    receiver = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="received_assets",
        verbose_name=_("tổ chức nhận tài sản"),
    )
    handed_over_on = models.DateField(
        _("ngày bàn giao, xử lý xong"), null=True, blank=True, editable=False, db_index=True
    )

    objects = TaskAssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("tài sản của nhiệm vụ")
        verbose_name_plural = _("tài sản của nhiệm vụ KH&CN")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="task_asset_key",
                violation_error_message=_("Đã có tài sản cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="task_asset_quantity",
                violation_error_message=_("Số lượng phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=(Q(proposed_on__isnull=True) | Q(proposed_on__gte=F("recorded_on")))
                & (
                    Q(decided_on__isnull=True)
                    | Q(decided_on__gte=F("recorded_on"))
                    & (Q(proposed_on__isnull=True) | Q(decided_on__gte=F("proposed_on")))
                )
                & (Q(handed_over_on__isnull=True) | Q(handed_over_on__gte=F("decided_on"))),
                name="task_asset_days",
                violation_error_message=_("Ngày của bước này đứng trước bước trước đó. Hãy xem lại ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class PublicAssetQuerySet(RecordQuerySet["PublicAsset"]):
    """Public assets."""

    def sent_in(self, period: Period, form: DisposalForm) -> PublicAssetQuerySet:
        """Those whose dossier for this was sent inside the window."""
        return self.filter(period.covers("dossier_sent_on"), form=form)


class PublicAsset(Record):
    """A public asset of the department that is to be sold, given back or transferred (xử lý tài sản công)."""

    searched = ("code", "name", "decision_number")

    code = models.CharField(_("mã tài sản"), max_length=40)
    name = models.CharField(_("tên tài sản"), max_length=300)
    form = models.CharField(_("hình thức xử lý"), max_length=12, choices=DisposalForm.choices)
    original_cost = MoneyField(_("nguyên giá (đồng)"), null=True, blank=True)
    residual_amount = MoneyField(_("giá trị còn lại (đồng)"), null=True, blank=True)
    asked_of = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="asked_public_assets",
        verbose_name=_("cơ quan thẩm định"),
    )
    dossier_sent_on = models.DateField(_("ngày gửi hồ sơ"), null=True, blank=True, db_index=True)
    decision_number = models.CharField(_("số quyết định xử lý"), max_length=60, blank=True)
    decided_on = models.DateField(_("ngày quyết định xử lý"), null=True, blank=True)
    completed_on = models.DateField(_("ngày xử lý xong"), null=True, blank=True)
    proceeds = MoneyField(_("số tiền thu được (đồng)"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    objects = PublicAssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("tài sản công phải xử lý")
        verbose_name_plural = _("xử lý tài sản công của Sở")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="public_asset_key",
                violation_error_message=_("Đã có tài sản cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(residual_amount__isnull=True)
                | Q(original_cost__isnull=True)
                | Q(residual_amount__lte=F("original_cost")),
                name="public_asset_amounts",
                violation_error_message=_("Giá trị còn lại lớn hơn nguyên giá. Hãy xem lại hai số tiền."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(decided_on__isnull=True)
                    | Q(dossier_sent_on__isnull=True)
                    | Q(decided_on__gte=F("dossier_sent_on"))
                )
                & (
                    Q(completed_on__isnull=True)
                    | Q(decided_on__isnull=False, completed_on__gte=F("decided_on"))
                ),
                name="public_asset_days",
                violation_error_message=_(
                    "Ngày xử lý xong cần có ngày quyết định; không ngày nào đứng trước việc trước đó. Hãy xem lại các ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"
