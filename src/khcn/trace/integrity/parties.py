"""Rules of the submissions, parties, keys and subscriptions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.trace.integrity.events import FROM_BACKUP
from khcn.trace.models import ApiKey, CaptureJob, Delivery, Event, Subscription, TraceParty
from khcn.trace.rules import check_confirmed_codes, check_gln

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

CORRECT_PARTY: Final = _("Mở cơ sở tham gia truy xuất, đối chiếu với giấy cấp mã của GS1 và sửa.")


@integrity_rule(
    "trace.job_count",
    _("Lần gửi ghi số sự kiện khác số đã lưu"),
    explanation=_("Số sự kiện đã nhận trả lời cho bên gửi phải là số sự kiện có trong kho."),
    remedy=FROM_BACKUP,
)
def job_count(_now: Moment) -> QuerySet[CaptureJob]:
    stored = Event.objects.filter(
        pk__gte=OuterRef("first_event"), pk__lte=OuterRef("last_event"), job=OuterRef("pk")
    )
    counted = Subquery(stored.order_by().values("job").annotate(n=Count("pk")).values("n"))
    rows = CaptureJob.objects.filter(accepted__gt=0).alias(_stored=Coalesce(counted, 0))
    return rows.exclude(accepted=F("_stored"))


@integrity_rule(
    "trace.job_stuck",
    _("Tài liệu sự kiện nhận hơn một ngày mà chưa ghi"),
    explanation=_("Tài liệu lớn được ghi trong vài phút; bên gửi đã được trả lời là nhận rồi."),
    remedy=_(
        "Xem trang Tình trạng hệ thống, khởi động lại dịch vụ; nếu vẫn còn thì báo người bảo trì phần mềm."
    ),
    page="system-status",
)
def job_stuck(now: Moment) -> QuerySet[CaptureJob]:
    return CaptureJob.objects.filter(finished_at__isnull=True, created_at__lt=now.at - timedelta(days=1))


@integrity_rule(
    "trace.job_body_left",
    _("Tài liệu sự kiện đã ghi xong mà bản gửi vẫn còn, hoặc chưa ghi mà bản gửi mất"),
    explanation=_("Bản gửi giữ đến khi ghi xong; chưa ghi mà mất thì tài liệu bên gửi đã gửi không còn."),
    remedy=FROM_BACKUP,
    page="system-status",
)
def job_body_left(_now: Moment) -> QuerySet[CaptureJob]:
    # What was given up keeps its document for the operator.
    return CaptureJob.objects.filter(
        Q(finished_at__isnull=True, body__isnull=True) | Q(success=True, body__isnull=False)
    )


@integrity_rule(
    "trace.job_given_up",
    _("Tài liệu sự kiện đã bị bỏ sau nhiều lần ghi không được"),
    explanation=_("Bên gửi đã được trả lời là nhận, rồi không sự kiện nào được ghi; bản gửi còn giữ lại."),
    remedy=_("Báo người bảo trì phần mềm với số của lần gửi, và báo bên gửi gửi lại."),
    level=IntegrityLevel.WARNING,
    page="system-status",
)
def job_given_up(_now: Moment) -> QuerySet[CaptureJob]:
    return CaptureJob.objects.filter(finished_at__isnull=False, success=False, body__isnull=False)


@integrity_rule(
    "trace.party_gln",
    _("Mã GLN của cơ sở tham gia truy xuất sai số kiểm tra"),
    explanation=_(
        "Mã GLN có 13 chữ số và số cuối là số kiểm tra; sai thì sự kiện không bao giờ nhận ra bên này."
    ),
    remedy=CORRECT_PARTY,
)
def party_gln(_now: Moment) -> QuerySet[TraceParty]:
    return TraceParty.objects.filter(pk__in=_refused("gln", check_gln))


@integrity_rule(
    "trace.party_codes",
    _("Mã hàng đã xác nhận của cơ sở tham gia truy xuất không đọc được"),
    explanation=_(
        "Mã hàng là mã doanh nghiệp GS1 hoặc mã GTIN; mã sai thì trang tra cứu không nêu tên nhà sản xuất."
    ),
    remedy=CORRECT_PARTY,
)
def party_codes(_now: Moment) -> QuerySet[TraceParty]:
    return TraceParty.objects.filter(pk__in=_refused("confirmed_codes", check_confirmed_codes))


def _refused(column: str, check: Callable[[str], None]) -> list[int]:
    """Parties whose column its validator refuses: few are read, and no query knows check digits."""
    found = []
    for pk, value in (
        TraceParty.objects.exclude(**{column: ""}).values_list("pk", column).iterator(chunk_size=2000)
    ):
        try:
            check(value)
        except ValidationError:
            found.append(pk)
    return found


@integrity_rule(
    "trace.key_days",
    _("Khóa truy cập hết hạn hoặc bị thu hồi trước khi được cấp"),
    explanation=_("Khóa có hiệu lực từ lúc cấp; thứ tự ngược là bị ghi ngoài chương trình."),
    remedy=_("Mở cơ sở tham gia truy xuất, thu hồi khóa và cấp khóa mới; báo người bảo trì phần mềm."),
    leads_to=("party_id", "trace.traceparty"),
)
def key_days(_now: Moment) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(Q(expires_at__lte=F("issued_at")) | Q(revoked_at__lt=F("issued_at")))


@integrity_rule(
    "trace.key_of_other_party",
    _("Khóa truy cập thay cho khóa của bên khác"),
    explanation=_("Khóa mới thay khóa cũ của cùng một bên."),
    remedy=_("Mở cơ sở tham gia truy xuất, thu hồi khóa và cấp khóa mới; báo người bảo trì phần mềm."),
    leads_to=("party_id", "trace.traceparty"),
)
def key_of_other_party(_now: Moment) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(replaces__isnull=False).exclude(replaces__party=F("party"))


@integrity_rule(
    "trace.delivery_waiting",
    _("Lượt gửi sự kiện cho bên đăng ký chờ hơn một tuần"),
    explanation=_(
        "Lượt gửi được thử lại rồi gác sau nhiều lần hỏng; chờ lâu mà không gác là việc gửi không chạy."
    ),
    remedy=_(
        "Xem trang Tình trạng hệ thống, khởi động lại dịch vụ; nếu vẫn còn thì báo người bảo trì phần mềm."
    ),
    level=IntegrityLevel.WARNING,
    page="system-status",
)
def delivery_waiting(now: Moment) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        delivered_at__isnull=True,
        parked_at__isnull=True,
        subscription__in=Subscription.answered(at=now.at),
        created_at__lt=now.at - timedelta(days=7),
    )


@integrity_rule(
    "trace.subscription_unscheduled",
    _("Đăng ký theo lịch không có lần chạy tới"),
    explanation=_(
        "Đăng ký theo lịch luôn có lần tới; thiếu thì bên đăng ký không bao giờ nhận được nữa mà không biết."
    ),
    remedy=_("Bên đăng ký hủy đăng ký rồi đăng ký lại; báo người bảo trì phần mềm."),
)
def subscription_unscheduled(_now: Moment) -> QuerySet[Subscription]:
    return Subscription.objects.filter(stream=False, parked_at__isnull=True, next_run_at__isnull=True)


@integrity_rule(
    "trace.subscription_of_other_party",
    _("Đăng ký nhận sự kiện dùng khóa của bên khác"),
    explanation=_(
        "Đăng ký trả lời câu truy vấn của một bên và sống theo khóa của chính bên ấy; khóa của bên khác thì thu hồi mọi khóa của "
        "bên này vẫn không dừng được việc gửi."
    ),
    remedy=_(
        "Mở cơ sở tham gia truy xuất, gỡ đăng ký ấy rồi để bên đó đăng ký lại; báo người bảo trì phần mềm."
    ),
)
def subscription_of_other_party(_now: Moment) -> QuerySet[Subscription]:
    return Subscription.objects.exclude(key__party=F("query__party"))
