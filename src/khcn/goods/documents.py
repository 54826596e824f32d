"""Labels of a lot as PDF: a QR code with the address of its page (GS1 Digital Link), the same in words and digits, and as GS1 DataMatrix where
that is asked for. The letter about a recall.

Each label is set in millimetres and printed at 100 %. The quiet zone of four modules (GS1 General Specifications 5.12.3) is part of the picture.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import segno
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.goods import rules
from khcn.goods.enums import SIZES, LabelLayout
from khcn.goods.models import RecallNotice
from khcn.goods.operations import recall_notices
from khcn.kernel.documents.pdf import compile_template
from khcn.kernel.papers.kinds import PaperKind, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text, format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.goods.models import LabelPrint, Lot
    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

_TEMPLATE: Final = Path(__file__).with_name("data") / "labels.typ"
_QUIET: Final = 4


def address_of(lot: Lot) -> str:
    """Of the page of a lot, where the public looks it up."""
    return f"{settings.PUBLIC_URL}{lot.public_path}"


def symbol_of(lot: Lot) -> str:
    """The QR code of the page of a lot, as SVG."""
    symbol: str = segno.make(address_of(lot), error="m", micro=False).svg_inline(border=_QUIET, light="#fff")
    return symbol


def data_matrix_of(lot: Lot) -> str:
    """The GS1 DataMatrix of a lot, as SVG: number, days and lot (GS1 General Specifications 5.6; AI 01, 11, 17 and 10)."""
    import zxingcpp  # local: slow import

    last = lot.last_day()
    text = f"(01){lot.trade_number}(11){lot.made_on:%y%m%d}"
    text += f"(17){last:%y%m%d}" if last is not None else ""
    code = zxingcpp.create_barcode(
        f"{text}(10){lot.number}", zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True
    )
    drawn: str = code.to_svg(add_quiet_zones=True)
    return drawn


def render_labels(printed: LabelPrint) -> bytes:
    """The sheets of one printing, as a PDF."""
    columns, rows, width, height = SIZES[LabelLayout(printed.layout)]
    data = {
        "columns": columns,
        "rows": rows,
        "width": width,
        "height": height,
        "is_sheet": printed.layout != LabelLayout.ROLL,
        "copies": printed.copies,
        "data_matrix": data_matrix_of(printed.lot) if printed.has_data_matrix else "",
        **_words(printed.lot),
    }
    return compile_template(_TEMPLATE, {"labels": json.dumps(data, ensure_ascii=False)}, settings.FONTS)


def _words(lot: Lot) -> dict[str, Any]:
    item, last = lot.item, lot.last_day()
    lines = [
        f"(01){lot.trade_number} (10){lot.number}",
        _("Ngày SX: %(day)s") % {"day": format_date(lot.made_on)},
    ]
    if last is not None:
        lines.append(_("Hạn dùng: %(day)s") % {"day": format_date(last)})
    if item.has_internal_number and not lot.source_path:
        lines.append(_("Mã nội bộ"))
    return {
        "symbol": symbol_of(lot),
        "name": item.full_name,
        # of goods that came from another party the page names the maker; this label is of who passes them on
        "producer": _("Phân phối: %(name)s") % {"name": item.organisation.name}
        if lot.source_path
        else item.organisation.name,
        "lines": lines,
    }


def _letter_words(notice: RecallNotice, on: date) -> dict[str, Any]:
    organisation, is_over = notice.organisation, notice.ended_on is not None
    kinds = {
        (False, False): _("thu hồi"),
        (True, False): _("diễn tập thu hồi"),
        (False, True): _("kết thúc thu hồi"),
        (True, True): _("kết thúc diễn tập thu hồi"),
    }
    return {
        "party": notice.party.name,
        "address": notice.party.address or (organisation.address if organisation is not None else ""),
        "kind_in_words": kinds[notice.is_drill, is_over],
        "lot_name": notice.lot_name,
        "lot_number": notice.lot_number,
        "code": notice.code,
        "danger": notice.reason,
        "notified_on": day_text(notice.issued_on),
        "answer_to": "" if is_over else _("trên hệ thống truy xuất nguồn gốc hoặc bằng văn bản"),
        "ending": notice.ending,
        "what_to_do": _("biết và thực hiện") if is_over else _("thực hiện ngay"),
    }


def _had_already(notice: RecallNotice, on: date) -> str:
    number = notice.letter_number if notice.ended_on is None else notice.ending_letter
    return _("Thông báo này đã có công văn số %(number)s.") % {"number": number} if number else ""


def _issued(*, record: RecallNotice, paper: Paper, actor: Actor, on: date) -> None:
    recall_notices.lettered(notice=record, number=paper.number_text, actor=actor, on=on)


def _withdrawn(*, record: RecallNotice, paper: Paper, actor: Actor, on: date) -> None:
    recall_notices.letter_withdrawn(notice=record, number=paper.number_text, actor=actor, on=on)


RECALL_LETTER: Final = declare_paper_kind(
    PaperKind(
        code="recall-letter",
        label=gettext_lazy("Công văn thông báo thu hồi"),
        model=RecallNotice,
        template=Path(__file__).with_name("papers") / "recall-letter.toml",
        book="SKHCN-TDC",
        pattern="{number}/SKHCN-TĐC",
        who=rules.editors,
        context=_letter_words,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=lambda data: str(data["party"]),
        variables=(
            TemplateVariable("party", gettext_lazy("Bên giữ hàng"), "Hợp tác xã A"),
            TemplateVariable("address", gettext_lazy("Địa chỉ")),
            TemplateVariable("kind_in_words", gettext_lazy("Thu hồi hay diễn tập"), "thu hồi"),
            TemplateVariable("lot_name", gettext_lazy("Hàng hóa"), "Miến dong"),
            TemplateVariable("lot_number", gettext_lazy("Số lô"), "MD-01"),
            TemplateVariable("code", gettext_lazy("Số thông báo"), "TH-01/001"),
            TemplateVariable("danger", gettext_lazy("Lý do, nguy cơ")),
            TemplateVariable("notified_on", gettext_lazy("Ngày thông báo"), "01/6/2023"),
            TemplateVariable("answer_to", gettext_lazy("Trả lời ở đâu; trống khi thu hồi đã kết thúc")),
            TemplateVariable("ending", gettext_lazy("Thu hồi kết thúc thế nào; trống khi chưa kết thúc")),
            TemplateVariable("what_to_do", gettext_lazy("Đề nghị bên giữ hàng"), "thực hiện ngay"),
        ),
    )
)
