"""Registers of councils, their members and meetings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.councils import indicators, rules
from khcn.councils.models import Council, CouncilMeeting, CouncilMember
from khcn.councils.operations import (
    CouncilWriter,
    MeetingWriter,
    SeatWriter,
    correct_minutes_number,
    lock_council_of,
    swap_roles,
    why_not_correct_minutes_number,
    with_minutes,
)
from khcn.councils.queries import UNREACHED, with_reach, with_unreached
from khcn.kernel.access.scopes import Department
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Register, Section

CORRECT_MINUTES_NUMBER = correction(
    name="correct-minutes-number",
    label=_("Đính chính số biên bản"),
    operation=correct_minutes_number,
    subject="meeting",
    writes=("minutes_number", "minutes_on"),
    guard=why_not_correct_minutes_number,
    source=CouncilMeeting,
    initial=initial_from_stored_values("minutes_number", "minutes_on"),
    inputs=(Section(_("Kết quả"), "minutes_number", "minutes_on"),),
)

SWAP_ROLES = Action(
    name="swap-roles",
    label=_("Đổi chức danh cho nhau"),
    operation=swap_roles,
    subject="seat",
    source=CouncilMember,
    lock_first=lock_council_of,
    inputs=(Section(_("Đổi chức danh với"), "person"),),
    icon="arrows-exchange",
    help_text=_(
        "Dùng khi ghi nhầm chức danh của hai thành viên: mỗi người nhận chức danh của người kia, cùng một lúc."
    ),
)


_UNREACHED = _("không ai nhận được: chưa có tài khoản nào của Sở cùng thư điện tử với người này")


class CouncilsRegister(Register):
    """What the science division keeps about councils."""

    owner = "QLKH"
    scope = Department(write=rules.science_staff)


@register
class Councils(CouncilsRegister):
    model = Council
    slug = "councils"
    icon = "users-group"
    columns = (Column("name", look="link"), "code", "kind", "decision", "established_on", "dissolved_on")
    filters = {
        "kind": ["exact"],
        "decision": ["exact"],
        "established_on": ["gte", "lt"],
        "dissolved_on": ["gte", "lt"],
    }
    form = (
        Section(_("Hội đồng"), "code", "kind", "name"),
        Section(_("Quyết định thành lập"), "decision", "established_on", "dissolved_on"),
    )
    natural_key = ("code",)
    codes_by = "kind"
    lookup = "code"
    lookup_aliases = ("name",)
    shown = "name"
    date_field = "established_on"
    writer = CouncilWriter()


@register
class CouncilMembers(CouncilsRegister):
    model = CouncilMember
    slug = "council-members"
    icon = "user-check"
    columns = (
        Column("person", look="link"),
        "council",
        "role",
        "from_on",
        "to_on",
        Column("reach", _("Lịch họp"), choices=((UNREACHED, _UNREACHED),), hidden=True),
    )
    filters = {
        "council": ["exact"],
        "person": ["exact"],
        "role": ["exact"],
        "from_on": ["gte", "lt"],
        "to_on": ["gte", "lt"],
    }
    search = ("person", "council")
    form = (Section(_("Thành viên hội đồng"), "council", "person", "role", "from_on", "to_on"),)
    panel_of = (
        Panel("person", _("Hội đồng tham gia"), position=30),
        Panel("council", _("Thành viên"), position=10),
    )
    natural_key = ("council", "person", "from_on")
    order = ("person__sort_key",)
    date_field = "from_on"
    writer = SeatWriter()
    annotate = with_reach
    actions = (SWAP_ROLES,)


@register
class CouncilMeetings(CouncilsRegister):
    model = CouncilMeeting
    charts = ("HD-01",)
    slug = "council-meetings"
    icon = "messages"
    columns = (
        Column("held_on", look="link"),
        "starts_at",
        "kind",
        "subject",
        "for_year",
        "council",
        "minutes_number",
        Column("code", hidden=True),
        Column("minutes_on", hidden=True),
        Column("venue", hidden=True),
        Column("members_present", hidden=True),
        Column("members_total", hidden=True),
        Column("unreached", _("Số thành viên không nhận được lịch họp"), hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "council": ["exact"],
        "for_year": ["exact"],
        "held_on": ["gte", "lt"],
        "minutes_on": ["gte", "lt"],
    }
    form = (
        Section(_("Cuộc họp"), "code", "kind", "council", "subject", "for_year"),
        Section(_("Thời gian, địa điểm"), "held_on", "starts_at", "venue"),
        Section(_("Thành phần"), "members_total", "members_present"),
        Section(_("Kết quả"), "minutes_number", "minutes_on", "conclusion"),
    )
    panel_of = (Panel("council", _("Cuộc họp"), position=20),)
    natural_key = ("code",)
    lookup = "code"
    shown = "subject"
    order = ("-held_on", "starts_at")
    date_field = "held_on"
    writer = MeetingWriter()
    annotate = with_unreached
    owned = (
        OwnedFields(
            ("minutes_number", "minutes_on"),
            _("Số, ngày biên bản do biên bản đã cấp ghi. Muốn đổi thì thay thế hoặc thu hồi biên bản đó."),
            where=with_minutes,
            covers_empty=True,
        ),
        OwnedFields(
            ("minutes_number", "minutes_on"),
            _("Số, ngày biên bản đã ghi sửa bằng nút “Đính chính số biên bản”."),
        ),
    )
    actions = (CORRECT_MINUTES_NUMBER,)
    indicators = indicators.MEETINGS
