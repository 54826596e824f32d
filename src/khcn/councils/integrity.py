"""What must be so of councils, their seats and meetings, and what no constraint refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.councils.models import SOLE_ROLES, CouncilKind, CouncilMeeting, CouncilMember
from khcn.councils.operations import ALSO_MEETS_FOR
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import beside_an_earlier_one

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_MEETING: Final = _(
    "Mở cuộc họp và hội đồng, đối chiếu với quyết định thành lập và biên bản, rồi sửa cột sai."
)
CORRECT_SEAT: Final = _("Mở hội đồng, tab thành viên: sửa ngày giữ chức, hoặc xóa dòng ghi thừa.")


@integrity_rule(
    "councils.meeting_kind",
    _("Loại cuộc họp không phải việc của hội đồng"),
    explanation=_(
        "Mỗi hội đồng họp việc của loại hội đồng đó; loại sai làm cuộc họp vào nhầm dòng của báo cáo."
    ),
    remedy=CORRECT_MEETING,
)
def meeting_kind(_now: Moment) -> QuerySet[CouncilMeeting]:
    fits = Q(kind=F("council__kind"))
    for council, kinds in ALSO_MEETS_FOR.items():
        fits |= Q(council__kind=council, kind__in=kinds)
    return CouncilMeeting.objects.filter(~fits, council__isnull=False)


@integrity_rule(
    "councils.meeting_outside_council",
    _("Cuộc họp trước khi hội đồng thành lập hoặc sau khi kết thúc"),
    explanation=_("Hội đồng chỉ họp trong thời gian từ quyết định thành lập đến khi kết thúc."),
    remedy=CORRECT_MEETING,
)
def meeting_outside_council(_now: Moment) -> QuerySet[CouncilMeeting]:
    return CouncilMeeting.objects.filter(
        Q(held_on__lt=F("council__established_on")) | Q(held_on__gt=F("council__dissolved_on"))
    )


@integrity_rule(
    "councils.minutes_future",
    _("Biên bản ghi ngày chưa đến"),
    explanation=_("Biên bản đã có số thì đã lập; ngày chưa đến làm số thuộc sổ của năm sau."),
    remedy=CORRECT_MEETING,
)
def minutes_future(now: Moment) -> QuerySet[CouncilMeeting]:
    return CouncilMeeting.objects.filter(minutes_on__gt=now.on)


@integrity_rule(
    "councils.person_two_seats",
    _("Một người giữ hai chức danh cùng lúc trong hội đồng"),
    explanation=_(
        "Mỗi người mỗi lúc một chức danh; ghi hai dòng thì số thành viên và số cần có mặt đều sai."
    ),
    remedy=CORRECT_SEAT,
)
def person_two_seats(_now: Moment) -> QuerySet[CouncilMember]:
    return beside_an_earlier_one(
        CouncilMember.objects.all(), "council", "person", begins="from_on", ends="to_on"
    )


@integrity_rule(
    "councils.role_two_persons",
    _("Hội đồng có hai chủ tịch hoặc hai thư ký cùng lúc"),
    explanation=_("Mỗi lúc một chủ tịch, một thư ký; biên bản in cả hai."),
    remedy=CORRECT_SEAT,
)
def role_two_persons(_now: Moment) -> QuerySet[CouncilMember]:
    sole = CouncilMember.objects.filter(role__in=SOLE_ROLES)
    return beside_an_earlier_one(sole, "council", "role", begins="from_on", ends="to_on")


@integrity_rule(
    "councils.seat_before_council",
    _("Thành viên giữ chức từ trước khi hội đồng thành lập"),
    explanation=_("Thành viên có từ quyết định thành lập trở đi; một trong hai ngày ghi nhầm."),
    remedy=CORRECT_SEAT,
    level=IntegrityLevel.WARNING,
)
def seat_before_council(_now: Moment) -> QuerySet[CouncilMember]:
    return CouncilMember.objects.filter(from_on__lt=F("council__established_on"))


@integrity_rule(
    "councils.seat_after_council",
    _("Thành viên được thêm sau khi hội đồng kết thúc"),
    explanation=_(
        "Hội đồng đã kết thúc thì không có thành viên mới; ngày kết thúc hoặc ngày giữ chức ghi nhầm."
    ),
    remedy=CORRECT_SEAT,
    level=IntegrityLevel.WARNING,
)
def seat_after_council(_now: Moment) -> QuerySet[CouncilMember]:
    return CouncilMember.objects.filter(from_on__gte=F("council__dissolved_on"))


@integrity_rule(
    "councils.meeting_members",
    _("Số thành viên của cuộc họp khác danh sách hội đồng vào ngày họp"),
    explanation=_(
        "Số cần có mặt tính theo danh sách; hai số khác nhau thì không biết cuộc họp có đủ người hay không."
    ),
    remedy=_(
        "Mở cuộc họp và danh sách thành viên hội đồng vào ngày họp; sửa số thành viên hoặc danh sách cho khớp biên bản."
    ),
    level=IntegrityLevel.WARNING,
)
def meeting_members(_now: Moment) -> QuerySet[CouncilMeeting]:
    day = OuterRef("held_on")
    seated = CouncilMember.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gt=day), council=OuterRef("council"), from_on__lte=day
    )
    counted = seated.order_by().values("council").annotate(n=Count("pk")).values("n")
    seats = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    rows = CouncilMeeting.objects.alias(_seats=seats).filter(members_total__isnull=False, _seats__gt=0)
    return rows.exclude(members_total=F("_seats"))


@integrity_rule(
    "councils.acceptance_unnumbered",
    _("Cuộc họp nghiệm thu có kết luận từ lâu mà chưa ghi số biên bản"),
    explanation=_(
        "Hồ sơ nghiệm thu cần biên bản; hơn ba tháng chưa ghi số thường là chưa lập hoặc chưa nhập."
    ),
    remedy=_("Mở cuộc họp: lập biên bản để lấy số, hoặc ghi số biên bản giấy bằng nút “Sửa”."),
    level=IntegrityLevel.WARNING,
)
def acceptance_unnumbered(now: Moment) -> QuerySet[CouncilMeeting]:
    rows = CouncilMeeting.objects.filter(
        kind=CouncilKind.ACCEPTANCE,
        minutes_number="",
        held_on__lt=now.on - timedelta(days=92),
        taken_over=False,
    )
    return rows.exclude(conclusion="")
