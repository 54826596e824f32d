"""The certificate that a task's result is registered."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.councils.models import Council, CouncilKind, CouncilMeeting
from khcn.kernel.numbering.typed_numbers import register_numbers_on_record
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text, format_date
from khcn.parties.models import Organisation, Person
from khcn.reference.models import CodeListItem, LegalDocument
from khcn.science import operations, rules
from khcn.science.documents.holders import printed_holders
from khcn.science.documents.minutes import CITED, FOLDER
from khcn.science.documents.other_papers import CERTIFICATE_CODE, why_not_as_minuted
from khcn.science.documents.words import document_text, text_of
from khcn.science.enums import AmendmentKind, MilestoneKind
from khcn.science.models import MeetingItem, ScienceTask, TaskAmendment, TaskMilestone, TeamMember
from khcn.science.models.amended import value_in_words
from khcn.science.operations.certificate_numbers import CERTIFICATE_BOOK, typed_registrations
from khcn.science.operations.meeting_quorum import why_no_result, why_not_of_able_council
from khcn.science.operations.meetings import meeting_that_gave
from khcn.science.operations.milestone_rules import step_of
from khcn.science.operations.order import failed_acceptance, last_acceptance, registration_in_force
from khcn.science.queries import steps_of, task_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper


ACCEPTED: Final = (MilestoneKind.ACCEPTED_NATIONAL, MilestoneKind.ACCEPTED_PROVINCE)


def _milestone(task: ScienceTask, on: date, *kinds: MilestoneKind) -> TaskMilestone | None:
    return task.milestones.filter(kind__in=kinds, on__lte=on).order_by("-on", "-pk").first()


def _acceptance(task: ScienceTask, on: date) -> TaskMilestone | None:
    """The acceptance that holds by the rules of milestones."""
    rows = task.milestones.filter(kind__in=ACCEPTED, on__lte=on).select_related("grade")
    by_step = {step_of(each): each for each in rows}
    last = last_acceptance(by_step)
    return by_step[last] if last is not None else None


# ------------------------------------------------------------------- certificate of registration of a result


def _certificate_context(task: ScienceTask, on: date) -> dict[str, Any]:
    accepted = _acceptance(task, on)
    contract = _milestone(task, on, MilestoneKind.CONTRACT_SIGNED)
    approved = _milestone(task, on, MilestoneKind.OUTLINE_APPROVED)
    meeting = meeting_that_gave(accepted) if accepted else None
    council = meeting.council if meeting else None
    as_it_stood = task_on(task, on=on)
    host = as_it_stood.host
    return {
        "title": task.title,
        "code": task.code,
        "level": task.get_level_display(),
        "task_type": task.get_task_type_display(),
        "programme": text_of(task.programme),
        "field": text_of(task.field_group),
        "governing_body": text_of(host.governing_body) if host else "",
        "host": host.name if host else "",
        "host_address": host.address if host else "",
        "principal": leader.printed_name if (leader := as_it_stood.principal_investigator) else "",
        "members": [
            {"name": each.person.printed_name, "role": each.get_role_display()}
            for each in task.team.select_related("person").order_by("role", "person__sort_key", "pk")
        ],
        "started": day_text(task.planned_start_on),
        "ended": day_text(as_it_stood.due_on),  # with the extensions in force
        "budget": value_in_words(as_it_stood.budget_total),
        "budget_state": value_in_words(as_it_stood.budget_state),
        "approval": document_text(approved.document) if approved else "",
        "contract": contract.number if contract else "",
        "contract_on": day_text(contract.on) if contract else "",
        "council": council.name if council else "",
        "council_decision": document_text(council.decision) if council else "",
        "meeting_on": day_text(meeting.held_on) if meeting else "",
        "accepted_on": day_text(accepted.on) if accepted else "",
        "grade": text_of(accepted.grade) if accepted else "",
    }


def _certificate_missing(task: ScienceTask, on: date) -> str:
    accepted = _acceptance(task, on)
    if accepted is None:
        return gettext("Nhiệm vụ chưa được nghiệm thu. Ghi mốc nghiệm thu rồi cấp giấy chứng nhận.")
    failed = failed_acceptance(steps_of(task), on=on)
    if failed is not None:
        return gettext(
            "Nhiệm vụ nghiệm thu ngày %(day)s xếp loại không đạt, không được cấp giấy chứng nhận. Nếu xếp loại ghi nhầm thì "
            "bấm “Đính chính mốc” ở mốc nghiệm thu."
        ) % {"day": format_date(failed.on)}
    meeting = meeting_that_gave(accepted)
    if (meeting is not None and (why := why_no_result(meeting, from_paper=accepted.taken_over))) or (
        why := why_not_of_able_council(accepted)
    ):
        return why
    as_it_stood = task_on(task, on=on)
    if as_it_stood.host is None or as_it_stood.principal_investigator is None:
        return gettext("Nhiệm vụ chưa có tổ chức chủ trì hoặc chủ nhiệm. Bổ sung rồi cấp giấy chứng nhận.")
    return ""


def _certificate_had_already(task: ScienceTask, on: date) -> str:
    registered = registration_in_force(steps_of(task))
    if registered is not None:
        return gettext("Nhiệm vụ đã có mốc cấp giấy chứng nhận ngày %(day)s.") % {
            "day": format_date(registered.on)
        }
    if task.milestones.filter(kind=MilestoneKind.REGISTERED, on=on).exists():
        return gettext(
            "Giấy chứng nhận cấp ngày %(day)s đã thu hồi trong cùng ngày. Giấy mới cấp từ ngày hôm sau."
        ) % {"day": format_date(on)}
    return ""


def _certificate_issued(*, record: ScienceTask, paper: Paper, actor: Actor, on: date) -> None:
    operations.register_result(
        task=record,
        number=paper.number_text,
        on=on,
        actor=actor,
        instead_of=paper.replaces.number_text if paper.replaces else "",
    )


def _certificate_withdrawn(*, record: ScienceTask, paper: Paper, actor: Actor, on: date) -> None:
    notice = paper.withdrawals.filter(number__isnull=False).latest("pk")
    operations.withdraw_registration(
        task=record, number=paper.number_text, notice=notice.number_text, actor=actor, on=on
    )


def _certificate_holder(data: Mapping[str, Any]) -> str:
    return str(data["host"] or data["title"])


def _is_by(day: date, paper: Paper) -> bool:
    return paper.issued_on is not None and day <= paper.issued_on


def _issued_on(paper: Paper) -> date:
    return paper.issued_on or date.max


def _reached(*kinds: MilestoneKind) -> Callable[[TaskMilestone, Paper], bool]:
    return lambda row, paper: row.kind in kinds and _is_by(row.on, paper)


def _is_its_registration(row: TaskMilestone, paper: Paper) -> bool:
    return row.kind == MilestoneKind.REGISTERED and row.number == paper.number_text


_PRINTED_AMENDMENTS = {
    AmendmentKind.EXTEND_DURATION,
    AmendmentKind.CHANGE_PI,
    AmendmentKind.CHANGE_HOST,
    AmendmentKind.CHANGE_BUDGET,
}


def _was_in_force(row: TaskAmendment, paper: Paper) -> bool:
    return row.kind in _PRINTED_AMENDMENTS and _is_by(row.starts_on, paper)


def _settled_acceptance(row: MeetingItem, paper: Paper) -> bool:
    return _was_of_acceptance(row.meeting, paper)


def _was_of_acceptance(row: CouncilMeeting, paper: Paper) -> bool:
    return row.kind == CouncilKind.ACCEPTANCE and _is_by(row.held_on, paper)


def _accepted_by(row: Council, paper: Paper) -> bool:
    meetings = row.meetings.filter(kind=CouncilKind.ACCEPTANCE, items__task=paper.object_id)
    return meetings.filter(held_on__lte=paper.issued_on).exists()


def _approved_outline(row: LegalDocument, paper: Paper) -> bool:
    approvals = TaskMilestone.objects.filter(document=row.pk, task=paper.object_id)
    return approvals.filter(kind=MilestoneKind.OUTLINE_APPROVED, on__lte=paper.issued_on).exists()


def _founded_council(row: LegalDocument, paper: Paper) -> bool:
    return any(_accepted_by(council, paper) for council in Council.objects.filter(decision=row.pk))


def _graded(row: CodeListItem, paper: Paper) -> bool:
    acceptances = TaskMilestone.objects.filter(grade=row.pk, task=paper.object_id)
    return acceptances.filter(kind__in=ACCEPTED, on__lte=paper.issued_on).exists()


_CERTIFIED: Final = (
    PrintedRows(
        ScienceTask,
        (
            *("title", "code", "level", "task_type", "programme", "field_group", "host"),
            *("principal_investigator", "planned_start_on", "planned_end_on", "budget_total", "budget_state"),
        ),
    ),
    PrintedRows(TaskMilestone, ("kind", "on", "grade"), "task", _reached(*ACCEPTED)),
    PrintedRows(TaskMilestone, ("kind", "on", "number"), "task", _reached(MilestoneKind.CONTRACT_SIGNED)),
    PrintedRows(TaskMilestone, ("kind", "on", "document"), "task", _reached(MilestoneKind.OUTLINE_APPROVED)),
    PrintedRows(TaskMilestone, ("kind", "on"), "task", _is_its_registration, stored_only=True, own=True),
    PrintedRows(
        TaskAmendment,
        (
            *("kind", "decided_on", "effective_on", "new_end_on", "new_person", "new_organisation"),
            *("new_budget_total", "new_budget_state"),
        ),
        "task",
        _was_in_force,
    ),
    PrintedRows(TeamMember, ("task", "person", "role"), "task"),
    PrintedRows(Organisation, ("name", "address", "governing_body"), "hosted_tasks"),
    PrintedRows(Organisation, ("name",), "subordinates__hosted_tasks"),
    PrintedRows(Person, ("full_name", "degree"), "led_tasks"),
    PrintedRows(Person, ("full_name", "degree"), "team_seats__task"),
    PrintedRows(MeetingItem, ("meeting", "task"), "task", _settled_acceptance),
    PrintedRows(CouncilMeeting, ("kind", "held_on", "council"), "items__task", _was_of_acceptance),
    PrintedRows(Council, ("name", "decision"), "meetings__items__task", _accepted_by),
    PrintedRows(LegalDocument, CITED, "taskmilestone__task", _approved_outline),
    PrintedRows(LegalDocument, CITED, "council__meetings__items__task", _founded_council),
    PrintedRows(CodeListItem, ("label",), "taskmilestone__task", _graded),
    PrintedRows(CodeListItem, ("label",), "programme_tasks"),
    PrintedRows(CodeListItem, ("label",), "field_tasks"),
    *printed_holders(
        record="task",
        day=_issued_on,
        tasks=lambda paper: [paper.record()],
        host=("name", "address", "governing_body"),
        governing_body=("name",),
    ),
)

register_numbers_on_record(CERTIFICATE_BOOK, typed_registrations)

CERTIFICATE: Final = declare_paper_kind(
    PaperKind(
        code=CERTIFICATE_CODE,
        label=_("Giấy chứng nhận đăng ký kết quả thực hiện nhiệm vụ KH&CN"),
        model=ScienceTask,
        template=FOLDER / "result-certificate.toml",
        book=CERTIFICATE_BOOK,
        pattern="{number}/GCN-SKHCN",
        who=rules.science_staff,
        context=_certificate_context,
        missing=_certificate_missing,
        contradicted=why_not_as_minuted,
        had_already=_certificate_had_already,
        on_issue=_certificate_issued,
        on_withdraw=_certificate_withdrawn,
        given_to=_certificate_holder,
        printed=_CERTIFIED,
        variables=(
            TemplateVariable("title", _("Tên nhiệm vụ")),
            TemplateVariable("code", _("Mã số nhiệm vụ"), "ĐT.01/2023"),
            TemplateVariable("level", _("Cấp nhiệm vụ"), "Cấp tỉnh"),
            TemplateVariable("task_type", _("Loại nhiệm vụ"), "Đề tài"),
            TemplateVariable("programme", _("Chương trình")),
            TemplateVariable("field", _("Lĩnh vực nghiên cứu")),
            TemplateVariable("governing_body", _("Cơ quan chủ quản của tổ chức chủ trì")),
            TemplateVariable("host", _("Tổ chức chủ trì")),
            TemplateVariable("host_address", _("Địa chỉ tổ chức chủ trì")),
            TemplateVariable("principal", _("Chủ nhiệm"), "ThS. Nguyễn Văn A"),
            TemplateVariable(
                "members",
                _("Cá nhân tham gia"),
                rows=(
                    TemplateVariable("name", _("Họ và tên"), "KS. Trần Thị B"),
                    TemplateVariable("role", _("Vai trò")),
                ),
            ),
            TemplateVariable("started", _("Bắt đầu"), "01/01/2022"),
            TemplateVariable("ended", _("Kết thúc"), "31/12/2022"),
            TemplateVariable("budget", _("Tổng kinh phí"), "1.200.000.000 đồng"),
            TemplateVariable("budget_state", _("Trong đó ngân sách nhà nước"), "900.000.000 đồng"),
            TemplateVariable("approval", _("Quyết định phê duyệt")),
            TemplateVariable("contract", _("Số hợp đồng"), "05/HĐ-SKHCN"),
            TemplateVariable("contract_on", _("Ngày ký hợp đồng"), "01/02/2022"),
            TemplateVariable("council", _("Hội đồng nghiệm thu")),
            TemplateVariable("council_decision", _("Quyết định thành lập hội đồng")),
            TemplateVariable("meeting_on", _("Ngày họp hội đồng"), "10/06/2023"),
            TemplateVariable("accepted_on", _("Ngày nghiệm thu"), "15/06/2023"),
            TemplateVariable("grade", _("Xếp loại"), "Đạt"),
        ),
    )
)
