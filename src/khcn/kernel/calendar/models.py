"""Days that differ from the plain week. The table is the truth; a library only fills it in beforehand."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

SHARED = "chung"
"""Code of the calendar that all units share; a unit's own rows are laid over it."""


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("nghỉ")
    WORKING = "working", _("làm việc")


class WorkingDayExceptionQuerySet(models.QuerySet["WorkingDayException"]):
    def of_calendar(self, code: str) -> "WorkingDayExceptionQuerySet":
        return self.filter(calendar=code)

    def of_year(self, year: int) -> "WorkingDayExceptionQuerySet":
        return self.filter(on__year=year)


class WorkingDayException(models.Model):
    """One day that is off although it is a weekday, or worked although it is a Saturday or Sunday.

    A row of kind "làm việc" on a weekday takes back a holiday; deleting a row that the library knows would bring it
    back at the next pre-fill. Law: Bộ luật Lao động 2019 art. 112 and the yearly announcements of swapped days.
    """

    calendar = models.CharField(_("Lịch"), max_length=30, default=SHARED)
    on = models.DateField(_("Ngày"))
    kind = models.CharField(_("Loại ngày"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("Tên ngày nghỉ, lý do"), max_length=200)
    source = models.CharField(
        _("Căn cứ"), max_length=300, help_text=_("Văn bản quyết định ngày nghỉ, ngày làm bù.")
    )
    prefilled_as = models.CharField(max_length=520, blank=True, editable=False)
    entered_by = models.CharField(_("Người nhập"), max_length=200, blank=True, editable=False)

    objects: ClassVar[WorkingDayExceptionQuerySet] = WorkingDayExceptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("Ngày nghỉ, ngày làm bù")
        verbose_name_plural = _("Ngày nghỉ, ngày làm bù")
        ordering = ["calendar", "on"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "on"],
                name="kernel_calendar_one_row_a_day",
                violation_error_message=_("Lịch này đã có ngày đó. Mở dòng đã có để sửa."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=DayKind.values), name="kernel_calendar_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y} {self.name}"

    @property
    def signature(self) -> str:
        """What pre-filling leaves as its mark; whoever edits the row afterwards makes the two differ."""
        return f"{self.kind}|{self.name}|{self.source}"

    @property
    def is_hand_made(self) -> bool:
        """Entered or changed by a person, on whatever screen or import."""
        return self.prefilled_as != self.signature
