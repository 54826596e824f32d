"""Whether a council could decide: who sat on it on the day, who led it, and how many of them came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.councils.models import CouncilKind, CouncilRole
from khcn.kernel.dated.models import version_in_force
from khcn.reference.models import RuleParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.councils.models import CouncilMeeting, CouncilMember

# Of the members of an advisory council, how many of a hundred have to be there, rounded up to a whole per cent.
QUORUM: Final = "council_quorum_percent"
_LEADERS: Final = frozenset({CouncilRole.CHAIR, CouncilRole.VICE_CHAIR})


def why_no_quorum(meeting: CouncilMeeting, seats: Sequence[CouncilMember]) -> str:
    """Why these members could not decide at the meeting, or why that is not on record; "" when they could."""
    if not seats:
        return _(
            "Chưa ghi ai là thành viên hội đồng vào ngày họp. Chọn hội đồng của cuộc họp và ghi thành viên ở trang của hội đồng rồi "
            "lập biên bản."
        )
    if not any(each.role in _LEADERS for each in seats):
        return _(
            "Hội đồng không có chủ tịch hoặc phó chủ tịch vào ngày họp. Ghi ở trang của hội đồng rồi lập biên bản."
        )
    total, present = meeting.members_total, meeting.members_present
    if total is not None and total != len(seats):
        return _(
            "Cuộc họp ghi %(total)d thành viên, danh sách thành viên hội đồng vào ngày họp có %(seats)d. Sửa số thành viên hoặc danh "
            "sách cho khớp rồi lập biên bản."
        ) % {"total": total, "seats": len(seats)}
    if present is not None and present > len(seats):
        return _("Số thành viên có mặt (%(present)d) lớn hơn số thành viên của hội đồng (%(seats)d).") % {
            "present": present,
            "seats": len(seats),
        }
    return _why_too_few(meeting, len(seats))


def _why_too_few(meeting: CouncilMeeting, seats: int) -> str:
    """The rule is that of the day of the meeting; the provincial council has regulations of its own."""
    rule = version_in_force(RuleParameter.objects.filter(code=QUORUM), on=meeting.held_on)
    if rule is None or meeting.kind == CouncilKind.PROVINCIAL:
        return ""
    present = meeting.members_present
    if present is None:
        return _("Chưa ghi số thành viên có mặt. Ghi ở cuộc họp rồi lập biên bản.")
    needed = next(count for count in range(seats + 1) if -(-100 * count // seats) >= rule.value)
    if present >= needed:
        return ""
    return _(
        "Cuộc họp có mặt %(present)d trong %(seats)d thành viên; quy định cần ít nhất %(needed)d (mã %(code)s ở danh mục tham số quy "
        "định). Xem lại số thành viên có mặt; nếu đúng thì họp lại."
    ) % {"present": present, "seats": seats, "needed": needed, "code": QUORUM}
