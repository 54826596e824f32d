"""Dossiers: what came in, what was asked for in addition, which unit had it, and what came of it."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the model layer
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.dossiers.enums import Channel, DossierOutcome, DossierStanding
from khcn.dossiers.models.procedures import Procedure
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.registers.record_model import Record, RecordQuerySet

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period

SETTLEMENT: Final = "dossiers.settlement"
"""Code of the kind of deadline within which a dossier is settled."""


class DossierQuerySet(RecordQuerySet["Dossier"]):
    """Dossiers, seen on a day.

    The last day is that of the stored deadline. It answers for past days as well: what stopped the clock after such a day moves a
    day that was still to come then, and a stop that still lasts leaves none.
    """

    def with_due(self) -> DossierQuerySet:
        """Adds ``due_on``: the last day of the term, None while a stop lasts."""
        term = Deadline.objects.filter(
            subject_model="dossiers.dossier", subject_id=OuterRef("pk"), kind=SETTLEMENT
        )
        return self.annotate(due_on=Subquery(term.values("due_on")[:1]))

    def with_standing(self, *, on: date) -> DossierQuerySet:
        """Adds ``due_on`` and ``standing`` as of a day: an end dated later than ``on`` is not there yet."""
        ended, resolved = Q(ended_on__lte=on), Q(ended_on__lte=on, outcome=DossierOutcome.RESOLVED)
        return self.with_due().annotate(
            standing=Case(
                When(resolved & Q(ended_on__gt=F("due_on")), then=Value(DossierStanding.LATE.value)),
                When(resolved & Q(ended_on__lt=F("due_on")), then=Value(DossierStanding.EARLY.value)),
                When(resolved, then=Value(DossierStanding.ON_TIME.value)),
                When(ended & Q(outcome=DossierOutcome.REFUSED), then=Value(DossierStanding.RETURNED.value)),
                When(
                    ended & Q(outcome=DossierOutcome.WITHDRAWN), then=Value(DossierStanding.WITHDRAWN.value)
                ),
                When(ended & Q(outcome=DossierOutcome.STOPPED), then=Value(DossierStanding.STOPPED.value)),
                When(due_on__lt=on, then=Value(DossierStanding.OVERDUE.value)),
                When(Exists(_waiting(on)), then=Value(DossierStanding.WAITING.value)),
                default=Value(DossierStanding.OPEN.value),
                output_field=models.CharField(),
            )
        )

    def received_in(self, period: Period) -> DossierQuerySet:
        """Received in the window."""
        return self.filter(period.covers("received_on"))

    def ended_in(self, period: Period, outcome: DossierOutcome) -> DossierQuerySet:
        """Ended in the window, in this way."""
        return self.filter(period.covers("ended_on"), outcome=outcome)

    def open_on(self, on: date) -> DossierQuerySet:
        """Received by ``on`` and not ended by then."""
        return self.filter(received_on__lte=on).exclude(ended_on__lte=on)


def _waiting(on: date) -> models.QuerySet[SupplementRequest]:
    """Requests of the outer dossier that were open at the end of ``on``."""
    asked = SupplementRequest.objects.filter(dossier=OuterRef("pk"), asked_on__lte=on)
    return asked.exclude(answered_on__lte=on)


class Dossier(Record):
    """What an applicant handed in to have a procedure carried out (hồ sơ thủ tục hành chính)."""

    searched = ("code", "applicant", "content")
    in_force_on: ClassVar = {"procedure": "received_on", "unit": "received_on"}

    code = models.CharField(_("mã hồ sơ"), max_length=60)
    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="dossiers", verbose_name=_("thủ tục hành chính")
    )
    applicant = models.CharField(_("người nộp, tổ chức nộp"), max_length=300)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dossiers",
        verbose_name=_("tổ chức trong danh mục"),
    )
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=40, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    content = models.TextField(_("nội dung yêu cầu giải quyết"), blank=True)
    channel = models.CharField(
        _("hình thức nộp"), max_length=8, choices=Channel.choices, default=Channel.DIRECT
    )
    copies = models.PositiveSmallIntegerField(_("số bộ hồ sơ"), default=1)
    received_on = models.DateField(_("ngày tiếp nhận"), db_index=True)
    appointed_on = models.DateField(
        _("ngày hẹn trả ghi trên một cửa điện tử"),
        null=True,
        blank=True,
        help_text=_("Theo tệp xuất từ hệ thống một cửa; để đối chiếu với hạn do phần mềm tính."),
    )
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="dossiers", verbose_name=_("đơn vị giải quyết")
    )
    outcome = models.CharField(
        _("kết quả giải quyết"), max_length=10, choices=DossierOutcome.choices, default=DossierOutcome.OPEN
    )
    ended_on = models.DateField(_("ngày có kết quả, kết thúc"), null=True, blank=True, db_index=True)
    result_number = models.CharField(_("số, ký hiệu kết quả"), max_length=100, blank=True)
    outcome_reason = models.TextField(_("lý do trả lại, rút, dừng"), blank=True)
    delivered_on = models.DateField(_("ngày trả cho người nộp"), null=True, blank=True)
    apologised_on = models.DateField(_("ngày xin lỗi"), null=True, blank=True)
    reappointed_on = models.DateField(_("ngày hẹn lại"), null=True, blank=True)
    apology_reason = models.TextField(_("lý do chậm"), blank=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ thủ tục hành chính")
        verbose_name_plural = _("hồ sơ thủ tục hành chính")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="dossier_key",
                violation_error_message=_("Đã có hồ sơ cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(outcome=DossierOutcome.OPEN, ended_on__isnull=True)
                | (~Q(outcome=DossierOutcome.OPEN) & Q(ended_on__isnull=False)),
                name="dossier_end_has_day",
                violation_error_message=_(
                    "Kết quả giải quyết và ngày kết thúc phải đi cùng nhau: hồ sơ đang giải quyết thì để trống ngày."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("received_on")),
                name="dossier_ends_after_reception",
                violation_error_message=_("Ngày kết thúc không được trước ngày tiếp nhận."),
            ),
            models.CheckConstraint(
                condition=Q(delivered_on__isnull=True)
                | Q(outcome=DossierOutcome.RESOLVED, delivered_on__gte=F("ended_on")),
                name="dossier_delivered_after_result",
                violation_error_message=_("Chỉ trả kết quả đã có, và không trước ngày có kết quả."),
            ),
            models.CheckConstraint(
                condition=Q(apologised_on__isnull=True, reappointed_on__isnull=True)
                | Q(apologised_on__gte=F("received_on"), reappointed_on__gt=F("apologised_on")),
                name="dossier_apology_days",
                violation_error_message=_("Ngày xin lỗi và ngày hẹn lại đi cùng nhau, ngày hẹn lại ở sau."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-received_on", "code"], name="dossier_list_order")]

    def __str__(self) -> str:
        return f"{self.code} – {self.applicant}"


class SupplementRequest(Record):
    """What was asked for in addition; until it came in, the clock stands still (phiếu yêu cầu bổ sung, hoàn thiện hồ sơ)."""

    searched = ("content",)

    dossier = models.ForeignKey(
        Dossier, models.PROTECT, related_name="supplements", verbose_name=_("hồ sơ thủ tục hành chính")
    )
    asked_on = models.DateField(_("ngày yêu cầu"))
    content = models.TextField(_("nội dung cần bổ sung"))
    answered_on = models.DateField(_("ngày nhận đủ bổ sung"), null=True, blank=True)

    class Meta:
        verbose_name = _("yêu cầu bổ sung hồ sơ")
        verbose_name_plural = _("yêu cầu bổ sung hồ sơ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier", "asked_on"],
                name="supplement_request_key",
                violation_error_message=_("Hồ sơ đã có yêu cầu bổ sung cùng ngày."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("asked_on")),
                name="supplement_request_order",
                violation_error_message=_("Ngày nhận đủ bổ sung không được trước ngày yêu cầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier.code} ({self.asked_on:%d/%m/%Y})"


class DossierHandover(Record):
    """That a unit got the dossier on a day, and until when it had it (chuyển xử lý)."""

    searched = ("note",)
    in_force_on: ClassVar = {"unit": "received_on"}

    dossier = models.ForeignKey(
        Dossier, models.PROTECT, related_name="handovers", verbose_name=_("hồ sơ thủ tục hành chính")
    )
    ordinal = models.PositiveSmallIntegerField(_("lần chuyển"))
    unit = models.ForeignKey(
        "parties.OrgUnit", models.PROTECT, related_name="handovers", verbose_name=_("đơn vị nhận xử lý")
    )
    received_on = models.DateField(_("ngày nhận"))
    share = models.PositiveSmallIntegerField(
        _("phần thời hạn"),
        null=True,
        blank=True,
        help_text=_("Cùng đơn vị tính với thời hạn giải quyết của thủ tục; để trống nếu không chia."),
    )
    done_on = models.DateField(_("ngày xong, chuyển tiếp"), null=True, blank=True)
    note = models.TextField(_("ý kiến"), blank=True)

    class Meta:
        verbose_name = _("lần chuyển xử lý")
        verbose_name_plural = _("chuyển xử lý hồ sơ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier", "ordinal"],
                name="dossier_handover_key",
                violation_error_message=_("Hồ sơ đã có lần chuyển cùng thứ tự."),
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("received_on")),
                name="dossier_handover_order",
                violation_error_message=_("Ngày xong không được trước ngày nhận."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier.code}: {self.unit}"
