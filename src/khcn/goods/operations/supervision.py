"""What is missing or cannot be in the reports of parties: one function for each kind, asked every night."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.epcis import IdentifierError
from khcn.epcis.ids.digital_link import CANONICAL_STEM, parse
from khcn.goods.enums import EntryKind, PartyFindingKind
from khcn.goods.models import Lot, LotEntry, Shipment
from khcn.goods.models.parties import trace_parties, trace_party_of
from khcn.goods.operations.copied_codes import looked_up_in_words
from khcn.goods.operations.findings import FindingKey, Found, Stated, write_findings
from khcn.goods.operations.recall_numbers import number_in_words
from khcn.goods.operations.recall_scope import LEAVES
from khcn.goods.operations.shipments import difference_in_words
from khcn.goods.workflow import COMING, DIFFERS
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.dates import format_date
from khcn.reference.models import RuleParameter
from khcn.trace.models import CopiedCode, Event, EventObject, LineageEdgeEnd, TraceParty
from khcn.trace.queries.names.local_times import local_time
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_package, is_product_class
from khcn.trace.store.statements.declarations import all_authorities, events_without_effect
from khcn.trace.store.statements.events_by_id import event_heads, events_by_id
from khcn.trace.store.statements.first_reports import first_commissions
from khcn.trace.stored_codes import EdgeKind, EdgeSide, EventRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from khcn.goods.models.lots import LotQuerySet
    from khcn.kernel.actors import Actor

STALE_RULE: Final = "goods.stale_days"
_BATCH: Final = 500
_MOST_CODES: Final = 2000  # that may be on more than one label: those that wait longest
_TAKEN_ROLES: Final = (EventRole.QUANTITY, EventRole.INPUT_QUANTITY)
"""In which roles an event takes goods out of a lot."""

_ENTRY_EVENT: Final = "urn:uuid:"
"""How the ids of the events of entries begin (`khcn.goods.operations.entry_events`)."""


def look_at_reports(*, actor: Actor, on: date) -> int:
    """Ask all rules: what is new is written where there is room, and what is found no more is over. Gives how many findings stand."""
    found: dict[FindingKey, Found] = {}
    for rule in RULES:
        for each in rule(on):
            found.setdefault(each.key, each)
    with transaction.atomic(), acting(actor, _("Giám sát truy xuất")):
        wait_for_turn("goods.supervision")
        return write_findings(found.values(), on)


def _stale_days(on: date) -> int | None:
    rule = RuleParameter.objects.in_force(STALE_RULE, on=on)
    return None if rule is None else int(rule.value)


def stale_parties(on: date) -> Iterator[Found]:
    """Parties that have reported nothing for longer than the rule of the day allows.

    Who has never reported has had that time since it was confirmed, and since its people could sign in.
    """
    days = _stale_days(on)
    if days is None:
        return
    parties = TraceParty.objects.filter(is_authority=False, organisation__isnull=False).order_by("pk")
    accounts = Min("organisation__accounts__created_at")
    for party, confirmed, account in parties.annotate(account=accounts).values_list(
        "pk", "created_at", "account"
    ):
        last = Event.objects.filter(owner=party).order_by("-id").values_list("record_time", flat=True)[:1]
        if last:
            day = local_time(last[0]).date()
            text = _("Báo lần cuối ngày %(day)s, %(days)d ngày trước.")
        elif account is not None and account > confirmed:
            day = timezone.localtime(account).date()
            text = _("Chưa báo sự kiện nào từ khi có tài khoản ngày %(day)s.")
        else:
            day = timezone.localtime(confirmed).date()
            text = _("Chưa báo sự kiện nào từ khi được xác nhận ngày %(day)s.")
        if day < on - timedelta(days=days):
            words = {"day": format_date(day), "days": (on - day).days}
            yield Found(party, PartyFindingKind.STALE, partial(Stated, text % words))


def unready_lots(on: date) -> Iterator[Found]:
    """Lots that were made long ago and are not published, with what they lack: of those that are there still, or that others have got.

    What was used up in other lots of its maker, or destroyed, has no label on goods any more.
    """
    days = _stale_days(on)
    if days is None:
        return
    parties = trace_parties(TraceParty.objects.all())
    entries = LotEntry.objects.filter(lot=OuterRef("pk"), wrong_on__isnull=True)
    given_away = entries.filter(kind__in=(EntryKind.SHIP, EntryKind.SELL))
    lots = (
        Lot.objects.withheld()
        .with_amount()
        .filter(Exists(entries), made_on__lt=on - timedelta(days=days), source_path="")
        .filter(Q(("amount__gt", 0)) | Exists(given_away))
    )
    columns = ("item", "number", "source_path", "item__gtin", "item__organisation")
    for lot in lots.select_related("item").only(*columns).order_by("pk").iterator():
        party = parties.get(lot.item.organisation_id)
        if party is not None:
            stated = partial(_what_is_missing, lot.pk)
            yield Found(party, PartyFindingKind.NOT_READY, stated, lot.public_path)


def _what_is_missing(key: int) -> Stated:
    lot = Lot.objects.select_related("item__organisation").get(pk=key)
    missing = [each.title for each in lot.elements if not each.counts]
    if not missing:
        return Stated(_("Đủ 10/10 mà chưa công bố."), key)
    return Stated(_("Còn thiếu: %(missing)s.") % {"missing": "; ".join(missing)}, key)


def moved_before_made(_on: date) -> Iterator[Found]:
    """Lots of which a party reports that they were sent, sold, destroyed or used before the first event that made them.

    What is done with a lot before its harvest, as planting and care, moves no goods and is no finding.
    """
    made = (
        EventObject.objects.filter(role=EventRole.CREATED_LOT)
        .values("thing")
        .annotate(first=Min("event_time"))
    )
    first: dict[str, int] = dict(made.order_by().values_list("thing", "first"))
    suspects = _out_of_lots_before(first)
    authorities = all_authorities()
    void = (
        events_without_effect({event: at for event, at, _thing, _owner in suspects}, authorities)
        if suspects
        else set()
    )
    parties = _on_record({owner for _event, _at, _thing, owner in suspects})
    seen = set()
    for event, at, thing, owner in sorted(suspects):
        if event in void or owner not in parties or (owner, thing) in seen:
            continue
        seen.add((owner, thing))
        words = {
            "at": f"{local_time(at):%H:%M %d/%m/%Y}",
            "made": f"{local_time(first[thing]):%H:%M %d/%m/%Y}",
        }
        text = _("Giao, bán hoặc dùng lúc %(at)s, trước khi làm ra lúc %(made)s.")
        stated = partial(_of_lot, text % words, thing, owner)
        yield Found(owner, PartyFindingKind.BEFORE_MADE, stated, _path(thing))


def _of_lot(words: str, thing: str, owner: int) -> Stated:
    lot = _lot_of(thing, owner)
    return Stated(words, None if lot is None else lot.pk)


def _on_record(parties: Iterable[int]) -> set[int]:
    """Those of some parties of events that are in the register."""
    return {
        key
        for part in chunks(sorted(set(parties)))
        for key in TraceParty.objects.filter(pk__in=part).values_list("pk", flat=True)
    }


def _out_of_lots_before(first: Mapping[str, int]) -> list[tuple[int, int, str, int]]:
    """Events by which goods leave lots before these were made: row id, time, lot and party of each.

    An entry of a diary without an hour has one in its event that nobody wrote: within a day it is before and after nothing.
    """
    early: list[tuple[int, int, str, int]] = []
    used: set[int] = set()
    for part in chunks(sorted(first), _BATCH):
        rows = EventObject.objects.filter(thing__in=part, role__in=_TAKEN_ROLES)
        for event, at, thing, owner, role in rows.values_list(
            "event", "event_time", "thing", "owner", "role"
        ):
            if at < first[thing]:
                early.append((event, at, thing, owner))
                if role == EventRole.INPUT_QUANTITY:
                    used.add(event)
    times = {event: at for event, at, _thing, _owner in early}
    leaving = used | {
        event
        for rows in events_by_id(times)
        for event in rows.filter(biz_step__in=LEAVES).values_list("id", flat=True)
    }
    found = [each for each in early if each[0] in leaving]
    same_day = [each for each in found if _day(each[1]) == _day(first[each[2]])]
    if not same_day:
        return found
    making = {
        (thing, at): event
        for part in chunks(sorted({thing for _event, _at, thing, _owner in same_day}), _BATCH)
        for thing, at, event in EventObject.objects.filter(
            thing__in=part, role=EventRole.CREATED_LOT
        ).values_list("thing", "event_time", "event")
    }
    pairs = {each: making[each[2], first[each[2]]] for each in same_day}
    hourless = _without_hour(
        {each[0]: each[1] for each in pairs} | {made: first[each[2]] for each, made in pairs.items()}
    )
    return [each for each in found if each not in pairs or not {each[0], pairs[each]} & hourless]


def _without_hour(times: Mapping[int, int]) -> set[int]:
    """Those of some events, by row id and time, that are entries of a diary without an hour."""
    numbers: defaultdict[UUID, set[int]] = defaultdict(set)
    for event, head in event_heads(times).items():
        if head.event_id.startswith(_ENTRY_EVENT):
            with suppress(ValueError):  # programs of parties may send what is no UUID
                numbers[UUID(head.event_id.removeprefix(_ENTRY_EVENT))].add(event)
    found: set[int] = set()
    for part in chunks(sorted(numbers), _BATCH):
        entries = LotEntry.objects.filter(event__in=part, done_at__isnull=True)
        found.update(*(numbers[each] for each in entries.values_list("event", flat=True)))
    return found


def _day(at: int) -> date:
    return local_time(at).date()


def more_out_than_in(_on: date) -> Iterator[Found]:
    """Lots of which more went out than came in, and shipments of which more arrived than was sent."""
    parties = trace_parties(TraceParty.objects.all())
    for lot in Lot.objects.with_amount().filter(Q(("amount__lt", 0))).select_related("item"):
        party = parties.get(lot.item.organisation_id)
        if party is not None:
            words = {"amount": number_in_words(-lot.amount), "unit": lot.item.get_unit_display()}  # type: ignore[attr-defined]  # an annotation
            stated = partial(Stated, _("Ra nhiều hơn vào %(amount)s %(unit)s.") % words, lot.pk)
            yield Found(party, PartyFindingKind.TOO_MUCH, stated, lot.public_path)
    more = Shipment.objects.filter(state=DIFFERS, received_amount__gt=F("amount"))
    for each in more.order_by("pk").iterator():
        party = parties.get(each.receiver_id)
        if party is not None:
            text = _("Nhận nhiều hơn số bên giao báo: %(difference)s.")
            stated = partial(Stated, text % {"difference": difference_in_words(each)}, None, each.pk)
            yield Found(party, PartyFindingKind.TOO_MUCH, stated, each.code)


def packed_and_never_made(_on: date) -> Iterator[Found]:
    """Single objects that were packed, and that nobody reports as made."""
    packed = EventObject.objects.filter(role=EventRole.CHILD).values_list(
        "thing", "owner", "event", "event_time"
    )
    by_thing: dict[str, tuple[int, int, int]] = {}
    for thing, owner, event, at in packed.iterator():
        if not (is_lot(thing) or is_product_class(thing) or is_package(thing)):
            by_thing.setdefault(thing, (owner, event, at))
    unmade: dict[str, tuple[int, int, int]] = {}
    for part in chunks(sorted(by_thing), _BATCH):
        ends = LineageEdgeEnd.objects.filter(
            thing__in=part,
            side=EdgeSide.PRODUCT,
            kind__in=(EdgeKind.MEMBERSHIP, EdgeKind.TRANSFORMATION),
            voided=False,
        )
        made = set(ends.values_list("thing", flat=True))
        made |= {thing for _event, thing, _owner, _at in first_commissions(part, None, 1)}
        unmade |= {thing: by_thing[thing] for thing in part if thing not in made}
    void = (
        events_without_effect({event: at for _o, event, at in unmade.values()}, all_authorities())
        if unmade
        else set()
    )
    parties = _on_record({owner for owner, _event, _at in unmade.values()})
    for thing, (owner, event, at) in sorted(unmade.items()):
        if event not in void and owner in parties:
            text = _("Đóng gói lúc %(at)s mà không bên nào báo đã làm ra.") % {
                "at": f"{local_time(at):%H:%M %d/%m/%Y}"
            }
            yield Found(owner, PartyFindingKind.NEVER_MADE, partial(Stated, text), _path(thing))


def unsettled_shipments(on: date) -> Iterator[Found]:
    """Goods that nobody has confirmed, and differences that nobody has settled, for longer than the rule of the day allows."""
    days = _stale_days(on)
    if days is None:
        return
    late = Q(state=COMING, sent_on__lt=on - timedelta(days=days)) | Q(
        state=DIFFERS, received_on__lt=on - timedelta(days=days)
    )
    parties = trace_parties(TraceParty.objects.all())
    rows = Shipment.objects.filter(late).order_by("pk")
    for key, code, receiver in rows.values_list("pk", "code", "receiver").iterator():
        if receiver in parties:
            stated = partial(_what_is_unsettled, key)
            yield Found(parties[receiver], PartyFindingKind.UNSETTLED, stated, code)


def _what_is_unsettled(key: int) -> Stated:
    shipment = Shipment.objects.select_related("sender").get(pk=key)
    words = {
        "sender": shipment.sender,
        "day": format_date(shipment.sent_on),
        "difference": difference_in_words(shipment),
    }
    text = (
        _("Hàng của %(sender)s gửi ngày %(day)s chưa được xác nhận.")
        if shipment.state == COMING
        else _("Hàng của %(sender)s gửi ngày %(day)s nhận lệch, %(difference)s, chưa thống nhất.")
    )
    return Stated(text % words, None, key)


def _party_of_lot(path: str) -> TraceParty | None:
    """The party in whose diary a lot is: of an object whose number is printed, and that no event names."""
    lots = _made_lots(f"{CANONICAL_STEM}{path}", Lot.objects.select_related("item__organisation"))
    lot = lots.first()
    return None if lot is None else trace_party_of(lot.item.organisation)


def codes_on_several_labels(_on: date) -> Iterator[Found]:
    """Codes of single objects that were looked up from so many networks that they may be on more than one label, by day; nobody has looked
    at them yet.
    """
    owners = CodeOwners()
    codes = CopiedCode.objects.filter(reviewed_on__isnull=True).order_by("noticed_on", "thing")[:_MOST_CODES]
    for code in codes:
        thing = f"{CANONICAL_STEM}{code.thing}"
        made = first_commissions([thing], None, 1)
        numbers = sorted(owners.of(thing)) or [owner for _event, _thing, owner, _at in made]
        party = TraceParty.objects.filter(pk__in=numbers).order_by("pk").first() or _party_of_lot(code.lot)
        if party is None:
            continue
        stated = partial(_where_looked_up, code, party.pk)
        yield Found(party.pk, PartyFindingKind.COPIED, stated, code.thing)


def _where_looked_up(code: CopiedCode, party: int) -> Stated:
    lot = _lot_of(f"{CANONICAL_STEM}{code.lot}", party) if code.lot else None
    return Stated(looked_up_in_words(code), lot.pk if lot is not None else None)


RULES: Final[tuple[Callable[[Any], Iterator[Found]], ...]] = (
    stale_parties,
    unready_lots,
    moved_before_made,
    more_out_than_in,
    packed_and_never_made,
    unsettled_shipments,
    codes_on_several_labels,
)


def _path(thing: str) -> str:
    return thing.removeprefix(CANONICAL_STEM)


def _lot_of(thing: str, owner: int) -> Lot | None:
    """The record of a lot by the party that reports about it."""
    mine = Lot.objects.filter(item__organisation__trace_parties=owner)
    if (received := mine.filter(source_path=_path(thing)).first()) is not None:
        return received
    return _made_lots(thing, mine).first()


def _made_lots(thing: str, among: LotQuerySet) -> LotQuerySet:
    """The lots of their maker's own diary that an id names."""
    try:
        return among.labelled(parse(thing)).filter(source_path="")
    except IdentifierError:  # a lot number that is none is stored as it was reported
        return among.none()
