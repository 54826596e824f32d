"""Open data: tables of what is published, each with its columns described. A column is a word of English, a value never a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.models import ProductCertificate
from khcn.goods.queries.portal import recalled_goods
from khcn.goods.queries.published import published_items, published_lots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django_stubs_ext import StrPromise

    Row = dict[str, str]

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One table: its title, its columns with what they mean, and its rows.

    `kinds`: of columns that are no text what they hold, in the words of XML Schema; where nothing is on record a value is empty. `key`:
    the columns by which a row is one, where there are such.
    """

    title: StrPromise
    columns: Mapping[str, StrPromise]
    rows: Callable[[], Iterator[Row]]
    kinds: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()

    def kind_of(self, column: str) -> str:
        """What a column holds: "string", or what `kinds` names."""
        return self.kinds.get(column, "string")


def _day(value: Any) -> str:
    return "" if value is None else value.isoformat()


def _yes(value: object) -> str:
    return "true" if value else "false"


def _products() -> Iterator[Row]:
    for item in published_items().select_related("organisation", "group").order_by("gtin"):
        yield {
            "gtin": item.number,
            "is_internal": _yes(item.has_internal_number),
            "name": item.name,
            "net_content": item.net_content,
            "group": item.group.code,
            "brand": item.brand,
            "producer": item.organisation.name,
            "standards": item.standards,
            "page": item.public_path,
            "is_illustrative": _yes(item.illustrative),
        }


def _lots() -> Iterator[Row]:
    for lot in published_lots().select_related("item").order_by("item__gtin", "number"):
        yield {
            "gtin": lot.item.number,
            "lot": lot.number,
            "made_on": _day(lot.made_on),
            "expires_on": _day(lot.last_day()),
            "published_on": _day(lot.published_on),
            "page": lot.public_path,
            "is_illustrative": _yes(lot.illustrative),
        }


def _certificates() -> Iterator[Row]:
    items = published_items()
    about = Q(item__in=items) | Q(item__isnull=True, organisation__in=items.values("organisation"))
    rows = ProductCertificate.objects.filter(about).select_related("item", "organisation")
    for each in rows.order_by("organisation__name", "kind", "number"):
        yield {
            "producer": each.organisation.name,
            "gtin": each.item.number if each.item else "",
            "kind": each.kind,
            "number": each.number,
            "issuer": each.issuer,
            "issued_on": _day(each.issued_on),
            "valid_until": _day(each.valid_until),
            "is_checked": _yes(each.checked_on),
            "is_illustrative": _yes(each.illustrative),
        }


def _recalls() -> Iterator[Row]:
    for each in recalled_goods():
        gtin, _ai, _lot = each.path.removeprefix("/01/").partition("/10/")
        yield {
            "gtin": gtin,
            "lot": each.lot,
            "since": each.recall.since.isoformat(timespec="seconds"),
            "recalled_by": each.recall.party,
            "reason": each.recall.reason,
            "id": CANONICAL_STEM + each.path,
            "page": each.path,
        }


_PAGE: Final = _("địa chỉ trang trên máy chủ này")
_GTIN: Final = _("mã sản phẩm, 14 chữ số")
_INVENTED: Final = _("true khi là dữ liệu minh họa, không có thật")

TABLES: Final[Mapping[str, OpenTable]] = {
    "products": OpenTable(
        _("Sản phẩm có lô đã công bố"),
        {
            "gtin": _GTIN,
            "is_internal": _("true khi mã chỉ có nghĩa trong hệ thống này"),
            "name": _("tên sản phẩm"),
            "net_content": _("quy cách"),
            "group": _("mã nhóm hàng"),
            "brand": _("thương hiệu"),
            "producer": _("cơ sở sản xuất, kinh doanh"),
            "standards": _("tiêu chuẩn, quy chuẩn của sản phẩm"),
            "page": _PAGE,
            "is_illustrative": _INVENTED,
        },
        _products,
        {"is_internal": "boolean", "is_illustrative": "boolean"},
        ("gtin",),
    ),
    "lots": OpenTable(
        _("Lô hàng đã công bố"),
        {
            "gtin": _GTIN,
            "lot": _("số lô"),
            "made_on": _("ngày sản xuất, thu hoạch"),
            "expires_on": _("hạn sử dụng"),
            "published_on": _("công bố ngày"),
            "page": _PAGE,
            "is_illustrative": _INVENTED,
        },
        _lots,
        {"made_on": "date", "expires_on": "date", "published_on": "date", "is_illustrative": "boolean"},
        ("gtin", "lot"),
    ),
    "certificates": OpenTable(
        _("Chứng nhận của sản phẩm, cơ sở đã công bố lô"),
        {
            "producer": _("cơ sở sản xuất, kinh doanh"),
            "gtin": _("mã sản phẩm, 14 chữ số; trống khi cho mọi sản phẩm của cơ sở"),
            "kind": _("loại chứng nhận"),
            "number": _("số chứng nhận"),
            "issuer": _("nơi cấp"),
            "issued_on": _("ngày cấp"),
            "valid_until": _("có hiệu lực đến"),
            "is_checked": _("true khi Sở đã xem bản gốc, false khi cơ sở tự khai"),
            "is_illustrative": _INVENTED,
        },
        _certificates,
        {"issued_on": "date", "valid_until": "date", "is_checked": "boolean", "is_illustrative": "boolean"},
    ),
    "recalls": OpenTable(
        _("Thu hồi đang có hiệu lực"),
        {
            "gtin": _GTIN,
            "lot": _("số lô; trống khi thu hồi mọi lô"),
            "since": _("từ lúc"),
            "recalled_by": _("bên thu hồi"),
            "reason": _("lý do"),
            "id": _("mã GS1 Digital Link của hàng"),
            "page": _PAGE,
        },
        _recalls,
        {"since": "dateTime", "id": "anyURI"},
    ),
}
