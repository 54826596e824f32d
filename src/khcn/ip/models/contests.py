"""Editions of contests, and what is judged in them: entries are scored under their code, without the name of their author."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Count, ExpressionWrapper, Q, Sum
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from khcn.ip.enums import ContestKind, Prize
from khcn.ip.workflow import ENTRY_FLOW
from khcn.kernel.dated.year_validators import A_YEAR
from khcn.kernel.fields.kinds.year import YearField
from khcn.kernel.registers.record_model import Record, RecordQuerySet


class ContestEdition(Record):
    """One edition of a contest (lần tổ chức cuộc thi)."""

    searched = ("code", "name")

    code = models.CharField(_("mã cuộc thi"), max_length=40)
    kind = models.CharField(_("cuộc thi"), max_length=12, choices=ContestKind.choices)
    name = models.CharField(_("tên cuộc thi"), max_length=300)
    ordinal = models.PositiveSmallIntegerField(_("lần thứ"))
    year = YearField(_("năm"), validators=A_YEAR)
    organiser = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contest_editions",
        verbose_name=_("cơ quan chủ trì"),
    )
    launched_on = models.DateField(_("ngày phát động"), null=True, blank=True)
    closes_on = models.DateField(_("hạn nhận bài"), null=True, blank=True)
    result_planned_on = models.DateField(_("ngày dự kiến công bố kết quả"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    published_on = models.DateField(_("ngày công bố kết quả"), null=True, blank=True, editable=False)
    publication = models.CharField(_("nơi công bố"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("cuộc thi")
        verbose_name_plural = _("cuộc thi, hội thi")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="contest_edition_key",
                violation_error_message=_("Đã có cuộc thi cùng mã."),
            ),
            models.UniqueConstraint(
                fields=["province", "kind", "year"],
                name="contest_edition_of_year",
                violation_error_message=_("Năm này đã có một lần tổ chức của cuộc thi này."),
            ),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1),
                name="contest_edition_ordinal",
                violation_error_message=_("Lần tổ chức đếm từ 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class ContestCriterion(Record):
    """What entries of an edition are judged by (tiêu chí chấm điểm)."""

    searched = ("code", "name")

    code = models.CharField(_("mã tiêu chí"), max_length=40)
    edition = models.ForeignKey(
        ContestEdition, models.PROTECT, related_name="criteria", verbose_name=_("cuộc thi")
    )
    name = models.CharField(_("tên tiêu chí"), max_length=300)
    maximum = models.PositiveSmallIntegerField(_("điểm tối đa"))

    class Meta:
        verbose_name = _("tiêu chí chấm điểm")
        verbose_name_plural = _("tiêu chí chấm điểm")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="contest_criterion_key",
                violation_error_message=_("Đã có tiêu chí cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


class ContestJuror(Record):
    """A juror of an edition, whom the score sheets name by the code (giám khảo)."""

    searched = ("code",)

    code = models.CharField(_("mã giám khảo"), max_length=40)
    edition = models.ForeignKey(
        ContestEdition, models.PROTECT, related_name="jurors", verbose_name=_("cuộc thi")
    )
    person = models.ForeignKey(
        "parties.Person", models.PROTECT, related_name="juries", verbose_name=_("họ và tên")
    )

    class Meta:
        verbose_name = _("giám khảo")
        verbose_name_plural = _("giám khảo")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="contest_juror_key",
                violation_error_message=_("Đã có giám khảo cùng mã."),
            )
        ]

    def __str__(self) -> str:
        return self.code


class ContestEntryQuerySet(RecordQuerySet["ContestEntry"]):
    """Entries with their points."""

    def with_points(self) -> ContestEntryQuerySet:
        """Adds ``points``: the sum over the criteria, as the mean of the jurors that have scored the entry."""
        jurors = NullIf(Count("scores__juror", distinct=True), 0)
        mean = ExpressionWrapper(
            Sum("scores__points") / jurors, output_field=models.DecimalField(max_digits=7, decimal_places=2)
        )
        return self.annotate(points=mean)


class ContestEntry(Record):
    """What somebody takes part in an edition with (bài dự thi). Jurors know it by its code alone."""

    searched = ("code", "title")

    code = models.CharField(_("mã số dự thi"), max_length=40)
    edition = models.ForeignKey(
        ContestEdition, models.PROTECT, related_name="entries", verbose_name=_("cuộc thi")
    )
    title = models.CharField(_("tên bài dự thi"), max_length=500)
    field = models.CharField(_("lĩnh vực"), max_length=200, blank=True)
    person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        related_name="contest_entries",
        verbose_name=_("tác giả, trưởng nhóm"),
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contest_entries",
        verbose_name=_("đơn vị"),
    )
    received_on = models.DateField(_("ngày nhận bài"), db_index=True)
    note = models.TextField(_("ghi chú"), blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=13,
        choices=ENTRY_FLOW.choices(),
        default=ENTRY_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    prize = models.CharField(
        _("giải thưởng"), max_length=13, choices=Prize.choices, blank=True, editable=False
    )

    objects = ContestEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("bài dự thi")
        verbose_name_plural = _("bài dự thi")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "code"],
                name="contest_entry_key",
                violation_error_message=_("Đã có bài dự thi cùng mã số."),
            )
        ]

    def __str__(self) -> str:
        return self.code  # and neither title nor author, which jurors do not see


class ContestScore(Record):
    """The points that one juror gave one entry by one criterion (điểm chấm)."""

    entry = models.ForeignKey(
        ContestEntry, models.PROTECT, related_name="scores", verbose_name=_("bài dự thi")
    )
    juror = models.ForeignKey(
        ContestJuror, models.PROTECT, related_name="scores", verbose_name=_("giám khảo")
    )
    criterion = models.ForeignKey(
        ContestCriterion, models.PROTECT, related_name="scores", verbose_name=_("tiêu chí")
    )
    points = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2)
    scored_on = models.DateField(_("ngày chấm"))

    class Meta:
        verbose_name = _("điểm chấm")
        verbose_name_plural = _("điểm chấm bài dự thi")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "juror", "criterion"],
                name="contest_score_key",
                violation_error_message=_("Giám khảo đã chấm bài này theo tiêu chí này."),
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0),
                name="contest_score_points",
                violation_error_message=_("Điểm không thể nhỏ hơn 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points}"
