"""Verbs of R&D tasks: record a milestone, amend, and make one task of many proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.models import locked
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow import Category
from khcn.science.enums import AmendmentKind, ManagingSide, MilestoneKind, PartnerRole, TaskType
from khcn.science.models import ScienceTask, TaskAmendment, TaskMilestone, TaskPartner
from khcn.science.models.proposals import ProposalOutcome
from khcn.science.queries import Step, replay, steps_of, task_on
from khcn.science.workflow import TASK_FLOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.parties.models import Organisation, Person
    from khcn.reference.models import CodeListItem, LegalDocument
    from khcn.science.models import TaskProposal


class TaskRefused(Refused):
    """The task does not allow this on that day, or the actor may not; the text says why, in Vietnamese."""


def _check_may_write(actor: Actor, task: ScienceTask | None) -> None:
    if not register_of(ScienceTask).may("act", actor, task):
        raise TaskRefused(_("Chỉ Phòng Quản lý khoa học cập nhật được nhiệm vụ KH&CN."))


# ---------------------------------------------------------------------------------------- milestones


def record_milestone(  # noqa: PLR0913 -- a milestone's own columns
    *,
    task: ScienceTask,
    kind: MilestoneKind,
    reached_on: date,
    actor: Actor,
    on: date,
    document: LegalDocument | None = None,
    number: str = "",
    grade: CodeListItem | None = None,
    amount: int | None = None,
    note: str = "",
) -> TaskMilestone:
    """Record a dated fact. One that moves the main state must be allowed on that day, and leave later ones allowed.

    ``reached_on`` is the day of the fact, ``on`` the day it is entered; ``amount`` is in đồng. Raises :class:`TaskRefused` with the reason, and ``ValidationError`` for a grade that does
    not belong.
    """
    _check_may_write(actor, task)
    milestone = TaskMilestone(
        task=task,
        kind=kind,
        on=reached_on,
        document=document,
        number=number,
        grade=grade,
        amount=amount,
        note=note,
    )
    with acting(actor), transaction.atomic():
        locked(ScienceTask, task.pk)  # nobody adds a step between our look at the steps and ours
        if kind in TASK_FLOW.by_name:
            _check_step(task, Step(reached_on, kind))
        milestone.full_clean()
        milestone.save()
    return milestone


def register_result(*, task: ScienceTask, number: str, on: date, actor: Actor, instead_of: str = "") -> None:
    """The certificate with this number was issued: its milestone, or the one of the certificate that it replaces.

    A replacement does not move the day on which the result was registered. Raises :class:`TaskRefused`.
    """
    if not instead_of:
        record_milestone(
            task=task, kind=MilestoneKind.REGISTERED, reached_on=on, actor=actor, on=on, number=number
        )
        return
    _check_may_write(actor, task)
    milestone = _registration(task, instead_of)
    milestone.number = number
    with acting(actor, _("thay thế giấy chứng nhận số %(number)s") % {"number": instead_of}):
        milestone.save()


def withdraw_registration(*, task: ScienceTask, number: str, actor: Actor, on: date) -> None:
    """The certificate with this number was withdrawn on ``on``: the task is not registered any more."""
    _check_may_write(actor, task)
    with acting(actor, _("thu hồi giấy chứng nhận số %(number)s") % {"number": number}):
        _registration(task, number).delete()


def _registration(task: ScienceTask, number: str) -> TaskMilestone:
    found = task.milestones.filter(kind=MilestoneKind.REGISTERED, number=number).first()
    if found is None:
        raise TaskRefused(
            _("Không thấy mốc cấp giấy chứng nhận số %(number)s của nhiệm vụ. Xem lại tab Sản phẩm.")
            % {"number": number}
        )
    return found


def _check_step(task: ScienceTask, step: Step) -> None:
    steps = steps_of(task)
    _state, refused_before = replay(steps)
    _state, refused_after = replay([*steps, step])
    new = list(refused_after)
    for each in refused_before:  # what was out of order already is not this step's fault
        if each in new:
            new.remove(each)
    if not new:
        return
    label = MilestoneKind(step.kind).label
    if step in new:
        state, _refused = replay([each for each in steps if _comes_before(each, step)])
        raise TaskRefused(
            _("Không ghi được mốc “%(step)s” ngày %(day)s: vào ngày đó nhiệm vụ ở trạng thái “%(state)s”.")
            % {"step": label, "day": format_date(step.on), "state": state.label}
        )
    later = new[0]
    raise TaskRefused(
        _(
            "Không ghi được mốc “%(step)s” ngày %(day)s: mốc “%(later)s” ngày %(later_day)s đã ghi sẽ không còn đúng thứ "
            "tự. Hãy kiểm tra lại ngày của hai mốc."
        )
        % {
            "step": label,
            "day": format_date(step.on),
            "later": MilestoneKind(later.kind).label,
            "later_day": format_date(later.on),
        }
    )


def _comes_before(one: Step, other: Step) -> bool:
    if one.kind not in TASK_FLOW.by_name:
        return False
    return (one.on, TASK_FLOW.position(one.kind)) < (other.on, TASK_FLOW.position(other.kind))


# ---------------------------------------------------------------------------------------- amendments

_UNTIL_ACCEPTED = (Category.PREPARING, Category.OPEN, Category.SUSPENDED)
_WHILE_RUNNING = (Category.OPEN, Category.SUSPENDED)
# In which states a task may be amended so; an extension needs a contract to extend.
AMENDABLE: dict[AmendmentKind, tuple[Category, ...]] = {
    AmendmentKind.EXTEND_DURATION: _WHILE_RUNNING,
    AmendmentKind.EXTEND_SUBMISSION: _WHILE_RUNNING,
    AmendmentKind.AMEND_OUTLINE: _UNTIL_ACCEPTED,
    AmendmentKind.CHANGE_PI: _UNTIL_ACCEPTED,
    AmendmentKind.CHANGE_HOST: _UNTIL_ACCEPTED,
    AmendmentKind.CHANGE_PARTNER: _UNTIL_ACCEPTED,
    AmendmentKind.ADD_SITE: _UNTIL_ACCEPTED,
    AmendmentKind.CHANGE_BUDGET: _UNTIL_ACCEPTED,
}
_EXTENSIONS = (AmendmentKind.EXTEND_DURATION, AmendmentKind.EXTEND_SUBMISSION)


def amend_task(  # noqa: PLR0913 -- an amendment's own columns
    *,
    task: ScienceTask,
    kind: AmendmentKind,
    decided_on: date,
    actor: Actor,
    decision: LegalDocument | None = None,
    new_end_on: date | None = None,
    new_person: Person | None = None,
    old_organisation: Organisation | None = None,
    new_organisation: Organisation | None = None,
    old_text: str = "",
    new_text: str = "",
    reason: str = "",
) -> TaskAmendment:
    """Record a typed change; what was before is taken from the task as of the day of the decision.

    An extension moves nothing but the deadline it names, and the deadline of the contract stays on record. A change of
    investigator or host also makes the new one the task's present holder; a change of partner ends the old one's part
    and begins the new one's. Raises :class:`TaskRefused` with the reason, ``ValidationError`` for what does not fit.
    """
    _check_may_write(actor, task)
    _check_amendable(task, kind, decided_on)
    amendment = TaskAmendment(
        task=task,
        kind=kind,
        decided_on=decided_on,
        decision=decision,
        new_end_on=new_end_on,
        new_person=new_person,
        old_organisation=old_organisation,
        new_organisation=new_organisation,
        old_text=old_text,
        new_text=new_text,
        reason=reason,
    )
    _fill_before(amendment)
    _check_changes_something(amendment)
    with acting(actor), transaction.atomic():
        amendment.full_clean()
        amendment.save()
        _apply(amendment)
    return amendment


def _check_amendable(task: ScienceTask, kind: AmendmentKind, on: date) -> None:
    state, _refused = replay(steps_of(task), on=on)
    if state.category not in AMENDABLE[kind]:
        raise TaskRefused(
            _("Không ghi được “%(kind)s” ngày %(day)s: vào ngày đó nhiệm vụ ở trạng thái “%(state)s”.")
            % {"kind": kind.label, "day": format_date(on), "state": state.label}
        )
    later = task.amendments.filter(kind=kind, decided_on__gte=on).order_by("decided_on").first()
    if later is not None:
        raise TaskRefused(
            _(
                "Đã ghi “%(kind)s” quyết định ngày %(later)s. Hãy ghi các lần điều chỉnh theo thứ tự ngày, hoặc sửa lần đã ghi."
            )
            % {"kind": kind.label, "later": format_date(later.decided_on)}
        )


def _fill_before(amendment: TaskAmendment) -> None:
    before = task_on(amendment.task, on=amendment.decided_on)
    kind = AmendmentKind(amendment.kind)
    if kind is AmendmentKind.EXTEND_DURATION:
        amendment.old_end_on = before.due_on
    elif kind is AmendmentKind.EXTEND_SUBMISSION:
        amendment.old_end_on = before.dossier_due_on or before.due_on
    elif kind is AmendmentKind.CHANGE_PI:
        amendment.old_person = before.principal_investigator
    elif kind is AmendmentKind.CHANGE_HOST:
        amendment.old_organisation = before.host


def _check_changes_something(amendment: TaskAmendment) -> None:
    kind = AmendmentKind(amendment.kind)
    if kind in _EXTENSIONS:
        return  # judged by the model: a new end is needed, later than the old one
    if kind is AmendmentKind.CHANGE_PI:
        old, new = amendment.old_person, amendment.new_person
        missing = _("Hãy chọn chủ nhiệm mới.")
    elif kind in {AmendmentKind.CHANGE_HOST, AmendmentKind.CHANGE_PARTNER}:
        old, new = amendment.old_organisation, amendment.new_organisation  # type: ignore[assignment]
        missing = _("Hãy chọn tổ chức mới.")
    else:
        old, new = None, amendment.new_text.strip() or None  # type: ignore[assignment]
        missing = _("Hãy ghi nội dung sau điều chỉnh.")
    if new is None:
        raise TaskRefused(missing)
    if new == old:
        raise TaskRefused(_("Trước và sau điều chỉnh là một. Hãy xem lại nội dung thay đổi."))


def _apply(amendment: TaskAmendment) -> None:
    task, kind = amendment.task, AmendmentKind(amendment.kind)
    if kind is AmendmentKind.CHANGE_PI:
        task.principal_investigator = amendment.new_person
        task.save()
    elif kind is AmendmentKind.CHANGE_HOST:
        task.host = amendment.new_organisation
        task.save()
    elif kind is AmendmentKind.CHANGE_PARTNER:
        _replace_partner(amendment)


def _replace_partner(amendment: TaskAmendment) -> None:
    task, on = amendment.task, amendment.decided_on
    if amendment.old_organisation is not None:
        part = task.partners.filter(
            organisation=amendment.old_organisation, role=PartnerRole.COOPERATING, to_on__isnull=True
        ).first()
        if part is None:
            raise TaskRefused(
                _(
                    "“%(organisation)s” không đang phối hợp thực hiện nhiệm vụ này. Hãy chọn lại tổ chức trước."
                )
                % {"organisation": amendment.old_organisation}
            )
        part.to_on = on
        part.save()
    assert amendment.new_organisation is not None  # noqa: S101 -- checked before the amendment was made
    TaskPartner.objects.create(
        task=task, organisation=amendment.new_organisation, role=PartnerRole.COOPERATING, from_on=on
    )


# ----------------------------------------------------------------------------------------- proposals


def determine_task_from_proposals(  # noqa: PLR0913 -- what a council fixes about a task
    *,
    proposals: Sequence[TaskProposal],
    code: str,
    title: str,
    task_type: TaskType,
    on: date,
    actor: Actor,
    mode: str = "",
    short_name: str = "",
    document: LegalDocument | None = None,
) -> ScienceTask:
    """Make one task of one or many proposals, determined on ``on``; the first proposal gives level, year and field.

    Every proposal keeps the task it became: the first as determined, the others as merged into it. Raises
    :class:`TaskRefused` when a proposal has an outcome already, was received later, or is for another year.
    """
    _check_may_write(actor, None)
    _check_proposals(proposals, on)
    lead = proposals[0]
    task = ScienceTask(
        code=code,
        title=title,
        short_name=short_name,
        task_type=task_type,
        level=lead.level,
        managing_side=ManagingSide.PROVINCE,
        start_year=lead.for_year,
        mode=mode,
        field_group=lead.field_group,
    )
    with acting(actor), transaction.atomic():
        task.full_clean()
        task.save()
        record_milestone(
            task=task, kind=MilestoneKind.DETERMINED, reached_on=on, actor=actor, on=on, document=document
        )
        for proposal in proposals:
            proposal.task = task
            proposal.outcome = ProposalOutcome.DETERMINED if proposal is lead else ProposalOutcome.MERGED
            proposal.full_clean()
            proposal.save()
    return task


def _check_proposals(proposals: Sequence[TaskProposal], on: date) -> None:
    if not proposals:
        raise TaskRefused(_("Hãy chọn ít nhất một đề xuất đặt hàng."))
    for proposal in proposals:
        named = {
            "proposal": proposal.title,
            "day": format_date(proposal.received_on),
            "year": proposal.for_year,
        }
        if proposal.outcome != ProposalOutcome.OPEN:
            raise TaskRefused(
                _("Đề xuất “%(proposal)s” đã có kết quả xem xét. Hãy bỏ đề xuất này khỏi danh sách.") % named
            )
        if proposal.received_on > on:
            raise TaskRefused(
                _("Đề xuất “%(proposal)s” nhận ngày %(day)s, sau ngày xác định nhiệm vụ.") % named
            )
        if proposal.for_year != proposals[0].for_year:
            raise TaskRefused(
                _("Đề xuất “%(proposal)s” là cho năm %(year)s, khác năm của đề xuất đầu tiên.") % named
            )
