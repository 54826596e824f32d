"""Contests: entries, jurors and scores of one edition go together; prizes, and the day on which they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.ip.models import ContestEdition, ContestEntry, ContestJuror
from khcn.ip.operations.parents import parent_keys, parents
from khcn.ip.workflow import ADMITTED, AWARDED, ENTERED, ENTRY_FLOW, JUDGED, UNJUDGED
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.past_days import PastDayWriter, refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


# Who judges and who takes part by rows of one workbook, besides what is on record.
_JURORS: Final = "ip.jurors"
_AUTHORS: Final = "ip.authors"


def decided_entries(keys: Collection[int]) -> set[int]:
    """Those of the entries about which something was decided."""
    found = ContestEntry.objects.filter(pk__in=list(keys)).exclude(state__in=UNJUDGED)
    return set(found.values_list("pk", flat=True))


def published_editions(keys: Collection[int]) -> set[int]:
    """Those of the editions whose results are public."""
    found = ContestEdition.objects.filter(pk__in=list(keys), published_on__isnull=False)
    return set(found.values_list("pk", flat=True))


def _refuse_published(edition: ContestEdition) -> None:
    """Raise ``Refused`` for what belongs to an edition whose results are public."""
    if edition.published_on is not None:
        text = _("Kết quả cuộc thi đã công bố ngày %(day)s nên không sửa được nữa.")
        raise Refused(text % {"day": format_date(edition.published_on)}, code="published")


def _is_on_other_side(row: Any, context: ValidationContext, own: str, other: str) -> bool:
    """Has a row of the same workbook the person on the other side of the same edition? The row is noted for those after it."""
    edition = row.edition_id or row.edition.code
    person = row.person_id or (row.person.full_name, row.person.organisation_id, row.person.distinction)
    context.seen.setdefault(own, set()).add((edition, person))
    return (edition, person) in context.seen.get(other, ())


class EditionWriter(PastDayWriter):
    """An edition whose results are public stays."""

    def __init__(self) -> None:
        """The day of the launch has come."""
        super().__init__("launched_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was published stays."""
        _refuse_published(record)


class EntryWriter(PastDayWriter):
    """An entry has come in, not from one of the jury, and one about which something was decided stays."""

    def __init__(self) -> None:
        """Its day has come."""
        super().__init__("received_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody publishes the results in between."""
        lock_rows(ContestEdition.objects.filter(pk__in=parent_keys(writes, "edition")))

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Entries of somebody who is a juror of the edition."""
        entry = write.record
        if not (write.is_new or write.changed & {"edition", "person"}):
            return
        for edition in parents(write, "edition"):
            _refuse_published(edition)
        if not write.is_new and "edition" in write.changed and entry.scores.exists():
            text = _("Bài dự thi đã có điểm chấm của cuộc thi này nên không chuyển sang cuộc thi khác được.")
            raise Refused.about(text, "edition", code="scored")
        jurors = ContestJuror.objects.filter(edition=entry.edition_id, person=entry.person_id)
        if _is_on_other_side(entry, context, _AUTHORS, _JURORS) or jurors.exists():
            text = _(
                "Tác giả là giám khảo của cuộc thi này. Hãy xem lại người dự thi hoặc danh sách giám khảo."
            )
            raise Refused.about(text, "person", code="juror")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one that waits for its first step is deleted."""
        if record.state != ENTERED:
            state = ENTRY_FLOW.by_value[record.state]
            text = _("Bài dự thi đang ở trạng thái “%(state)s” nên không xóa được.")
            raise Refused(text % {"state": state.label}, code="decided")


class OfEditionWriter(RowWriter):
    """Rows of an edition whose results are not public yet."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody publishes the results in between."""
        lock_rows(ContestEdition.objects.filter(pk__in=parent_keys(writes, "edition")))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each row by itself."""
        for write in writes:
            try:
                if write.is_new or write.changed:
                    self.refuse(write, context)
            except Refused as refused:
                yield write, refused

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` for a row that cannot be so, or is moved out of an edition whose results are public. While an entry
        has its result no row is added: all entries are judged by the same people and criteria.
        """
        for edition in parents(write, "edition"):
            _refuse_published(edition)
            moved = write.is_new or "edition" in write.changed
            if moved and ContestEntry.objects.filter(edition=edition.pk, state__in=JUDGED).exists():
                text = _(
                    "Cuộc thi đã có bài được ghi kết quả. Lãnh đạo phòng bấm “Chấm lại” ở các bài đó trước."
                )
                raise Refused.about(text, "edition", code="judged")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was published stays."""
        _refuse_published(record.edition)


class CriterionWriter(OfEditionWriter):
    """The most points are not fewer than a juror has given already."""

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A maximum below points on record."""
        super().refuse(write, context)
        row = write.record
        if row.pk is not None and row.scores.filter(points__gt=row.maximum).exists():
            text = _("Đã có điểm chấm cao hơn điểm tối đa này. Hãy xem lại điểm tối đa.")
            raise Refused.about(text, "maximum", code="below_scores")


class JurorWriter(OfEditionWriter):
    """A juror has no entry in the edition."""

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Somebody who takes part."""
        super().refuse(write, context)
        row = write.record
        entries = ContestEntry.objects.filter(edition=row.edition_id, person=row.person_id)
        if _is_on_other_side(row, context, _JURORS, _AUTHORS) or entries.exists():
            text = _("Người này có bài dự thi trong cuộc thi nên không làm giám khảo được.")
            raise Refused.about(text, "person", code="author")


class ScoreWriter(PastDayWriter):
    """A juror of the edition scores an entry that waits for it, by a criterion of the edition, within its points."""

    def __init__(self) -> None:
        """The day of the score has come."""
        super().__init__("scored_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody decides about the entries in between."""
        lock_rows(ContestEntry.objects.filter(pk__in=parent_keys(writes, "entry")))

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """What does not go together."""
        score = write.record
        if not (write.is_new or write.changed):
            return
        for entry in parents(write, "entry"):
            _refuse_decided(entry)
        if score.juror.edition != score.entry.edition:
            raise Refused.about(_("Giám khảo này của cuộc thi khác. Hãy chọn lại."), "juror")
        if score.criterion.edition != score.entry.edition:
            raise Refused.about(_("Tiêu chí này của cuộc thi khác. Hãy chọn lại."), "criterion")
        if score.points > score.criterion.maximum:
            text = _("Điểm tối đa của tiêu chí là %(maximum)d. Hãy xem lại điểm.")
            raise Refused.about(text % {"maximum": score.criterion.maximum}, "points")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Points by which a prize was decided stay."""
        _refuse_decided(record.entry)


def _refuse_decided(entry: ContestEntry) -> None:
    if entry.state != ADMITTED:
        state = ENTRY_FLOW.by_value[entry.state]
        text = _("Bài dự thi đang ở trạng thái “%(state)s” nên không ghi, sửa, xóa điểm được.")
        raise Refused.about(text % {"state": state.label}, "entry", code="decided")


def award(*, entry: ContestEntry, prize: str, actor: Actor, on: date) -> ContestEntry:
    """The entry gets a prize."""
    with transaction.atomic(), acting(actor):
        entry.prize = prize
        entry.save()
    return entry


def take_back_prize(*, entry: ContestEntry, reason: str, actor: Actor, on: date) -> ContestEntry:
    """The entry is judged again."""
    with transaction.atomic(), acting(actor, reason):
        entry.prize = ""
        entry.save()
    return entry


def why_not_published(edition: ContestEdition, *, actor: Actor, on: date) -> str:
    """Why the results cannot be published: they are already, an entry waits, or there is no prize."""
    if edition.published_on is not None:
        return _("Kết quả đã công bố ngày %(day)s.") % {"day": format_date(edition.published_on)}
    return why_without_prizes(edition)


def why_without_prizes(edition: ContestEdition) -> str:
    """Why the prizes are not known yet: an entry waits for its result, or none has a prize."""
    waiting = edition.entries.filter(state__in=UNJUDGED).count()
    if waiting:
        return _("Còn %(count)d bài dự thi chưa có kết quả.") % {"count": waiting}
    if not edition.entries.filter(state=AWARDED).exists():
        return _("Chưa có bài dự thi nào đạt giải.")
    return ""


def why_not_unpublished(edition: ContestEdition, *, actor: Actor, on: date) -> str:
    """Why no publication can be taken back."""
    return "" if edition.published_on is not None else _("Kết quả chưa công bố.")


def take_back_publication(*, edition: ContestEdition, reason: str, actor: Actor, on: date) -> ContestEdition:
    """A publication that was entered by mistake. Raises ``Refused`` where there is none, and when a frozen report would say
    something else.
    """
    if why := why_not_unpublished(edition, actor=actor, on=on):
        raise Refused(why, code="not_published")
    with correcting(actor, reason), refuse_contradicting_what_was_signed([edition]):
        edition.published_on, edition.publication, edition.corrected = None, "", True
        edition.save()
    return edition


def publish(
    *, edition: ContestEdition, published_on: date, actor: Actor, on: date, publication: str = ""
) -> ContestEdition:
    """The results are public. Raises ``Refused`` where they cannot be, and for a day still to come or before the launch."""
    if why := why_not_published(edition, actor=actor, on=on):
        raise Refused(why, code="not_published")
    refuse_to_come(published_on, "published_on", on)
    if edition.launched_on is not None and published_on < edition.launched_on:
        text = _("Ngày công bố đứng trước ngày phát động %(day)s. Hãy xem lại ngày.")
        raise Refused.about(text % {"day": format_date(edition.launched_on)}, "published_on")
    with transaction.atomic(), acting(actor):
        edition.published_on, edition.publication = published_on, publication.strip()
        edition.full_clean()
        edition.save()
    return edition
