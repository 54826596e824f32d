"""Notices of a recall: one for each lot and party, tier by tier, with what became of each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.goods.models import RecallNotice, RecallStock, Shipment
from khcn.goods.operations.recall_scope import is_reached
from khcn.goods.operations.recall_stocks import latest_stocks
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
from khcn.kernel.workflow.engine import fire
from khcn.parties.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from khcn.goods.models import GoodsRecall
    from khcn.kernel.actors import Actor

MAIL_JOB: Final = "khcn.goods.jobs.mail_notice"
ENDING_MAIL_JOB: Final = "khcn.goods.jobs.mail_ending"
_INFORMED: Final = (SENT, SEEN, ANSWERED)
"""States of a notice that somebody has received."""


def make_notices(recall: GoodsRecall, *, on: date) -> None:
    """Inform everybody of the scope that was not informed before: who made the goods first, then whom they were sent to."""
    rows = {
        (each.lot_path, each.party_id or 0): each
        for each in latest_stocks(recall).values()
        if each.party is not None and is_reached(each)
    }
    made = {(each.lot_path, each.party_id): each for each in recall.notices.all()}
    tiers, suppliers = _tiers(list(rows.values()))
    number = len(made)
    for key, row in sorted(rows.items(), key=lambda each: (tiers[each[0]], each[1].pk)):
        if key in made or row.party is None:
            continue
        number += 1
        organisation = row.party.organisation
        notice = RecallNotice(
            code=f"{recall.code}/{number:03d}",
            recall=recall,
            parent=made.get((row.lot_path, suppliers.get(key, 0))),
            party=row.party,
            organisation=organisation,
            tier=tiers[key],
            is_drill=recall.is_drill,
            reason=recall.reason,
            lot_name=row.lot_name,
            lot_number=row.lot_number,
            lot_path=row.lot_path,
            unit=row.unit,
            expected=row.remaining,
            issued_on=on,
            email=_mailbox(organisation),
            phone=organisation.phone if organisation is not None else "",
        )
        notice.full_clean()
        notice.save()
        made[key] = notice
        if notice.email:
            enqueue(MAIL_JOB, notice=notice.pk)


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


def mailed(*, notice: RecallNotice, fault: str, actor: Actor, on: date) -> None:
    """The mail to a party has gone out, or could not be sent. What was answered meanwhile stays answered."""
    if notice.state != WAITING:
        return
    with acting(actor):
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


def answered(
    *, notice: RecallNotice, counted: Decimal, actor: Actor, on: date, answer: str = ""
) -> RecallNotice:
    """The party has stopped the lot, and counted what is left of it. Raises ``Refused`` for less than nothing."""
    if counted < 0:
        raise Refused.about(_("Số còn giữ không nhỏ hơn 0."), "counted", code="below_nothing")
    write_step(notice, actor=actor, counted=counted, answer=answer.strip(), answered_on=on)
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
    """Write on all notices how the recall ended, by the paths of their lots, and mail it to who was informed by mail before."""
    for notice in locked_all(RecallNotice, recall.notices.values_list("pk", flat=True)):
        write_step(notice, actor=actor, ended_on=on, ending=endings[notice.lot_path][:600])
        if notice.email and notice.state in _INFORMED:
            enqueue(ENDING_MAIL_JOB, notice=notice.pk)


def ending_mailed(*, notice: RecallNotice, fault: str, actor: Actor) -> None:
    """The mail that a recall is over has gone out, or could not be sent."""
    words = {"email": notice.email}
    text = _("không gửi được thư đến %(email)s") if fault else _("thư đến %(email)s")
    write_step(notice, actor=actor, ending_delivery=(text % words)[:300])
