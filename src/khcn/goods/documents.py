"""Labels of a lot as PDF: a QR code with the address of its page (GS1 Digital Link), the same in words and digits, and as GS1 DataMatrix where
that is asked for; with a number of its own on each label where that is asked for. The logistic label of a package. The letter about a recall.

Each label is set in millimetres and printed at 100 %. The quiet zone of four modules (GS1 General Specifications 5.12.3) is part of the picture.
Printers leave up to 5 mm blank along the edges of a sheet: no label has anything there.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.goods import rules
from khcn.goods.enums import SHEETS, SIZES, LabelLayout
from khcn.goods.models import Location, RecallNotice
from khcn.goods.operations import recall_notices
from khcn.goods.operations.decision_words import as_cited
from khcn.goods.operations.package_words import words_of_labels
from khcn.goods.queries.public_facts import names_today
from khcn.goods.workflow import CLOSED, LIFTED, RECALL_FLOW
from khcn.kernel.bounded_process import NotDoneNow, ProcessFailed, ProcessLimits, run_bounded
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.papers.kinds import PaperKind, TemplateVariable, declare_paper_kind
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import day_text, format_date
from khcn.kernel.text.numbers import format_amount
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django_stubs_ext import StrPromise

    from khcn.goods.models import GoodsRecall, LabelPrint, Lot, Package
    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper
    from khcn.parties.models import Organisation
    from khcn.reference.models import AdminUnit

log = logging.getLogger(__name__)

_TEMPLATE: Final = Path(__file__).with_name("data") / "labels.typ"
_PROCESS: Final = "khcn.kernel.documents.label_process"
LIMITS: Final = ProcessLimits(seconds=60, cpu_seconds=30, memory=1536 * 2**20, answer=24 * 2**20)
"""Of one printing: 2,000 labels with two codes of their own each take 4 seconds of a processor."""

_LOW: Final = 35
"""Labels that are lower have smaller letters and codes."""
_SHEET: Final = (210, 297)
_BLANK: Final = 5
"""Along the edges of a sheet of A4, in millimetres: printers leave 4.2 to 5 of them blank."""

_NOT_DRAWN: Final = gettext_lazy(
    "Máy chủ đang bận nên chưa dựng xong tờ nhãn. Lượt in đã ghi sổ; đợi khoảng %(seconds)d giây rồi mở lại tờ nhãn."
)


def address_of(lot: Lot, serial: str = "") -> str:
    """Of the page of a lot, or of one label of it, where the public looks it up."""
    return f"{settings.PUBLIC_URL}{lot.public_path}{f'/21/{serial}' if serial else ''}"


def elements_of(lot: Lot, serial: str = "") -> str:
    """What the GS1 DataMatrix of a lot or of one label of it has: number, days, lot and serial number (GS1 General Specifications 5.6; AI 01, 11,
    17, 10 and 21).

    In square brackets, which the encoder reads as well: no lot number has one (set 82), while it may have "(21)".
    """
    last = lot.last_day()
    text = f"[01]{lot.trade_number}[11]{lot.made_on:%y%m%d}"
    text += f"[17]{last:%y%m%d}" if last is not None else ""
    text += f"[10]{lot.number}"
    return f"{text}[21]{serial}" if serial else text


def render_labels(printed: LabelPrint) -> bytes:
    """The labels of one printing that are not void, as a PDF.

    Raises ``Busy`` where the server has too much other work for that, ``Refused`` where they cannot be drawn at any time.
    """
    layout = LabelLayout(printed.layout)
    lot = printed.lot
    serials = printed.standing_serials
    data = {
        "template": str(_TEMPLATE),
        "fonts": str(settings.FONTS),
        **_measures(layout, has_data_matrix=printed.has_data_matrix),
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
    why = _(
        "Phần mềm không dựng được tờ nhãn của lượt in này; mở lại cũng vậy. Lượt in đã ghi sổ nhưng chưa có tờ nhãn. Hãy báo quản trị "
        "hệ thống kèm số lô %(lot)s và ngày in %(day)s."
    ) % {"lot": lot.number, "day": format_date(printed.printed_on)}
    return _drawn(
        data, busy=_NOT_DRAWN, refusal=Refused(why, code="labels_not_drawn"), of=f"printing {printed.pk}"
    )


def _drawn(data: dict[str, Any], *, busy: StrPromise, refusal: Refused, of: str) -> bytes:
    """A PDF by a template. Raises ``Busy`` with the words of ``busy``, or ``refusal`` where it cannot be drawn at any time; ``of`` names it in
    the log.
    """
    try:
        return run_bounded(_PROCESS, orjson.dumps(data), LIMITS)
    except NotDoneNow as ended:
        raise Busy(busy, retry_after=30) from ended
    except ProcessFailed as ended:
        log.exception("the labels of %s cannot be drawn", of)
        raise refusal from ended


def _measures(layout: LabelLayout, *, has_data_matrix: bool) -> dict[str, Any]:
    """How labels lie and how wide the QR code is, in millimetres: `side` and `end` are the blank parts of a label, left and right, above and
    below. All labels of a sheet are alike, those in its middle too.
    """
    columns, rows, width, height = SIZES[layout]
    is_sheet, is_small = layout in SHEETS, height < _LOW
    side = end = 1.5 if is_small else 2.5
    if is_sheet:
        side = max(side, _BLANK - (_SHEET[0] - columns * width) / 2)
        end = max(end, _BLANK - (_SHEET[1] - rows * height) / 2)
    if height > width:
        code = width - 2 * side - 11
    else:
        code = 18 if is_small else min(height - 2 * end, width / 2 - 5)
    if layout == LabelLayout.SHEET_24 and has_data_matrix:
        code = 24  # days beside the DataMatrix need their width, or they take the lines of the name
    return {
        "columns": columns,
        "rows": rows,
        "width": width,
        "height": height,
        "is_sheet": is_sheet,
        "side": side,
        "end": end,
        "code": code,
    }


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


_PACKAGE_TEMPLATE: Final = Path(__file__).with_name("data") / "package.typ"
_PACKAGE_CODE: Final = 34
"""Width of the QR code in millimetres."""
_PACKAGE_NOT_DRAWN: Final = gettext_lazy(
    "Máy chủ đang bận nên chưa dựng xong tem. Đợi khoảng %(seconds)d giây rồi mở lại."
)


def render_package_labels(packages: Sequence[Package]) -> bytes:
    """The logistic labels of packages, each on a page of size A6 (GS1 General Specifications 6.6): its number in words and as GS1-128, the
    address of its page as QR code, and what is in it. A number that the program made up is no SSCC of GS1: it has no GS1-128 (docs/adr/0064).

    Raises ``Busy`` where the server has too much other work, ``Refused`` where they cannot be drawn at any time.
    """
    codes = [
        {
            "address": f"{settings.PUBLIC_URL}{each.public_path}",
            "elements": "",
            "linear": "" if each.is_internal else f"[00]{each.sscc}",
            "serial": "",
        }
        for each in packages
    ]
    data = {
        "template": str(_PACKAGE_TEMPLATE),
        "fonts": str(settings.FONTS),
        "code": _PACKAGE_CODE,
        "codes": codes,
        "labels": words_of_labels(packages),
    }
    why = _(
        "Phần mềm không dựng được tem của kiện này; mở lại cũng vậy. Hãy báo quản trị hệ thống kèm mã %(sscc)s."
    ) % {"sscc": packages[0].sscc}
    refusal = Refused(why, code="label_not_drawn")
    return _drawn(data, busy=_PACKAGE_NOT_DRAWN, refusal=refusal, of=f"package {packages[0].pk}")


def _letter_words(notice: RecallNotice, on: date) -> dict[str, Any]:
    recall, is_over = notice.recall, notice.ended_on is not None
    kinds = {
        (False, False): _("thu hồi"),
        (True, False): _("DIỄN TẬP thu hồi"),
        (False, True): _("kết thúc thu hồi"),
        (True, True): _("kết thúc DIỄN TẬP thu hồi"),
    }
    lots = list(notice.lots.order_by("pk"))
    to_do = _("trả lời đúng hạn") if notice.is_drill else _("thực hiện ngay")
    decision = {  # cleaned here as well: what was entered before is stored as it was typed
        "decision": as_cited("decision_number", recall.decision_number),
        "decided_on": day_text(recall.decided_on),
        "decision_issuer": as_cited("decision_issuer", recall.decision_issuer),
        "legal_basis": as_cited("legal_basis", recall.legal_basis),
        "finish_by": "" if is_over else day_text(recall.finish_by),
    }
    return {
        "party": notice.party.name,
        "address": _address_with_today(notice, on),
        "kind_in_words": kinds[notice.is_drill, is_over],
        "drill": recall_notices.drill_in_words() if notice.is_drill and not is_over else "",
        "goods": notice.goods,
        "lots": [
            {
                "ordinal": str(place),
                "name": each.name_with_packages,
                "number": each.lot_number,
                "amount": f"{format_amount(each.expected)} {each.get_unit_display()}".rstrip(),
            }
            for place, each in enumerate(lots, start=1)
        ],
        # words of templates that were changed before notices had several lots
        "lot_name": ", ".join(dict.fromkeys(each.lot_name for each in lots)),
        "lot_number": ", ".join(each.lot_number for each in lots),
        "code": notice.code,
        "danger": notice.reason,
        "notified_on": day_text(notice.issued_on),
        **decision,
        "answer_by": "" if is_over or notice.answer_by is None else day_text(notice.answer_by),
        "telephone": settings.DEPARTMENT_TELEPHONE,
        "answer_to": "" if is_over else _("trên hệ thống truy xuất nguồn gốc hoặc bằng văn bản"),
        "ending": notice.ending,
        "ending_reason": _ending_reason(recall) if is_over else "",
        "what_to_do": _("biết và thực hiện") if is_over else to_do,
    }


def _ending_reason(recall: GoodsRecall) -> str:
    """What was typed as the reason of the step that ended the recall; "" for an end without one."""
    steps = WorkflowStep.objects.filter(
        workflow=RECALL_FLOW.name, object_id=recall.pk, target__in=(CLOSED, LIFTED)
    )
    last = steps.order_by("-pk").first()
    return "" if last is None else last.note.strip()


def _address_with_today(notice: RecallNotice, on: date) -> str:
    """Where the party is, by the name of before and, where the commune is called otherwise by now, that of today."""
    organisation = notice.organisation
    address = notice.party.address or (organisation.address if organisation is not None else "")
    unit = _commune(organisation, on) if organisation is not None else None
    if unit is None:
        return address
    written = address.casefold()
    missing = [part for part in unit.full_name.split(", ") if part.casefold() not in written]
    address = ", ".join(part for part in (address, *missing) if part)
    today = names_today([unit], on).get(unit.pk, "")
    return _("%(place)s, nay là %(today)s") % {"place": address, "today": today} if today else address


def _commune(organisation: Organisation, on: date) -> AdminUnit | None:
    """That of its record, else that of all its places; none where they are in several."""
    if organisation.admin_unit is not None:
        return organisation.admin_unit
    places = Location.objects.in_use(on).filter(organisation=organisation).select_related("admin_unit")
    communes = {place.admin_unit.pk: place.admin_unit for place in places}
    return next(iter(communes.values())) if len(communes) == 1 else None


def _had_already(notice: RecallNotice, on: date) -> str:
    return _letter_in_words(notice.letter_number)


def _had_ending_already(notice: RecallNotice, on: date) -> str:
    return _letter_in_words(notice.ending_letter)


def _letter_in_words(number: str) -> str:
    return _("Thông báo này đã có công văn số %(number)s.") % {"number": number} if number else ""


def _is_over(notice: RecallNotice, on: date) -> str:
    if notice.ended_on is None:
        return ""
    return _("Đợt thu hồi đã kết thúc. Hãy lập công văn thông báo kết thúc thu hồi.")


def _goes_on(notice: RecallNotice, on: date) -> str:
    return _("Đợt thu hồi chưa kết thúc.") if notice.ended_on is None else ""


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
        missing=_is_over,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=lambda data: str(data["party"]),
        variables=(
            TemplateVariable("party", gettext_lazy("Bên giữ hàng"), "Hợp tác xã A"),
            TemplateVariable("address", gettext_lazy("Địa chỉ")),
            TemplateVariable("kind_in_words", gettext_lazy("Thu hồi hay diễn tập"), "thu hồi"),
            TemplateVariable(
                "drill", gettext_lazy("Câu nói rõ đây là diễn tập; trống khi thu hồi thật, khi đã kết thúc")
            ),
            TemplateVariable("goods", gettext_lazy("Lô đầu và số lô khác"), "Miến dong MD-01 và 1 lô khác"),
            TemplateVariable(
                "lots",
                gettext_lazy("Các lô của bên giữ hàng"),
                rows=(
                    TemplateVariable("ordinal", gettext_lazy("Số thứ tự"), "1"),
                    TemplateVariable("name", gettext_lazy("Hàng hóa"), "Miến dong"),
                    TemplateVariable("number", gettext_lazy("Số lô"), "MD-01"),
                    TemplateVariable("amount", gettext_lazy("Còn giữ theo nhật ký"), "50 kg"),
                ),
            ),
            TemplateVariable("lot_name", gettext_lazy("Hàng hóa"), "Miến dong"),
            TemplateVariable("lot_number", gettext_lazy("Số lô"), "MD-01, TB-01"),
            TemplateVariable(
                "decision", gettext_lazy("Số quyết định thu hồi; trống khi diễn tập"), "45/QĐ-SKHCN"
            ),
            TemplateVariable("decided_on", gettext_lazy("Ngày quyết định"), "01/6/2023"),
            TemplateVariable(
                "decision_issuer", gettext_lazy("Cơ quan ban hành quyết định"), "Sở Khoa học và Công nghệ"
            ),
            TemplateVariable(
                "legal_basis",
                gettext_lazy("Căn cứ pháp lý"),
                "Điều 55 Luật An toàn thực phẩm số 55/2010/QH12",
            ),
            TemplateVariable(
                "finish_by", gettext_lazy("Hạn hoàn thành thu hồi; trống khi đã kết thúc"), "15/6/2023"
            ),
            TemplateVariable("answer_by", gettext_lazy("Hạn trả lời; trống khi đã kết thúc"), "06/6/2023"),
            TemplateVariable(
                "telephone", gettext_lazy("Điện thoại của Sở; trống khi chưa cài đặt"), "0209 3870 000"
            ),
            TemplateVariable("code", gettext_lazy("Số thông báo"), "TH-01/001"),
            TemplateVariable("danger", gettext_lazy("Lý do, nguy cơ")),
            TemplateVariable("notified_on", gettext_lazy("Ngày thông báo"), "01/6/2023"),
            TemplateVariable("answer_to", gettext_lazy("Trả lời ở đâu; trống khi thu hồi đã kết thúc")),
            TemplateVariable("ending", gettext_lazy("Thu hồi kết thúc thế nào; trống khi chưa kết thúc")),
            TemplateVariable(
                "ending_reason", gettext_lazy("Lý do kết thúc; trống khi chưa kết thúc hoặc không ghi lý do")
            ),
            TemplateVariable("what_to_do", gettext_lazy("Đề nghị bên giữ hàng"), "thực hiện ngay"),
        ),
    )
)

RECALL_ENDING_LETTER: Final = declare_paper_kind(
    replace(
        RECALL_LETTER,
        code="recall-ending-letter",
        label=gettext_lazy("Công văn thông báo kết thúc thu hồi"),
        template=Path(__file__).with_name("papers") / "recall-ending-letter.toml",
        missing=_goes_on,
        had_already=_had_ending_already,
    )
)
"""A kind of its own, as both letters about one notice are in force."""
