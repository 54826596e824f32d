"""Labels of a lot as PDF: a QR code with the address of its page (GS1 Digital Link), the same in words and digits, and as GS1 DataMatrix where
that is asked for; with a number of its own on each label where that is asked for. The letter about a recall.

Each label is set in millimetres and printed at 100 %. The quiet zone of four modules (GS1 General Specifications 5.12.3) is part of the picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.goods import rules
from khcn.goods.enums import SHEETS, SIZES, LabelLayout
from khcn.goods.models import RecallNotice
from khcn.goods.operations import recall_notices
from khcn.kernel.bounded_process import ProcessFailed, ProcessLimits, run_bounded
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.papers.kinds import PaperKind, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text, format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.goods.models import LabelPrint, Lot
    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

_TEMPLATE: Final = Path(__file__).with_name("data") / "labels.typ"
_PROCESS: Final = "khcn.kernel.documents.label_process"
LIMITS: Final = ProcessLimits(seconds=60, cpu_seconds=30, memory=1536 * 2**20, answer=24 * 2**20)
"""Of one printing: 2,000 labels with two codes of their own each take 4 seconds of a processor."""

_NOT_DRAWN: Final = gettext_lazy(
    "Máy chủ đang bận nên chưa dựng xong tờ nhãn. Lượt in đã ghi sổ; đợi khoảng %(seconds)d giây rồi mở lại tờ nhãn."
)


def address_of(lot: Lot, serial: str = "") -> str:
    """Of the page of a lot, or of one label of it, where the public looks it up."""
    return f"{settings.PUBLIC_URL}{lot.public_path}{f'/21/{serial}' if serial else ''}"


def elements_of(lot: Lot, serial: str = "") -> str:
    """What the GS1 DataMatrix of a lot or of one label of it has: number, days, lot and serial number (GS1 General Specifications 5.6; AI 01, 11,
    17, 10 and 21).
    """
    last = lot.last_day()
    text = f"(01){lot.trade_number}(11){lot.made_on:%y%m%d}"
    text += f"(17){last:%y%m%d}" if last is not None else ""
    text += f"(10){lot.number}"
    return f"{text}(21){serial}" if serial else text


def render_labels(printed: LabelPrint) -> bytes:
    """The labels of one printing that are not void, as a PDF. Raises ``Busy`` where the server has too much other work for that."""
    layout = LabelLayout(printed.layout)
    columns, rows, width, height = SIZES[layout]
    lot = printed.lot
    serials = printed.standing_serials
    data = {
        "template": str(_TEMPLATE),
        "fonts": str(settings.FONTS),
        "columns": columns,
        "rows": rows,
        "width": width,
        "height": height,
        "is_sheet": layout in SHEETS,
        "copies": len(serials) or printed.copies,
        "codes": [
            {
                "address": address_of(lot, serial),
                "elements": elements_of(lot, serial) if printed.has_data_matrix else "",
                "serial": f"(21){serial}" if serial else "",
            }
            for serial in serials or [""]
        ],
        **_words(lot),
    }
    try:
        return run_bounded(_PROCESS, orjson.dumps(data), LIMITS)
    except ProcessFailed as ended:
        raise Busy(_NOT_DRAWN, retry_after=30) from ended


def _words(lot: Lot) -> dict[str, Any]:
    item, last = lot.item, lot.last_day()
    days = [_("Ngày SX: %(day)s") % {"day": format_date(lot.made_on)}]
    if last is not None:
        days.append(_("Hạn dùng: %(day)s") % {"day": format_date(last)})
    if item.has_internal_number and not lot.source_path:
        days.append(_("Mã nội bộ"))
    return {
        "name": item.full_name,
        # of goods that came from another party the page names the maker; this label is of who passes them on
        "producer": _("Phân phối: %(name)s") % {"name": item.organisation.name}
        if lot.source_path
        else item.organisation.name,
        "numbers": [f"(01){lot.trade_number}", f"(10){lot.number}"],
        "days": days,
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
