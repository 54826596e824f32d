"""Labels of a lot as PDF: a QR code with the address of its page (GS1 Digital Link), and the same in words and digits.

Each label is set in millimetres and printed at 100 %. The quiet zone of four modules (GS1 General Specifications 5.12.3) is part of the picture.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import segno
from django.conf import settings
from django.utils.translation import gettext as _

from khcn.goods.enums import SIZES, LabelLayout
from khcn.kernel.documents.pdf import compile_template
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from khcn.goods.models import LabelPrint, Lot

_TEMPLATE: Final = Path(__file__).with_name("data") / "labels.typ"
_QUIET: Final = 4


def address_of(lot: Lot) -> str:
    """Of the page of a lot, where the public looks it up."""
    return f"{settings.PUBLIC_URL}{lot.public_path}"


def symbol_of(lot: Lot) -> str:
    """The QR code of the page of a lot, as SVG."""
    symbol: str = segno.make(address_of(lot), error="m", micro=False).svg_inline(border=_QUIET, light="#fff")
    return symbol


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
        "name": f"{item.name}, {item.net_content}" if item.net_content else item.name,
        "producer": item.organisation.name,
        "lines": lines,
    }
