"""The actions that every register with deadlines has: stop a term, resume it, extend it, take the last of these back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import Action
from khcn.kernel.calendar.terms import EventKind
from khcn.kernel.deadlines import operations
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import DeadlineEvent
from khcn.kernel.deadlines.queries import events_of, terms_open_to
from khcn.kernel.fields.sections import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.deadlines import DeadlineKind


def _why_not(event: EventKind, record: Any, *, actor: Actor, on: date) -> str:
    if terms_open_to(record, event):
        return ""
    if event is EventKind.RESUME:
        return gettext("Không có thời hạn nào đang tạm dừng.")
    return gettext("Không có thời hạn nào đang tính mà được làm việc này.")


def _first(event: EventKind, record: Any, *, actor: Actor, on: date) -> dict[str, Any]:
    """The dialog begins with the first term that is open to the action, today."""
    rows = terms_open_to(record, event)
    return {"day": on, "term": rows[0].kind if rows else ""}


def _open(event: EventKind, record: Any, *, actor: Actor, on: date) -> dict[str, set[str]]:
    """The dialog offers only the terms that are open to the action now."""
    return {"term": {row.kind for row in terms_open_to(record, event)}}


_PAPER: Final = ("paper", "paper_on", "early_paper_reason")


def _stored_field(name: str) -> models.Field[Any, Any]:
    field: models.Field[Any, Any] = DeadlineEvent._meta.get_field(name)  # type: ignore[assignment]
    return field


def _action(
    name: str, label: Any, operation: Any, event: EventKind, kinds: Sequence[DeadlineKind], icon: str
) -> Action:
    terms = [(kind.code, kind.label) for kind in kinds]
    day = _("ngày quyết định") if event is EventKind.EXTEND else _("từ ngày")
    fields: dict[str, models.Field[Any, Any]] = {
        "term": models.CharField(_("thời hạn"), max_length=60, choices=terms),
        "day": models.DateField(day),
        "reason": models.CharField(_("lý do"), max_length=500),
        **{name: _stored_field(name) for name in _PAPER},
    }
    names = ["term", "day"]
    asked = ["reason"]
    if event is EventKind.EXTEND:
        fields["until"] = models.DateField(_("hạn mới"))
        names.append("until")
        asked += ["paper", "paper_on"]
    return Action(
        name=name,
        label=label,
        operation=operation,
        subject="record",
        guard=partial(_why_not, event),
        inputs=(Section(_("Thời hạn"), *names), Section(_("Lý do, căn cứ"), "reason", *_PAPER)),
        fields=fields,
        required=(*names, *asked),
        initial=partial(_first, event),
        choices=partial(_open, event),
        icon=icon,
    )


def _why_nothing_to_take_back(record: Any, *, actor: Actor, on: date) -> str:
    if events_of(record):
        return ""
    return gettext("Chưa có lần tạm dừng, tính tiếp hay gia hạn thời hạn nào.")


def _last_events(record: Any, *, actor: Actor, on: date) -> str:
    """What would be removed, by term: the dialog says it above the inputs."""
    found = [f"{registry.kinds[kind].label}: {event.in_words()}" for kind, event in events_of(record).items()]
    return gettext("Lần ghi gần nhất của mỗi thời hạn: %(events)s.") % {"events": "; ".join(found)}


def _first_with_events(record: Any, *, actor: Actor, on: date) -> dict[str, Any]:
    return {"term": next(iter(events_of(record)), "")}


def _with_events(record: Any, *, actor: Actor, on: date) -> dict[str, set[str]]:
    return {"term": set(events_of(record))}


def _taking_back(kinds: Sequence[DeadlineKind]) -> Action:
    terms = [(kind.code, kind.label) for kind in kinds]
    return Action(
        name="take-back-deadline-event",
        label=_("Bỏ lần ghi gần nhất của thời hạn"),
        operation=operations.take_back_event,
        subject="record",
        guard=_why_nothing_to_take_back,
        inputs=(Section(_("Thời hạn"), "term"),),
        fields={"term": models.CharField(_("thời hạn"), max_length=60, choices=terms)},
        required=("term",),
        asks_reason=_("Lý do"),
        initial=_first_with_events,
        choices=_with_events,
        notice=_last_events,
        icon="arrow-back-up",
        help_text=_(
            "Bỏ lần tạm dừng, tính tiếp hay gia hạn đã ghi nhầm, rồi ghi lại cho đúng nếu cần. "
            "Lần ghi bị bỏ và lý do vẫn còn trong lịch sử."
        ),
        danger=True,
    )


def deadline_actions(kinds: Sequence[DeadlineKind]) -> Iterator[Action]:
    """Those of the actions that some of the kinds allow."""
    stoppable = [kind for kind in kinds if kind.may_stop]
    extendable = [kind for kind in kinds if kind.may_extend]
    if stoppable:
        yield _action(
            "stop-deadline",
            pgettext_lazy("button", "Tạm dừng tính thời hạn"),
            operations.stop_deadline,
            EventKind.STOP,
            stoppable,
            "player-pause",
        )
        yield _action(
            "resume-deadline",
            pgettext_lazy("button", "Tính tiếp thời hạn"),
            operations.resume_deadline,
            EventKind.RESUME,
            stoppable,
            "clock",
        )
    if stoppable or extendable:
        yield _taking_back([kind for kind in kinds if kind.may_stop or kind.may_extend])
    if extendable:
        yield _action(
            "extend-deadline",
            _("Gia hạn thời hạn"),
            operations.extend_deadline,
            EventKind.EXTEND,
            extendable,
            "calendar-time",
        )
