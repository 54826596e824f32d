"""The board of supported parties on screen, on paper and as a workbook, and the way to it from the home page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.scopes import READ
from khcn.kernel.actions.offered_actions import offers
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.action_buttons import action_url
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.text.numbers import format_number
from khcn.kernel.ui.home_cards import Card
from khcn.kernel.ui.http import workbook
from khcn.kernel.ui.view_decorators import read_only
from khcn.kernel.workbooks.printed_pages import head_with_day, set_up_pages
from khcn.kernel.workbooks.workbook_sheet import (
    SheetFormats,
    name_of_sheet,
    new_workbook,
    sheet_columns,
    write_plain_headings,
    write_value,
)
from khcn.quality import rules
from khcn.quality.models import TraceabilitySupport
from khcn.quality.queries.support_board import (
    ALL,
    FIRST_YEAR,
    LAST_YEAR,
    PAGE_SIZE,
    BoardQuery,
    SupportBoard,
    SupportDifference,
    SupportRow,
    read_board_query,
    support_board,
)
from khcn.quality.queries.supports import once, still_supported

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn


def _board(request: Request, *, size: int | None) -> SupportBoard:
    register = register_of(TraceabilitySupport)
    deny_unless(register.may(READ, request.actor))
    choice = request.reporting.choice
    year = choice.year if FIRST_YEAR <= choice.year <= LAST_YEAR else request.today.year
    query = read_board_query(request.GET.dict(), year=year, regime=choice.regime)
    on = _day_of(request, query)
    return support_board(query, register.visible(request.actor), actor=request.actor, on=on, size=size)


def _day_of(request: Request, query: BoardQuery) -> date:
    """Today, or in the demonstration, whose lists are of a day past, that day, or of another year the last day of it."""
    day: date = request.reporting.work_day
    if day == request.today or query.year == request.reporting.choice.year:
        return day
    return min(request.today, query.period.last_day)


def _addresses(query: BoardQuery) -> Callable[..., str]:
    """Addresses of the board as it is narrowed now, with something else in place of some of it."""
    asked = {
        "year": query.year,
        "commune": query.commune,
        "consultant": query.consultant,
        "shown": query.shown,
    }

    def at(name: str = "support-board", **more: object) -> str:
        given = {key: value for key, value in {**asked, **more}.items() if value}
        return f"{reverse(name)}?{urlencode(given)}"

    return at


@read_only
def board_page(request: Request) -> HttpResponse:
    """The cases of a year as rows, their steps as columns; on paper all of them."""
    is_whole = "whole" in request.GET
    board = _board(request, size=None if is_whole else PAGE_SIZE)
    at = _addresses(board.query)
    here = at(page=board.query.page if board.query.page > 1 else "")
    register = register_of(TraceabilitySupport)

    def take_over(row: SupportRow, difference: SupportDifference) -> str:
        """Where the step is entered, with what the system holds; "" where it is not offered to this person now."""
        if not difference.action:
            return ""
        offered = offers(register, row.case, actor=request.actor, on=request.today)
        action = next(
            (each.action for each in offered if each.action.name == difference.action and not each.why_not),
            None,
        )
        if action is None:
            return ""
        return (
            f"{action_url(register, row.case.pk, action)}?{urlencode([*difference.inputs, ('next', here)])}"
        )

    context: dict[str, Any] = {
        "board": board,
        "query": board.query,
        "at": at,
        "is_whole": is_whole,
        "list_url": register.list_url(),
        "case_url": lambda case: register.detail_url(case.pk),
        "take_over": take_over,
        "title_of_list": _title(board),
        "shown_on": _day_of(request, board.query),
        "window": _window(board),
    }
    return render(request, "quality/support_board.html", context)


def _title(board: SupportBoard) -> str:
    """What the list has, in words."""
    if board.query.shown == ALL and board.conditions:
        return _("Trường hợp được hỗ trợ trong năm")
    if board.query.shown == ALL:
        return _("Mọi trường hợp được hỗ trợ trong năm")
    return next(each.label for each in board.counts if each.shown == board.query.shown)


_WIDTHS: Final = (12, 34, 18, 28, 12, 12, 12, 12, 10, 12, 12, 12, 24, 12, 12, 12, 12, 46, 24)


@read_only
def board_workbook(request: Request) -> HttpResponse:
    """The whole list as a workbook."""
    board = _board(request, size=None)
    content, name = _workbook(board, _day_of(request, board.query), request.today)
    return workbook(content, name)


@in_vietnamese
def _workbook(board: SupportBoard, day: date, today: date) -> tuple[bytes, str]:
    stream, book = new_workbook()
    formats = SheetFormats(book)
    year = str(board.query.year)
    title = _("Bảng theo dõi hỗ trợ truy xuất nguồn gốc năm %(year)s") % {"year": year}
    sheet = book.add_worksheet(name_of_sheet(_("Hỗ trợ truy xuất %(year)s") % {"year": year}))
    write_plain_headings(sheet, zip(_headings(), _WIDTHS, strict=True), formats)
    sheet.freeze_panes(1, 2)
    narrowed = [f"{label}: {value}" for label, value in board.conditions]
    if day != today:
        narrowed.append(_("tình trạng ngày %(day)s") % {"day": format_date(day)})
    head = head_with_day([title, _window(board), _title(board), *narrowed], today)
    set_up_pages(sheet, head, _WIDTHS[:-1], 2)  # marks of invented values are never printed
    for number, row in enumerate(board.rows, start=1):
        for place, value in enumerate(_values(row)):
            write_value(sheet, number, place, value, formats)
    sheet.autofilter(0, 0, max(len(board.rows), 1), len(_WIDTHS) - 1)
    book.close()
    return stream.getvalue(), f"ho-tro-truy-xuat-{year}.xlsx"


def _window(board: SupportBoard) -> str:
    """The days that count as the year, as the figures of the report have them."""
    days = {"start": format_date(board.period.start), "end": format_date(board.period.last_day)}
    return _("tính từ %(start)s đến hết %(end)s, như báo cáo năm") % days


def _headings() -> tuple[str, ...]:
    return (
        _("Mã trường hợp"),
        _("Tổ chức, cá nhân"),
        _("Xã, phường"),
        _("Đơn vị tư vấn"),
        _("Đăng ký"),
        _("Hợp đồng"),
        _("Khảo sát"),
        _("Cập nhật dữ liệu"),
        _("Số nhóm dữ liệu đã đủ"),
        _("Tập huấn"),
        _("Công bố"),
        _("Dừng hỗ trợ"),
        _("Bước tiếp theo"),
        _("Hạn thường lệ"),
        _("Tham gia hệ thống"),
        _("Số nhóm dữ liệu trong hệ thống"),
        _("Công bố trong hệ thống"),
        _("Khác nhau"),
        _mark_of_invented().heading,
    )


def _mark_of_invented() -> SheetColumn:
    """The last column of the register's own workbook."""
    return sheet_columns(register_of(TraceabilitySupport))[-1]


def _values(row: SupportRow) -> tuple[str | int | date, ...]:
    case, progress = row.case, row.progress

    def filled(value: int | date | None) -> str | int | date:
        return "" if value is None else value

    return (
        case.code,
        row.party,
        "" if case.organisation.admin_unit is None else str(case.organisation.admin_unit.name),
        row.consultant,
        filled(case.registered_on),
        filled(case.contracted_on),
        filled(case.surveyed_on),
        filled(case.entered_on),
        filled(case.data_elements),
        filled(case.trained_on),
        filled(case.published_on),
        filled(case.stopped_on),
        row.next_step + (f" ({_('chậm')})" if row.is_late else ""),
        filled(row.usual_end),
        filled(None if progress is None else progress.joined_on),
        filled(None if progress is None else progress.elements),
        filled(None if progress is None else progress.published_on),
        " ".join(each.words for each in row.differences),
        _mark_of_invented().preview(case.illustrative),
    )


def support_cards(request: Request) -> list[Card]:
    """The way to the board, for those who enter the cases and for the leaders."""
    actor = request.actor
    if not rules.board_readers.test(actor, None):
        return []
    choice = request.reporting.choice
    rows = still_supported(BoardQuery(choice.year, regime=choice.regime).period)
    visible = register_of(TraceabilitySupport).visible(actor)
    count = once(rows.filter(pk__in=visible.values("pk"))).count()
    note = _("Mỗi nơi đã đến bước nào, nơi nào chậm.")
    title = _("Đang hỗ trợ truy xuất nguồn gốc")
    return [Card(title, format_number(count), reverse("support-board"), note, "route")]
