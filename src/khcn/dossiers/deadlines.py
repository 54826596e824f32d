"""The terms of a dossier: until when it is settled by the version of its procedure, the new date after an apology, and the share of the
unit that has it.

Requests for a supplement stop the clock of the dossier and of the unit alike (NĐ 61/2018/NĐ-CP).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from khcn.dossiers.models import Dossier, DossierHandover, SupplementRequest
from khcn.dossiers.models.dossiers import SETTLEMENT
from khcn.kernel.calendar.terms import EventKind, Term, TermEvent, TermUnit
from khcn.kernel.deadlines import DeadlineKind, Follow, SubjectFacts, TermFacts, day_by

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

NEW_DATE: Final = "dossiers.new_date"
SHARE: Final = "dossiers.share"
_DOSSIERS = Dossier.objects.order_by().select_related("procedure", "unit")
_HANDOVERS = DossierHandover.objects.order_by().select_related("dossier__procedure", "unit")


def _stops(keys: Collection[int], on: date | None) -> Mapping[int, tuple[TermEvent, ...]]:
    """By dossier, when the clock stopped and went on; what happened after ``on`` has not happened yet."""
    found: defaultdict[int, list[TermEvent]] = defaultdict(list)
    rows = SupplementRequest.objects.filter(dossier__in=keys).order_by("pk")
    for key, asked_on, answered_on in rows.values_list("dossier_id", "asked_on", "answered_on"):
        if day_by(asked_on, on):
            found[key].append(TermEvent(asked_on, EventKind.STOP))
            if resumed_on := day_by(answered_on, on):
                found[key].append(TermEvent(resumed_on, EventKind.RESUME))
    return {key: tuple(events) for key, events in found.items()}


def facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Facts of dossiers in two queries."""
    stops = _stops(keys, on)
    return {each.pk: _of_dossier(each, stops.get(each.pk, ()), on) for each in _DOSSIERS.filter(pk__in=keys)}


def _of_dossier(dossier: Dossier, stops: tuple[TermEvent, ...], on: date | None) -> SubjectFacts:
    met_on = day_by(dossier.ended_on, on)
    terms = {SETTLEMENT: TermFacts(dossier.received_on, met_on, events=stops, length=_length(dossier))}
    apologised_on = day_by(dossier.apologised_on, on)
    if apologised_on is not None and dossier.reappointed_on is not None:
        terms[NEW_DATE] = TermFacts(apologised_on, met_on, fixed_on=dossier.reappointed_on)
    return SubjectFacts(str(dossier), dossier.unit.code, terms)


def _length(dossier: Dossier, amount: int | None = None) -> Term:
    procedure = dossier.procedure
    return Term(procedure.term_amount if amount is None else amount, TermUnit(procedure.term_unit))


def shares(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Facts of hand-overs in two queries. A hand-over without a share has no term."""
    rows = list(_HANDOVERS.filter(pk__in=keys))
    stops = _stops({each.dossier_id for each in rows}, on)
    found = {}
    for each in rows:
        terms: dict[str, Any] = {}
        if each.share is not None:
            done = [day for day in (each.done_on, each.dossier.ended_on) if day is not None]
            terms[SHARE] = TermFacts(
                each.received_on,
                day_by(min(done, default=None), on),
                events=stops.get(each.dossier_id, ()),
                length=_length(each.dossier, each.share),
            )
        found[each.pk] = SubjectFacts(str(each), each.unit.code, terms)
    return found


_DOSSIER, _SUPPLEMENT = Dossier._meta.label_lower, SupplementRequest._meta.label_lower
_FOLLOWED: Final[Mapping[str, str | Follow]] = {
    _DOSSIER: "pk",
    _SUPPLEMENT: "dossier_id",
    "dossiers.procedure": Follow("pk", "procedure_id", is_law=True),
    "parties.orgunit": Follow("pk", "unit_id"),
}
DOSSIER_DEADLINES: Final = (
    DeadlineKind(
        SETTLEMENT,
        _("Giải quyết hồ sơ thủ tục hành chính"),
        facts,
        _FOLLOWED,
        counts_days=True,
        met_at="actions/resolve/",
    ),
    DeadlineKind(
        NEW_DATE,
        _("Ngày hẹn lại trả kết quả"),
        facts,
        _FOLLOWED,
        met_at="actions/resolve/",
    ),
)
HANDOVER_DEADLINES: Final = (
    DeadlineKind(
        SHARE,
        _("Xử lý hồ sơ tại đơn vị"),
        shares,
        {
            DossierHandover._meta.label_lower: "pk",
            _DOSSIER: Follow("pk", "dossier_id"),
            _SUPPLEMENT: Follow("dossier_id", "dossier_id"),
            "dossiers.procedure": Follow("pk", "dossier__procedure_id", is_law=True),
            "parties.orgunit": Follow("pk", "unit_id"),
        },
        counts_days=True,
    ),
)
