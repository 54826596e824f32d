"""Lots of products, and the diary of each."""

from __future__ import annotations

import uuid
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, DecimalField, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.epcis.ids.digital_link import escape, unescape
from khcn.goods.enums import ADDS, PRIVATE_PICTURES, TAKES, EntryKind
from khcn.goods.models.process_steps import ProcessStep
from khcn.goods.models.readiness import PageElement, elements_of
from khcn.goods.models.trade_items import TradeItem
from khcn.goods.rules import LONGEST_LOT, check_key_text, shortest_gtin
from khcn.kernel.fields.kinds.amount import AmountField
from khcn.kernel.registers.record_model import Record, RecordQuerySet
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from khcn.epcis.ids.digital_link import DigitalLink

_HOUR, _DAY = 60, 24 * 60  # minutes
_NOTHING: Final = Value(Decimal(0), output_field=DecimalField(max_digits=12, decimal_places=2))


class StepOfLot(NamedTuple):
    """One step of the process of a lot, the days of the entries that stand for it, as what it is entered, and whether goods come in by it."""

    step: ProcessStep
    days: tuple[date, ...]
    kind: str
    adds: bool


class LotQuerySet(RecordQuerySet["Lot"]):
    """Lots with what is in them."""

    def with_amount(self) -> LotQuerySet:
        """Adds ``amount``: what the entries that stand brought in, less what they took out, in the unit of the product."""
        signed = Case(
            When(entries__kind__in=ADDS, then=F("entries__amount")),
            When(entries__kind__in=TAKES, then=-F("entries__amount")),
            default=_NOTHING,
        )
        stands = Q(entries__wrong_on__isnull=True)
        return self.annotate(amount=Coalesce(Sum(signed, filter=stands), _NOTHING))

    def withheld(self) -> LotQuerySet:
        """Lots whose page the producer has not published."""
        return self.filter(published_on__isnull=True)

    def labelled(self, link: DigitalLink) -> LotQuerySet:
        """Lots that the link of a label names by GTIN and lot number; none where it names no lot."""
        number = next((each.value for each in link.qualifiers if each.ai == "10"), None)
        if link.key.ai != "01" or number is None:
            return self.none()
        return self.filter(item__gtin=shortest_gtin(link.key.value), number=number)

    def published(self) -> LotQuerySet:
        """Lots whose page the producer has published."""
        return self.filter(published_on__isnull=False)


class Lot(Record):
    """What was made or harvested together, under one number of the producer (lô sản xuất)."""

    searched = ("number",)

    item = models.ForeignKey(TradeItem, models.PROTECT, related_name="lots", verbose_name=_("sản phẩm"))
    number = models.CharField(_("số lô"), max_length=LONGEST_LOT, validators=[check_key_text])
    made_on = models.DateField(_("ngày sản xuất, thu hoạch"))
    expires_on = models.DateField(_("hạn sử dụng"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    published_on = models.DateField(_("công bố ngày"), null=True, blank=True, editable=False, db_index=True)
    # Of goods that came from another party: the path of its page, under which its maker put it on the market.
    source_path = models.CharField(
        _("mã truy xuất của lô đã nhận"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        editable=False,
        db_index=True,
    )
    # Joins what is used for the lot with what is made of it (EPCIS 2.0, 7.4.6: transformationID).
    transformation = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lô hàng")
        verbose_name_plural = _("lô hàng truy xuất")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "number"],
                name="goods_lot_key",
                violation_error_message=_("Sản phẩm đã có lô cùng số."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("made_on")),
                name="goods_lot_days",
                violation_error_message=_("Hạn sử dụng không được trước ngày sản xuất."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def elements(self) -> Sequence[PageElement]:
        """The ten elements that a published page has."""
        return elements_of(self)

    @property
    def process(self) -> Sequence[StepOfLot]:
        """The steps of its goods that are in force on the day it was made, and when it, or what was used for it, had each.

        One that came from another party has none by which goods would come into it.
        """
        had: defaultdict[str | None, list[date]] = defaultdict(list)
        for step, day in self.standing_entries.order_by("done_on").values_list("step__code", "done_on"):
            had[step].append(day)
        item = self.item
        return [
            StepOfLot(each, tuple(had[each.code]), each.kind_in(item), each.adds_to(item))
            for each in self._steps()
            if not (self.source_path and each.adds_to(item))
        ]

    @property
    def making_steps(self) -> list[str]:
        """Names of the steps by which goods come into it."""
        return [each.name for each in self._steps() if each.adds_to(self.item)]

    def _steps(self) -> QuerySet[ProcessStep]:
        steps = ProcessStep.objects.youngest(on=self.made_on).filter(group=self.item.group_id)
        return steps.order_by("ordinal", "code")

    @property
    def standing_entries(self) -> QuerySet[LotEntry]:
        """What was done with it and with all lots of this producer that were used for it, and was not declared wrong."""
        standing = LotEntry.objects.filter(wrong_on__isnull=True)
        lots, added = {self.pk}, {self.pk}
        while added:
            used = standing.filter(kind=EntryKind.USE, into__in=added).values_list("lot", flat=True)
            added = set(used) - lots
            lots |= added
        return standing.filter(lot__in=lots)

    @property
    def public_path(self) -> str:
        """Of the page where the public looks it up: GTIN and lot number (GS1 Digital Link; AI 01 and 10), those of the maker."""
        return self.source_path or f"/01/{self.item.number}/10/{escape(self.number)}"

    @property
    def trade_number(self) -> str:
        """The GTIN in 14 digits by which the public finds it."""
        return self.public_path.split("/")[2]

    @property
    def label_number(self) -> str:
        """The lot number on the label: that of the maker, also of goods that were received."""
        return unescape(self.public_path.split("/")[4])

    def last_day(self) -> date | None:
        """Until when it may be used: as it was entered, or by the shelf life of the product."""
        return self.item.last_day_of(self.made_on) if self.expires_on is None else self.expires_on

    def is_past(self, day: date) -> bool:
        """Whether its last day was before a day."""
        last = self.last_day()
        return last is not None and last < day


class LotEntry(Record):
    """One entry of the diary of a lot: what was done, when, where, with how much (mục nhật ký)."""

    searched = ("note",)
    in_force_on: ClassVar = {"step": "lot__made_on"}

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="entries", verbose_name=_("lô hàng"))
    kind = models.CharField(_("việc đã làm"), max_length=10, choices=EntryKind.choices)
    done_on = models.DateField(_("ngày làm"), db_index=True)
    done_at = models.TimeField(_("lúc"), null=True, blank=True)
    location = models.ForeignKey(
        "goods.Location", models.PROTECT, related_name="entries", verbose_name=_("địa điểm")
    )
    amount = AmountField(_("số lượng"), null=True, blank=True, max_digits=12, decimal_places=2)
    into = models.ForeignKey(
        Lot, models.PROTECT, null=True, blank=True, related_name="inputs", verbose_name=_("dùng cho lô")
    )
    receiver = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="received_goods",
        verbose_name=_("tổ chức nhận"),
    )
    # What people choose: names of parties are public, those of other organisations are not.
    partner = models.ForeignKey(
        "trace.TraceParty",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"is_authority": False},
        related_name="received_goods",
        verbose_name=_("giao cho"),
    )
    step = models.ForeignKey(
        ProcessStep,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("công đoạn"),
    )
    note = models.TextField(_("ghi chú"), blank=True)
    ordinal = models.PositiveIntegerField(_("số mục"), null=True, blank=True)
    # The id of its event (CBV 2.0, 8.9.2), and what it is known by when a telephone sends it a second time.
    event = models.UUIDField(_("mã sự kiện"), default=uuid.uuid4, editable=False, unique=True)
    # What a telephone tells when it sends an entry: its own clock is noted and never corrected.
    typed_at = models.DateTimeField(_("ghi trên điện thoại lúc"), null=True, blank=True, editable=False)
    typed_offset = models.SmallIntegerField(
        _("múi giờ của điện thoại (phút)"), null=True, blank=True, editable=False
    )
    received_at = models.DateTimeField(_("máy chủ nhận lúc"), null=True, blank=True, editable=False)
    clock_off = models.IntegerField(
        _("đồng hồ điện thoại lệch (phút)"), null=True, blank=True, editable=False
    )
    # Its version, the SHA-256 of all that was sent, and the photographs that belong to it: {"version", "sha256", "photos": [{"id", "sha256"}]}.
    sent = models.JSONField(null=True, blank=True, editable=False)
    wrong_on = models.DateField(_("ngày báo ghi sai"), null=True, blank=True, editable=False)
    wrong_reason = models.TextField(_("lý do ghi sai"), blank=True, editable=False)
    # Not stored: when the package left with which its goods are sent, while the event of a new entry is captured.
    left_at: datetime | None = None

    class Meta:
        verbose_name = _("mục nhật ký")
        verbose_name_plural = _("nhật ký sản xuất, kinh doanh")
        indexes: ClassVar = [models.Index(fields=["-done_on", "kind", "id"], name="lot_entry_list_order")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="goods_entry_amount",
                violation_error_message=_("Số lượng phải lớn hơn 0."),
            ),
            models.UniqueConstraint(
                fields=["lot", "ordinal"],
                name="goods_entry_key",
                violation_error_message=_("Lô đã có mục nhật ký cùng số."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.USE) | Q(into__isnull=False),
                name="goods_entry_into",
                violation_error_message=_("Dùng làm nguyên liệu thì phải ghi lô được làm ra."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.SHIP) | Q(receiver__isnull=False),
                name="goods_entry_receiver",
                violation_error_message=_("Giao hàng thì phải ghi bên nhận."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.lot}"

    @property
    def is_received_now(self) -> bool:
        """Whether it says that goods are here, entered on the day of that without an hour: they came when it was entered."""
        entered = timezone.localtime(self.created_at).date()
        return self.kind == EntryKind.RECEIVE and self.done_at is None and entered == self.done_on

    @property
    def has_hour(self) -> bool:
        """Whether it is known at which hour it was done: else that of its event means nothing."""
        return self.done_at is not None or self.is_received_now

    @property
    def has_private_pictures(self) -> bool:
        """Whether the public never sees its photographs."""
        return self.kind in PRIVATE_PICTURES

    @property
    def photo_names(self) -> list[str]:
        """Of the photographs that belong to what a telephone sent, under which names they are attached; in its order."""
        photos = (self.sent or {}).get("photos", ())
        return [f"anh-{number}-{each['id'][:8]}.jpg" for number, each in enumerate(photos, 1)]

    @property
    def clock_off_in_words(self) -> str:
        """By how much the clock of the telephone was wrong, in the unit in which people say it."""
        minutes = abs(self.clock_off or 0)
        if minutes >= 2 * _DAY:
            return gettext("%(count)s ngày") % {"count": format_number(round(minutes / _DAY))}
        if minutes >= 2 * _HOUR:
            return gettext("%(count)s giờ") % {"count": format_number(round(minutes / _HOUR))}
        return gettext("%(count)s phút") % {"count": format_number(minutes)}

    def validate_constraints(self, exclude: Any = None) -> None:
        """Whose party has no organisation lacks no receiver beside that: one fault has one sentence."""
        refused = {"receiver"} if self.partner is not None and self.receiver is None else set()
        super().validate_constraints(exclude={*(exclude or ()), *refused})

    def clean(self) -> None:
        """Goods are sent to the organisation of the party that was chosen."""
        if self.partner is not None:
            self.receiver = self.partner.organisation
            if self.receiver is None:
                text = _("Bên nhận chưa gắn với tổ chức nào nên không xác nhận được. Hãy liên hệ Sở.")
                raise ValidationError({"partner": text})
