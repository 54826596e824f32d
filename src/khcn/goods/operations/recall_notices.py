"""Notices of a recall: one for each party with all its lots, tier by tier, with what became of each."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.goods.models import RecallNotice, RecallNoticeLot, RecallStock, Shipment
from khcn.goods.operations.amount_units import is_counted
from khcn.goods.operations.recall_scope import is_reached
from khcn.goods.operations.recall_stocks import latest_stocks
from khcn.goods.operations.text_messages.queue import ask_for_ending, ask_for_text
from khcn.goods.queries.recalled_lots import still_reached
from khcn.goods.workflow import (
    ANSWERED,
    FAILED,
    NOTICE_FLOW,
    REFUSED,
    SEEN,
    SENT,
    TAKEN_BACK,
    WAITING,
)
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.text.numbers import NumberProblem, format_amount, parse_number
from khcn.kernel.workflow.engine import fire
from khcn.parties.models import User
from khcn.reference.queries import end_by_rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from khcn.goods.models import GoodsRecall
    from khcn.kernel.actors import Actor

MAIL_JOB: Final = "khcn.goods.jobs.mail_notice"
ENDING_MAIL_JOB: Final = "khcn.goods.jobs.mail_ending"
ANSWER_RULE: Final = "goods.recall_answer_days"
LONGEST_ENDING: Final = 4000
_INFORMED: Final = (SENT, SEEN, ANSWERED)
"""States of a notice that somebody has received."""


def make_notices(recall: GoodsRecall, *, on: date) -> None:
    """Inform everybody of what they were not informed of before: who made the goods first, then whom they were sent to."""
    rows = {
        (each.lot_path, each.party_id or 0): each
        for each in latest_stocks(recall).values()
        if each.party is not None and is_reached(each)
    }
    stored = RecallNoticeLot.objects.filter(notice__recall=recall).select_related("notice")
    made = {(each.lot_path, each.notice.party_id): each.notice for each in stored}
    tiers, suppliers = _tiers(list(rows.values()))
    number = recall.notices.count()
    by_party: dict[int, list[RecallStock]] = defaultdict(list)
    for key, row in sorted(rows.items(), key=lambda each: (tiers[each[0]], each[1].pk)):
        if key not in made:
            by_party[key[1]].append(row)
    for party, lots in by_party.items():
        number += 1
        first = (lots[0].lot_path, party)
        notice = _notice(recall, f"{recall.code}/{number:03d}", lots, on)
        notice.tier = tiers[first]
        notice.parent = made.get((lots[0].lot_path, suppliers.get(first, 0)))
        notice.full_clean()
        notice.save()
        for row in lots:
            _lot_of(notice, row).save()
            made[row.lot_path, party] = notice
        if notice.email:
            enqueue(MAIL_JOB, notice=notice.pk)
        ask_for_text(notice)


def _notice(recall: GoodsRecall, code: str, lots: list[RecallStock], on: date) -> RecallNotice:
    party = lots[0].party
    organisation = None if party is None else party.organisation
    return RecallNotice(
        code=code,
        recall=recall,
        party=party,
        organisation=organisation,
        is_drill=recall.is_drill,
        reason=recall.reason,
        goods=_goods_in_words(lots),
        issued_on=on,
        answer_by=end_by_rule(ANSWER_RULE, start=on),
        email=_mailbox(organisation),
        phone=organisation.phone if organisation is not None else "",
    )


def _lot_of(notice: RecallNotice, row: RecallStock) -> RecallNoticeLot:
    found = RecallNoticeLot(
        notice=notice,
        lot_name=row.lot_name,
        lot_number=row.lot_number,
        lot_path=row.lot_path,
        unit=row.unit,
        expected=row.remaining,
    )
    found.full_clean()
    return found


@in_vietnamese
def _goods_in_words(lots: Sequence[RecallStock]) -> str:
    """The first lot, and how many others there are."""
    first = f"{lots[0].lot_name} {lots[0].lot_number}"
    if len(lots) == 1:
        return first
    return _("%(lot)s và %(count)d lô khác") % {"lot": first, "count": len(lots) - 1}


def _mailbox(organisation: object) -> str:
    """Of the organisation, or of the first of its people who has an account."""
    if organisation is None:
        return ""
    if own := getattr(organisation, "email", ""):
        return str(own)
    people = User.objects.filter(organisation=organisation, is_active=True).exclude(email="").order_by("pk")
    return next(iter(people.values_list("email", flat=True)[:1]), "")


def _tiers(
    rows: list[RecallStock],
) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], int]]:
    """Of each lot and party its place in the chain of hand-overs, from 1 for who made it; and who supplied it."""
    by_organisation: dict[tuple[str, int], tuple[str, int]] = {}
    tiers: dict[tuple[str, int], int] = {}
    for row in rows:
        key = (row.lot_path, row.party_id or 0)
        if row.party is not None and row.party.organisation_id is not None:
            by_organisation[row.lot_path, row.party.organisation_id] = key
        tiers[key] = 1 if row.made else 0
    sent: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    shipments = Shipment.objects.filter(lot_path__in={row.lot_path for row in rows})
    for path, sender, receiver in shipments.exclude(state__in=(REFUSED, TAKEN_BACK)).values_list(
        "lot_path", "sender", "receiver"
    ):
        pair = by_organisation.get((path, sender)), by_organisation.get((path, receiver))
        if pair[0] is not None and pair[1] is not None:
            sent[pair[0]].append(pair[1])
    suppliers: dict[tuple[str, int], int] = {}
    front = [key for key, tier in tiers.items() if tier]
    while front:
        following = []
        for key in front:
            for other in sent[key]:
                if not tiers[other]:
                    tiers[other] = tiers[key] + 1
                    suppliers[other] = key[1]
                    following.append(other)
        front = following
    return {key: tier or 2 for key, tier in tiers.items()}, suppliers


# ------------------------------------------------------------------------------------------ what became of a notice


def is_mail_due(notice: RecallNotice) -> bool:
    """Whether a notice is to be mailed: nobody was told otherwise than by a text message, which says less, and nobody has read it."""
    is_unread = notice.state == WAITING or (notice.state == SENT and not notice.delivery)
    return is_unread and bool(notice.email)


def mailed(*, notice: RecallNotice, fault: str, actor: Actor, on: date) -> None:
    """The mail to a party has gone out, or could not be sent. What was answered meanwhile stays answered."""
    if not is_mail_due(notice):
        return
    with acting(actor):
        if notice.state == WAITING:
            fire(NOTICE_FLOW, notice, "fail" if fault else "send", actor=actor, on=on)
        words = {"email": notice.email}
        text = _("không gửi được thư đến %(email)s") if fault else _("thư đến %(email)s")
        write_step(notice, actor=actor, delivery=(text % words)[:300])
        if not fault and notice.ended_on is not None:  # it ended while the mail was on its way
            enqueue(ENDING_MAIL_JOB, notice=notice.pk)


def called(*, notice: RecallNotice, reason: str, actor: Actor, on: date) -> RecallNotice:
    """Somebody of the department has informed the party by telephone."""
    write_step(
        notice, actor=actor, reason=reason, delivery=(_("điện thoại: %(note)s") % {"note": reason})[:300]
    )
    return notice


def lots_in_words(notice: RecallNotice) -> list[str]:
    """Each lot of a notice with what the party has of it by the diary."""
    text = _("%(name)s, lô %(number)s, còn giữ theo nhật ký %(amount)s")
    return [
        text
        % {
            "name": each.name_with_packages,
            "number": each.lot_number,
            "amount": f"{format_amount(each.expected)} {each.get_unit_display()}".rstrip(),
        }
        for each in notice.lots.order_by("pk")
    ]


def drill_in_words() -> str:
    """What the letter and the mail of a drill say first: nobody stops anything because of it."""
    return _(
        "Đây là DIỄN TẬP theo tình huống giả định, không phải thu hồi thật. Hàng vẫn bán, giao, dùng bình thường, trừ lô đang bị dừng theo "
        "đợt thu hồi thật."
    )


def _labels(notice: RecallNotice) -> dict[str, RecallNoticeLot]:
    """The lots of which a notice asks something, by what stands before their numbers in an answer: lots of two makers may have one name
    and number. Of a lot that is in the chain no more nothing is asked.
    """
    reached = {each.lot_path for each in still_reached(notice.recall.stocks.all())}
    found: dict[str, RecallNoticeLot] = {}
    for lot in notice.lots.filter(lot_path__in=reached).order_by("pk"):
        unit = f", {lot.get_unit_display()}" if lot.unit else ""
        label = f"{lot.lot_number} ({lot.lot_name}{unit})"
        found[f"{label} {lot.lot_path}" if label in found else label] = lot
    return found


def counts_in_words(notice: RecallNotice, counts: Mapping[str, Decimal | None]) -> str:
    """An answer: a line for each lot with the number that is counted, by the paths of the lots; an empty one for what is not counted yet."""
    lines = []
    for label, lot in _labels(notice).items():
        counted = counts.get(lot.lot_path)
        lines.append(f"{label}: {'' if counted is None else format_amount(counted)}".rstrip())
    return "\n".join(lines)


def counts_to_begin_with(notice: RecallNotice, *, actor: Actor, on: date) -> dict[str, str]:
    """The lines of an answer, with what was answered before."""
    return {"counted": counts_in_words(notice, dict(notice.lots.values_list("lot_path", "counted")))}


def _read_counts(notice: RecallNotice, text: str) -> dict[int, Decimal]:
    """What is counted of each lot, by their keys. Raises ``Refused`` for a line that says nothing of a lot, and for a lot without a number."""
    lots = {" ".join(label.split()): lot for label, lot in _labels(notice).items()}
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lots) == len(lines) == 1 and ":" not in lines[0]:
        [lot] = lots.values()
        return {lot.pk: _number(lines[0], lot)}
    found: dict[int, Decimal] = {}
    for line in lines:
        label, _colon, number = line.rpartition(":")
        known = lots.get(" ".join(label.split()))
        if known is None:
            text = _(
                "Không rõ dòng “%(line)s” là của lô nào. Giữ nguyên chữ trước dấu hai chấm, chỉ ghi số sau đó."
            )
            raise Refused.about(text % {"line": line.strip()}, "counted", code="unknown_lot")
        found[known.pk] = _number(number, known)
    if missing := [str(each) for each in lots.values() if each.pk not in found]:
        text = _("Chưa ghi số còn giữ của: %(lots)s. Hết hàng thì ghi 0.")
        raise Refused.about(text % {"lots": "; ".join(missing)}, "counted", code="not_counted")
    return found


def _number(text: str, lot: RecallNoticeLot) -> Decimal:
    if not text.strip():
        words = _("Chưa ghi số còn giữ của: %(lots)s. Hết hàng thì ghi 0.")
        raise Refused.about(words % {"lots": lot}, "counted", code="not_counted")
    try:
        number = Decimal(parse_number(text))
    except NumberProblem as problem:
        raise Refused.about(f"{lot}: {problem}", "counted", code="no_number") from problem
    if number < 0:
        raise Refused.about(_("Số còn giữ không nhỏ hơn 0."), "counted", code="below_nothing")
    if is_counted(lot.unit) and number != number.to_integral_value():
        words = _("%(lot)s đếm theo %(unit)s nên số còn giữ là số nguyên. Hãy xem lại “%(number)s”.")
        described = words % {"lot": lot, "unit": lot.get_unit_display(), "number": text.strip()}
        raise Refused.about(described, "counted", code="part_of_piece")
    return number


def answered(*, notice: RecallNotice, counted: str, actor: Actor, on: date, answer: str = "") -> RecallNotice:
    """The party has counted what is left of each of its lots. Raises ``Refused`` where that is not said of all of them."""
    counts = _read_counts(notice, counted)
    for lot in locked_all(RecallNoticeLot, list(counts)):
        write_step(lot, actor=actor, counted=counts[lot.pk])
    write_step(notice, actor=actor, answer=answer.strip(), answered_on=on)
    return notice


def lettered(*, notice: RecallNotice, number: str, actor: Actor, on: date) -> None:
    """A letter to the party has its number; after the end of the recall it says that this is over."""
    with acting(actor):
        if notice.ended_on is not None:
            write_step(notice, actor=actor, ending_letter=number)
            return
        if notice.state in (WAITING, FAILED):
            fire(NOTICE_FLOW, notice, "send", actor=actor, on=on)
        delivery = (_("công văn %(number)s") % {"number": number})[:300]
        write_step(notice, actor=actor, letter_number=number, delivery=delivery)


def letter_withdrawn(*, notice: RecallNotice, number: str, actor: Actor, on: date) -> None:
    """The letter counts no more; that the party was informed stays."""
    name = "ending_letter" if number == notice.ending_letter else "letter_number"
    write_step(notice, actor=actor, **{name: ""})


# ------------------------------------------------------------------------------------------ the end


def end_notices(recall: GoodsRecall, endings: Mapping[str, str], *, actor: Actor, on: date) -> None:
    """Write on all notices how the recall ended, by the paths of their lots, and mail it to who was informed, and text it to who had a text message."""
    for notice in locked_all(RecallNotice, recall.notices.values_list("pk", flat=True)):
        write_step(notice, actor=actor, ended_on=on, ending=_ending(notice, endings)[:LONGEST_ENDING])
        if notice.email and notice.state in _INFORMED:
            enqueue(ENDING_MAIL_JOB, notice=notice.pk)
        ask_for_ending(notice)


@in_vietnamese
def _ending(notice: RecallNotice, endings: Mapping[str, str]) -> str:
    """How the recall ended for the lots of a notice: said once where that is the same for all of them."""
    by_words: dict[str, list[str]] = defaultdict(list)
    for lot in notice.lots.order_by("pk"):
        by_words[endings[lot.lot_path]].append(str(lot))
    if len(by_words) == 1:
        return next(iter(by_words))
    return "\n".join(f"{', '.join(lots)}: {words}" for words, lots in by_words.items())


def ending_mailed(*, notice: RecallNotice, fault: str, actor: Actor) -> None:
    """The mail that a recall is over has gone out, or could not be sent."""
    words = {"email": notice.email}
    text = _("không gửi được thư đến %(email)s") if fault else _("thư đến %(email)s")
    write_step(notice, actor=actor, ending_delivery=(text % words)[:300])
