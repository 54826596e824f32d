"""The morning's e-mail: to each person what is new among the things that wait, each reminder once.

What was not sent on a day without a scheduler is sent on the next: a reminder is due as long as its stage holds and it
was not sent. The lines are written when the mail has gone out: one that fails is tried again. No transaction is open while a
mail server is asked: one that hangs would keep everybody else from writing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import Role
from khcn.kernel.calendar.terms import end_of_term
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law_source import law_source
from khcn.kernel.deadlines.models import PersonalSettings, Reminder
from khcn.kernel.text.dates import format_date
from khcn.kernel.ui.work_items import work_of
from khcn.parties.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.kernel.deadlines.law_source import Law
    from khcn.kernel.ui.work_items import WorkItem

log = logging.getLogger(__name__)

ESCALATION, SOON = "deadlines.escalation_days", "deadlines.reminder_days"
registry.ask_for(ESCALATION, gettext_lazy("Báo lãnh đạo phòng, đơn vị việc quá hạn"))
registry.ask_for(SOON, gettext_lazy("Nhắc việc sắp đến hạn"))


class DigestError(RuntimeError):
    """Mails to some people could not be sent; the others were."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Decides at which stage a line is on a day, by the rules in force on that day."""

    law: Law
    on: date

    def of(self, item: WorkItem, role: Role | None) -> str:
        """ "new", "soon", "late", "escalated", or "" while there is nothing to remind of.

        What begins with a person's turn is new first, and then has the stages of its last day. The head of a division is informed
        of it when it has been late for the days of the escalation rule, but of a meeting as everybody who has a seat is.
        """
        first = "" if item.key.startswith("deadline ") else "new"
        if item.due_on is None:
            return first
        if role is Role.HEAD and not item.key.startswith("meeting "):
            return "escalated" if self._after(item.due_on, ESCALATION) < self.on else first
        if item.due_on < self.on:
            return "late"
        return "soon" if item.due_on <= self._after(self.on, SOON) else first

    def _after(self, day: date, code: str) -> date:
        rule = self.law.rule(code, self.on)
        if rule is None or rule.term is None:
            return day
        return end_of_term(day, rule.term, calendar=self.law.calendar).due_on or day


def send_digests(*, on: date) -> int:
    """Send each person what is new; returns how many mails went out.

    Raises :class:`DigestError` after the last person when some mails could not be sent. Where the server does not answer in its
    time nobody after that person is tried: each would wait as long.
    """
    stages = Stages(law_source().law({ESCALATION, SOON}), on)
    silent = set(PersonalSettings.objects.filter(digest=False).values_list("user_id", flat=True))
    people = User.objects.filter(is_active=True, organisation=None).exclude(email="")
    sent, failed = 0, []
    for person in people.exclude(pk__in=silent).select_related("unit").order_by("pk"):
        try:
            sent += _send(person, stages)
        except OSError as fault:  # the mail server or the folder; the others are still to be served
            log.exception("no digest for account %s", person.pk)
            failed.append(person.pk)
            if _is_silence(fault):
                break
    if failed:
        raise DigestError(failed)
    return sent


def _is_silence(fault: OSError) -> bool:
    """Did the mail server not answer in time? ``smtplib`` makes a lost connection of that."""
    return isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError)


def _send(person: User, stages: Stages) -> bool:
    actor = person.actor_on(stages.on)
    if not actor.is_of_department:  # the role has ended
        return False
    work = work_of(actor, on=stages.on)
    lines = [
        (stage, item)
        for item in (*work.late, *work.this_week, *work.later)
        if item.key and (stage := stages.of(item, actor.role))
    ]
    known = set(
        Reminder.objects.filter(
            recipient_id=person.pk, key__in=[item.key for _stage, item in lines]
        ).values_list("key", "stage")
    )
    new = [(stage, item) for stage, item in lines if (item.key[:120], stage) not in known]
    if not new:
        return False
    message = EmailMessage(
        subject=_("Việc cần làm ngày %(day)s: %(count)d việc mới nhắc")
        % {"day": format_date(stages.on), "count": len(new)},
        body=_body(person, new, work.count + work.more, stages.on),
        to=[person.email],
        headers={"List-Unsubscribe": f"<{_address(reverse('work-settings'))}>"},
    )
    message.send()
    with transaction.atomic():
        Reminder.objects.bulk_create(
            [Reminder(key=item.key[:120], stage=stage, recipient_id=person.pk) for stage, item in new]
        )
    return True


def _address(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _body(person: User, new: Iterable[tuple[str, WorkItem]], waiting: int, on: date) -> str:
    titles = {
        "escalated": _("Quá hạn đã báo đơn vị mà chưa xong"),
        "late": _("Quá hạn"),
        "soon": _("Sắp đến hạn"),
        "new": _("Chờ xử lý"),
    }
    groups = [
        (title, [(item, _address(item.url)) for stage, item in new if stage == name])
        for name, title in titles.items()
    ]
    context = {
        "person": person,
        "groups": [(title, lines) for title, lines in groups if lines],
        "waiting": waiting,
        "on": on,
        "work_url": _address(reverse("work-list")),
        "settings_url": _address(reverse("work-settings")),
    }
    return render_to_string("web/digest.txt", context)
