"""Requests to take part in traceability: received, confirmed with a party and a range of numbers, or refused with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.goods.models import ParticipationRequest
from khcn.goods.operations.numbers import next_internal_prefix
from khcn.goods.rules import internal_gln, why_own_number
from khcn.kernel.actors import acting
from khcn.kernel.dated.models import current_successors
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.public_requests import receive_once
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.kernel.text.dates import format_date
from khcn.parties.models import Organisation
from khcn.reference.models import AdminUnit, AdminUnitSuccession
from khcn.trace.models import TraceParty

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor

MOST_REQUESTS_OF_A_DAY: Final = 100
_MOST_ALIKE: Final = 5  # organisations in a dialog
_COMPARED: Final = ("name", "tax_code", "admin_unit", "address", "phone", "email")
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
    """With what the dialog begins: the organisation of the same tax code in the same commune, and the number that was sent.

    Who has the name or the tax code of another is not that one for it: the person who decides chooses by what `compared_with_record` shows.
    """
    same = [each for each in _alike(request) if _is_agreed(each, request)]
    return {"organisation": same[0].pk if len(same) == 1 else None, "gln": request.gln}


def compared_with_record(request: ParticipationRequest, *, actor: Actor, on: date) -> dict[str, str]:
    """Of each organisation on record with this name, tax code, telephone or e-mail what it has, beside what the request has."""
    return {
        _("%(number)d. Đang có: %(organisation)s") % {"number": number, "organisation": each}: "; ".join(
            _compared(each, request, name) for name in _COMPARED
        )
        for number, each in enumerate(_alike(request), 1)
    }


def _alike(request: ParticipationRequest) -> list[Organisation]:
    same = Q(name__iexact=request.name)
    for name in ("tax_code", "phone", "email"):
        if sent := getattr(request, name):
            same |= Q((f"{name}__iexact", sent))
    rows = Organisation.objects.filter(same).select_related("admin_unit")
    return sorted(rows.order_by("pk")[:_MOST_ALIKE], key=lambda each: not _is_agreed(each, request))


def _is_agreed(organisation: Organisation, request: ParticipationRequest) -> bool:
    """Whether tax code and commune are the same, of a commune that was merged the one of today."""
    unit = organisation.admin_unit
    if not request.tax_code or organisation.tax_code != request.tax_code or unit is None:
        return False
    links = AdminUnitSuccession.objects.all()
    now = current_successors(unit, among=AdminUnit.objects.all(), links=links, on=request.received_on)
    return unit.pk == request.admin_unit_id or now.filter(pk=request.admin_unit_id).exists()


def _compared(organisation: Organisation, request: ParticipationRequest, name: str) -> str:
    own, sent = (str(getattr(each, name) or "") for each in (organisation, request))
    field: Any = Organisation._meta.get_field(name)
    words = {
        "what": field.verbose_name,
        "own": own or _("trống"),
        "sent": sent or _("trống"),
    }
    if is_same_text(own, sent):
        return _("%(what)s: giống nhau (%(own)s)") % words
    return _("%(what)s: hệ thống ghi “%(own)s”, đăng ký ghi “%(sent)s”") % words


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts differ by spaces and capitals alone."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


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
        unit = (
            organisation.admin_unit
        )  # as on record: what a request says of an organisation there may be a stranger's
        party = TraceParty(
            name=organisation.name,
            organisation=organisation,
            gln=gln or internal_gln(prefix),
            address=", ".join(
                each for each in (organisation.address, unit.full_name if unit else "") if each
            ),
            confirmed_codes=prefix,
        )
        if TraceParty.objects.filter(gln=party.gln).exists():
            raise Refused.about(_("Mã GLN này là của cơ sở khác."), "gln", code="other_party")
        if why := why_own_number(gln):
            raise Refused.about(why, "gln", code="own_number")
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
