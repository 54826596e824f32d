"""Days that differ from the plain week. The table is the truth; a library only fills it in beforehand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.registers.record_model import Record, RecordQuerySet

SHARED_CALENDAR = "chung"
"""Code of the calendar that all units share; a unit's own rows are laid over it."""


class DayKind(models.TextChoices):
    """What an exceptional day is."""

    HOLIDAY = "holiday", _("Nghỉ")
    WORKING = "working", _("Làm việc")


class WorkingDayExceptionQuerySet(RecordQuerySet["WorkingDayException"]):
    """Exceptional days."""

    def of_calendar(self, code: str) -> WorkingDayExceptionQuerySet:
        """Rows of one calendar alone."""
        return self.filter(calendar=code)

    def of_year(self, year: int) -> WorkingDayExceptionQuerySet:
        """Rows of one year."""
        return self.filter(on__year=year)


class WorkingDayException(Record):
    """One day that is off although it is a weekday, or worked although it is a Saturday or Sunday.

    A row of kind "làm việc" on a weekday takes back a holiday; deleting a row that the library knows would bring it
    back at the next pre-fill. Law: Bộ luật Lao động 2019 art. 112 and the yearly announcements of swapped days.
    """

    searched = ("name", "source")

    calendar = models.CharField(_("lịch"), max_length=30, default=SHARED_CALENDAR)
    on = models.DateField(_("ngày"))
    kind = models.CharField(_("loại ngày"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("tên ngày nghỉ, lý do"), max_length=200)
    source = models.CharField(
        _("căn cứ"), max_length=300, help_text=_("Văn bản quyết định ngày nghỉ, ngày làm bù.")
    )
    provisional = models.BooleanField(
        _("dự kiến"),
        default=False,
        help_text=_("Chưa đối chiếu với thông báo lịch nghỉ của năm; thời hạn tính qua năm đó là dự kiến."),
    )
    prefilled_as = models.CharField(max_length=520, blank=True, editable=False, default="")

    objects = WorkingDayExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ngày nghỉ, ngày làm bù")
        verbose_name_plural = _("ngày nghỉ, ngày làm bù")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "calendar", "on"],
                name="working_day_exception_key",
                violation_error_message=_("Lịch này đã có ngày đó. Mở dòng đã có để sửa."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y} {self.name}"

    @property
    def signature(self) -> str:
        """What pre-filling leaves as its mark; the person who edits the row afterwards makes the two differ."""
        return f"{self.kind}|{self.name}|{self.source}"

    @property
    def is_hand_made(self) -> bool:
        """Entered or changed by a person, on whatever screen or import."""
        return self.prefilled_as != self.signature
