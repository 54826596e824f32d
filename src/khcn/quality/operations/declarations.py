"""Conformity declarations: received, notified or returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.papers.department_books import NOTICES
from khcn.kernel.papers.numbers_of_records import declare_numbers, opened_records, refuse_taken_number
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.workflow.engine import fire
from khcn.quality.enums import DeclarationKind, QualityPurpose, StandardKind
from khcn.quality.models import ConformityDeclaration
from khcn.quality.workflow import DECLARATION_FLOW, RECEIVED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

declare_numbers({NOTICES: (ConformityDeclaration, "notice_number", "notified_on")})

_DAYS: Final = ("received_on", "notified_on")
REGULATIONS: Final = (StandardKind.TECHNICAL_REGULATION, StandardKind.LOCAL_REGULATION)


class GuidanceWriter(PastDayWriter):
    """The report names the product whose label it was about."""

    def __init__(self) -> None:
        """It has been given."""
        super().__init__("guided_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Guidance about a label of nothing."""
        if write.record.purpose == QualityPurpose.LABEL and not write.record.product.strip():
            text = _("Hướng dẫn ghi nhãn thì ghi sản phẩm: báo cáo nêu tên sản phẩm.")
            raise Refused.about(text, "product", code="product")


class DeclarationWriter(PastDayWriter):
    """Conformity with a regulation names a regulation; what was decided stays."""

    def __init__(self) -> None:
        """It has come in, and was renewed where that is entered."""
        super().__init__("received_on", "renewed_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A declaration of the other kind than what it names."""
        row = write.record
        if (row.kind == DeclarationKind.REGULATION) != (row.standard.kind in REGULATIONS):
            text = _("Hợp quy thì chọn quy chuẩn, hợp chuẩn thì chọn tiêu chuẩn. Hãy xem lại hai ô.")
            raise Refused.about(text, "standard", code="kind")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one with which nothing has been done is deleted."""
        if record.state != RECEIVED:
            state = DECLARATION_FLOW.by_value[record.state]
            raise Refused(
                _("Hồ sơ công bố ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label},
                code="decided",
            )


def decided_declarations(keys: Collection[int]) -> set[int]:
    """Those of the declarations that were notified or returned, and whose notice is not being replaced."""
    found = ConformityDeclaration.objects.filter(pk__in=list(keys)).exclude(state=RECEIVED)
    return set(found.values_list("pk", flat=True)) - opened_records(ConformityDeclaration, keys)


def record_notice(
    *, declaration: ConformityDeclaration, notice_number: str, notified_on: date, actor: Actor, on: date
) -> ConformityDeclaration:
    """A notice that was signed on paper. Raises ``Refused`` for a taken number and a day out of order."""
    refuse_out_of_order(declaration, _DAYS, "notified_on", notified_on, on)
    refuse_taken_number(NOTICES, declaration, notice_number, notified_on)
    write_step(declaration, actor=actor, notice_number=notice_number.strip(), notified_on=notified_on)
    return declaration


def return_dossier(
    *, declaration: ConformityDeclaration, returned_on: date, reason: str, actor: Actor, on: date
) -> ConformityDeclaration:
    """The dossier goes back, with the reason. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(declaration, ("received_on", "returned_on"), "returned_on", returned_on, on)
    write_step(declaration, actor=actor, reason=reason, returned_on=returned_on, return_reason=reason.strip())
    return declaration


def accept(
    *, declaration: ConformityDeclaration, number: str, actor: Actor, on: date, instead_of: str = ""
) -> None:
    """What the issue of the notice brings about. One that replaces another corrects it: its day stays.

    Raises ``TransitionRefused`` where something else was done with the dossier, and ``Refused`` for a day out of order.
    """
    if instead_of and declaration.notice_number == instead_of:
        write_step(declaration, actor=actor, notice_number=number)
        return
    refuse_out_of_order(declaration, _DAYS, "notified_on", on, on)
    with transaction.atomic():
        fire(DECLARATION_FLOW, declaration, "accept", actor=actor, on=on)
        write_step(declaration, actor=actor, notice_number=number, notified_on=on)


def withdraw_notice(*, declaration: ConformityDeclaration, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the notice brings about: another one is waited for."""
    if declaration.notice_number != number:
        return
    note = _("Thu hồi thông báo số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(DECLARATION_FLOW, declaration, "withdraw_notice", actor=actor, on=on, note=note)
        write_step(declaration, actor=actor, reason=note, notice_number="", notified_on=None)
