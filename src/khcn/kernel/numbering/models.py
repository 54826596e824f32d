"""Number books. Written only by `khcn.kernel.numbering.operations`."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited
from khcn.kernel.province import province_key

DEPARTMENT: Final = "SKHCN"  # the unit of books that the whole department shares


class NumberBook(Audited):
    """One running series: a book of one unit in one calendar year (NĐ 30/2020/NĐ-CP art. 15).

    What follows from its last line is not in the change log, where it would double every number; the lines are in it,
    and every verification of the log compares the two.
    """

    province = models.CharField(max_length=8, editable=False, default=province_key)
    book = models.CharField(_("Sổ"), max_length=50)
    unit_code = models.CharField(_("Đơn vị"), max_length=50)
    year = models.PositiveSmallIntegerField(_("Năm"))
    pattern = models.CharField(_("Dạng số, ký hiệu"), max_length=100, blank=True)
    last = models.PositiveIntegerField(_("Số đã cấp gần nhất"), default=0)
    last_issued_on = models.DateField(_("Ngày cấp gần nhất"), null=True, blank=True)

    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, "last", "last_issued_on", "pattern")

    class Meta:
        verbose_name = _("Sổ cấp số")
        verbose_name_plural = _("Sổ cấp số")
        ordering: ClassVar = ["book", "unit_code", "-year"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["province", "book", "unit_code", "year"], name="kernel_numbering_one_book_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.unit_code} {self.year}"


class IssuedNumber(Audited):
    """A line of the book. It is written once; only that it is void is noted later."""

    book = models.ForeignKey(NumberBook, models.PROTECT, related_name="numbers", verbose_name=_("Sổ"))
    number = models.PositiveIntegerField(_("Số thứ tự"))
    text = models.CharField(_("Số, ký hiệu"), max_length=100)
    issued_on = models.DateField(_("Ngày cấp"))
    given_to = models.CharField(_("Cấp cho"), max_length=300, blank=True)
    # What has the number: a paper, a report. The row is there as long as the number is.
    model = models.CharField(max_length=80, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    issued_by = models.CharField(_("Người cấp"), max_length=200, blank=True)
    voided_on = models.DateField(_("Ngày hủy"), null=True, blank=True)
    void_reason = models.CharField(_("Lý do hủy"), max_length=500, blank=True)
    voided_by = models.CharField(_("Người hủy"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Số đã cấp")
        verbose_name_plural = _("Số đã cấp")
        ordering: ClassVar = ["book", "number"]
        indexes: ClassVar = [models.Index(fields=["model", "object_id"])]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["book", "number"], name="kernel_numbering_number_once"),
            models.UniqueConstraint(fields=["book", "text"], name="kernel_numbering_text_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="kernel_numbering_from_one"),
            models.CheckConstraint(
                condition=Q(voided_on__isnull=True, void_reason="")
                | (Q(voided_on__isnull=False, voided_on__gte=F("issued_on")) & ~Q(void_reason="")),
                name="kernel_numbering_void_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text
