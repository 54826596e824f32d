"""What a lot lacks before its page is published.

The ten elements are those of Circular 02/2024/TT-BKHCN; the eighth and ninth are needed where the goods have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Sum
from django.utils.translation import gettext as _

from khcn.goods.enums import ADDS, EntryKind
from khcn.goods.models.parties import trace_party_of
from khcn.kernel.registers.attachments import attachments_of
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.registers.record_model import Record

_PICTURES: Final = (".png", ".jpg", ".jpeg")
"""The files that are served as pictures: without what cameras write beside them (`kernel.files.picture_metadata`)."""


@dataclass(frozen=True, slots=True)
class PageElement:
    """One of the ten elements: its number and name, whether the lot has it or is declared to have none, and where it is entered."""

    number: int
    title: str
    is_there: bool
    is_declared_absent: bool = False
    entered_at: str = ""

    @property
    def counts(self) -> bool:
        """Whether nothing is missing here."""
        return self.is_there or self.is_declared_absent


def elements_of(lot: Any) -> Sequence[PageElement]:
    """The ten elements of a lot."""
    item, organisation = lot.item, lot.item.organisation
    party = trace_party_of(organisation)
    of_item, of_lot, of_organisation = _page(item), _page(lot), _page(organisation)
    return (
        PageElement(1, _("Tên sản phẩm"), bool(item.name), entered_at=of_item),
        PageElement(2, _("Hình ảnh sản phẩm"), _has_picture(item), entered_at=of_item),
        PageElement(3, _("Tên cơ sở sản xuất, kinh doanh"), party is not None, entered_at=of_organisation),
        PageElement(
            4,
            _("Địa chỉ cơ sở sản xuất, kinh doanh"),
            bool(organisation.address or (party is not None and party.address)),
            entered_at=of_organisation,
        ),
        _process_element(lot, of_lot),
        PageElement(6, _("Thời gian sản xuất"), lot.made_on is not None, entered_at=of_lot),
        PageElement(
            7, _("Mã truy xuất: mã sản phẩm và số lô"), bool(item.gtin and lot.number), entered_at=of_item
        ),
        PageElement(8, _("Thương hiệu"), bool(item.brand), item.is_without_brand, of_item),
        PageElement(9, _expiry(lot), lot.last_day() is not None, item.is_without_expiry, of_item),
        PageElement(10, _("Tiêu chuẩn, quy chuẩn áp dụng"), bool(item.standards), entered_at=of_item),
    )


def _expiry(lot: Any) -> str:
    last = lot.last_day()
    return _("Hạn sử dụng") if last is None else _("Hạn sử dụng %(day)s") % {"day": format_date(last)}


def _process_element(lot: Any, page: str) -> PageElement:
    """The fifth: one entry by which there are goods, and one of each step that the process of the goods asks for.

    Of a lot without goods the page says that nobody has made it, and warns of its labels.
    """
    title = _("Các công đoạn: việc, nơi, lúc làm")
    missing = _missing_steps(lot)
    if not has_goods(lot):
        missing = [*missing, _making(lot)]
    if missing:
        title = _("%(title)s (chưa ghi: %(steps)s)") % {"title": title, "steps": ", ".join(missing)}
    return PageElement(5, title, not missing, entered_at=page)


def _making(lot: Any) -> str:
    if steps := lot.making_steps:
        return _("%(steps)s, với số lượng làm ra") % {"steps": _(" hoặc ").join(steps)}
    return _("thu hoạch hoặc chế biến ra lô này, với số lượng")


def has_goods(lot: Any) -> bool:
    """Whether the diary says by what there are goods of the lot."""
    return bool(lot.entries.filter(wrong_on__isnull=True, kind__in=ADDS).exists())


def goods_of(lot: Any) -> Decimal:
    """How much came into a lot by its diary, in its unit."""
    came = lot.entries.filter(wrong_on__isnull=True, kind__in=ADDS).aggregate(amount=Sum("amount"))
    return came["amount"] or Decimal(0)


def _missing_steps(lot: Any) -> list[str]:
    """Names of required steps that the lot does not have. Where materials came from another party, that may have done what comes before
    the first step that was done here.
    """
    process = lot.process
    missing = [each.step for each in process if each.step.is_required and not each.days]
    if missing and lot.standing_entries.filter(kind=EntryKind.RECEIVE).exists():
        begun = min((each.step.ordinal for each in process if each.days), default=None)
        missing = [each for each in missing if begun is not None and each.ordinal > begun]
    return [each.name for each in missing]


def is_picture(name: str) -> bool:
    """Whether a file with this name is shown as a picture."""
    return name.lower().endswith(_PICTURES)


def _has_picture(record: Record) -> bool:
    return any(is_picture(each.name) for each in attachments_of(record))


def _page(record: Record) -> str:
    return register_of(type(record)).detail_url(record.pk)
