"""Printings of labels: of lots that the public finds, once for each sheet that was asked for. Labels with numbers of their own are printed
again with the same numbers, and made void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from khcn.epcis.ids.check import is_digits
from khcn.goods.models import LabelPrint, LabelVoid, Lot
from khcn.goods.models.label_serials import LENGTH, place_of
from khcn.goods.models.readiness import goods_of, has_goods
from khcn.goods.operations.expiry import no_labels_in_words
from khcn.goods.operations.lot_stops import why_stopped
from khcn.goods.operations.ordinals import next_ordinal, number_new_rows
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.past_days import PastDayWriter, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


MOST_WITH_SERIALS: Final = 500
"""The last printing of a lot, by its number, whose labels may have numbers of their own: the page of such a label asks each of them whether
the number is its own. Printings that repeat labels are not asked.
"""


class LabelPrintWriter(PastDayWriter):
    """Labels of lots that have a diary: the page of any other shows nothing."""

    def __init__(self) -> None:
        """What was printed was printed by now."""
        super().__init__("printed_on")

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each new printing has the next number of its lot."""
        number_new_rows(LabelPrint, writes)
        yield from super().validate(writes, context)

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` for a lot of which nothing is known, and for more labels than goods without a reason."""
        if not write.is_new:
            return
        lot = write.record.lot
        if lot.pk is None or not has_goods(lot):
            text = _(
                "Nhật ký chưa ghi việc thu hoạch hay chế biến ra lô này, nên trang tra cứu sẽ nói không rõ nguồn gốc. Ghi việc đó với số lượng "
                "rồi in nhãn."
            )
            raise Refused.about(text, "lot", code="no_diary")
        _refuse_without_labels(lot, write.record.printed_on)
        if write.record.has_serials and write.record.ordinal > MOST_WITH_SERIALS:
            text = _("Nhãn có số riêng chỉ in được ở %(most)d lượt đầu của lô. Hãy chia lô rồi in tiếp.")
            raise Refused.about(text % {"most": MOST_WITH_SERIALS}, "has_serials", code="too_many")
        if not write.record.note.strip():
            _refuse_without_reason(write.record)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was printed is out there."""
        raise Refused(_("Sổ in nhãn không xóa."), code="owned")


def _refuse_without_reason(printed: LabelPrint) -> None:
    """A reason is asked for more labels than there are packets; of goods that are weighed, for a second printing."""
    lot = printed.lot
    before = lot.label_prints.filter(repeats__isnull=True).aggregate(copies=Sum("copies"))["copies"] or 0
    if not lot.item.is_packed:
        if before:
            raise Refused.about(_("Lô đã in nhãn. Hãy ghi lý do in lại."), "note", code="no_reason")
        return
    made = goods_of(lot)
    if before + printed.copies > made:
        text = _(
            "Lô có %(made)s %(unit)s, đã in %(before)d nhãn; thêm %(copies)d nhãn là nhiều hơn số hàng. Hãy xem lại số nhãn, hoặc ghi lý do."
        )
        words = {
            "made": format_amount(made),
            "unit": lot.item.get_unit_display(),
            "before": before,
            "copies": printed.copies,
        }
        raise Refused.about(text % words, "note", code="no_reason")


def why_not_by_label(printed: LabelPrint, *, actor: Actor, on: date) -> str:
    """Why single labels of a printing are neither printed again nor made void; "" where they may be."""
    if not printed.has_serials:
        return _("Nhãn của lượt này không có số riêng. Cần thêm nhãn thì ghi một lượt in mới.")
    if printed.repeats is not None:
        text = _("Lượt này in lại nhãn của lượt số %(ordinal)d. Hãy mở lượt số %(ordinal)d của lô.")
        return text % {"ordinal": printed.repeats.ordinal}
    return ""


def all_labels(printed: LabelPrint, *, actor: Actor, on: date) -> dict[str, str]:
    """The first and the last label of a printing, with which a dialog begins."""
    return {"first": str(printed.first), "last": str(printed.last)}


def reprint_labels(
    *, printed: LabelPrint, first: str, last: str, paper: str, reason: str, actor: Actor, on: date
) -> LabelPrint:
    """Print labels again with the numbers that they have: the new printing, in the log with the reason; `paper`: its layout.

    Raises ``Refused`` for labels that the printing does not have, or that are void.
    """
    begin, end = _range_of(printed, first, last)
    with transaction.atomic(), acting(actor, reason):
        lot = locked(Lot, printed.lot_id)
        _refuse_without_labels(lot, on, printed)
        if void := printed.standing_voids.filter(first__lte=end, last__gte=begin).order_by("first").first():
            text = _("Nhãn thứ %(first)d đến %(last)d đã hủy ngày %(day)s. In nhãn mới bằng một lượt in mới.")
            words = {"first": void.first, "last": void.last, "day": format_date(void.voided_on)}
            raise Refused.about(text % words, "first", code="void")
        repetition = LabelPrint(
            lot=lot,
            printed_on=on,
            layout=paper,
            copies=end - begin + 1,
            has_data_matrix=printed.has_data_matrix,
            has_serials=True,
            repeats=printed,
            first=begin,
            note=reason.strip(),
            ordinal=next_ordinal(LabelPrint, lot),
        )
        repetition.full_clean()
        repetition.save()
    return repetition


def void_labels(
    *, printed: LabelPrint, first: str, last: str, reason: str, actor: Actor, on: date
) -> LabelVoid:
    """Make labels void: their pages warn of them. Raises ``Refused`` for labels that the printing does not have."""
    begin, end = _range_of(printed, first, last)
    with transaction.atomic(), acting(actor, reason):
        locked(LabelPrint, printed.pk)
        if printed.standing_voids.filter(first__lte=begin, last__gte=end).exists():
            raise Refused.about(_("Các nhãn này đã hủy rồi."), "first", code="void")
        void = LabelVoid(
            printing=printed,
            ordinal=printed.voids.count() + 1,
            first=begin,
            last=end,
            voided_on=on,
            reason=reason.strip(),
        )
        void.full_clean()
        void.save()
    return void


def why_not_restored(void: LabelVoid, *, actor: Actor, on: date) -> str:
    """Why void labels do not count again; "" where they may."""
    if void.restored_on is not None:
        return _("Nhãn đã dùng lại từ ngày %(day)s.") % {"day": format_date(void.restored_on)}
    return ""


def restore_labels(*, void: LabelVoid, reason: str, actor: Actor, on: date) -> LabelVoid:
    """Let labels count again that were made void by mistake."""
    if why := why_not_restored(void, actor=actor, on=on):
        raise Refused(why, code="restored")
    write_step(void, actor=actor, reason=reason, restored_on=on, restored_reason=reason.strip())
    return void


def no_labels(lot: Lot, day: date, printed: LabelPrint | None = None) -> Refused | None:
    """Why no labels of a lot are given out on a day, or none of one printing of it; None where they are."""
    if printed is not None and printed.is_void:
        text = _("Mọi nhãn của lượt in này đã hủy, không còn nhãn nào để in.")
        return Refused.about(text, "lot", code="void")
    if why := why_stopped(lot):
        return Refused.about(_("%(why)s Vì vậy không in nhãn.") % {"why": why}, "lot", code="stopped")
    return Refused.about(no_labels_in_words(lot), "lot", code="expired") if lot.is_past(day) else None


def why_no_sheets(printed: LabelPrint, day: date) -> str:
    """Why the labels of a printing are given out no more on a day; "" where they are."""
    refused = no_labels(printed.lot, day, printed)
    return "" if refused is None else str(refused)


def _refuse_without_labels(lot: Lot, day: date, printed: LabelPrint | None = None) -> None:
    if refused := no_labels(lot, day, printed):
        raise refused


def _range_of(printed: LabelPrint, first: str, last: str) -> tuple[int, int]:
    """The places of the first and the last label of some of a printing."""
    begin, end = _place(printed, first, "first"), _place(printed, last, "last")
    if end < begin:
        raise Refused.about(_("Nhãn cuối đứng trước nhãn đầu. Hãy đổi lại."), "last", code="order")
    return begin, end


def _place(printed: LabelPrint, typed: str, name: str) -> int:
    """Which label is meant: by the number that is printed on it, or by counting from the first one."""
    text = "".join(typed.split())
    is_serial = len(text) == LENGTH
    place = place_of(printed.serial_key, text) if is_serial else int(text) if is_digits(text) else None
    if place is not None and printed.first <= place <= printed.last:
        return place
    if is_serial:
        refusal = _("Số %(typed)s không thuộc lượt in này. Xem lại từng chữ, hoặc tìm ở lượt in khác của lô.")
        raise Refused.about(refusal % {"typed": text}, name, code="not_printed")
    refusal = _("Ghi số in trên nhãn (12 chữ và số), hoặc nhãn thứ mấy, từ 1 đến %(last)d.")
    raise Refused.about(refusal % {"last": printed.last}, name, code="not_printed")
