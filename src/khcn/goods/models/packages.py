"""Packages of goods: crates, bales and pallets, and what is in each."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.enums import LogisticKind
from khcn.goods.models.locations import Location
from khcn.goods.models.lots import Lot
from khcn.goods.rules import INTERNAL, why_not_whole
from khcn.goods.workflow import PACKAGE_FLOW, PACKED, UNPACKED
from khcn.kernel.audit.events import downloads
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.fields.kinds.amount import AmountField
from khcn.kernel.registers.record_model import Record
from khcn.trace.models import EventObject

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_OPENINGS: Final = 10
"""Of those who opened a label, the last ones that its page names."""

SSCC_DIGITS: Final = 18
"""GS1 General Specifications 3.3.1: extension digit, company prefix, serial reference, check digit."""


PRINTED_SSCC: Final = re.compile(r"\s*(?:\(00\)|00)\s*(?:[0-9]\s*){18}", re.ASCII)
"""As labels and scanners write it: with its application identifier, with or without gaps."""


def sscc_of(printed: str) -> str:
    """The number alone."""
    return "".join(filter(str.isdigit, printed))[-SSCC_DIGITS:]


class Package(Record):
    """Goods that travel as one (thùng, kiện, pallet), under a number that is given once.

    It has no link to lots or places of who packed it: its receiver reads it, and of the goods its shipments alone.
    """

    searched = ("sscc",)

    sscc = models.CharField(_("mã kiện"), max_length=SSCC_DIGITS, editable=False)
    kind = models.CharField(_("loại"), max_length=6, choices=LogisticKind.choices, editable=False)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        editable=False,
        related_name="packages",
        verbose_name=_("bên đóng"),
    )
    packed_on = models.DateField(_("ngày đóng"), editable=False, db_index=True)
    state = models.CharField(
        _("tình trạng"),
        max_length=10,
        choices=PACKAGE_FLOW.choices(),
        default=PACKAGE_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    inside = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="inner",
        verbose_name=_("xếp trên"),
    )
    receiver = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="expected_packages",
        verbose_name=_("bên nhận"),
    )
    sent_on = models.DateField(_("ngày giao"), null=True, blank=True, editable=False, db_index=True)
    # Of the event that says that it left, which is declared wrong where it never did.
    sent_event = models.UUIDField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    received_on = models.DateField(_("ngày nhận"), null=True, blank=True, editable=False, db_index=True)
    unpacked_on = models.DateField(_("ngày dỡ"), null=True, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("thùng, kiện, pallet")
        verbose_name_plural = _("thùng, kiện, pallet")
        indexes: ClassVar = [models.Index(fields=["-packed_on", "sscc"], name="package_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "sscc"],
                name="goods_package_key",
                violation_error_message=_("Đã có kiện cùng mã."),
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True) | Q(receiver__isnull=False),
                name="goods_package_sent",
                violation_error_message=_("Kiện đã giao thì ghi bên nhận."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sscc}"

    @property
    def kind_in_words(self) -> str:
        """What it is, for the lists of which somebody chooses one."""
        return str(self.get_kind_display())

    @property
    def inside_in_words(self) -> str:
        """How many packages are in it, where the query has counted them."""
        count: int | None = getattr(self, "inner_count", None)
        return "" if count is None else gettext("có %(count)d thùng, kiện") % {"count": count}

    @property
    def public_path(self) -> str:
        """Of the page where the public looks it up (GS1 Digital Link; AI 00)."""
        return f"/00/{self.sscc}"

    @property
    def thing(self) -> str:
        """Its name in events."""
        return CANONICAL_STEM + self.public_path

    @property
    def is_public(self) -> bool:
        """Whether the public page knows it: there are events of it in this store."""
        return EventObject.objects.filter(thing=self.thing).exists()

    @property
    def of_same_packing(self) -> list[Package]:
        """The packages that were made in one step with this one, itself among them, by their numbers: the log of changes knows the step."""
        created = ChangeEntry.objects.filter(model=self._meta.label_lower, action=LoggedAction.CREATE)
        steps = list(created.filter(object_id=str(self.pk)).values_list("batch", flat=True))
        keys = [int(each) for each in created.filter(batch__in=steps).values_list("object_id", flat=True)]
        alike = Package.objects.filter(organisation=self.organisation_id, kind=self.kind)
        return list(alike.filter(pk__in=[*keys, self.pk]).order_by("sscc"))

    @property
    def why_no_label(self) -> str:
        """Why no label of it is printed: nothing is in it, or it is no longer a package; "" where one may be."""
        if self.state == UNPACKED:
            return gettext("%(package)s đã dỡ nên không in tem.") % {"package": self}
        if not self.lines.filter(taken_out_on__isnull=True, wrong_on__isnull=True).exists():
            return gettext("%(package)s chưa có hàng nên không in tem.") % {"package": self}
        return ""

    @property
    def is_internal(self) -> bool:
        """Whether the program made its number up: no company has a prefix of GS1 that begins so."""
        return self.sscc[1:].startswith(INTERNAL)

    @property
    def label_name(self) -> str:
        """Of the file of its label, by which the log names who opened it."""
        return f"tem-{self.sscc}.pdf"

    @property
    def label_openings(self) -> list[ChangeEntry]:
        """Who opened its label, to print it, the latest first."""
        return list(downloads(self.label_name)[:MOST_OPENINGS])


class PackageLine(Record):
    """What was put into a package: an amount of a lot, or another package (hàng trong kiện). Each is one event."""

    searched = ("wrong_reason",)

    package = models.ForeignKey(
        Package, models.PROTECT, editable=False, related_name="lines", verbose_name=_("kiện")
    )
    ordinal = models.PositiveIntegerField(_("dòng số"), editable=False)
    lot = models.ForeignKey(
        Lot,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="package_lines",
        verbose_name=_("lô hàng"),
    )
    amount = AmountField(
        _("số lượng"), null=True, blank=True, max_digits=12, decimal_places=2, editable=False
    )
    inner = models.ForeignKey(
        Package,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="outer_lines",
        verbose_name=_("kiện bên trong"),
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        editable=False,
        related_name="package_lines",
        verbose_name=_("đóng ở địa điểm"),
    )
    packed_on = models.DateField(_("ngày đóng"), editable=False, db_index=True)
    event = models.UUIDField(_("mã sự kiện"), default=uuid.uuid4, editable=False, unique=True)
    taken_out_on = models.DateField(_("lấy ra ngày"), null=True, blank=True, editable=False)
    wrong_on = models.DateField(_("ngày báo ghi sai"), null=True, blank=True, editable=False)
    wrong_reason = models.TextField(_("lý do ghi sai"), blank=True, editable=False)

    class Meta:
        verbose_name = _("hàng trong kiện")
        verbose_name_plural = _("hàng trong thùng, kiện, pallet")
        indexes: ClassVar = [models.Index(fields=["-packed_on", "id"], name="package_line_list_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["package", "ordinal"],
                name="goods_package_line_key",
                violation_error_message=_("Kiện đã có dòng cùng số."),
            ),
            models.CheckConstraint(
                condition=Q(lot__isnull=False, amount__gt=0)
                | Q(lot__isnull=True, amount__isnull=True, inner__isnull=False),
                name="goods_package_line_content",
                violation_error_message=_("Mỗi dòng là một số lượng của một lô, hoặc một kiện khác."),
            ),
            # The condition above is unknown, and so kept, for a lot without an amount; it says nothing of a package beside a lot.
            models.CheckConstraint(
                condition=Q(lot__isnull=True) | Q(amount__isnull=False, inner__isnull=True),
                name="goods_package_line_either",
                violation_error_message=_("Dòng của một lô thì có số lượng và không có kiện bên trong."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package} – {self.lot or self.inner}"

    def clean(self) -> None:
        """No half pieces are packed; lines of earlier releases stay as they are."""
        if (
            self._state.adding
            and self.lot is not None
            and (why := why_not_whole(self.amount, self.lot.item.unit))
        ):
            raise ValidationError({"amount": why})


def with_packed(lots: QuerySet[Lot]) -> QuerySet[Any]:
    """Adds to lots ``packed``, how much of each is in packages that are still at who packed it (None: nothing), and ``loose``, what it has
    beside that; they have their ``amount``.
    """
    rows = PackageLine.objects.filter(
        lot=OuterRef("pk"), package__state=PACKED, taken_out_on__isnull=True, wrong_on__isnull=True
    )
    packed = rows.order_by().values("lot").annotate(packed=Sum("amount")).values("packed")
    return lots.annotate(packed=Subquery(packed)).annotate(
        loose=F("amount")
        - Coalesce(F("packed"), Decimal(0), output_field=PackageLine._meta.get_field("amount"))
    )
