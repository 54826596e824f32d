"""Sheets of labels that were printed for a lot, and labels that were made void."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.goods.enums import LabelLayout
from khcn.goods.models.label_serials import KEY_DIGITS, new_code, new_key, serial_of
from khcn.goods.models.lots import Lot
from khcn.kernel.registers.record_model import Record

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST: Final = 2_000
"""Labels in one file: more than eighty sheets."""


class LabelPrint(Record):
    """One printing of labels of a lot, in the log of which nothing is changed (lượt in nhãn).

    Where each label has a number of its own, the numbers follow from the key of the printing (`label_serials`). Labels that are printed again
    have the numbers of the printing that they repeat.
    """

    searched = ("note",)
    masked: ClassVar[tuple[str, ...]] = ("serial_key",)

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="label_prints", verbose_name=_("lô hàng"))
    printed_on = models.DateField(_("ngày in"), db_index=True)
    layout = models.CharField(_("khổ nhãn"), max_length=8, choices=LabelLayout.choices)
    copies = models.PositiveSmallIntegerField(
        _("số nhãn"),
        validators=[
            MinValueValidator(1, _("In ít nhất 1 nhãn.")),
            MaxValueValidator(MOST, _("Mỗi lượt in nhiều nhất 2.000 nhãn.")),
        ],
    )
    has_data_matrix = models.BooleanField(_("in thêm mã GS1 DataMatrix"), default=False, db_default=False)
    has_serials = models.BooleanField(_("mỗi nhãn một số riêng"), default=False, db_default=False)
    serial_key = models.CharField(
        max_length=KEY_DIGITS, blank=True, default="", db_default="", editable=False
    )
    repeats = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="repetitions",
        verbose_name=_("in lại nhãn của lượt"),
    )
    first = models.PositiveSmallIntegerField(_("từ nhãn thứ"), default=1, db_default=1, editable=False)
    note = models.TextField(_("lý do in lại"), blank=True)
    ordinal = models.PositiveIntegerField(_("lượt số"), null=True, blank=True)
    # By which other records name it; "" of printings of earlier releases, which nothing names.
    code = models.CharField(
        _("mã lượt in"), max_length=16, blank=True, default=new_code, db_default="", editable=False
    )

    class Meta:
        verbose_name = _("lượt in nhãn")
        verbose_name_plural = _("sổ in nhãn")
        indexes: ClassVar = [models.Index(fields=["-printed_on", "id"], name="label_print_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lot", "ordinal"],
                name="goods_label_print_key",
                violation_error_message=_("Lô đã có lượt in cùng số."),
            ),
            models.CheckConstraint(
                condition=Q(copies__gte=1, copies__lte=MOST),
                name="goods_label_copies",
                violation_error_message=_("Mỗi lượt in từ 1 đến 2.000 nhãn."),
            ),
            models.CheckConstraint(
                condition=Q(serial_key="", repeats__isnull=False, has_serials=True)
                | Q(serial_key="", repeats__isnull=True, has_serials=False)
                | Q(~Q(serial_key=""), repeats__isnull=True, has_serials=True),
                name="goods_label_serials",
                violation_error_message=_(
                    "Lượt in có số riêng thì có khóa của số; lượt in lại dùng khóa cũ."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code or self.lot} – {self.copies} {_('nhãn')}"

    def clean(self) -> None:
        """Labels with numbers of their own have a key, which no form asks for."""
        if self.has_serials and self.repeats is None and not self.serial_key:
            self.serial_key = new_key()

    @property
    def last(self) -> int:
        """The place of its last label."""
        return self.first + self.copies - 1

    @property
    def serials(self) -> list[str]:
        """The numbers of its labels, in the order of these; none where labels have no numbers of their own."""
        return [self._serial(place) for place in self._places]

    @property
    def standing_voids(self) -> QuerySet[LabelVoid]:
        """By which labels with its key are void now."""
        return (self.repeats or self).voids.filter(restored_on__isnull=True)

    @property
    def standing_serials(self) -> list[str]:
        """The numbers of those of its labels that are not void."""
        ranges = self.standing_voids.values_list("first", "last")
        void = {place for first, last in ranges for place in range(first, last + 1)}
        return [self._serial(place) for place in self._places if place not in void]

    @property
    def is_void(self) -> bool:
        """Whether none of its labels counts any more."""
        return self.has_serials and not self.standing_serials

    @property
    def _places(self) -> range:
        return range(self.first, self.last + 1) if self.has_serials else range(0)

    def _serial(self, place: int) -> str:
        return serial_of((self.repeats or self).serial_key, place)


class LabelVoid(Record):
    """Labels of a printing that count no more: spoilt, lost or stolen (nhãn đã hủy)."""

    searched = ("reason",)

    printing = models.ForeignKey(
        LabelPrint, models.PROTECT, related_name="voids", verbose_name=_("lượt in"), editable=False
    )
    ordinal = models.PositiveIntegerField(_("lần hủy số"), editable=False)
    first = models.PositiveSmallIntegerField(_("từ nhãn thứ"), editable=False)
    last = models.PositiveSmallIntegerField(_("đến nhãn thứ"), editable=False)
    voided_on = models.DateField(_("ngày hủy"), db_index=True, editable=False)
    reason = models.TextField(_("lý do hủy"), editable=False)
    restored_on = models.DateField(
        _("dùng lại từ ngày"), null=True, blank=True, db_index=True, editable=False
    )
    restored_reason = models.TextField(_("lý do dùng lại"), blank=True, editable=False)

    class Meta:
        verbose_name = _("nhãn đã hủy")
        verbose_name_plural = _("sổ hủy nhãn")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["printing", "ordinal"],
                name="goods_label_void_key",
                violation_error_message=_("Lượt in đã có lần hủy cùng số."),
            ),
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first")),
                name="goods_label_void_range",
                violation_error_message=_("Số nhãn đầu không được lớn hơn số nhãn cuối."),
            ),
            models.CheckConstraint(
                condition=Q(restored_on__isnull=True, restored_reason="")
                | Q(~Q(restored_reason=""), restored_on__isnull=False),
                name="goods_label_restored",
                violation_error_message=_("Dùng lại nhãn đã hủy thì ghi ngày và lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{_('nhãn')} {self.first}–{self.last}"
