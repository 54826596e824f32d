"""Reference standards: calibrations, and what is taken out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext as _

from khcn.centre.models import InstrumentVerification, ReferenceStandard, StandardCalibration
from khcn.centre.operations.writers import FollowingDayWriter, refuse_unless_between
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

BROUGHT: Final = "centre.calibrations"  # of one file, for the verifications in it


class CalibrationWriter(FollowingDayWriter):
    """A standard is calibrated while it is in use; a calibration by which instruments were verified stays."""

    def __init__(self) -> None:
        """Not before its first day."""
        super().__init__("calibrated_on", "standard.since_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The standards: nothing is verified with them meanwhile."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        locked_all(ReferenceStandard, (each.standard_id for each in rows if each.standard_id))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """The verifications of the same file know of them."""
        context.seen.setdefault(BROUGHT, []).extend(each.record for each in writes)
        return super().validate(writes, context)

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Nor on or after the day from which it is out of use; a last day belongs to one that passed."""
        super().refuse(write, context)
        row = write.record
        if row.passed is (row.valid_until is None):
            text = _("Đạt thì ghi ngày dùng được đến; không đạt thì để trống ngày này.")
            raise Refused.about(text, "valid_until", code="last_day")
        # That it turns out to be worth less is written down: the rules of integrity name what has to be verified again.
        moved = not write.is_new and write.changed & {"standard", "calibrated_on"}
        if moved and (use := _first_use_without(write.before, row)) is not None:
            raise Refused(_why_it_stays(use), code="used")
        if write.is_new or write.changed & {"standard", "calibrated_on"}:
            withdrawn_on = row.standard.withdrawn_on
            if withdrawn_on is not None and row.calibrated_on >= withdrawn_on:
                text = _("Chuẩn đã thôi dùng từ ngày %(day)s.") % {"day": format_date(withdrawn_on)}
                raise Refused.about(text, "calibrated_on", code="withdrawn")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was verified after it rests on it."""
        if (use := _first_use_without(record)) is not None:
            raise Refused(_why_it_stays(use), code="used")

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """Calibrations and verifications of one file go together: what is left is judged by :meth:`violations`."""

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Verifications of which the calibrations are gone."""
        keys = {each["standard_id"] for each in removed if each.get("standard_id")}
        for use in uses_out_of_calibration().filter(standard__in=keys).order_by("done_on", "pk"):
            yield use, _why_it_stays(use)


def uses_out_of_calibration() -> QuerySet[InstrumentVerification]:
    """Verifications by standards that were out of calibration or out of use on their day."""
    done = StandardCalibration.objects.filter(
        standard=OuterRef("standard"), calibrated_on__lte=OuterRef("done_on")
    )
    last = done.order_by("-calibrated_on", "-pk").annotate(
        good_until=Case(When(passed=True, then=F("valid_until")))
    )
    return InstrumentVerification.objects.annotate(until=Subquery(last.values("good_until")[:1])).filter(
        Q(until__isnull=True) | Q(until__lt=F("done_on")) | Q(standard__withdrawn_on__lte=F("done_on"))
    )


def _first_use_without(
    calibration: StandardCalibration, instead: StandardCalibration | None = None
) -> InstrumentVerification | None:
    """The first verification by this calibration for which the standard would have no other one; ``instead``, as it shall be."""
    others = list(calibration.standard.calibrations.exclude(pk=calibration.pk))
    others += [instead] if instead is not None and instead.standard_id == calibration.standard_id else []
    if calibration.valid_until is None:
        return None
    days = (calibration.calibrated_on, calibration.valid_until)
    for use in calibration.standard.uses.filter(done_on__range=days).order_by("done_on", "pk"):
        last = max(
            (each for each in others if each.calibrated_on <= use.done_on),
            key=lambda each: each.calibrated_on,
            default=None,
        )
        if last is None or last.valid_until is None or last.valid_until < use.done_on:
            return use
    return None


def _why_it_stays(use: InstrumentVerification) -> str:
    return _("Lượt kiểm định ngày %(day)s dùng chuẩn theo lượt hiệu chuẩn này nên không sửa, xóa được.") % {
        "day": format_date(use.done_on)
    }


def why_standard_is_withdrawn(standard: ReferenceStandard, *, actor: Actor, on: date) -> str:
    """Why a standard cannot be taken out of use any more; "" while it can."""
    if standard.withdrawn_on is None:
        return ""
    return _("Chuẩn đã thôi dùng từ ngày %(day)s.") % {"day": format_date(standard.withdrawn_on)}


def withdraw_standard(
    *, standard: ReferenceStandard, withdrawn_on: date, reason: str, actor: Actor, on: date
) -> ReferenceStandard:
    """Take a standard out of use. Raises ``Refused`` for one that is, and for a day before its last use or still to come."""
    if why := why_standard_is_withdrawn(standard, actor=actor, on=on):
        raise Refused(why, code="withdrawn")
    last = standard.uses.order_by("-done_on").first()
    first = max(standard.since_on, last.done_on) if last is not None else standard.since_on
    refuse_unless_between("withdrawn_on", withdrawn_on, first, on)
    with transaction.atomic(), acting(actor, reason):
        standard.withdrawn_on = withdrawn_on
        standard.save()
    return standard
