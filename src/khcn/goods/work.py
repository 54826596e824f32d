"""What waits for a party: its first steps, goods to be received, differences to be settled, corrected days, notices of recalls, recalled goods without one; for the department whom it has to call and
which labels may be copies; for who answers for recalls what they have to approve; for administrators producers whose people cannot sign in yet; for both what the national portal does not take.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import unescape
from khcn.goods.enums import OutboxStatus, PartyFindingKind
from khcn.goods.models import (
    GoodsRecall,
    LabelPrint,
    Location,
    Lot,
    LotEntry,
    OutboxAccount,
    OutboxMessage,
    ParticipationRequest,
    PartyFinding,
    RecallNotice,
    Shipment,
    TradeItem,
)
from khcn.goods.operations.lot_stops import stops_of
from khcn.goods.operations.participation import is_same_text
from khcn.goods.operations.shipments import difference_in_words
from khcn.goods.queries.diary_choices import writes_diary
from khcn.goods.queries.package_work import SHOWN_WITH_PACKAGE
from khcn.goods.rules import approvers, editors
from khcn.goods.workflow import ANSWERED, COMING, DIFFERS, FAILED, PAUSED, REFUSED, SCOPED, WAITING
from khcn.kernel.access.scopes import ACT
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem, first_lines
from khcn.parties.rules import administrators

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record

_SHOWN: Final = timedelta(days=14)
"""For how long a party is told of corrected days of goods that it has."""


def shipment_work(actor: Actor, on: date) -> ProvidedItems:
    """Of the receiver what is coming, of the sender what was refused, of both what differs; without what its package says (`package_work`)."""
    if not actor.is_outside:
        return ProvidedItems(())
    own = actor.organisation_id
    shown = register_of(Shipment)
    open_ones = shown.visible(actor).filter(state__in=(COMING, DIFFERS, REFUSED))
    rows = open_ones.exclude(SHOWN_WITH_PACKAGE).select_related("sender", "receiver")
    waiting = (
        rows.filter(receiver=own, state__in=(COMING, DIFFERS))
        | rows.filter(sender=own, state__in=(DIFFERS, REFUSED))
    ).order_by("sent_on", "code")
    return first_lines(
        waiting, lambda each: _item(each, shown.detail_url(each.pk), is_receiver=each.receiver_id == own)
    )


def _item(shipment: Shipment, url: str, *, is_receiver: bool) -> WorkItem:
    what = {
        COMING: _("Xác nhận hàng đang đến"),
        DIFFERS: _("Thống nhất số lượng giao nhận"),
        REFUSED: _("Hàng bị từ chối nhận"),
    }
    other = shipment.sender if is_receiver else shipment.receiver
    return WorkItem(
        what=what[shipment.state],
        title=f"{shipment.item_name} – {shipment.lot_number}",
        url=url,
        note=" · ".join(
            part
            for part in (str(other), format_date(shipment.sent_on), difference_in_words(shipment))
            if part
        ),
        icon="package",
        key=f"goods shipment {shipment.pk} {shipment.state}",
    )


def account_work(actor: Actor, on: date) -> ProvidedItems:
    """Of each producer that was confirmed and has no account, the form for one with what it sent."""
    if not administrators.test(actor, None):
        return ProvidedItems(())
    shown = register_of(ParticipationRequest)
    waiting = (
        shown.visible(actor)
        .filter(party__isnull=False, party__organisation__accounts__isnull=True)
        .order_by("decided_on", "pk")
    )
    return first_lines(
        waiting.select_related("party__organisation"),
        lambda each: WorkItem(
            what=_("Cấp tài khoản cho cơ sở tham gia truy xuất"),
            title=str(each.party),
            url=account_address(each),
            note=_("Sở đã xác nhận; người của cơ sở chưa đăng nhập được."),
            icon="user-plus",
            key=f"participation account {each.pk}",
        ),
    )


def account_address(request: ParticipationRequest) -> str:
    """The form for an account of the producer, filled in with its contact as on record.

    Who sent the request may be a stranger with the name of a producer that was on record before: its mailbox stays its own, and who
    is to have the account is taken from a request with its telephone and mailbox alone.
    """
    organisation = request.party.organisation if request.party is not None else None
    known = {"organisation": f"#{organisation.pk}" if organisation is not None else ""}
    if organisation is not None:
        known["email"] = organisation.email
        if all(
            is_same_text(getattr(organisation, name), getattr(request, name)) for name in ("phone", "email")
        ):
            known["full_name"] = request.contact_name
    return f"{reverse('account-new')}?{urlencode({name: text for name, text in known.items() if text})}"


def copy_work(actor: Actor, on: date) -> ProvidedItems:
    """Of the department the codes that may be on more than one label, until somebody has written what they are."""
    shown = register_of(PartyFinding)
    if actor.is_outside or not editors.test(actor, None):
        return ProvidedItems(())
    rows = shown.visible(actor).filter(kind=PartyFindingKind.COPIED, reviewed_on__isnull=True)
    return first_lines(
        rows.select_related("party", "lot__item").order_by("-found_on", "subject"),
        lambda each: WorkItem(
            what=_("Xem xét nhãn có thể bị sao chép"),
            title=_label_in_words(each),
            url=shown.detail_url(each.pk),
            note=f"{each.party} · {each.words}",
            icon="copy",
            key=f"goods copy {each.pk}",
        ),
    )


def _label_in_words(finding: PartyFinding) -> str:
    """Of a label with a serial number the goods and that number; what is on record of another code."""
    _lot, _sign, serial = finding.subject.partition("/21/")
    if finding.lot is None or not serial:
        return finding.subject
    words = {"goods": finding.lot.item.name, "lot": finding.lot.number, "serial": unescape(serial)}
    return _("%(goods)s, lô %(lot)s, số sê-ri %(serial)s") % words


def notice_work(actor: Actor, on: date) -> ProvidedItems:
    """Notices, of recalls that go on, that a party has not answered; of the department those that reached nobody by mail."""
    shown = register_of(RecallNotice)
    if not shown.may(ACT, actor):
        return ProvidedItems(())
    rows = shown.visible(actor, ACT).filter(recall__ended_on__isnull=True).exclude(state=ANSWERED)
    if not actor.is_outside:
        rows = rows.filter(Q(state=FAILED) | Q(state=WAITING, email=""))
    return first_lines(
        rows.select_related("party").order_by("is_drill", "issued_on", "tier", "code"),
        lambda each: WorkItem(
            what=_notice_in_words(each, actor),
            title=each.goods,
            url=shown.detail_url(each.pk),
            note=" · ".join(
                part
                for part in (
                    _("diễn tập") if each.is_drill else "",
                    "" if actor.is_outside else each.party.name,
                    "" if actor.is_outside else each.phone,
                )
                if part
            ),
            icon="alert-triangle",
            key=f"goods notice {each.pk}",
        ),
    )


def _notice_in_words(notice: RecallNotice, actor: Actor) -> str:
    if not actor.is_outside:
        return _("Báo thu hồi qua điện thoại, công văn")
    if notice.is_drill:
        return _("Trả lời thông báo thu hồi")
    return _("Ngừng bán, ngừng giao; trả lời thông báo thu hồi")


def approval_work(actor: Actor, on: date) -> ProvidedItems:
    """Of who answers for recalls: decisions that were submitted, and goods that were stopped in a hurry."""
    shown = register_of(GoodsRecall)
    if not approvers.test(actor, GoodsRecall):
        return ProvidedItems(())
    rows = shown.visible(actor).filter(is_drill=False, state__in=(SCOPED, PAUSED))
    asked = Q(submitted_on__isnull=False) | Q(state=PAUSED, pause_approved_on__isnull=True)
    return first_lines(
        rows.filter(asked).order_by("opened_on", "code"),
        lambda each: WorkItem(
            what=_("Duyệt tạm giữ hàng") if each.submitted_on is None else _("Duyệt thu hồi hàng hóa"),
            title=str(each),
            url=shown.detail_url(each.pk),
            note=each.pause_reason if each.submitted_on is None else each.decision_number,
            icon="alert-triangle",
            key=f"goods approval {each.pk} {each.submitted_on or ''}",
        ),
    )


def recalled_lot_work(actor: Actor, on: date) -> ProvidedItems:
    """Lots of a party, with goods left, whose recall came as an event: there is no notice of it, so the home page says it."""
    if not actor.is_outside:
        return ProvidedItems(())
    shown = register_of(Lot)
    left = shown.visible(actor).with_amount().filter(Q(("amount__gt", 0)))  # type: ignore[attr-defined]  # the query set of the model
    lots = {each.public_path: each for each in left.select_related("item").order_by("-made_on", "pk")}
    stops = {path: stop for path, stop in stops_of(lots).items() if stop.recall is None}
    found = [
        WorkItem(
            what=_("Ngừng bán, ngừng giao: lô bị thu hồi"),
            title=f"{lots[path].item.name} – {lots[path].number}",
            url=shown.detail_url(lots[path].pk),
            note=stop.words,
            icon="alert-triangle",
            key=f"goods recalled {lots[path].pk}",
        )
        for path, stop in sorted(stops.items(), key=lambda each: (each[1].since, each[0]), reverse=True)
    ]
    return ProvidedItems(tuple(found[:MOST]), max(0, len(found) - MOST))


def corrected_day_work(actor: Actor, on: date) -> ProvidedItems:
    """Goods that a party has received and still has, of which who made them has corrected the days lately."""
    if not actor.is_outside:
        return ProvidedItems(())
    shown = register_of(Lot)
    rows = shown.visible(actor).with_amount().exclude(source_path="")  # type: ignore[attr-defined]  # the query set of the model
    found = rows.filter(Q(("amount__gt", 0)), corrected=True, updated_at__date__gte=on - _SHOWN)
    return first_lines(
        found.select_related("item").order_by("-updated_at", "pk"),
        lambda each: WorkItem(
            what=_("Xem lại hạn sử dụng: bên làm ra đã đính chính"),
            title=f"{each.item.name} – {each.number}",
            url=shown.detail_url(each.pk),
            note=_days_in_words(each),
            icon="calendar",
            key=f"goods days {each.pk} {each.updated_at:%Y-%m-%d}",
        ),
    )


def _days_in_words(lot: Lot) -> str:
    made, last = _("Ngày sản xuất, thu hoạch %(day)s"), _("hạn sử dụng %(day)s")
    days = [(made, lot.made_on), (last, lot.last_day())]
    return "; ".join(text % {"day": format_date(day)} for text, day in days if day is not None)


def outbox_work(actor: Actor, on: date) -> ProvidedItems:
    """Messages that the national portal has refused, or that lack something."""
    shown = register_of(OutboxMessage)
    if not shown.may(ACT, actor):
        return ProvidedItems(())
    waiting = shown.visible(actor, ACT).filter(status__in=(OutboxStatus.REFUSED, OutboxStatus.LACKING))
    return first_lines(
        waiting.select_related("lot__item").order_by("made_on", "pk"),
        lambda each: WorkItem(
            what=_("Cổng quốc gia từ chối tin")
            if each.status == OutboxStatus.REFUSED
            else _("Bổ sung dữ liệu gửi Cổng quốc gia"),
            title=f"{each.lot.item} – {each.lot}",
            url=shown.detail_url(each.pk),
            note=each.answer[:200] if each.status == OutboxStatus.REFUSED else each.lacks,
            icon="send",
            key=f"goods outbox {each.pk} {each.status}",
        ),
    )


def outbox_key_work(actor: Actor, on: date) -> ProvidedItems:
    """Producers whose key the national portal has refused: nothing more is sent for them."""
    shown = register_of(OutboxAccount)
    if not shown.may(ACT, actor):
        return ProvidedItems(())
    refused = shown.visible(actor, ACT).filter(ended_on__isnull=True, credential__refused_at__isnull=False)
    return first_lines(
        refused.select_related("organisation", "credential").order_by("pk"),
        lambda each: WorkItem(
            what=_("Nhập lại khóa của Cổng quốc gia"),
            title=str(each.organisation),
            url=shown.detail_url(each.pk),
            icon="key",
            key=f"goods outbox key {each.pk} {each.credential.refused_at:%Y-%m-%d}",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    done: QuerySet[Any]
    """Rows of which one says that it is done."""
    url: str
    icon: str
    note: str = ""


def first_step_work(actor: Actor, on: date) -> ProvidedItems:
    """The next step of a producer that has not printed a label yet, and what comes after it.

    Nothing for who has received goods and made none: labels are made by who makes them.
    """
    if not writes_diary(actor) or _own(LabelPrint, actor).exists():
        return ProvidedItems(())
    if _own(Lot, actor).exists() and not _made(actor).exists():
        return ProvidedItems(())
    steps = _steps(actor)
    number = next(place for place, each in enumerate(steps) if not each.done.exists())
    step, later = steps[number], [each.name.lower() for each in steps[number + 1 :]]
    after = [_("Sau đó: %(steps)s.") % {"steps": ", ".join(later)}] if later else []
    words = {"number": number + 1, "count": len(steps)}
    item = WorkItem(
        what=_("Bước %(number)d/%(count)d để có nhãn truy xuất") % words,
        title=step.name,
        url=step.url,
        note=" ".join(filter(None, [step.note, *after])),
        icon=step.icon,
        key=f"goods first step {number + 1}",
    )
    return ProvidedItems((item,))


def _steps(actor: Actor) -> list[_Step]:
    lots = _made(actor)
    lot = lots.order_by("-made_on", "-pk").first()
    return [
        _Step(
            _("Ghi địa điểm"),
            _own(Location, actor),
            _form_of(Location),
            "map-pin",
            _("Nương, ruộng, xưởng, kho của cơ sở."),
        ),
        _Step(
            _("Ghi sản phẩm"),
            _own(TradeItem, actor),
            _form_of(TradeItem),
            "package",
            _("Kèm thương hiệu, tiêu chuẩn; lưu xong thì thêm ảnh. Chưa có mã GS1 thì để trống mã."),
        ),
        _Step(
            _("Lập lô"),
            lots,
            _form_of(Lot),
            "packages",
            _("Ở đây, hoặc bằng “Lập lô mới” trong nhật ký trên điện thoại."),
        ),
        _Step(
            _("Ghi nhật ký của lô"),
            _own(LotEntry, actor),
            _form_of(LotEntry, lot),
            "notebook",
            _("Từng việc đã làm với lô, có ngày và nơi làm."),
        ),
        _Step(
            _("Công bố lô"),
            lots.filter(published_on__isnull=False),
            _page_of(lot),
            "world",
            _("Trang của lô chỉ ra nội dung còn thiếu và chỗ ghi."),
        ),
        _Step(_("In nhãn"), _own(LabelPrint, actor), _form_of(LabelPrint, lot), "printer"),
    ]


def _made(actor: Actor) -> QuerySet[Any]:
    return _own(Lot, actor).filter(source_path="")  # no lots of others


def _own(model: type[Record], actor: Actor) -> QuerySet[Any]:
    return register_of(model).visible(actor)


def _form_of(model: type[Record], lot: Lot | None = None) -> str:
    known = f"?{urlencode({'lot': f'#{lot.pk}'})}" if lot is not None else ""
    return f"{register_of(model).list_url()}new/{known}"


def _page_of(lot: Lot | None) -> str:
    register = register_of(Lot)
    return register.list_url() if lot is None else register.detail_url(lot.pk)
