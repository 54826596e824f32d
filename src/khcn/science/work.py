"""What waits for the science division beside its deadlines: requests to decide on, proposals to consider, contracts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actors import moment_of_act
from khcn.kernel.calendar.day_arithmetic import start_of_day
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.queries import with_pending_recomputation
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.bulk_actions import bulk_url
from khcn.kernel.text.dates import format_date
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem, first_lines
from khcn.science.enums import CallPhase, MilestoneKind
from khcn.science.models import (
    AmendmentRequest,
    MeetingItem,
    ProposalCall,
    ScienceTask,
    Submission,
    TaskProposal,
)
from khcn.science.models.proposals import ProposalOutcome
from khcn.science.operations import meetings
from khcn.science.operations.history import Histories
from khcn.science.operations.requests import stale_words
from khcn.science.register import actions
from khcn.science.workflow import (
    AMENDMENT_REQUEST_FLOW,
    CALL_FLOW,
    DRAFT,
    REQUEST_TERM,
    SUBMITTED,
    SUPPLEMENT,
    TASK_FLOW,
    WITHDRAWN,
)

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.science.models.tasks import ScienceTaskQuerySet


_SHOWN_AFTER: Final = timedelta(days=30)  # the last day of a call that was withdrawn


def _dialog(model: type[Model], pk: int, name: str) -> str:
    register = register_of(model)
    return reverse("register-action", args=[register.area, register.slug, pk, name])


def request_work(actor: Actor, on: date) -> ProvidedItems:
    """Requests for amendments that wait for a decision, for the person who may decide; those that are stale say so."""
    if actor.is_outside:  # it acts on its own, and decides nothing
        return ProvidedItems(())
    pending = register_of(AmendmentRequest).visible(actor, "act")
    pending = pending.filter(state=AMENDMENT_REQUEST_FLOW.initial.value)
    rows = list(pending.select_related("task").order_by("requested_on", "pk")[: MOST + 1])
    histories = Histories()
    histories.load(each.task for each in rows)
    terms = Deadline.objects.of_subject(AmendmentRequest._meta.label_lower, [each.pk for each in rows])
    due = {
        row.subject_id: DeadlineStatus(row, on)
        for row in with_pending_recomputation(terms.filter(kind=REQUEST_TERM))
    }
    items = tuple(_request_item(each, histories, due.get(each.pk), actor) for each in rows[:MOST])
    return ProvidedItems(items, pending.count() - MOST if len(rows) > MOST else 0)


def _request_item(
    request: AmendmentRequest, histories: Histories, term: DeadlineStatus | None, actor: Actor
) -> WorkItem:
    stale = stale_words(request, histories.of(request.task))
    dated = term is not None and term.due_on is not None
    texts = (term.text, term.note) if term is not None and dated else ()
    return WorkItem(
        what=_("Giải quyết đề nghị điều chỉnh"),
        title=record_title(register_of(AmendmentRequest).seen_by(actor), request),
        url=_dialog(AmendmentRequest, request.pk, "approve"),
        due_on=term.due_on if term is not None else None,
        due_text=term.due_text if term is not None and dated else "",
        note=". ".join(text for text in (", ".join(filter(None, texts)), stale) if text),
        icon="inbox",
        # Reminders of a line with a last day are those of its deadline.
        key=f"deadline {term.row.pk} {term.due_on}"
        if term is not None and dated
        else f"request {request.pk}",
    )


def failed_item_work(actor: Actor, on: date) -> ProvidedItems:
    """Tasks that did not pass at their acceptance meeting and show nothing of it yet."""
    within = register_of(ScienceTask).visible(actor, "act")
    waiting = meetings.failed_items(on=on).filter(task__in=within.values("pk"))
    return first_lines(
        waiting,
        lambda each: WorkItem(
            what=_("Ghi kết quả nghiệm thu không đạt"),
            title=str(each.task),
            url=register_of(MeetingItem if each.grade is None else CouncilMeeting).detail_url(
                each.pk if each.grade is None else each.meeting_id
            ),
            note=meetings.what_to_do(each),
            icon="flag",
            key=f"failed item {each.pk}",
        ),
    )


def proposal_work(actor: Actor, on: date) -> ProvidedItems:
    """Proposals that nobody has decided on, one line for each year: they are compared with each other and grouped."""
    waiting = register_of(TaskProposal).visible(actor, "act").filter(outcome=ProposalOutcome.OPEN)
    years = waiting.order_by("for_year").values_list("for_year").annotate(count=Count("pk"))
    address = bulk_url(register_of(TaskProposal), actions.DETERMINE_TASK)
    items = tuple(
        WorkItem(
            what=ngettext("Xem xét %(count)d đề xuất đặt hàng", "Xem xét %(count)d đề xuất đặt hàng", count)
            % {"count": count},
            title=_("thực hiện từ năm %(year)s") % {"year": year},
            url=f"{address}?for_year={year}&outcome={ProposalOutcome.OPEN}",
            icon="bulb",
            key=f"proposals {year}",
        )
        for year, count in years[:MOST]
    )
    return ProvidedItems(items)


def task_work(actor: Actor, on: date) -> ProvidedItems:
    """Tasks of this year and the last that should have begun and have no contract yet.

    What is due later in a task's life has a deadline.
    """
    within: ScienceTaskQuerySet = register_of(ScienceTask).visible(actor, "act")  # type: ignore[assignment]  # of its model
    late = within.not_begun(on=on)
    step = MilestoneKind.CONTRACT_SIGNED
    return first_lines(
        late.order_by("planned_start_on", "pk"),
        lambda task: WorkItem(
            what=TASK_FLOW.by_name[step].label,
            title=task.short_name or task.title,
            url=f"{_dialog(ScienceTask, task.pk, actions.RECORD_MILESTONE.name)}?kind={step}",
            due_on=task.planned_start_on,
            due_text=format_date(task.planned_start_on),
            note=_("Nhiệm vụ đã đến ngày bắt đầu, hiện ở trạng thái “%(state)s”.")
            % {"state": TASK_FLOW.by_value[task.state].label},
            icon="flag",
            key=f"contract {task.pk}",
        ),
    )


def call_work(actor: Actor, on: date) -> ProvidedItems:
    """Calls whose last moment has passed and that nobody has opened, with how many there are in them."""
    register = register_of(ProposalCall)
    now = moment_of_act() or start_of_day(on)
    waiting = register.visible(actor, "act").filter(state="published", closes_on__lte=on)
    over = [each for each in waiting.order_by("closes_on", "closes_time", "pk") if each.is_over(now)]
    items = tuple(
        WorkItem(
            what=CALL_FLOW.by_name["open"].label,
            title=each.title,
            url=_dialog(ProposalCall, each.pk, "open"),
            due_on=each.closes_on,
            due_text=each.closes_in_words,
            note=_("Đã nhận %(count)d hồ sơ.") % {"count": each.received},
            icon="folder",
            key=f"open call {each.pk}",
        )
        for each in over[:MOST]
    )
    return ProvidedItems(items, len(over) - len(items))


def check_work(actor: Actor, on: date) -> ProvidedItems:
    """Submissions that the actor reads and that wait for the check, one line for each call."""
    if actor.is_outside:
        return ProvidedItems(())
    waiting = register_of(Submission).visible(actor, "act").filter(state=SUBMITTED)
    calls = waiting.order_by("call__closes_on", "call").values_list("call", "call__title")
    address = register_of(Submission).list_url()
    items = tuple(
        WorkItem(
            what=ngettext("Kiểm tra %(count)d hồ sơ nộp", "Kiểm tra %(count)d hồ sơ nộp", count)
            % {"count": count},
            title=title,
            url=f"{address}?call=%23{call}&state={SUBMITTED}",
            icon="file-import",
            key=f"check submissions {call}",
        )
        for call, title, count in calls.annotate(count=Count("pk"))[:MOST]
    )
    return ProvidedItems(items)


def tenant_call_work(actor: Actor, on: date) -> ProvidedItems:
    """What an organisation may hand in for, has begun to write, or is asked to add to: with the day and hour at which it ends."""
    if not actor.is_outside:
        return ProvidedItems(())
    now = moment_of_act() or start_of_day(on)
    own = register_of(Submission).visible(actor)
    begun = own.filter(call__state="published", state__in=(DRAFT, WITHDRAWN)).select_related("call")
    recalled = own.filter(call__state="withdrawn", call__closes_on__gte=on - _SHOWN_AFTER)
    items = [
        _until(each.call, _("Nộp hồ sơ đang soạn"), each.title, register_of(Submission).detail_url(each.pk))
        for each in begun.order_by("call__closes_on", "pk")[:MOST]
        if each.call.phase(now) is not CallPhase.OVER
    ]
    items += [
        WorkItem(
            what=_("Thông báo đã thu hồi"),
            title=each.title,
            url=register_of(Submission).detail_url(each.pk),
            note=each.call.extensions.rpartition("\n")[2],
            icon="arrow-back-up",
            key=f"withdrawn call {each.pk}",
        )
        for each in recalled.select_related("call").order_by("-call__closes_on", "pk")[:MOST]
    ]
    items += [
        WorkItem(
            what=_("Bổ sung hồ sơ theo yêu cầu của Sở"),
            title=each.title,
            url=register_of(Submission).detail_url(each.pk),
            due_on=each.supplement_by,
            due_text=format_date(each.supplement_by),
            note=each.check_note,
            icon="message-2",
            key=f"supplement {each.pk} {each.supplement_by}",
        )
        for each in own.filter(state=SUPPLEMENT).order_by("supplement_by", "pk")[:MOST]
    ]
    calls = register_of(ProposalCall).visible(actor, "choose").filter(opens_on__lte=on)
    items += [
        _until(
            each, _("Thông báo đang nhận hồ sơ"), each.title, register_of(ProposalCall).detail_url(each.pk)
        )
        for each in calls.exclude(pk__in=own.values("call")).order_by("closes_on", "pk")[:MOST]
        if each.phase(now) in {CallPhase.TAKING, CallPhase.LATE}
    ]
    return ProvidedItems(tuple(items))


def _until(call: ProposalCall, what: str, title: str, url: str) -> WorkItem:
    return WorkItem(
        what=what,
        title=title,
        url=url,
        due_on=call.closes_on,
        due_text=call.closes_in_words,
        note=_("Nhận hồ sơ đến %(when)s.") % {"when": call.closes_in_words},
        icon="news",
        key=f"call {call.pk} {url}",
    )
