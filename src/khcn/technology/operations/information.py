"""Rows about what was published, handed out and reported: they agree with the plan and the publication they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Min, Sum
from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_number
from khcn.technology.models import MediaItem, MediaPlan, Publication, PublicationDistribution

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.registers.writing import ValidationContext, Write

_HANDED_OUT: Final = "technology.handed_out"  # what rows of one workbook say, besides what is on record


class MediaPlanWriter(PastDayWriter):
    """A plan was adopted, and stays what its items belong to."""

    def __init__(self) -> None:
        """Its days have come."""
        super().__init__("agreed_on", "ended_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """No item is added meanwhile."""
        locked_all(MediaPlan, {each.record.pk for each in writes if each.record.pk})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Another kind or year of a plan that has items."""
        if write.is_new or not (changed := write.changed & {"kind", "year"}):
            return
        if MediaItem.objects.filter(plan=write.record.pk).exists():
            text = _(
                "Kế hoạch đã có tin, bài nên không đổi hình thức, năm được. Bỏ kế hoạch ở các tin, bài trước."
            )
            raise Refused.about(text, min(changed), code="has_items")


class MediaItemWriter(PastDayWriter):
    """An item was published, and is of the kind and year of its plan."""

    def __init__(self) -> None:
        """Its day has come."""
        super().__init__("published_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The plans: none becomes another one meanwhile."""
        locked_all(MediaPlan, {each.record.plan_id for each in writes if each.record.plan_id})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """One that its plan does not plan."""
        item = write.record
        if not (write.is_new or write.changed & {"plan", "kind", "published_on"}) or item.plan is None:
            return
        if item.kind != item.plan.kind:
            text = _("Kế hoạch này là về “%(kind)s”. Chọn kế hoạch khác hoặc đổi hình thức.")
            raise Refused.about(text % {"kind": item.plan.get_kind_display()}, "plan", code="other_kind")
        if item.published_on.year != item.plan.year:
            text = _(
                "Kế hoạch này là của năm %(year)d. Chọn kế hoạch khác hoặc xem lại ngày đăng, phát sóng."
            )
            raise Refused.about(text % {"year": item.plan.year}, "plan", code="other_year")


class PublicationWriter(PastDayWriter):
    """A publication was printed, in as many copies as were handed out at least."""

    def __init__(self) -> None:
        """Its day has come."""
        super().__init__("printed_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """No copy is handed out meanwhile."""
        locked_all(Publication, {each.record.pk for each in writes if each.record.pk})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Fewer copies than were handed out, or printed after the first of them were."""
        if write.is_new or not write.changed & {"copies", "printed_on"}:
            return
        publication = write.record
        rows = PublicationDistribution.objects.filter(publication=publication.pk)
        found = rows.aggregate(total=Sum("copies"), first=Min("handed_out_on"))
        if publication.copies < (given := found["total"] or 0):
            text = _("Đã cấp phát %(given)s cuốn, nhiều hơn số lượng in này. Hãy xem lại số lượng in.")
            raise Refused.about(text % {"given": format_number(given)}, "copies", code="handed_out")
        first, printed_on = found["first"], publication.printed_on
        if first is not None and printed_on is not None and first < printed_on:
            text = _("Đã cấp phát từ ngày %(day)s. Hãy xem lại ngày in xong.")
            raise Refused.about(text % {"day": format_date(first)}, "printed_on", code="order")


class DistributionWriter(PastDayWriter):
    """What was handed out is not more than was printed, and not before."""

    def __init__(self) -> None:
        """Its day has come."""
        super().__init__("handed_out_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """Of two lots handed out at the same moment the second sees the first."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        locked_all(Publication, {each.publication_id for each in rows if each.publication_id})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A day before the publication was printed."""
        row = write.record
        if not (write.is_new or write.changed & {"publication", "handed_out_on"}):
            return
        printed_on = row.publication.printed_on
        if printed_on is not None and row.handed_out_on < printed_on:
            text = _("Ấn phẩm in xong ngày %(day)s. Hãy xem lại ngày cấp.")
            raise Refused.about(text % {"day": format_date(printed_on)}, "handed_out_on", code="order")

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each together with all others of its publication, also those of the same workbook."""
        wrong = list(super().validate(writes, context))
        yield from wrong
        refused = {id(write) for write, _why in wrong}
        written = {each.record.pk for each in writes if each.record.pk}
        keys = {each.record.publication_id for each in writes if each.record.publication_id}
        stored = PublicationDistribution.objects.filter(publication__in=keys).exclude(pk__in=written)
        totals: dict[Any, int] = context.seen.setdefault(_HANDED_OUT, {})
        earlier = set(totals)  # of an earlier sheet, which counted the rows of this one as they were stored
        for before in (each.before for each in writes if each.before is not None):
            if before.publication_id in earlier:
                totals[before.publication_id] -= before.copies
        for key, total in stored.order_by().values_list("publication").annotate(total=Sum("copies")):
            totals.setdefault(key, total)
        for write in writes:
            row = write.record
            key = row.publication_id or row.publication.code
            totals[key] = totals.get(key, 0) + row.copies
            if id(write) in refused or not (write.is_new or write.changed & {"publication", "copies"}):
                continue
            if totals[key] > row.publication.copies:
                text = _("Cộng lại đã cấp %(given)s cuốn, in %(printed)s cuốn. Hãy xem lại số cuốn.")
                words = {
                    "given": format_number(totals[key]),
                    "printed": format_number(row.publication.copies),
                }
                yield write, Refused.about(text % words, "copies", code="too_many")
