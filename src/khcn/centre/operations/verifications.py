"""Verifications of instruments: by which standard, with which certificate."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.centre.models import InstrumentVerification, ReferenceStandard, StandardCalibration
from khcn.centre.operations.rule_values import days_by_rule
from khcn.centre.operations.standards import BROUGHT
from khcn.centre.operations.writers import FollowingDayWriter, LeadingDayWriter, refuse_before
from khcn.centre.workflow import CANCELLED
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.calendar.day_arithmetic import month_end
from khcn.kernel.numbering.typed_numbers import NumberOnRecord
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.typed_number_check import typed_only, why_not_free
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from khcn.centre.models import ServiceOrder
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

CERTIFICATE_BOOK: Final = "GCN-TTUD"
_JUDGED_BY: Final = "centre.verifications_judged_by"


def typed_certificates(year: int) -> Iterator[NumberOnRecord]:
    """Certificates of a year whose number no paper of this system has borne."""
    rows = InstrumentVerification.objects.filter(done_on__year=year).exclude(certificate_number="")
    return typed_only(
        InstrumentVerification,
        (
            (each.pk, NumberOnRecord(each.certificate_number, each.done_on, each))
            for each in rows.select_related("instrument").order_by("done_on", "pk")
        ),
    )


class InstrumentWriter(LeadingDayWriter):
    """Instruments: what was verified by an order of one customer does not become another's."""

    def __init__(self) -> None:
        """On record before it is verified."""
        super().__init__("since_on", "verifications__done_on")

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Beside the days: stored instruments whose customer changes."""
        yield from super().validate(writes, context)
        moved = [each for each in writes if not each.is_new and "customer" in each.changed]
        ordered = InstrumentVerification.objects.filter(
            instrument__in=[each.record.pk for each in moved], order__isnull=False
        )
        customers: defaultdict[int, set[int]] = defaultdict(set)
        for key, customer in ordered.values_list("instrument", "order__customer"):
            customers[key].add(customer)
        for write in moved:
            if customers[write.record.pk] - {write.record.customer_id}:
                text = _(
                    "Đã có lượt kiểm định theo phiếu yêu cầu của khách hàng cũ. Hãy ghi ngày thôi theo dõi rồi lập phương tiện đo mới "
                    "cho khách hàng mới."
                )
                yield write, Refused.about(text, "customer", code="verified_for_other")


@dataclass(frozen=True, slots=True)
class _JudgedBy:
    """What rows are judged by: calibrations by standard, last days by the rules, and what has a certificate of this system."""

    calibrations: Mapping[int, Sequence[StandardCalibration]]
    last_days: Mapping[int, date | None]
    with_paper: Collection[int]


class VerificationWriter(FollowingDayWriter):
    """An instrument is verified with a standard that is in calibration on that day; a certificate has a number of its own."""

    rank: ClassVar[int] = 1  # after the calibrations of the same file

    def __init__(self) -> None:
        """What was done was done while the instrument was on record."""
        super().__init__("done_on", "instrument.since_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The standards: none is taken out of use meanwhile."""
        locked_all(ReferenceStandard, (each.record.standard_id for each in writes if each.record.standard_id))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """What the rows are judged by is read once for all of them."""
        records = [each.record for each in writes]
        context.seen[_JUDGED_BY] = _JudgedBy(
            _calibrations_of((each.standard for each in records), context.seen.get(BROUGHT, ())),
            {id(each): day for each, day in zip(records, days_by_rule(records), strict=True)},
            _with_paper([each.pk for each in records if each.pk]),
        )
        return super().validate(writes, context)

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """The standard, the certificate of what failed, the order of another customer, and a number that is taken."""
        super().refuse(write, context)
        row, judged_by = write.record, context.seen[_JUDGED_BY]
        if write.is_new or write.changed & {"standard", "done_on"}:
            refuse_unusable_standard(row.standard, row.done_on, judged_by.calibrations[_key(row.standard)])
        refuse_later_than_rule(write, judged_by.last_days[id(row)])
        if "certificate_number" in write.changed and row.pk in judged_by.with_paper:
            text = _(
                "Giấy chứng nhận này lập trong hệ thống và còn hiệu lực nên không sửa số. Mở giấy, bấm “Thay thế” hoặc “Thu hồi”."
            )
            raise Refused.about(text, "certificate_number", code="of_paper")
        if (order := row.order) is not None and (
            write.is_new or write.changed & {"order", "instrument", "done_on"}
        ):
            refuse_order(row, order)
        if not row.passed and (row.certificate_number or row.mark_number or row.valid_until):
            text = _(
                "Phương tiện đo không đạt thì không có tem, giấy chứng nhận và hạn. Hãy xem lại kết quả."
            )
            raise Refused.about(text, "passed", code="failed")
        if row.certificate_number and (write.is_new or write.changed & {"certificate_number", "done_on"}):
            why = why_not_free(
                book=CERTIFICATE_BOOK,
                day=row.done_on,
                text=row.certificate_number,
                record=row,
                seen=context.seen,
                given=_(
                    "Số %(number)s trong sổ giấy chứng nhận đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số, hoặc lập giấy chứng "
                    "nhận ở trang của lượt kiểm định để lấy số mới."
                ),
            )
            if why:
                raise Refused.about(why, "certificate_number", code="number_taken")


def _key(standard: ReferenceStandard) -> int:
    """One that the same file brings has no key of the database yet."""
    return standard.pk or id(standard)


def _calibrations_of(
    standards: Iterable[ReferenceStandard], brought: Sequence[StandardCalibration]
) -> defaultdict[int, list[StandardCalibration]]:
    """The calibrations of the standards; those that the same file brings among them, in place of what they change."""
    found: defaultdict[int, list[StandardCalibration]] = defaultdict(list)
    for each in brought:
        found[_key(each.standard)].append(each)
    stored = StandardCalibration.objects.filter(standard__in={each.pk for each in standards if each.pk})
    for each in stored.exclude(pk__in=[each.pk for each in brought if each.pk]):
        found[each.standard_id].append(each)
    return found


def _with_paper(keys: Collection[int]) -> set[int]:
    """Those of the verifications of which a certificate of this system is in force."""
    papers = Paper.objects.in_force_for(InstrumentVerification).filter(object_id__in=list(keys))
    return set(papers.values_list("object_id", flat=True))


def refuse_later_than_rule(write: Write, last_day: date | None) -> None:
    """Raise ``Refused`` for a certificate that would be valid longer than the rule of its day allows, to the end of its last month: a
    stamp has no day.
    """
    typed = write.record.valid_until
    asked = write.is_new or write.changed & {"valid_until", "done_on", "instrument", "method"}
    if asked and typed is not None and last_day is not None and typed > month_end(last_day):
        text = _(
            "Theo chu kỳ kiểm định thì có giá trị muộn nhất đến ngày %(day)s. Hãy xem lại ngày, hoặc tham số chu kỳ kiểm định."
        )
        raise Refused.about(text % {"day": format_date(month_end(last_day))}, "valid_until", code="too_long")


def refuse_unusable_standard(
    standard: ReferenceStandard, day: date, done: Sequence[StandardCalibration]
) -> None:
    """Raise ``Refused`` for a standard that is out of calibration or out of use on a day. ``done`` are its calibrations."""
    if standard.withdrawn_on is not None and standard.withdrawn_on <= day:
        raise Refused.about(
            _("Chuẩn này đã thôi dùng. Hãy chọn chuẩn khác."), "standard", code="standard_unusable"
        )
    by_then = [each for each in done if each.calibrated_on <= day]
    last = max(by_then, key=lambda each: each.calibrated_on, default=None)
    until = last.valid_until if last is not None and last.passed else None
    if until is not None and until >= day:
        return
    if until is not None:
        text = _(
            "Chuẩn này hết hạn hiệu chuẩn ngày %(day)s nên không được dùng. Hiệu chuẩn lại hoặc chọn chuẩn khác."
        ) % {"day": format_date(until)}
    else:
        text = _("Chuẩn này chưa có lượt hiệu chuẩn đạt vào ngày đó nên không được dùng.")
    raise Refused.about(text, "standard", code="standard_unusable")


def refuse_order(row: InstrumentVerification, order: ServiceOrder) -> None:
    """Raise ``Refused`` for a verification by an order of another customer, one that was cancelled, or before it came in."""
    if order.customer_id != row.instrument.customer_id:
        text = _("Phiếu yêu cầu này của khách hàng khác. Hãy chọn phiếu của chủ phương tiện đo.")
        raise Refused.about(text, "order", code="other_customer")
    if order.state == CANCELLED:
        raise Refused.about(_("Phiếu yêu cầu đã hủy."), "order", code="cancelled")
    refuse_before("done_on", row.done_on, order.received_on)


def note_certificate(*, verification: InstrumentVerification, number: str, actor: Actor, on: date) -> None:
    """What the issue of a certificate brings about: its number at the verification."""
    with transaction.atomic(), acting(actor):
        verification.certificate_number = number
        verification.full_clean()
        verification.save()


def take_certificate_back(
    *, verification: InstrumentVerification, number: str, actor: Actor, on: date
) -> None:
    """What the withdrawal of a certificate brings about."""
    if verification.certificate_number == number:
        with transaction.atomic(), acting(actor):
            verification.certificate_number = ""
            verification.save()
