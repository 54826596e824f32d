"""What must be so of background work, beside what the alarms look at every few seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.jobs.daily import all_daily
from khcn.kernel.jobs.enqueueing import NotAJobError, find_job
from khcn.kernel.jobs.models import DailyRun, WorkFailure
from khcn.kernel.jobs.recurring import all_recurring

if TYPE_CHECKING:
    from django.db.models import QuerySet

SEE_STATUS: Final = _(
    "Xem trang Tình trạng hệ thống; khởi động lại dịch vụ, nếu vẫn còn thì báo người bảo trì phần mềm."
)


def _known() -> list[str]:
    return [*(each.path for each in all_daily()), *(each.path for each in all_recurring())]


@integrity_rule(
    "jobs.failure_without_job",
    _("Việc tự động ghi là hỏng mà phần mềm không còn việc đó"),
    explanation=_("Việc đã đổi tên hoặc bị bỏ ở bản mới: không ai làm lại nữa nên báo động đứng mãi."),
    remedy=_("Báo người bảo trì phần mềm xóa dòng này sau khi nâng cấp."),
    page="system-status",
)
def failure_without_job(_now: Moment) -> QuerySet[WorkFailure]:
    return WorkFailure.objects.exclude(path__in=_known())


@integrity_rule(
    "jobs.done_in_future",
    _("Việc hằng ngày ghi đã làm vào ngày chưa đến"),
    explanation=_("Đồng hồ máy chủ đã chạy sai; việc của ngày đó có thể bị bỏ qua."),
    remedy=_("Xem đồng hồ của máy chủ (timedatectl). Việc được làm lại ở lần tới và dòng này tự đúng."),
    page="system-status",
)
def done_in_future(now: Moment) -> QuerySet[DailyRun]:
    return DailyRun.objects.filter(done_on__gt=now.on)


@integrity_rule(
    "jobs.waiting_for_days",
    _("Việc xếp hàng chờ hơn một ngày"),
    explanation=_(
        "Việc xếp hàng được làm trong vài giây; chờ hơn một ngày là hàng bị tắc sau một việc khác."
    ),
    remedy=SEE_STATUS,
    page="system-status",
)
def waiting_for_days(now: Moment) -> QuerySet[Any]:
    due = Q(run_after=get_date_max()) | Q(run_after__lt=now.at)
    return DBTaskResult.objects.filter(
        due, status=TaskResultStatus.READY, enqueued_at__lt=now.at - timedelta(days=1)
    )


@integrity_rule(
    "jobs.running_for_days",
    _("Việc xếp hàng ghi đang làm hơn một ngày"),
    explanation=_(
        "Không việc nào lâu như vậy: tiến trình làm nó đã bị ngắt và không ai đưa việc trở lại hàng."
    ),
    remedy=SEE_STATUS,
    page="system-status",
)
def running_for_days(now: Moment) -> QuerySet[Any]:
    return DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=now.at - timedelta(days=1)
    )


@integrity_rule(
    "jobs.other_function",
    _("Việc xếp hàng gọi hàm mà phần mềm không có"),
    explanation=_("Việc được xếp bởi một bản phần mềm khác; đến lượt thì nó hỏng."),
    remedy=SEE_STATUS,
    page="system-status",
    level=IntegrityLevel.WARNING,
)
def other_function(_now: Moment) -> QuerySet[Any]:
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    paths = {each for each in waiting.values_list("args_kwargs__args__0", flat=True).distinct() if each}
    lost = Q(pk__in=())
    for path in paths:
        try:
            find_job(str(path))
        except (ImportError, NotAJobError, IndexError):
            lost |= Q(args_kwargs__args__0=path)
    return waiting.filter(lost)
