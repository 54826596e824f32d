"""What must be so of events and the rows beside them, which hold plain numbers instead of foreign keys.

The tables grow with every scan of a label; each rule is one statement that joins two of them by their keys.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.trace.models import (
    CaptureJob,
    Event,
    EventObject,
    Identity,
    KnownValue,
    LineageEdgeEnd,
    MasterRecord,
    PartyObject,
    TraceParty,
)
from khcn.trace.stored_codes import GOODS_ROLES, EdgeKind, EdgeSide, Listing

if TYPE_CHECKING:
    from django.db.models import QuerySet

FROM_BACKUP: Final = _(
    "Dữ liệu sự kiện bị sửa ngoài chương trình hoặc mất một phần: giữ nguyên máy chủ, phục hồi từ bản sao lưu, báo người bảo trì."
)
_MICRO: Final = 1_000_000


def _without_event() -> Q:
    return ~Q(Exists(Event.objects.filter(pk=OuterRef("event"))))


@integrity_rule(
    "trace.event_without_identity",
    _("Sự kiện không có dòng nhận dạng"),
    explanation=_(
        "Dòng nhận dạng giữ cho một sự kiện chỉ ghi một lần; thiếu thì gửi lại sự kiện sẽ ghi lần nữa."
    ),
    remedy=FROM_BACKUP,
)
def event_without_identity(_now: Moment) -> QuerySet[Event]:
    # No index leads from an event to its identity: SQLite reads them all once for NOT IN, PostgreSQL for NOT EXISTS.
    if connection.vendor == "postgresql":
        return Event.objects.filter(~Exists(Identity.objects.filter(event=OuterRef("pk"))))
    return Event.objects.exclude(pk__in=Identity.objects.values("event"))


@integrity_rule(
    "trace.identity_without_event",
    _("Dòng nhận dạng của sự kiện không còn"),
    explanation=_("Sự kiện không bao giờ bị xóa; dòng còn lại làm sự kiện ấy không ghi lại được nữa."),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
    implies=("trace.event_without_identity",),
)
def identity_without_event(_now: Moment) -> QuerySet[Identity]:
    return Identity.objects.filter(_without_event())


@integrity_rule(
    "trace.identity_time",
    _("Dòng nhận dạng ghi sai thời điểm hoặc bên gửi của sự kiện"),
    explanation=_("Thời điểm cho biết sự kiện nằm ở phần nào của bảng; sai thì không tìm thấy sự kiện."),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
)
def identity_time(_now: Moment) -> QuerySet[Identity]:
    event = Event.objects.filter(pk=OuterRef("event"))
    same = event.filter(event_time=OuterRef("event_time"), owner=OuterRef("owner"))
    return Identity.objects.filter(Exists(event), ~Exists(same))


@integrity_rule(
    "trace.object_without_event",
    _("Hàng hóa ghi trong sự kiện không còn"),
    explanation=_("Dòng tìm kiếm dẫn đến một sự kiện không có; trang tra cứu của hàng hóa hỏng."),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
    implies=("trace.event_rows",),
)
def object_without_event(_now: Moment) -> QuerySet[EventObject]:
    return EventObject.objects.filter(_without_event())


@integrity_rule(
    "trace.object_time",
    _("Dòng hàng hóa ghi sai thời điểm hoặc bên gửi của sự kiện"),
    explanation=_(
        "Tìm theo hàng hóa dùng thời điểm và bên gửi của dòng này; sai thì sự kiện bị bỏ sót hoặc lộ cho bên khác."
    ),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
)
def object_time(_now: Moment) -> QuerySet[EventObject]:
    event = Event.objects.filter(pk=OuterRef("event"))
    same = event.filter(event_time=OuterRef("event_time"), owner=OuterRef("owner"))
    return EventObject.objects.filter(Exists(event), ~Exists(same))


@integrity_rule(
    "trace.object_unknown_to_party",
    _("Hàng hóa trong sự kiện của một bên mà không có trong danh sách hàng hóa của bên ấy"),
    explanation=_(
        "Quyền xem sự kiện của bên khác bắt đầu từ danh sách này; thiếu thì bên ấy không thấy sự kiện mà họ được thấy."
    ),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
)
def object_unknown_to_party(_now: Moment) -> QuerySet[EventObject]:
    known = PartyObject.objects.filter(owner=OuterRef("owner"), thing=OuterRef("thing"))
    return EventObject.objects.filter(~Exists(known), role__in=[role.value for role in GOODS_ROLES])


@integrity_rule(
    "trace.edge_without_event",
    _("Cạnh truy xuất của sự kiện không còn"),
    explanation=_("Truy ngược nguồn gốc đi qua một sự kiện không có."),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
    implies=("trace.event_rows",),
)
def edge_without_event(_now: Moment) -> QuerySet[LineageEdgeEnd]:
    return LineageEdgeEnd.objects.filter(_without_event())


@integrity_rule(
    "trace.edge_one_sided",
    _("Cạnh truy xuất chỉ có một đầu"),
    explanation=_("Một cạnh dẫn từ hàng này sang hàng kia; mất một đầu thì đường truy xuất đứt ở đó."),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
    implies=("trace.event_rows",),
)
def edge_one_sided(_now: Moment) -> QuerySet[LineageEdgeEnd]:
    other = LineageEdgeEnd.objects.filter(event=OuterRef("event"), part=OuterRef("part"))
    one_sided = (EdgeKind.EMPTYING,)
    source = Q(side=EdgeSide.SOURCE.value) & ~Exists(other.filter(side=EdgeSide.PRODUCT.value))
    product = Q(side=EdgeSide.PRODUCT.value) & ~Exists(other.filter(side=EdgeSide.SOURCE.value))
    return LineageEdgeEnd.objects.exclude(kind__in=[each.value for each in one_sided]).filter(
        source | product
    )


@integrity_rule(
    "trace.edge_half_voided",
    _("Cạnh truy xuất của một sự kiện chỉ bị hủy một phần"),
    explanation=_("Sự kiện bị khai báo lỗi thì mọi đầu của cạnh bị hủy cùng lúc."),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
)
def edge_half_voided(_now: Moment) -> QuerySet[LineageEdgeEnd]:
    valid = LineageEdgeEnd.objects.filter(event=OuterRef("event"), voided=False)
    return LineageEdgeEnd.objects.filter(Exists(valid), voided=True)


@integrity_rule(
    "trace.edge_time",
    _("Cạnh truy xuất ghi sai thời điểm của sự kiện"),
    explanation=_("Đóng gói và mở gói so theo thời điểm này; sai thì hàng đi nhầm thùng."),
    remedy=FROM_BACKUP,
    leads_to=("event", "trace.event"),
)
def edge_time(_now: Moment) -> QuerySet[LineageEdgeEnd]:
    event = Event.objects.filter(pk=OuterRef("event"))
    same = event.filter(event_time=OuterRef("event_time"), owner=OuterRef("owner"))
    return LineageEdgeEnd.objects.filter(Exists(event), ~Exists(same))


@integrity_rule(
    "trace.event_of_nobody",
    _("Sự kiện của cơ sở tham gia truy xuất không còn"),
    explanation=_("Bên đã gửi sự kiện thì không xóa được; không biết ai gửi thì sự kiện không có giá trị."),
    remedy=FROM_BACKUP,
)
def event_of_nobody(_now: Moment) -> QuerySet[Event]:
    return Event.objects.filter(~Exists(TraceParty.objects.filter(pk=OuterRef("owner"))))


@integrity_rule(
    "trace.event_without_job",
    _("Sự kiện của lần gửi không còn"),
    explanation=_("Mỗi sự kiện thuộc một lần gửi; thiếu thì các bên đăng ký không nhận được sự kiện."),
    remedy=FROM_BACKUP,
)
def event_without_job(_now: Moment) -> QuerySet[Event]:
    return Event.objects.filter(~Exists(CaptureJob.objects.filter(pk=OuterRef("job"))))


@integrity_rule(
    "trace.event_ahead",
    _("Sự kiện ghi thời điểm quá xa sau lúc nhận"),
    explanation=_(
        "Sự kiện của tương lai bị từ chối khi nhận; còn lại là ghi ngoài chương trình hoặc đồng hồ máy chủ đã chạy sai."
    ),
    remedy=_("Xem đồng hồ của máy chủ lúc nhận; bên gửi khai báo lỗi cho sự kiện và gửi lại."),
    level=IntegrityLevel.WARNING,
)
def event_ahead(_now: Moment) -> QuerySet[Event]:
    # A document may have waited for the worker for a day.
    most = int((settings.TRACE_AHEAD_REFUSED + timedelta(days=1)).total_seconds()) * _MICRO
    return Event.objects.filter(event_time__gt=F("record_time") + most)


@integrity_rule(
    "trace.event_recorded_in_future",
    _("Sự kiện ghi lúc nhận ở phía sau"),
    explanation=_(
        "Lúc nhận do máy chủ ghi; ở phía sau là đồng hồ máy chủ đã chạy sai, và thứ tự thu hồi, bàn giao bị đảo."
    ),
    remedy=_("Xem đồng hồ của máy chủ (timedatectl) và báo người bảo trì phần mềm."),
)
def event_recorded_in_future(now: Moment) -> QuerySet[Event]:
    return Event.objects.filter(record_time__gt=int((now.at.timestamp() + 3600) * _MICRO))


@integrity_rule(
    "trace.value_unlisted",
    _("Bước nghiệp vụ của sự kiện không có trong danh sách của bên gửi"),
    explanation=_("Danh sách bước nghiệp vụ mà chương trình trả lời thiếu giá trị này."),
    remedy=FROM_BACKUP,
)
def value_unlisted(_now: Moment) -> QuerySet[Event]:
    listed = KnownValue.objects.filter(
        listing=Listing.BIZ_STEP.value, value=OuterRef("biz_step"), owner=OuterRef("owner")
    )
    return Event.objects.exclude(biz_step="").filter(~Exists(listed))


@integrity_rule(
    "trace.master_of_nobody",
    _("Dữ liệu mô tả của cơ sở tham gia truy xuất không còn"),
    explanation=_(
        "Tên sản phẩm, địa điểm trên trang tra cứu lấy từ dữ liệu này; không biết ai gửi thì không dùng được."
    ),
    remedy=FROM_BACKUP,
)
def master_of_nobody(_now: Moment) -> QuerySet[MasterRecord]:
    return MasterRecord.objects.filter(~Exists(TraceParty.objects.filter(pk=OuterRef("owner"))))
