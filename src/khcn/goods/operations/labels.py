"""Printings of labels: of lots that the public finds, once for each sheet that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.goods.models import LabelPrint
from khcn.goods.operations.ordinals import number_new_rows
from khcn.goods.operations.recalls import stopped_in_words, stopped_lots
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


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
        """Raise ``Refused`` for a lot of which nothing is known, and for a second printing without a reason."""
        if not write.is_new:
            return
        lot = write.record.lot
        if lot.pk is None or not lot.entries.filter(wrong_on__isnull=True).exists():
            text = _("Lô chưa có nhật ký nên trang tra cứu chưa có gì. Ghi nhật ký rồi in nhãn.")
            raise Refused.about(text, "lot", code="no_diary")
        if (recall := stopped_lots([lot.public_path]).get(lot.public_path)) is not None:
            raise Refused.about(stopped_in_words(recall), "lot", code="stopped")
        if not write.record.note.strip() and lot.label_prints.exists():
            raise Refused.about(_("Lô đã in nhãn. Hãy ghi lý do in lại."), "note", code="no_reason")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was printed is out there."""
        raise Refused(_("Sổ in nhãn không xóa."), code="owned")
