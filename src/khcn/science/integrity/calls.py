"""Rules of calls and of what is handed in for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractHour, ExtractMinute, TruncDate
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.science.enums import CallKind
from khcn.science.models import ProposalCall, Submission
from khcn.science.workflow import RECEIVED, VALID

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

_ASK_MAINTAINER: Final = _(
    "Đây là dữ liệu bị ghi ngoài chương trình: mở nhật ký của bản ghi và báo người bảo trì phần mềm."
)
_OPENED: Final = ("opened", "closed")
_LONG_AFTER: Final = timedelta(days=92)


def _minute(path: str) -> Combinable:
    """The minute of the day, by the clock here."""
    return ExtractHour(path) * 60 + ExtractMinute(path)


@integrity_rule(
    "science.submission_without_receipt",
    _("Hồ sơ đã nộp mà thiếu số biên nhận hoặc giờ nộp"),
    explanation=_(
        "Nộp xong thì có số biên nhận, ngày và giờ nộp; thiếu thì không biết hồ sơ nộp đúng hạn hay muộn."
    ),
    remedy=_ASK_MAINTAINER,
)
def submission_without_receipt(_now: Moment) -> QuerySet[Submission]:
    lacking = Q(receipt="") | Q(submitted_at=None) | Q(submitted_on=None)
    has_one = ~Q(receipt="") | Q(submitted_at__isnull=False) | Q(submitted_on__isnull=False)
    return Submission.objects.filter(lacking, Q(state__in=RECEIVED) | has_one, taken_over=False)


@integrity_rule(
    "science.submission_receipt_twice",
    _("Hai hồ sơ nộp cùng số biên nhận"),
    explanation=_("Mỗi số biên nhận là của một hồ sơ; trùng số thì không biết số đó nhận hồ sơ nào."),
    remedy=_ASK_MAINTAINER,
)
def submission_receipt_twice(_now: Moment) -> QuerySet[Submission]:
    others = Submission.objects.filter(receipt=OuterRef("receipt")).exclude(pk=OuterRef("pk"))
    return Submission.objects.exclude(receipt="").filter(Exists(others))


@integrity_rule(
    "science.submission_out_of_time",
    _("Hồ sơ nộp trước ngày nhận, hoặc sau hạn mà không ghi nộp muộn"),
    explanation=_(
        "Hồ sơ chỉ nhận từ ngày ghi ở thông báo; nộp sau phút ghi ở thông báo thì mang dấu “nộp muộn”, gia hạn về sau cũng không bỏ dấu này."
    ),
    remedy=_ASK_MAINTAINER,
)
def submission_out_of_time(_now: Moment) -> QuerySet[Submission]:
    rows = Submission.objects.alias(
        _day=TruncDate("submitted_at"),
        _came=_minute("submitted_at"),
        _last=_minute("call__closes_time"),
    )
    after = Q(_day__gt=F("call__closes_on")) | Q(_day=F("call__closes_on"), _came__gt=F("_last"))
    early = Q(_day__lt=F("call__opens_on"))
    return rows.filter(early | (after & Q(is_late=False)), state__in=RECEIVED, taken_over=False)


@integrity_rule(
    "science.call_opened_early",
    _("Thông báo mở hồ sơ khi chưa hết hạn nộp"),
    explanation=_(
        "Hồ sơ chỉ mở sau hạn nộp; mở sớm thì có người đọc được hồ sơ khi người khác còn đang nộp."
    ),
    remedy=_ASK_MAINTAINER,
)
def call_opened_early(_now: Moment) -> QuerySet[ProposalCall]:
    rows = ProposalCall.objects.alias(
        _day=TruncDate("opened_at"), _opened=_minute("opened_at"), _last=_minute("closes_time")
    )
    before = Q(_day__lt=F("closes_on")) | Q(_day=F("closes_on"), _opened__lte=F("_last"))
    return rows.filter(before, taken_over=False)


@integrity_rule(
    "science.call_opening_unsaid",
    _("Thông báo đã mở hồ sơ mà không ghi giờ mở, hoặc ghi giờ mở mà chưa mở"),
    explanation=_(
        "Giờ mở và người dự có từ bước “Mở hồ sơ” và in ở biên bản; trạng thái nói một điều khác thì một trong hai sai."
    ),
    remedy=_ASK_MAINTAINER,
)
def call_opening_unsaid(_now: Moment) -> QuerySet[ProposalCall]:
    is_opened = Q(state__in=_OPENED)
    return ProposalCall.objects.filter(
        Q(is_opened, opened_at__isnull=True) | (~is_opened & Q(opened_at__isnull=False)), taken_over=False
    )


@integrity_rule(
    "science.submission_without_proposal",
    _("Hồ sơ hợp lệ đã mở từ lâu mà chưa thành đề xuất đặt hàng"),
    explanation=_(
        "Hồ sơ hợp lệ của thông báo nhận đề xuất đều được xem xét; hơn ba tháng sau khi mở chưa thành đề xuất thường là quên, và không "
        "vào số liệu đề xuất."
    ),
    remedy=_("Mở thông báo và bấm “Lập đề xuất từ hồ sơ hợp lệ”."),
    level=IntegrityLevel.WARNING,
)
def submission_without_proposal(now: Moment) -> QuerySet[Submission]:
    return Submission.objects.filter(
        state=VALID,
        call__kind=CallKind.PROPOSALS,
        call__opened_at__lt=now.at - _LONG_AFTER,
        proposal=None,
        taken_over=False,
    )
