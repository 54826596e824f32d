"""The chain of a lot for officials: a drawing with a table beside it, and a workbook for an inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.enums import TradeUnit
from khcn.goods.models import Lot, LotEntry, TradeItem
from khcn.goods.operations.amount_units import in_unit, is_counted, unit_for
from khcn.goods.operations.chain_drawing import (
    BOX_HEIGHT,
    BOX_WIDTH,
    FIRST_STEPS,
    MOST_STEPS,
    drawing_of,
)
from khcn.goods.operations.lot_chain import LotChain, chain_of, name_of_unknown
from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.scopes import READ
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.ui.http import workbook
from khcn.kernel.ui.view_decorators import read_only
from khcn.kernel.workbooks.printed_pages import head_with_day, set_up_pages
from khcn.kernel.workbooks.workbook_sheet import (
    SheetFormats,
    new_workbook,
    write_plain_headings,
    write_value,
)
from khcn.trace.models import TraceParty
from khcn.trace.queries.names.local_times import local_time
from khcn.trace.queries.names.step_names import step_label
from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from khcn.kernel.ui.http import Request
    from khcn.kernel.workbooks.workbook_sheet import CellValue
    from khcn.trace.queries.answers.goods_quantities import GoodsQuantity

_MOST_PAGES: Final = 10_000
_CONFLICT: Final = 422


def _lot(request: Request, pk: int) -> Lot:
    actor = request.actor
    for model in (LotEntry, TraceParty):
        deny_unless(register_of(model).may(READ, actor))
    items = register_of(TradeItem).visible(actor)
    lots = register_of(Lot).visible(actor).filter(item__in=items).select_related("item__organisation")
    found: Lot = get_object_or_404(lots, pk=pk)
    return found


def _number(text: str, least: int, most: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else least
    return max(least, min(number, most))


@read_only
def chain_page(request: Request, pk: int) -> HttpResponse:
    """A part of the chain that a person can overlook; the rest by links, and all of it in the workbook."""
    lot = _lot(request, pk)
    address = reverse("lot-chain", args=[lot.pk])
    context: dict[str, Any] = {
        "lot": lot,
        "item": shown_record_name(lot.item, request.actor),
        "lot_url": register_of(Lot).detail_url(lot.pk),
        "today": request.today,
    }
    try:
        chain = chain_of(lot, actor=request.actor, on=request.today)
    except Refused as refused:
        return render(request, "goods/lot_chain.html", {**context, "problem": str(refused)}, status=_CONFLICT)
    steps = _number(request.GET.get("steps", ""), FIRST_STEPS, MOST_STEPS)
    page = _number(request.GET.get("page", ""), 1, _MOST_PAGES)
    drawing = drawing_of(chain, steps=steps, page=page)
    context |= {
        "chain": chain,
        "drawing": drawing,
        "root": CANONICAL_STEM + lot.public_path,
        "box": (BOX_WIDTH, BOX_HEIGHT),
        "more_steps": f"{address}?steps={steps + FIRST_STEPS}"
        if drawing.has_more_steps and steps < MOST_STEPS
        else "",
        "next_page": f"{address}?steps={steps}&page={page + 1}" if drawing.has_more_in_layers else "",
        "first_page": f"{address}?steps={steps}" if page > 1 else "",
        "layer_words": _layer_in_words,
    }
    return render(request, "goods/lot_chain.html", context)


def _layer_in_words(number: int) -> str:
    """How far from the lot, for people."""
    if number == 0:
        return _("Lô đang xem")
    if number < 0:
        return _("Trước %(count)d bước") % {"count": -number}
    return _("Sau %(count)d bước") % {"count": number}


@read_only
def chain_workbook(request: Request, pk: int) -> HttpResponse:
    """The whole chain for an inspector."""
    lot = _lot(request, pk)
    try:
        chain = chain_of(lot, actor=request.actor, on=request.today)
    except Refused as refused:
        return HttpResponse(str(refused), status=_CONFLICT, content_type="text/plain; charset=utf-8")
    return workbook(_workbook(request, lot, chain), f"so-do-chuoi-{lot.item.number}-{lot.pk}.xlsx")


class _Book:
    """A workbook of sheets that are printed with one head."""

    def __init__(self, head: str) -> None:
        self.stream, self.book = new_workbook()
        self.formats, self.head = SheetFormats(self.book), head

    def write(
        self, title: str, headings: Sequence[tuple[str, int]], rows: Iterable[Sequence[CellValue]]
    ) -> None:
        """One sheet."""
        sheet = self.book.add_worksheet(title)
        write_plain_headings(sheet, headings, self.formats)
        set_up_pages(sheet, self.head, [width for _heading, width in headings], 1)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                write_value(sheet, number, place, value, self.formats, "decimal")


@in_vietnamese
def _workbook(request: Request, lot: Lot, chain: LotChain) -> bytes:
    name = f"{shown_record_name(lot.item, request.actor)}, {_('lô')} {lot.number}"
    made = _Book(head_with_day([_("Sơ đồ chuỗi của %(lot)s") % {"lot": name}], request.today))
    whole = _("đủ") if chain.is_whole else _("chưa đủ: có phần bị bỏ vì quá nhiều")
    confirmed = (
        _("đã xác nhận hết")
        if chain.is_confirmed
        else _("có báo cáo của bên ngoài chuỗi, chưa được xác nhận; xem cột “Đã xác nhận” ở từng trang tính")
    )
    made.write(
        _("Câu hỏi"),
        ((_("Nội dung"), 24), (_("Giá trị"), 80)),
        (
            (_("Câu hỏi"), _("Lô này làm từ gì, đã thành gì, ai giữ?")),
            (_("Lô"), name),
            (_("Mã tra cứu"), lot.public_path),
            (_("Ngày tra cứu"), format_date(request.today)),
            (_("Số thứ trong chuỗi"), str(len(chain.things))),
            (_("Đầy đủ"), whole),
            (_("Đã xác nhận"), confirmed),
        ),
    )
    _write_things(made, chain)
    _write_edges(made, chain)
    _write_quantities(made, chain)
    made.write(
        _("Đầu mối"),
        ((_("Cơ sở"), 40), (_("Mã GLN"), 18), (_("Địa chỉ"), 60), (_("Đã xác nhận"), 14)),
        (
            (
                chain.names[each.gln],
                each.gln,
                each.address,
                _yes_or_not_yet(is_confirmed=each.gln in chain.confirmed),
            )
            for each in sorted(chain.contacts, key=lambda one: one.gln not in chain.confirmed)
        ),
    )
    made.book.close()
    return made.stream.getvalue()


def _write_things(made: _Book, chain: LotChain) -> None:
    ordered = sorted(chain.things.values(), key=lambda each: (each.layer, each.name, each.id))
    made.write(
        _("Hàng hóa"),
        (
            (_("Vị trí"), 16), (_("Loại"), 12), (_("Tên"), 34), (_("Số lô"), 18), (_("Mã"), 44), (_("Bên giữ, bên báo"), 40),
            (_("Bên báo chưa xác nhận"), 30), (_("Bên nhận chưa báo"), 30), (_("Ngày báo đầu tiên"), 12), (_("Cảnh báo"), 26), (_("Chỗ chưa rõ"), 26),
        ),
        (
            (
                _layer_in_words(each.layer), each.kind, each.name, each.number, each.path, ", ".join(each.holders),
                ", ".join(each.doubtful), ", ".join(each.unanswered), _day(each.since), ", ".join(each.marks), each.gap,
            )
            for each in ordered
        ),
    )  # fmt: skip


_FIRST_YEAR: Final = 1900
"""Of the days that a spreadsheet has."""


def _day(microseconds: int | None) -> date | str:
    """The day of an event, as clocks show it here; as text where a spreadsheet has no such day."""
    if microseconds is None:
        return ""
    day = local_time(microseconds).date()
    return day if day.year >= _FIRST_YEAR else format_date(day)


def _yes_or_not_yet(*, is_confirmed: bool) -> str:
    return _("có") if is_confirmed else _("chưa")


def _names(chain: LotChain) -> dict[str, str]:
    return {each.id: f"{each.name} {each.number}".strip() for each in chain.things.values()}


def _write_edges(made: _Book, chain: LotChain) -> None:
    names = _names(chain)
    made.write(
        _("Liên hệ giữa các thứ"),
        ((_("Quan hệ"), 20), (_("Từ"), 44), (_("Thành"), 44), (_("Ngày"), 12), (_("Đã xác nhận"), 14)),
        (
            (
                edge_in_words(edge.kind),
                names.get(source, source),
                names.get(product, product),
                _day(edge.events[0].event_time),
                _yes_or_not_yet(is_confirmed=chain.has(edge, source, product)),
            )
            for edge in chain.edges
            for source in edge.sources
            for product in edge.products
        ),
    )


def _write_quantities(made: _Book, chain: LotChain) -> None:
    names = _names(chain)
    made.write(
        _("Số lượng"),
        (
            (_("Hàng hóa"), 40), (_("Bên báo"), 34), (_("Việc"), 28), (_("Từ ngày"), 12), (_("Đến ngày"), 12), (_("Số lượng"), 14), (_("Đơn vị tính"), 12),
            (_("Số lần ghi"), 10), (_("Lần không ghi số lượng"), 12), (_("Đã xác nhận"), 14),
        ),
        (
            (
                names.get(each.thing, each.thing), chain.names.get(each.party) or name_of_unknown(each.party), work_in_words(each),
                _day(each.first), _day(each.last), *_amount(each, chain), each.events, each.without_quantity,
                _yes_or_not_yet(is_confirmed=each.is_confirmed),
            )
            for each in sorted(chain.quantities, key=lambda one: (_layer(chain, one), one.thing, one.first))
        ),
    )  # fmt: skip


def _layer(chain: LotChain, each: GoodsQuantity) -> int:
    return chain.things[each.thing].layer if each.thing in chain.things else 0


def _amount(each: GoodsQuantity, chain: LotChain) -> tuple[Decimal | None, str]:
    """How much it was and in which unit of trade; neither where no event says it. Pieces of a product that is sold by the packet are packets."""
    if each.events == each.without_quantity:
        return None, ""
    own = chain.things[each.thing].unit if each.thing in chain.things else ""
    unit = own if is_counted(own) and not each.uom else unit_for(each.uom)
    quantity = in_unit(each.quantity, each.uom, unit)
    if quantity is None:
        unit, quantity = each.uom or TradeUnit.PIECE, each.quantity
    return quantity, str(TradeUnit(unit).label) if unit in TradeUnit.values else unit


_OF_LISTS: Final = {
    "inputQuantityList": ("TransformationEvent", gettext_lazy("đưa vào làm")),
    "inputEPCList": ("TransformationEvent", gettext_lazy("đưa vào làm")),
    "outputQuantityList": ("TransformationEvent", gettext_lazy("làm ra")),
    "outputEPCList": ("TransformationEvent", gettext_lazy("làm ra")),
    "childQuantityList": ("AggregationEvent", ""),
    "childEPCs": ("AggregationEvent", ""),
}


def work_in_words(each: GoodsQuantity) -> str:
    """What was done, as the journey of goods names it; of what is made of something, on which side of the work the goods are."""
    event_type, side = _OF_LISTS.get(each.list_name, ("ObjectEvent", ""))
    label = step_label(each.biz_step, event_type, each.action).in_language("vi")
    return f"{label} ({side})" if str(side) else label


def edge_in_words(kind: EdgeKind) -> str:
    """What connects two things, for people."""
    if kind == EdgeKind.TRANSFORMATION:
        return _("làm ra")
    if kind == EdgeKind.CONTAINMENT:
        return _("đóng vào kiện")
    if kind == EdgeKind.MEMBERSHIP:
        return _("thuộc lô")
    return _("lấy ra khỏi kiện")
