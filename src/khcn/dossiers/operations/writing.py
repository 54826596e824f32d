"""Rules for rows of dossiers that a form, the JSON interface or a file writes, such as the export of the provincial one-stop system."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.dossiers.enums import DossierOutcome
from khcn.dossiers.models import Dossier
from khcn.dossiers.operations.steps import StepRefused
from khcn.dossiers.queries import with_clashing_supplements
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


def _why_clashing(keys: set[int]) -> StepRefused | None:
    for dossier in with_clashing_supplements(keys):
        return StepRefused(
            _(
                "Hồ sơ %(code)s có các lần yêu cầu bổ sung chồng nhau, hoặc còn chờ bổ sung trong khi đã có kết quả. Xem lại ngày yêu cầu, "
                "ngày nhận đủ và ngày có kết quả."
            )
            % {"code": dossier.code},
            code="supplements",
        ).at(dossier)
    return None


class DossierWriter(PastDayWriter):
    """A dossier with a code of the book stays on record; nothing of it lies in the days to come."""

    def __init__(self) -> None:
        """The days of a dossier have come."""
        super().__init__("received_on", "ended_on", "delivered_on", "apologised_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Internal procedures."""
        if write.record.procedure.is_internal:
            text = _("Thủ tục nội bộ không có hồ sơ tại bộ phận một cửa. Chọn thủ tục khác.")
            raise StepRefused.about(text, "procedure", code="internal")

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """A result while a supplement is waited for, also where another sheet of the workbook says so."""
        yield
        if refused := _why_clashing({each.record.pk for each in writes}):
            raise refused

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """The numbers of a day have no gaps."""
        if IssuedNumber.objects.filter(model=Dossier._meta.label_lower, object_id=record.pk).exists():
            raise StepRefused(
                _(
                    "Hồ sơ đã được cấp mã trong ngày nên không xóa được. Tiếp nhận nhầm thì bấm “Người nộp rút”."
                ),
                code="numbered",
            )
        if record.outcome != DossierOutcome.OPEN:
            raise StepRefused(_("Hồ sơ đã có kết quả nên phải giữ lại."), code="ended")


def _refuse_outside_dossier(record: Any, name: str) -> None:
    """No row of a dossier lies before its reception or after its end."""
    day, dossier = getattr(record, name), record.dossier
    if day < dossier.received_on:
        text = _("Ngày %(day)s đứng trước ngày tiếp nhận %(first)s. Xem lại ngày.") % {
            "day": format_date(day),
            "first": format_date(dossier.received_on),
        }
        raise StepRefused.about(text, name, code="order")
    if dossier.ended_on is not None and day > dossier.ended_on:
        text = _("Ngày %(day)s đứng sau ngày kết thúc hồ sơ %(last)s. Xem lại ngày.") % {
            "day": format_date(day),
            "last": format_date(dossier.ended_on),
        }
        raise StepRefused.about(text, name, code="order")


class _ChildWriter(PastDayWriter):
    """Rows of a dossier are written under a lock of it, by who may act on it."""

    acts_on_link = "dossier"

    def lock(self, writes: Sequence[Write]) -> None:
        """Dossiers by ascending key; those that the same file brings have none."""
        locked_all(Dossier, {each.record.dossier_id for each in writes if each.record.dossier_id})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A first day outside the dossier's."""
        _refuse_outside_dossier(write.record, self.days[0])


class SupplementWriter(_ChildWriter):
    """Requests for a supplement lie inside the dossier's days, one after the other."""

    rank = 1  # after the dossiers of the same workbook

    def __init__(self) -> None:
        """Its days have come."""
        super().__init__("asked_on", "answered_on")

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """Requests that overlap, or that are open although there is a result."""
        yield
        if refused := _why_clashing({each.record.dossier_id for each in writes}):
            raise refused

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What stopped the clock of a settled dossier stays."""
        if record.dossier.outcome != DossierOutcome.OPEN:
            raise StepRefused(_("Hồ sơ đã kết thúc nên yêu cầu bổ sung phải giữ lại."), code="ended")


class HandoverWriter(_ChildWriter):
    """Hand-overs lie inside the dossier's days."""

    rank = 2

    def __init__(self) -> None:
        """Its days have come."""
        super().__init__("received_on", "done_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Who had a settled dossier stays on record."""
        if record.dossier.outcome != DossierOutcome.OPEN:
            raise StepRefused(_("Hồ sơ đã kết thúc nên lần chuyển phải giữ lại."), code="ended")
