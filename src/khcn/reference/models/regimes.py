"""Duties to report, and which days their periods count."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.dated.models import Dated, version_in_force
from khcn.kernel.indicators import Period, PeriodKind
from khcn.kernel.registers.record_model import Record
from khcn.reference.models.base import DatedRecordQuerySet
from khcn.reference.models.documents import LegalDocument


class ReportingRegime(Record):
    """A duty to report: who set it, and through its windows which days a period counts."""

    searched = ("name", "code")

    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("tên chế độ báo cáo"), max_length=300)
    legal_document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name=_("căn cứ")
    )

    class Meta:
        verbose_name = _("chế độ báo cáo")
        verbose_name_plural = _("chế độ báo cáo")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["province", "code"], name="reporting_regime_key")
        ]

    def __str__(self) -> str:
        return self.name

    def period(self, kind: PeriodKind, year: int, number: int = 1) -> Period:
        """The window of a period under this regime.

        Raises :class:`RegimeWindow.DoesNotExist` when the regime has no such period in that year.
        """
        window = self.window(kind.value, number, on=date(year, 6, 30))
        if window is None:
            raise RegimeWindow.DoesNotExist
        return window.period(year)

    def window(self, kind: str, number: int, *, on: date) -> RegimeWindow | None:
        """The window of one kind of period that counts on a day."""
        return version_in_force(self.windows.filter(kind=kind, number=number), on=on)

    def windows_on(self, on: date) -> list[RegimeWindow]:
        """The windows that count on a day: one of each period."""
        found: defaultdict[tuple[str, int], list[RegimeWindow]] = defaultdict(list)
        for each in self.windows.order_by("kind", "number"):
            found[each.kind, each.number].append(each)
        counting = (version_in_force(versions, on=on) for versions in found.values())
        return [each for each in counting if each is not None]


class RegimeWindow(Dated, Record):
    """First and last day of one kind of period, e.g. 15/12 of the year before to 14/9 (NĐ 09/2019, art. 12)."""

    regime = models.ForeignKey(
        ReportingRegime, models.PROTECT, related_name="windows", verbose_name=_("chế độ báo cáo")
    )
    kind = models.CharField(
        _("kỳ báo cáo"), max_length=12, choices=[(kind.value, kind.label) for kind in PeriodKind]
    )
    number = models.PositiveSmallIntegerField(_("kỳ thứ"), default=1)
    start_day = models.PositiveSmallIntegerField(_("từ ngày"))
    start_month = models.PositiveSmallIntegerField(_("từ tháng"))
    starts_year_before = models.BooleanField(_("bắt đầu từ năm trước"), default=False)
    end_day = models.PositiveSmallIntegerField(_("đến hết ngày"))
    end_month = models.PositiveSmallIntegerField(_("đến hết tháng"))
    due_working_days = models.PositiveSmallIntegerField(
        _("gửi trong số ngày làm việc sau ngày chốt"), default=2
    )

    objects = DatedRecordQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("kỳ chốt số liệu")
        verbose_name_plural = _("kỳ chốt số liệu")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["regime", "kind", "number", "valid_from"],
                name="regime_window_key",
                violation_error_message=_("Chế độ báo cáo đã có kỳ này với cùng ngày có hiệu lực."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}: {self.start_day}/{self.start_month}–{self.end_day}/{self.end_month}"

    def period(self, year: int) -> Period:
        """The window in one reporting year."""
        start = date(year - 1 if self.starts_year_before else year, self.start_month, self.start_day)
        end = date(year, self.end_month, self.end_day) + timedelta(days=1)
        return Period(start, end, year, PeriodKind(self.kind), self.number)

    def clean(self) -> None:
        """Both ends must be days of the calendar, in order."""
        try:
            self.period(2023)
        except ValueError:
            raise ValidationError(
                _("Ngày đầu và ngày cuối kỳ không tạo thành một khoảng thời gian. Hãy xem lại ngày và tháng.")
            ) from None
