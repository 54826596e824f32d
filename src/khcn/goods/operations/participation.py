"""Requests to take part in traceability: received, confirmed with a party and a range of numbers, or refused with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.goods.models import ParticipationRequest
from khcn.goods.operations.numbers import next_internal_prefix
from khcn.goods.rules import internal_gln
from khcn.kernel.actors import acting
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.public_requests import receive_once
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.kernel.text.dates import format_date
from khcn.parties.models import Organisation
from khcn.trace.models import TraceParty

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor

MOST_REQUESTS_OF_A_DAY: Final = 100
MAIL: Final = "khcn.goods.jobs.send_participation_mail"


class ParticipationWriter(PastDayWriter):
    """A request that was answered stays as it is."""

    def __init__(self) -> None:
        """It has come in."""
        super().__init__("received_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was answered is on record."""
        if record.decided_on is not None:
            raise Refused(_("Đăng ký đã trả lời nên không xóa được."), code="decided")


def receive_participation(*, typed: Mapping[str, Any], actor: Actor, on: date) -> ParticipationRequest:
    """Write down what somebody without an account asks for. Raises ``Refused`` where more came in a day than could be read."""
    of_day = ParticipationRequest.objects.filter(received_on=on).exclude(consented_on=None)
    return receive_once(
        ParticipationRequest(),
        prefix="DK",
        typed={**typed, "consented_on": on},
        of_day=of_day,
        unanswered=of_day.filter(decided_on__isnull=True),
        most=MOST_REQUESTS_OF_A_DAY,
        actor=actor,
        on=on,
    )


def why_not_decided(request: ParticipationRequest, *, actor: Actor, on: date) -> str:
    """Why a request is not answered now; "" where it may be."""
    if request.decided_on is None:
        return ""
    return _("Đăng ký đã được trả lời ngày %(day)s.") % {"day": format_date(request.decided_on)}


def organisation_on_record(request: ParticipationRequest, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialog begins: an organisation of the same tax code or name, and the number that was sent."""
    same = Organisation.objects.filter(name__iexact=request.name)
    if request.tax_code:
        same = Organisation.objects.filter(tax_code=request.tax_code) | same
    return {"organisation": same.values_list("pk", flat=True).first(), "gln": request.gln}


def confirm_participation(
    *,
    request: ParticipationRequest,
    actor: Actor,
    on: date,
    organisation: Organisation | None = None,
    gln: str = "",
) -> ParticipationRequest:
    """Make the producer a party of the repository, with a range of numbers of its own for goods without GTIN.

    Args:
        request: what was asked.
        actor: the editor who decides.
        on: the day.
        organisation: whose request it is; without one the name that was sent becomes an organisation.
        gln: its number of GS1; without one it gets one for use inside this system (`khcn.goods.rules.internal_gln`).

    Raises:
        Refused: it was answered, takes part already, or the number is another party's.
    """
    if why := why_not_decided(request, actor=actor, on=on):
        raise Refused(why, code="decided")
    with transaction.atomic(), acting(actor, on=on):
        prefix = next_internal_prefix()  # first: two who confirm at once follow one another
        if organisation is None:
            organisation = _organisation_of(request, actor, on)
        elif organisation.trace_parties.filter(is_authority=False).exists():
            raise Refused.about(_("Tổ chức này đã tham gia truy xuất."), "organisation", code="takes_part")
        party = TraceParty(
            name=request.name,
            organisation=organisation,
            gln=gln or internal_gln(prefix),
            address=", ".join(each for each in (request.address, request.admin_unit.full_name) if each),
            confirmed_codes=prefix,
        )
        if TraceParty.objects.filter(gln=party.gln).exists():
            raise Refused.about(_("Mã GLN này là của cơ sở khác."), "gln", code="other_party")
        party.full_clean()
        save_row(register_of(TraceParty), party, actor=actor, on=on)
        request.party, request.decided_on = party, on
        request.full_clean()
        request.save()
        enqueue(MAIL, request=request.pk)
    return request


def refuse_participation(
    *, request: ParticipationRequest, reason: str, actor: Actor, on: date
) -> ParticipationRequest:
    """Answer that the producer does not take part. Raises ``Refused`` for a request that was answered."""
    if why := why_not_decided(request, actor=actor, on=on):
        raise Refused(why, code="decided")
    with transaction.atomic(), acting(actor, reason):
        request.decided_on, request.refusal_reason = on, reason
        request.full_clean()
        request.save()
        enqueue(MAIL, request=request.pk)
    return request


def _organisation_of(request: ParticipationRequest, actor: Actor, on: date) -> Organisation:
    if Organisation.objects.filter(name__iexact=request.name).exists():
        text = _("Đã có tổ chức tên này trong hệ thống. Hãy chọn tổ chức đó.")
        raise Refused.about(text, "organisation", code="same_name")
    organisation = Organisation(
        name=request.name,
        kind=request.kind,
        tax_code=request.tax_code,
        address=request.address,
        admin_unit=request.admin_unit,
        phone=request.phone,
        email=request.email,
    )
    organisation.full_clean()
    save_row(register_of(Organisation), organisation, actor=actor, on=on)
    return organisation
