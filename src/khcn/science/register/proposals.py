"""Registers of what comes before a task, and of what meetings dealt with."""

from django.utils.translation import gettext_lazy as _

from khcn.councils.models import CouncilMeeting, CouncilMember
from khcn.kernel.access.scopes import OwnOrganisation
from khcn.kernel.registers.registry import extend_register, register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.reference.models import CodeListItem
from khcn.science import indicators
from khcn.science.models import MeetingItem, NominationProvince, ProgrammeNomination, TaskProposal
from khcn.science.operations.meetings import recorded_items, recorded_meetings, used_grades
from khcn.science.operations.proposals import ProposalWriter
from khcn.science.operations.recorded_meetings import (
    MeetingItemWriter,
    MeetingOfTasksWriter,
    SeatOfTasksWriter,
)
from khcn.science.register import actions
from khcn.science.register.base import DEPARTMENT, ScienceRegister


@register
class TaskProposals(ScienceRegister):
    model = TaskProposal
    slug = "proposals"
    icon = "bulb"
    scope = DEPARTMENT | OwnOrganisation("proposer", hide=("note",))
    columns = (
        Column("title", look="link"),
        "proposer",
        "field_group",
        "for_year",
        "received_on",
        Column("outcome", look="badge"),
        Column("answer", hidden=True),
        Column("code", hidden=True),
        Column("proposing_person", hidden=True),
        Column("level", hidden=True),
        Column("task", hidden=True),
    )
    filters = {
        "for_year": ["exact"],
        "field_group": ["exact"],
        "outcome": ["exact"],
        "level": ["exact"],
        "proposer": ["exact"],
        "proposing_person": ["exact"],
        "received_on": ["gte", "lt"],
        "task": ["exact"],
        "submission": ["exact"],
    }
    search = ("proposer", "proposing_person")
    form = (
        Section(_("Đề xuất"), "code", "title", "level", "for_year", "field_group"),
        Section(_("Tổ chức, cá nhân đề xuất"), "proposer", "proposing_person", "received_on"),
        Section(_("Kết quả xem xét"), "outcome", "task"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Trả lời"), "answer", "submission")
    panel_of = (
        Panel("submission", _("Đề xuất đặt hàng, trả lời của Sở"), position=10),
        Panel("task", _("Đề xuất đặt hàng"), position=90),
        Panel("proposer", _("Đề xuất đặt hàng"), position=50),
        Panel("proposing_person", _("Đề xuất đặt hàng"), position=40),
    )
    natural_key = ("code",)
    bulk_fields = ("level", "for_year", "field_group", "received_on", "note")
    grid_fields = ("title", "level", "for_year", "field_group", "proposer", "received_on", "note")
    lookup = "code"
    lookup_aliases = ("title",)
    shown = "title"
    order = ("-for_year", "sort_key")
    may_be_long = True
    date_field = "received_on"
    writer = ProposalWriter()
    indicators = indicators.PROPOSALS
    owned = (
        OwnedFields(
            ("outcome", "task"),
            _(
                "Kết quả xem xét ghi bằng nút “Xác định nhiệm vụ” hoặc “Không đưa vào danh mục”. Ghi nhầm thì bấm “Bỏ kết quả ghi nhầm” "
                "ở đề xuất; đề xuất đã thành nhiệm vụ thì bấm “Bỏ mốc ghi nhầm” ở mốc xác định của nhiệm vụ."
            ),
            at_entry=True,
        ),
        OwnedFields(
            ("answer",),
            _("Lý do ghi bằng nút “Không đưa vào danh mục”; tổ chức đề xuất đọc được."),
            covers_empty=True,
            at_entry=True,
        ),
    )
    actions = (actions.DETERMINE_TASK, actions.REJECT_PROPOSAL, actions.RECONSIDER_PROPOSAL)


@register
class ProgrammeNominations(ScienceRegister):
    model = ProgrammeNomination
    slug = "nominations"
    icon = "send"
    columns = (
        Column("title", look="link"),
        "programme",
        "nominated_to",
        "nominated_on",
        "approved_on",
        "is_interregional",
        Column("code", hidden=True),
        Column("task", hidden=True),
    )
    filters = {
        "programme": ["exact"],
        "nominated_to": ["exact"],
        "nominated_on": ["gte", "lt"],
        "approved_on": ["gte", "lt"],
        "is_interregional": ["exact"],
        "task": ["exact"],
    }
    form = (
        Section(_("Dự án đề xuất"), "code", "title", "programme", "is_interregional"),
        Section(_("Đề xuất, phê duyệt"), "nominated_to", "nominated_on", "approved_on", "task"),
    )
    panel_of = (Panel("task", _("Đề xuất vào chương trình cấp bộ"), position=100),)
    natural_key = ("code",)
    lookup = "code"
    lookup_aliases = ("title",)
    shown = "title"
    order = ("-nominated_on",)
    date_field = "nominated_on"
    indicators = indicators.NOMINATIONS


@register
class NominationProvinces(ScienceRegister):
    model = NominationProvince
    slug = "nomination-provinces"
    icon = "map"
    columns = (Column("admin_unit", look="link"), "nomination")
    filters = {"nomination": ["exact"], "admin_unit": ["exact"]}
    search = ("nomination", "admin_unit")
    form = (Section(_("Tỉnh tham gia"), "nomination", "admin_unit"),)
    inline_in = "nomination"
    panel_of = (Panel("nomination", _("Tỉnh tham gia"), position=10),)
    natural_key = ("nomination", "admin_unit")
    order = ("nomination__sort_key", "admin_unit__sort_key")
    in_menu = False


@register
class MeetingItems(ScienceRegister):
    model = MeetingItem
    slug = "meeting-items"
    icon = "message-circle"
    columns = (Column("meeting", look="link"), "task", "passed", "grade", Column("conclusion", hidden=True))
    filters = {
        "meeting": ["exact"],
        "task": ["exact"],
        "passed": ["exact"],
        "grade": ["exact"],
        "meeting__kind": ["exact"],
        "meeting__held_on": ["gte", "lt"],
    }
    search = ("meeting", "task")
    form = (Section(_("Nhiệm vụ đưa ra cuộc họp"), "meeting", "task", "conclusion", "passed", "grade"),)
    inline_in = "meeting"
    panel_of = (
        Panel("task", _("Hội đồng"), position=40),
        Panel("meeting", _("Nhiệm vụ đưa ra cuộc họp"), position=10),
    )
    natural_key = ("meeting", "task")
    order = ("-meeting__held_on",)
    date_field = "meeting__held_on"
    in_menu = False
    writer = MeetingItemWriter()
    owned = (
        OwnedFields(
            ("meeting", "task", "passed", "grade"),
            _(
                "Kết quả của nhiệm vụ này ở cuộc họp đã ghi thành mốc. Xếp loại sửa bằng nút “Đính chính xếp loại” ở trang của "
                "dòng này; nếu nhiệm vụ không được thông qua thì bấm “Bỏ mốc ghi nhầm” ở mốc đó trước."
            ),
            where=recorded_items,
        ),
    )
    actions = (actions.CORRECT_ITEM_GRADE,)


extend_register(
    CodeListItem,
    owned=(
        OwnedFields(
            ("code_list", "code", "fails"),
            _(
                "Xếp loại này đã dùng ở mốc nghiệm thu hoặc cuộc họp nên không đổi được danh mục, mã và mức đạt. Muốn đổi thì ghi "
                "ngày hết hiệu lực của mức này rồi thêm mức mới, mã khác, có hiệu lực từ ngày đổi. Tên gọi thì sửa được."
            ),
            where=used_grades,
            covers_empty=True,
        ),
    ),
)

# Councils stand below this area: what their meetings mean for tasks is added here.
extend_register(CouncilMember, writer=SeatOfTasksWriter())
extend_register(
    CouncilMeeting,
    actions=(actions.RECORD_CONCLUSIONS, actions.CORRECT_MEETING_DAY),
    writer=MeetingOfTasksWriter(),
    owned=(
        OwnedFields(
            ("kind", "held_on"),
            _(
                "Kết quả của cuộc họp đã ghi thành mốc của nhiệm vụ. Ngày họp sửa bằng nút “Đính chính ngày họp”."
            ),
            where=recorded_meetings,
        ),
    ),
)
