"""What people do to a term: stop it while something is waited for, resume it, extend it. Each with a day and a reason.

An operation adds an event and writes no date: the date follows from all events together (``computing``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.calendar.terms import EventKind, end_of_term
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law_source import law_source
from khcn.kernel.deadlines.models import Deadline, DeadlineEvent
from khcn.kernel.deadlines.passed_terms import has_passed, is_guarded, refuse_unless_answering
from khcn.kernel.deadlines.queries import events_of, terms_open_to
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor


LONGEST_EXTENSION: Final = "deadlines.extension_months"
"""Code of the rule that says how far one extension goes."""


def _term(record: Model, kind: str, event: EventKind) -> Deadline:
    row = next((each for each in terms_open_to(record, event) if each.kind == kind), None)
    if row is None:
        raise Refused(
            _("Không làm được việc này với thời hạn đã chọn. Hãy xem lại tình trạng của thời hạn."),
            code="term_not_open",
            fields={"term": (_("Chọn thời hạn khác."),)},
        )
    return row


def _check_day(day: date, row: Deadline, on: date) -> None:
    if day > on:
        raise Refused(
            _("Ngày %(day)s chưa đến. Nhập ngày sự việc đã xảy ra.") % {"day": format_date(day)},
            code="day_to_come",
        )
    if day < row.starts_on:
        raise Refused(
            _("Thời hạn này tính từ ngày %(start)s, sau ngày %(day)s đã nhập. Hãy xem lại ngày.")
            % {"start": format_date(row.starts_on), "day": format_date(day)},
            code="day_before_start",
        )


def _check_late(row: Deadline, actor: Actor, on: date, paper: str) -> None:
    """Once the last day has passed, what would make the term one in time is written by the head, with the document."""
    if not has_passed(row, on):
        return
    refuse_unless_answering(row, actor)
    if not paper.strip():
        raise _needs_paper(
            _("Thời hạn đã qua ngày %(due)s. Ghi số, ngày văn bản của lần tạm dừng, gia hạn này.")
            % {"due": format_date(row.due_on) if row.due_on else "–"}
        )


def refuse_moving_passed(record: Model, kinds: Collection[str], actor: Actor, on: date) -> None:
    """Raise :class:`Refused` where a term of these kinds is late, and who would move it does not answer for it.

    For facts from which a term is computed: a person who changes them moves the term as an extension does.
    """
    terms = Deadline.objects.of_subject(record._meta.label_lower, [record.pk]).filter(kind__in=kinds)
    for row in terms.order_by("kind"):
        if is_guarded(row, on):
            refuse_unless_answering(row, actor)


class Ground(NamedTuple):
    """The document behind what is done to a term: number or name, day, and why it is older than the term where it is."""

    paper: str = ""
    paper_on: date | None = None
    early_paper_reason: str = ""


def _check_ground(ground: Ground, row: Deadline, *, by: date) -> None:
    """A document is there by the day of what it is the ground of, and of the time of the term: an older one, as a decree, with
    a reason only.

    Raises :class:`Refused`.
    """
    paper_on = ground.paper_on
    if not ground.paper.strip():
        if paper_on is not None:
            raise _needs_paper(_("Ghi cả số, ký hiệu của văn bản."))
        return
    if paper_on is None:
        raise Refused.about(_("Ghi ngày của văn bản."), "paper_on", code="no_paper_day")
    if paper_on > by:
        text = _("Văn bản ngày %(paper)s có sau ngày %(day)s, nên không phải căn cứ. Hãy xem lại hai ngày.")
        words = text % {"paper": format_date(paper_on), "day": format_date(by)}
        raise Refused.about(words, "paper_on", code="paper_after_day")
    if paper_on < row.starts_on and not ground.early_paper_reason.strip():
        text = _(
            "Văn bản ngày %(paper)s có trước khi thời hạn này bắt đầu tính (ngày %(start)s). Hãy xem lại ngày văn bản; nếu đúng thì "
            "ghi lý do ở ô “Lý do văn bản có trước thời hạn”."
        )
        words = text % {"paper": format_date(paper_on), "start": format_date(row.starts_on)}
        raise Refused.about(words, "paper_on", code="early_paper")


def _check_length(until: date, counts_from: date, day: date) -> None:
    """A slip of the year would take the term off all lists for years. Where no rule of the day limits it, nothing does."""
    law = law_source().law({LONGEST_EXTENSION})
    rule = law.rule(LONGEST_EXTENSION, day)
    if rule is None or rule.term is None:
        return
    latest = end_of_term(counts_from, rule.term, calendar=law.calendar).due_on
    if latest is not None and until > latest:
        text = _(
            "Quy định cho gia hạn mỗi lần nhiều nhất đến ngày %(latest)s. Hãy xem lại ngày; nếu quy định khác thì sửa ở danh mục "
            "tham số quy định (mã %(code)s)."
        ) % {"latest": format_date(latest), "code": LONGEST_EXTENSION}
        raise Refused.about(text, "until", code="too_long")


def _needs_paper(text: str) -> Refused:
    return Refused.about(text, "paper", code="no_paper")


def _check_may(record: Model, kind: str, actor: Actor) -> None:
    owner = registry.owners.get(kind)
    if owner is None or not owner.may("act", actor, record):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện việc này."), code="not_permitted")


def _term_to_change(
    record: Model, kind: str, event: EventKind, actor: Actor, *, day: date, on: date
) -> Deadline:
    """The term, where the actor may do this to it on that day. Raises :class:`Refused`."""
    _check_may(record, kind, actor)
    row = _term(record, kind, event)
    _check_day(day, row, on)
    return row


def _record_event(
    record: Model, row: Deadline, event: EventKind, day: date, actor: Actor, **more: Any
) -> DeadlineEvent:
    made = DeadlineEvent(
        subject_model=row.subject_model,
        subject_id=row.subject_id,
        kind=row.kind,
        event=event.value,
        on=day,
        **more,
    )
    if DeadlineEvent.objects.of_term(row).filter(event=event.value, on=day).exists():
        text = _(
            "Thời hạn này đã có “%(event)s” ngày %(day)s. Chọn ngày khác, hoặc bỏ lần ghi đó rồi ghi lại."
        ) % {
            "event": made.get_event_display(),
            "day": format_date(day),
        }
        raise Refused.about(text, "day", code="same_day")
    with acting(actor, more["reason"][:300]), transaction.atomic():
        made.full_clean()
        made.save()
        if event is EventKind.STOP:
            _check_effect(row, day)
    return made


def _check_turn(row: Deadline, day: date) -> None:
    """Stops and resumptions take turns in the order of their days: a stop before a later one would run into it, and what
    is on record would say something else than what is counted. Raises :class:`Refused`.
    """
    turns = DeadlineEvent.objects.of_term(row).exclude(event=EventKind.EXTEND.value)
    last = turns.order_by("on").last()
    if last is None or day >= last.on:
        return
    text = _(
        "Thời hạn này đã ghi “%(event)s” ngày %(last)s, sau ngày %(day)s. Hãy xem lại ngày; nếu đúng thì bỏ các lần ghi sau ngày đó, "
        "rồi ghi lại theo thứ tự ngày."
    ) % {
        "event": last.get_event_display(),
        "last": format_date(last.on),
        "day": format_date(day),
    }
    raise Refused.about(text, "day", code="day_before_last_turn")


def _check_effect(before: Deadline, day: date) -> None:
    """A stop after the last day stops nothing, and could not be resumed. Asked after the stop was written, because
    only the whole count tells.
    """
    row = Deadline.objects.get(pk=before.pk)
    if row.stopped_since is not None or row.due_on != before.due_on:
        return
    text = _(
        "Hạn là ngày %(due)s nên tạm dừng sau ngày %(day)s không còn tác dụng. Xem lại ngày; nếu được gia hạn, ghi gia hạn trước."
    ) % {
        "due": format_date(before.due_on) if before.due_on else "–",
        "day": format_date(day),
    }
    raise Refused.about(text, "day", code="day_after_end")


def stop_deadline(  # noqa: PLR0913 -- the inputs of the action
    *,
    record: Model,
    term: str,
    day: date,
    reason: str,
    actor: Actor,
    on: date,
    paper: str = "",
    paper_on: date | None = None,
    early_paper_reason: str = "",
) -> DeadlineEvent:
    """Stop a term after ``day``, while a supplement or an answer is waited for.

    Raises :class:`Refused` for a term that is met, stopped, or may not be stopped, for a day that does not fit, or lies before a
    stop or resumption on record, and for a term that is late already unless the head names the document.
    """
    row = _term_to_change(record, term, EventKind.STOP, actor, day=day, on=on)
    _check_turn(row, day)
    _check_late(row, actor, on, paper)
    ground = Ground(paper, paper_on, early_paper_reason)
    _check_ground(ground, row, by=day)
    return _record_event(record, row, EventKind.STOP, day, actor, reason=reason, **ground._asdict())


def resume_deadline(  # noqa: PLR0913 -- the inputs of the action
    *,
    record: Model,
    term: str,
    day: date,
    reason: str,
    actor: Actor,
    on: date,
    paper: str = "",
    paper_on: date | None = None,
    early_paper_reason: str = "",
) -> DeadlineEvent:
    """Let a stopped term go on after ``day``, on which the supplement was complete."""
    row = _term_to_change(record, term, EventKind.RESUME, actor, day=day, on=on)
    if row.stopped_since is not None and day < row.stopped_since:
        raise Refused(
            _("Thời hạn tạm dừng từ ngày %(since)s. Nhập ngày từ ngày đó trở đi.")
            % {"since": format_date(row.stopped_since)},
            code="day_before_stop",
        )
    ground = Ground(paper, paper_on, early_paper_reason)
    _check_ground(ground, row, by=on)  # that the supplement was complete is confirmed later
    return _record_event(record, row, EventKind.RESUME, day, actor, reason=reason, **ground._asdict())


def extend_deadline(  # noqa: PLR0913 -- the inputs of the action
    *,
    record: Model,
    term: str,
    until: date,
    day: date,
    reason: str,
    actor: Actor,
    on: date,
    paper: str = "",
    paper_on: date | None = None,
    early_paper_reason: str = "",
) -> DeadlineEvent:
    """Give a term a later last day by a decision of ``day``, which ``paper`` names, dated ``paper_on``. A stopped term is
    resumed first: its end is not known. Raises :class:`Refused`.
    """
    row = _term_to_change(record, term, EventKind.EXTEND, actor, day=day, on=on)
    _check_late(row, actor, on, paper)
    if not paper.strip():
        raise _needs_paper(_("Gia hạn phải ghi số, ngày văn bản cho gia hạn."))
    ground = Ground(paper, paper_on, early_paper_reason)
    _check_ground(ground, row, by=day)
    if row.due_on is not None and until <= row.due_on:
        raise Refused(
            _("Hạn mới phải sau hạn đang tính là ngày %(due)s.") % {"due": format_date(row.due_on)},
            code="not_later",
            fields={"until": (_("Nhập ngày muộn hơn."),)},
        )
    _check_length(until, max(row.due_on or day, day), day)
    return _record_event(
        record, row, EventKind.EXTEND, day, actor, until=until, reason=reason, **ground._asdict()
    )


def take_back_event(*, record: Model, term: str, reason: str, actor: Actor, on: date) -> Model:
    """Remove what was written last about a term: it was written by mistake. What was before it holds again.

    Later ones go first, so no stop is left without its beginning. Raises :class:`Refused` where the term has none, and, of an
    extension without which the term is late, for others than those who answer for it.
    """
    _check_may(record, term, actor)
    with acting(actor, reason[:300]), transaction.atomic():
        event = events_of(record).get(term)
        if event is None:
            raise Refused(
                _("Thời hạn này chưa có lần tạm dừng, tính tiếp hay gia hạn nào để bỏ."),
                code="no_event",
                fields={"term": (_("Chọn thời hạn khác."),)},
            )
        row = Deadline.objects.of_subject(event.subject_model, [event.subject_id]).filter(kind=term).first()
        if row is not None and event.event == EventKind.RESUME.value and has_passed(row, on):
            refuse_unless_answering(row, actor)  # stopped again, it would be late no more
        event.delete()
        left = Deadline.objects.of_subject(event.subject_model, [event.subject_id]).filter(kind=term).first()
        if left is not None and event.event == EventKind.EXTEND.value and has_passed(left, on):
            refuse_unless_answering(left, actor)  # by now the head answers for the decision
    return record
