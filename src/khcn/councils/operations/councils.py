"""A council keeps the time and the kind in which it has met."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Q
from django.utils.translation import gettext as _

from khcn.councils.models import Council, CouncilKind, CouncilMeeting
from khcn.kernel.access.shown_names import name_to_acting
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from khcn.kernel.registers.writing import ValidationContext, Write

# A council that determines tasks also determines those that are added within the year.
ALSO_MEETS_FOR: Final = {CouncilKind.DETERMINATION: (CouncilKind.SUPPLEMENTARY,)}


class CouncilRefused(Refused):
    """The council does not allow this; the text says why, in Vietnamese."""


def why_outside_council(meeting: CouncilMeeting, council: Council | None) -> dict[str, str]:
    """By field, why the council cannot have held this meeting; {} when it can."""
    if council is None:
        return {}
    if meeting.kind != council.kind and meeting.kind not in ALSO_MEETS_FOR.get(CouncilKind(council.kind), ()):
        why = _(
            "Cuộc họp “%(kind)s” không phải việc của “%(council)s”. Hãy xem lại loại cuộc họp hoặc hội đồng."
        )
        return {"kind": why % {"kind": meeting.get_kind_display(), "council": name_to_acting(council)}}
    if meeting.held_on < council.established_on:
        why = _("“%(council)s” thành lập ngày %(day)s, sau ngày họp. Hãy xem lại ngày họp hoặc hội đồng.")
        return {
            "held_on": why % {"council": name_to_acting(council), "day": format_date(council.established_on)}
        }
    if council.dissolved_on is not None and meeting.held_on > council.dissolved_on:
        why = _("“%(council)s” kết thúc ngày %(day)s, trước ngày họp. Hãy xem lại ngày họp hoặc hội đồng.")
        return {
            "held_on": why % {"council": name_to_acting(council), "day": format_date(council.dissolved_on)}
        }
    return {}


def meetings_outside_councils(path: str, keys: Collection[int]) -> Iterator[CouncilMeeting]:
    """Of the stored meetings whose ``path`` is one of these keys those that their councils cannot have held."""
    doubtful = (
        Q(held_on__lt=F("council__established_on"))
        | Q(held_on__gt=F("council__dissolved_on"))
        | ~Q(kind=F("council__kind"))
    )
    rows = CouncilMeeting.objects.filter(doubtful, council__isnull=False).select_related("council")
    for part in chunks(sorted(keys)):
        for meeting in rows.filter(**{f"{path}__in": part}).order_by("held_on", "pk"):
            if why_outside_council(meeting, meeting.council):
                yield meeting


_LIFE: Final = frozenset({"kind", "established_on", "dissolved_on"})


class CouncilWriter(RowWriter):
    """A council keeps the time and the kind in which it has met."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Changed councils against their meetings; what did not fit before is not the fault of the change."""
        for write in writes:
            if write.is_new or not write.changed & _LIFE:
                continue
            for meeting in CouncilMeeting.objects.filter(council=write.before.pk).order_by("held_on", "pk"):
                if why_outside_council(meeting, write.record) and not why_outside_council(
                    meeting, write.before
                ):
                    yield write, _refusal_of_council(write, meeting)
                    break

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """A workbook may change the meetings of the council as well."""
        changed = {each.record.pk: each for each in writes if not each.is_new and each.changed & _LIFE}
        before = {each.pk for each in meetings_outside_councils("council", changed)}
        yield
        for meeting in meetings_outside_councils("council", changed):
            if meeting.pk not in before:
                write = changed[meeting.council_id]
                raise _refusal_of_council(write, meeting).at(write.record)


def _refusal_of_council(write: Write, meeting: CouncilMeeting) -> CouncilRefused:
    why = _("Hội đồng đã họp ngày %(day)s (“%(meeting)s”). Hãy xem lại nội dung sửa.") % {
        "day": format_date(meeting.held_on),
        "meeting": meeting.subject,
    }
    return CouncilRefused.about(why, *sorted(write.changed & _LIFE))
