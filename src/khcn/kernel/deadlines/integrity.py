"""What must be so of the rows of deadlines. Whether their days are right the nightly comparison computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from khcn.kernel.calendar.terms import EventKind
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import Deadline, DeadlineEvent, LateEntry, PersonalSettings
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.named_records import without_named_record

if TYPE_CHECKING:
    from django.db.models import QuerySet

RECOMPUTED: Final = _(
    "Việc đối chiếu thời hạn hằng đêm tự sửa; nếu hôm sau vẫn còn thì báo người bảo trì phần mềm."
)
WRITTEN_OUTSIDE: Final = _(
    "Đây là dữ liệu bị ghi ngoài chương trình: xem nhật ký của hồ sơ và báo người bảo trì phần mềm."
)
RECOMPUTE: Final = "khcn.kernel.deadlines.jobs.recompute_stale_job"


@integrity_rule(
    "deadlines.record_gone",
    _("Thời hạn của hồ sơ không còn"),
    explanation=_("Thời hạn đi theo hồ sơ; hồ sơ mất mà thời hạn còn thì vẫn nhắc hạn một việc không có."),
    remedy=RECOMPUTED,
)
def record_gone(_now: Moment) -> QuerySet[Deadline]:
    return without_named_record(Deadline.objects.all(), model="subject_model", key="subject_id")


@integrity_rule(
    "deadlines.unknown_kind",
    _("Thời hạn thuộc loại mà phần mềm không biết"),
    explanation=_("Loại thời hạn đã bị bỏ ở bản phần mềm này, nên thời hạn không được tính lại nữa."),
    remedy=RECOMPUTED,
)
def unknown_kind(_now: Moment) -> QuerySet[Deadline]:
    known = Q(pk__in=())
    for subject, kinds in registry.by_subject.items():
        known |= Q(subject_model=subject, kind__in=[each.code for each in kinds])
    return Deadline.objects.exclude(known)


@integrity_rule(
    "deadlines.stale",
    _("Thời hạn chờ tính lại mà không có việc nào đang tính"),
    explanation=_(
        "Khi quy định đổi, thời hạn được đánh dấu và tính lại ở nền; không còn việc tính thì ngày cũ đứng mãi."
    ),
    remedy=_(
        "Khởi động lại dịch vụ; việc đối chiếu thời hạn hằng đêm tính lại. Nếu hôm sau vẫn còn thì báo người bảo trì."
    ),
)
def stale(_now: Moment) -> QuerySet[Deadline]:
    open_states = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    at_work = DBTaskResult.objects.filter(status__in=open_states, args_kwargs__args__0=RECOMPUTE)
    return Deadline.objects.filter(~Exists(at_work), is_stale=True)


@integrity_rule(
    "deadlines.mark_without_record",
    _("Dấu “ghi là đúng hạn sau khi hết hạn” khác nhật ký"),
    explanation=_(
        "Kết quả ghi sau hạn phải có dấu, và dấu có bản ghi trong nhật ký; khác nhau là có người bỏ hoặc thêm dấu."
    ),
    remedy=WRITTEN_OUTSIDE,
)
def mark_without_record(_now: Moment) -> QuerySet[Deadline]:
    record = LateEntry.objects.filter(
        subject_model=OuterRef("subject_model"), subject_id=OuterRef("subject_id"), kind=OuterRef("kind")
    )
    same = record.filter(entered_on=OuterRef("met_in_time_entered_on"))
    marked = Q(met_in_time_entered_on__isnull=False)
    return Deadline.objects.filter((marked & ~Exists(same)) | (~marked & Exists(record)))


@integrity_rule(
    "deadlines.event_without_record",
    _("Việc dừng, gia hạn của hồ sơ không còn"),
    explanation=_("Hồ sơ đã dừng hoặc gia hạn thời hạn thì không xóa được."),
    remedy=WRITTEN_OUTSIDE,
)
def event_without_record(_now: Moment) -> QuerySet[DeadlineEvent]:
    return without_named_record(DeadlineEvent.objects.all(), model="subject_model", key="subject_id")


@integrity_rule(
    "deadlines.resumed_unstopped",
    _("Tính tiếp thời hạn mà trước đó không tạm dừng"),
    explanation=_(
        "Tính tiếp theo sau tạm dừng; thiếu lần tạm dừng thì thời hạn không được cộng những ngày đã dừng."
    ),
    remedy=WRITTEN_OUTSIDE,
)
def resumed_unstopped(_now: Moment) -> QuerySet[DeadlineEvent]:
    stopped = DeadlineEvent.objects.filter(
        subject_model=OuterRef("subject_model"),
        subject_id=OuterRef("subject_id"),
        kind=OuterRef("kind"),
        event=EventKind.STOP.value,
        on__lte=OuterRef("on"),
    )
    return DeadlineEvent.objects.filter(~Exists(stopped), event=EventKind.RESUME.value)


@integrity_rule(
    "deadlines.extended_backwards",
    _("Gia hạn đến một ngày trước ngày quyết định gia hạn"),
    explanation=_("Hạn mới đứng sau ngày quyết định gia hạn; đứng trước thì hồ sơ quá hạn ngay."),
    remedy=_("Mở hồ sơ, tab thời hạn, đối chiếu với văn bản gia hạn và gia hạn lại cho đúng."),
    level=IntegrityLevel.WARNING,
)
def extended_backwards(_now: Moment) -> QuerySet[DeadlineEvent]:
    return DeadlineEvent.objects.filter(until__lt=F("on"))


@integrity_rule(
    "deadlines.settings_of_nobody",
    _("Thiết lập nhắc việc của tài khoản không còn"),
    explanation=_("Địa chỉ lịch bí mật vẫn còn hiệu lực cho một tài khoản không có."),
    remedy=WRITTEN_OUTSIDE,
)
def settings_of_nobody(_now: Moment) -> QuerySet[PersonalSettings]:
    accounts = get_user_model()._base_manager.filter(pk=OuterRef("user_id"))
    return PersonalSettings.objects.filter(~Exists(accounts))
