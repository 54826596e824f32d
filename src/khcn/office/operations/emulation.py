"""Titles and rewards: proposed on an occasion, sent with its dossier, awarded or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.papers.department_books import DECISIONS
from khcn.kernel.papers.numbers_of_records import opened_records, refuse_number_of_paper
from khcn.kernel.past_days import PastDayWriter, refuse_to_come, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may, write_correction
from khcn.kernel.text.dates import format_date
from khcn.office import rules
from khcn.office.enums import LEVELS, OF_PERSONS, OF_TEAMS, DecisionLevel, EmulationTitle
from khcn.office.models import EmulationNomination, EmulationRound
from khcn.office.operations.numbers import SUBMISSION_BOOK, refuse_given_number
from khcn.office.operations.steps import refuse_before
from khcn.office.workflow import AWARDED, NOMINATION_FLOW, PROPOSED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

# What the list that goes with the dossier says.
_LISTED: Final = {"code", "round", "title", "level", "person", "unit", "achievement"}
_BACK: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    AWARDED: ("take_back_award", {"decision_number": "", "decided_on": None}),
    REFUSED: ("take_back_refusal", {"decided_on": None, "refusal_reason": ""}),
}


def _decided_above(round_: EmulationRound) -> QuerySet[EmulationNomination]:
    """Nominations about which another body decided after it had the dossier; the department decides about its own titles before."""
    return round_.nominations.exclude(state=PROPOSED).exclude(level=DecisionLevel.DEPARTMENT)


def _first_day(nominations: QuerySet[EmulationNomination]) -> date | None:
    return nominations.order_by("decided_on").values_list("decided_on", flat=True).first()


def _refuse_submitted(round_: EmulationRound) -> None:
    """Raise ``Refused`` for what belongs to an occasion whose dossier was sent, and is not being replaced."""
    if round_.submitted_on is not None and not opened_records(EmulationRound, [round_.pk]):
        text = _("Hồ sơ của đợt đã gửi ngày %(day)s nên danh sách đề nghị không sửa được nữa.")
        raise Refused(text % {"day": format_date(round_.submitted_on)}, code="submitted")


def submitted_rounds(keys: Collection[int]) -> set[int]:
    """Those of the occasions whose dossier was sent, and is not being replaced."""
    found = EmulationRound.objects.filter(pk__in=list(keys), submitted_on__isnull=False)
    return set(found.values_list("pk", flat=True)) - opened_records(EmulationRound, keys)


def decided_nominations(keys: Collection[int]) -> set[int]:
    """Those of the nominations about which was decided."""
    found = EmulationNomination.objects.filter(pk__in=list(keys)).exclude(state=PROPOSED)
    return set(found.values_list("pk", flat=True))


class RoundWriter(PastDayWriter):
    """An occasion whose dossier was sent stays."""

    def __init__(self) -> None:
        """The council has met."""
        super().__init__("met_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A meeting after what was decided."""
        made = write.record
        if write.is_new or "met_on" not in write.changed or made.met_on is None:
            return
        first = _first_day(made.nominations.exclude(state=PROPOSED))
        if first is not None and first < made.met_on:
            text = _("Đề nghị của đợt đã ghi kết quả ngày %(day)s: ngày họp không thể sau ngày đó.")
            raise Refused.about(text % {"day": format_date(first)}, "met_on", code="order")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was sent stays."""
        if record.submitted_on is not None:
            raise Refused(_("Hồ sơ của đợt đã gửi nên không xóa được."), code="submitted")


class NominationWriter(PastDayWriter):
    """What is proposed goes with the dossier: afterwards it stays."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Nobody sends the dossier in between."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        keys = {each.round_id for each in rows if each.round_id is not None}
        lock_rows(EmulationRound.objects.filter(pk__in=keys))

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Titles of teams for persons and the other way round; what is added to, or moved out of, what was sent."""
        made = write.record
        of_person, of_unit = made.person is not None, made.unit is not None
        if of_person == of_unit:
            text = _("Ghi một cá nhân hoặc một tập thể, không ghi cả hai.")
            raise Refused.about(text, "unit" if of_person else "person")
        if made.title in OF_PERSONS and of_unit:
            raise Refused.about(_("Danh hiệu này dành cho cá nhân. Chọn cá nhân."), "person")
        if made.title in OF_TEAMS and of_person:
            raise Refused.about(_("Danh hiệu này dành cho tập thể. Chọn tập thể."), "unit")
        title = EmulationTitle(made.title)
        if title in LEVELS and made.level not in LEVELS[title]:
            levels = ", ".join(str(each.label) for each in LEVELS[title])
            text = _("“%(title)s” do cấp khác quyết định: %(levels)s.")
            raise Refused.about(text % {"title": title.label, "levels": levels}, "level")
        if write.is_new or write.changed & _LISTED:
            _refuse_submitted(made.round)
        if write.before is not None and "round" in write.changed:
            _refuse_submitted(write.before.round)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Neither what was sent nor what was decided is deleted."""
        if record.state != PROPOSED:
            state = NOMINATION_FLOW.by_value[record.state]
            text = _("Đề nghị khen thưởng đang ở trạng thái “%(state)s” nên không xóa được.")
            raise Refused(text % {"state": state.label}, code="decided")
        _refuse_submitted(record.round)


def why_not_submitted(round_: EmulationRound, *, actor: Actor, on: date) -> str:
    """Why the dossier is not sent: it was, or nothing is proposed."""
    if round_.submitted_on is not None:
        return _("Hồ sơ của đợt đã gửi.")
    return "" if round_.nominations.exists() else _("Đợt chưa có đề nghị danh hiệu, khen thưởng nào.")


def why_not_sent_on(round_: EmulationRound, day: date) -> str:
    """Why the dossier is not sent on a day: others had decided before it. Typed or by paper, it is asked."""
    first = _first_day(_decided_above(round_))
    if first is None or first >= day:
        return ""
    text = _("Đề nghị của đợt đã ghi kết quả ngày %(day)s: ngày gửi hồ sơ không thể sau ngày đó.")
    return text % {"day": format_date(first)}


def _refuse_sending_on(round_: EmulationRound, day: date) -> None:
    """Raise ``Refused`` for a day before the council met, and where others had decided before it."""
    refuse_before(day, "submitted_on", round_.met_on)
    if why := why_not_sent_on(round_, day):
        raise Refused.about(why, "submitted_on", code="order")


def submit(
    *, emulation_round: EmulationRound, submitted_on: date, submission_number: str, actor: Actor, on: date
) -> EmulationRound:
    """The dossier is sent. Raises ``Refused`` where it cannot be, and for a day to come or before the council met."""
    refuse_unless_may(rules.office_staff, emulation_round, actor)
    if why := why_not_submitted(emulation_round, actor=actor, on=on):
        raise Refused(why, code="not_submitted")
    refuse_to_come(submitted_on, "submitted_on", on)
    _refuse_sending_on(emulation_round, submitted_on)
    refuse_given_number(
        SUBMISSION_BOOK, emulation_round, "submission_number", submission_number, submitted_on
    )
    write_step(
        emulation_round, actor=actor, submitted_on=submitted_on, submission_number=submission_number.strip()
    )
    return emulation_round


def send(
    *, emulation_round: EmulationRound, number: str, actor: Actor, on: date, instead_of: str = ""
) -> None:
    """What the issue of the submission's paper brings about. One that replaces another corrects it: its day stays.

    Raises ``Refused`` as `submit` does, for a day out of order.
    """
    if instead_of and emulation_round.submission_number == instead_of:
        write_step(emulation_round, actor=actor, submission_number=number)
    else:
        lock_rows(emulation_round.nominations.all())  # nobody enters an award in between
        _refuse_sending_on(emulation_round, on)
        write_step(emulation_round, actor=actor, submission_number=number, submitted_on=on)


def withdraw_submission(*, emulation_round: EmulationRound, number: str, actor: Actor) -> None:
    """What the withdrawal of the paper brings about. Raises ``Refused`` once something was decided."""
    if emulation_round.submission_number != number:
        return
    lock_rows(emulation_round.nominations.all())  # nobody enters an award in between
    if _decided_above(emulation_round).exists():
        text = _("Đợt đã có đề nghị được ghi kết quả. Bỏ ghi kết quả ở các đề nghị đó trước.")
        raise Refused(text, code="decided")
    note = _("Thu hồi tờ trình số %(number)s.") % {"number": number}
    write_step(emulation_round, actor=actor, reason=note, submission_number="", submitted_on=None)


def why_submission_stays(round_: EmulationRound, *, actor: Actor, on: date) -> str:
    """Why the sending is not taken back: nothing was sent, or something was decided since."""
    if round_.submitted_on is None:
        return _("Chưa ghi gửi hồ sơ.")
    if _decided_above(round_).exists():
        return _("Đợt đã có đề nghị được ghi kết quả. Bỏ ghi kết quả ở các đề nghị đó trước.")
    return ""


def take_back_submission(
    *, emulation_round: EmulationRound, reason: str, actor: Actor, on: date
) -> EmulationRound:
    """The sending was entered by mistake, or the list has to change. Raises ``Refused`` once something was decided."""
    refuse_unless_may(rules.office_staff, emulation_round, actor)
    lock_rows(emulation_round.nominations.all())  # nobody enters an award in between
    if why := why_submission_stays(emulation_round, actor=actor, on=on):
        raise Refused(why, code="stays")
    refuse_number_of_paper(emulation_round, emulation_round.submission_number)
    write_correction(
        emulation_round, {"submitted_on": None, "submission_number": ""}, reason=reason, actor=actor, on=on
    )
    return emulation_round


def _refuse_day(nomination: EmulationNomination, day: date, on: date) -> None:
    """Raise ``Refused`` for a day to come, and before what came first: the council, for other levels the dossier."""
    refuse_to_come(day, "decided_on", on)
    round_ = nomination.round
    is_own = nomination.level == DecisionLevel.DEPARTMENT
    earlier = round_.met_on if is_own else round_.submitted_on or round_.met_on
    refuse_before(day, "decided_on", earlier)


def _check_award(nomination: EmulationNomination, number: str, day: date, on: date) -> None:
    _refuse_day(nomination, day, on)
    if nomination.level == DecisionLevel.DEPARTMENT:
        refuse_given_number(DECISIONS, nomination, "decision_number", number, day)


def award(
    *, nomination: EmulationNomination, decision_number: str, decided_on: date, actor: Actor, on: date
) -> EmulationNomination:
    """The title was awarded. Raises ``Refused`` for a day out of order, and for a number given to something else."""
    _check_award(nomination, decision_number, decided_on, on)
    write_step(nomination, actor=actor, decision_number=decision_number.strip(), decided_on=decided_on)
    return nomination


def refuse(
    *, nomination: EmulationNomination, decided_on: date, reason: str, actor: Actor, on: date
) -> EmulationNomination:
    """The title was not awarded, with the reason. Raises ``Refused`` for a day out of order."""
    _refuse_day(nomination, decided_on, on)
    write_step(nomination, actor=actor, reason=reason, decided_on=decided_on, refusal_reason=reason.strip())
    return nomination


def why_nomination_without_step(nomination: EmulationNomination, *, actor: Actor, on: date) -> str:
    """Why there is nothing to take back; "" once something was decided."""
    return _("Chưa ghi kết quả của đề nghị.") if nomination.state == PROPOSED else ""


def take_back_nomination(
    *, nomination: EmulationNomination, reason: str, actor: Actor, on: date
) -> EmulationNomination:
    """Take back what was entered of the wrong nomination, which is marked for ever."""
    refuse_unless_may(rules.office_staff, nomination, actor)
    if why := why_nomination_without_step(nomination, actor=actor, on=on):
        raise Refused(why, code="no_step")
    name, values = _BACK[nomination.state]
    write_correction(nomination, values, reason=reason, actor=actor, on=on, step=(NOMINATION_FLOW, name))
    return nomination


def why_award_not_corrected(nomination: EmulationNomination, *, actor: Actor, on: date) -> str:
    """Why there is no award to correct."""
    return "" if nomination.state == AWARDED else _("Chưa ghi quyết định khen thưởng để đính chính.")


def correct_award(
    *,
    nomination: EmulationNomination,
    decision_number: str,
    decided_on: date,
    reason: str,
    actor: Actor,
    on: date,
) -> EmulationNomination:
    """Correct number and day of an award. Raises as `award`, and when a frozen report counts it otherwise."""
    refuse_unless_may(rules.office_staff, nomination, actor)
    if why := why_award_not_corrected(nomination, actor=actor, on=on):
        raise Refused(why, code="no_step")
    _check_award(nomination, decision_number, decided_on, on)
    values = {"decision_number": decision_number.strip(), "decided_on": decided_on}
    write_correction(nomination, values, reason=reason, actor=actor, on=on)
    return nomination
