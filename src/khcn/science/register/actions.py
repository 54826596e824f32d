"""What is done with tasks and what belongs to them: each action names its operation and the inputs that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actions import Action, Bulk, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.code_proposals import proposed_code
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.spec import Section
from khcn.science import operations
from khcn.science.models import AmendmentRequest, MeetingItem, ScienceTask, TaskAmendment, TaskMilestone
from khcn.science.models.proposals import ProposalOutcome
from khcn.science.operations import determinations, meetings, recorded_meetings, requests
from khcn.science.rules import science_staff

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

_ACCEPTED = ("accepted_province", "accepted_national")
_EXTENDED = ("extend_duration", "extend_submission")
_WITH_BOUND = ("contract_signed", "settled")  # kinds whose amount is compared with the budget
_DESCRIBED = ("amend_outline", "add_site", "change_budget")

BUDGET = ("budget_total", "budget_state")
PARTICULARS = (
    *("code", "title", "short_name", "task_type", "level", "programme", "managing_side"),
    *("start_year", "is_supplementary", "mode", "is_interregional"),
    *("field_group", "objective"),
    *BUDGET,
)

CONTRACTED = (
    *("host", "principal_investigator"),
    *("planned_start_on", "planned_end_on", "planned_dossier_on"),
)
AMENDED_OF_TASK = tuple(f"science.ScienceTask.{name}" for name in (*CONTRACTED, *BUDGET))

RECORD_MILESTONE = Action(
    name="record-milestone",
    label=_("Ghi mốc thực hiện"),
    operation=operations.record_milestone,
    subject="task",
    source=TaskMilestone,
    fields={"reached_on": models.DateField(_("ngày"))},
    inputs=(
        Section(_("Mốc thực hiện"), "kind", "reached_on"),
        Section(_("Kết quả nghiệm thu"), "grade", when=("kind", _ACCEPTED)),
        Section(_("Văn bản, kết quả"), "document", "number", "amount"),
        Section(_("Số tiền vượt kinh phí"), "amount_reason", when=("kind", _WITH_BOUND)),
        Section(_("Ghi chú"), "note"),
    ),
    importable=True,
    icon="flag",
    help_text=_(
        "Thời gian tạm dừng không tự dời ngày kết thúc và hạn nộp hồ sơ mà hợp đồng ấn định: khi tiếp tục thực hiện mà được lùi hạn "
        "thì ghi thêm gia hạn bằng nút “Ghi điều chỉnh”."
    ),
)

AMEND_TASK = Action(
    name="amend",
    label=_("Ghi điều chỉnh"),
    operation=operations.amend_task,
    subject="task",
    writes=(*CONTRACTED, *BUDGET),
    source=TaskAmendment,
    required=("new_end_on", "new_person", "new_organisation", "new_budget_total"),
    inputs=(
        Section(_("Quyết định"), "kind", "decided_on", "effective_on", "decision"),
        Section(_("Thời hạn"), "new_end_on", when=("kind", _EXTENDED)),
        Section(_("Chủ nhiệm"), "new_person", when=("kind", ("change_pi",))),
        Section(_("Tổ chức phối hợp thôi tham gia"), "old_organisation", when=("kind", ("change_partner",))),
        Section(_("Tổ chức mới"), "new_organisation", when=("kind", ("change_host", "change_partner"))),
        Section(
            _("Kinh phí"),
            *("new_budget_total", "new_budget_state", "budget_reason"),
            when=("kind", ("change_budget",)),
        ),
        Section(_("Nội dung"), "old_text", "new_text", when=("kind", _DESCRIBED)),
        Section(_("Lý do"), "reason"),
    ),
    importable=True,
    icon="edit",
    help_text=_("Ghi một điều chỉnh đã có quyết định. Nội dung trước điều chỉnh được lấy từ hồ sơ."),
)

CORRECT_TASK = correction(
    name="correct",
    label=_("Đính chính nhiệm vụ"),
    operation=operations.correct_task,
    subject="task",
    writes=(*PARTICULARS, *CONTRACTED),
    guard=operations.why_not_correct,
    source=ScienceTask,
    initial=initial_from_stored_values(*PARTICULARS, *CONTRACTED),
    inputs=(
        Section(_("Nhiệm vụ"), *PARTICULARS),
        Section(_("Tổ chức chủ trì, chủ nhiệm, thời gian thực hiện"), *CONTRACTED),
    ),
)

CORRECT_MILESTONE = correction(
    name="correct",
    label=_("Đính chính mốc"),
    operation=operations.correct_milestone,
    subject="milestone",
    writes=("kind", "on", "grade"),
    lock_first=operations.lock_task_of,
    source=TaskMilestone,
    fields={"reached_on": models.DateField(_("ngày"))},
    initial=initial_from_stored_values("kind", "grade", reached_on="on"),
    inputs=(
        Section(_("Mốc thực hiện"), "kind", "reached_on"),
        Section(_("Kết quả nghiệm thu"), "grade", when=("kind", _ACCEPTED)),
    ),
    help_text=_(
        "Chỉ dùng khi nhập nhầm ngày, xếp loại, hoặc nhầm nghiệm thu cấp tỉnh với cấp quốc gia, dừng với chấm dứt. Nhầm mốc khác thì "
        "bấm “Bỏ mốc ghi nhầm” rồi ghi lại. Mốc mang dấu “đã đính chính”; nhật ký giữ nội dung trước và sau."
    ),
)

CORRECT_MILESTONE_PAPERS = correction(
    name="correct-papers",
    label=_("Đính chính văn bản, số tiền"),
    operation=operations.correct_milestone_papers,
    subject="milestone",
    writes=("document", "number", "amount", "amount_reason"),
    lock_first=operations.lock_task_of,
    source=TaskMilestone,
    initial=initial_from_stored_values("document", "number", "amount", "amount_reason"),
    inputs=(Section(_("Văn bản, kết quả"), "document", "number", "amount", "amount_reason"),),
)

REMOVE_MILESTONE = Action(
    name="remove",
    label=_("Bỏ mốc ghi nhầm"),
    operation=operations.remove_milestone,
    subject="milestone",
    writes=("science.TaskProposal.outcome", "science.TaskProposal.task"),
    lock_first=operations.lock_task_of,
    asks_reason=_("Đính chính"),
    notice=determinations.notice_of_removal,
    icon="trash",
    danger=True,
    help_text=_("Mốc bị bỏ khỏi hồ sơ; nhiệm vụ mang dấu “đã đính chính”, nhật ký giữ nội dung cũ."),
)

REMOVE_AMENDMENT = Action(
    name="remove",
    label=_("Bỏ điều chỉnh ghi nhầm"),
    operation=operations.remove_amendment,
    subject="amendment",
    writes=(*AMENDED_OF_TASK, "science.TaskPartner.to_on"),
    lock_first=operations.lock_task_of,
    asks_reason=_("Đính chính"),
    icon="trash",
    danger=True,
    help_text=_("Nhiệm vụ trở lại như trước lần điều chỉnh này và mang dấu “đã đính chính”."),
)

CORRECT_REQUEST_DAY = correction(
    name="correct-day",
    label=_("Đính chính ngày đề nghị"),
    operation=requests.correct_request_day,
    subject="request",
    who=science_staff,
    writes=("requested_on",),
    lock_first=operations.lock_task_of,
    guard=requests.why_not_pending,
    source=AmendmentRequest,
    initial=initial_from_stored_values("requested_on"),
    inputs=(Section(_("Đề nghị điều chỉnh"), "requested_on"),),
)

UNDECIDED = models.Q(outcome=ProposalOutcome.OPEN)


def _as_proposed(proposal: Any, *, actor: Actor, on: date) -> dict[str, Any]:
    """A new task begins with the title of its proposal and the next code of its register."""
    code = proposed_code(register_of(ScienceTask), actor, year=on.year)
    return {"title": proposal.title, **({"code": code} if code else {})}


DETERMINE_TASK = Action(
    name="determine-task",
    label=_("Xác định nhiệm vụ"),
    operation=operations.determine_task_from_proposals,
    subject="proposals",
    writes=("outcome", "task"),
    guard=operations.why_not_open,
    source=ScienceTask,
    fields={
        "determined_on": models.DateField(_("ngày xác định")),
        "document": TaskMilestone._meta.get_field("document"),
    },
    initial=_as_proposed,
    inputs=(
        Section(_("Nhiệm vụ"), "code", "title", "short_name", "task_type", "mode"),
        Section(_("Xác định nhiệm vụ"), "determined_on", "document"),
    ),
    bulk=Bulk.TOGETHER,
    selectable=UNDECIDED,
    described_by=("code", "proposer", "for_year", "received_on", "field_group"),
    lead=_("đề xuất chính"),
    icon="git-merge",
    asks_again=True,
    help_text=_(
        "Các đề xuất được chọn trở thành một nhiệm vụ; đề xuất chính cho cấp, năm và lĩnh vực. Nếu không chọn, đề xuất đầu "
        "danh sách là đề xuất chính."
    ),
)

REJECT_PROPOSAL = Action(
    name="reject",
    label=_("Không đưa vào danh mục"),
    operation=operations.reject_proposal,
    subject="proposal",
    writes=("outcome", "answer"),
    selectable=UNDECIDED,
    guard=operations.why_not_open,
    asks_reason=_("Lý do"),
    help_text=_("Tổ chức, cá nhân đề xuất đọc được lý do này."),
    bulk=Bulk.EACH,
    importable=True,
    icon="x",
    takes_person=True,
)

RECONSIDER_PROPOSAL = correction(
    name="reconsider",
    label=_("Bỏ kết quả ghi nhầm"),
    operation=operations.reconsider_proposal,
    subject="proposal",
    writes=("outcome", "answer"),
    guard=operations.why_not_reconsider,
    help_text=_(
        "Chỉ dùng khi ghi nhầm “Không đưa vào danh mục”. Đề xuất trở lại “Đang xem xét” và mang dấu “đã đính chính”; nhật ký giữ "
        "cả hai lần ghi."
    ),
)

RECORD_CONCLUSIONS = Action(
    name="record-conclusions",
    label=_("Ghi kết quả cho các nhiệm vụ"),
    operation=meetings.record_conclusions,
    subject="meeting",
    guard=meetings.why_not_conclude,
    preview=meetings.preview_conclusions,
    shows=meetings.shown_conclusions,
    not_done=meetings.unrecorded,
    source=TaskMilestone,
    inputs=(Section(_("Văn bản, kết quả"), "document"),),
    icon="flag",
    help_text=_(
        "Mỗi nhiệm vụ được thông qua ở cuộc họp được ghi một mốc ngày họp, kèm kết luận và xếp loại của nhiệm vụ đó. Nhiệm vụ "
        "chưa ghi được thì nêu lý do, không cản các nhiệm vụ khác."
    ),
)

CORRECT_MEETING_DAY = correction(
    name="correct-day",
    label=_("Đính chính ngày họp"),
    operation=recorded_meetings.correct_meeting_day,
    subject="meeting",
    writes=(
        "held_on",
        "science.TaskMilestone.on",
        "science.TaskMilestone.grade",
        "science.MeetingItem.grade",
    ),
    guard=recorded_meetings.why_not_correct_day,
    source=CouncilMeeting,
    initial=initial_from_stored_values("held_on"),
    inputs=(Section(_("Cuộc họp"), "held_on"),),
    help_text=_("Ngày của các mốc đã ghi từ cuộc họp được đính chính cùng lúc và mang dấu “đã đính chính”."),
)

CORRECT_ITEM_GRADE = correction(
    name="correct-grade",
    label=_("Đính chính xếp loại"),
    operation=recorded_meetings.correct_item_grade,
    subject="item",
    writes=("grade", "science.TaskMilestone.grade"),
    guard=recorded_meetings.why_not_correct_grade,
    source=MeetingItem,
    required=("grade",),
    initial=initial_from_stored_values("grade"),
    inputs=(Section(_("Kết quả nghiệm thu"), "grade"),),
    help_text=_(
        "Xếp loại ở mốc nghiệm thu của nhiệm vụ được đính chính cùng lúc và mang dấu “đã đính chính”."
    ),
)
