"""Reception at the counter: the dossier with its code, which is taken from the book of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.dossiers.models import Dossier
from khcn.dossiers.models.procedures import DAY_PLACE, NUMBER_PLACE
from khcn.dossiers.queries import code_pattern, procedure_in_force
from khcn.kernel.actors import acting
from khcn.kernel.numbering.models import DEPARTMENT
from khcn.kernel.numbering.operations import allocate, give_number_to
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.dossiers.models import Procedure
    from khcn.kernel.actors import Actor
    from khcn.parties.models import Organisation

_BOOK: Final = "HSTTHC-{day}"
_DIGITS: Final = "{number:4}"


class ReceptionRefused(Refused):
    """The dossier is not received; the text says why, in Vietnamese."""


def why_not_receive(procedure: Procedure, *, actor: Actor, on: date) -> str:
    """Why no dossier of the procedure is received; "" when one can be."""
    if procedure.is_internal:
        return _("Thủ tục nội bộ không tiếp nhận hồ sơ tại bộ phận một cửa.")
    if procedure_in_force(procedure, on) is None:
        return _("Thủ tục này không còn hiệu lực nên không tiếp nhận hồ sơ.")
    if code_pattern(on) is None:
        return _("Chưa có mẫu mã hồ sơ đang có hiệu lực. Ghi ở sổ “Mẫu mã hồ sơ” rồi tiếp nhận.")
    return ""


def reception_defaults(procedure: Procedure, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialog begins: today, the unit that settles the procedure, one set of papers."""
    return {"received_on": on, "unit": procedure.unit_id, "copies": 1, "channel": "direct"}


def receive_dossier(  # noqa: PLR0913 -- what the receipt says
    *,
    procedure: Procedure,
    applicant: str,
    received_on: date,
    actor: Actor,
    on: date,
    organisation: Organisation | None = None,
    address: str = "",
    phone: str = "",
    email: str = "",
    content: str = "",
    channel: str = "direct",
    copies: int = 1,
    unit: Any = None,
) -> Dossier:
    """Put a complete dossier on record under the version of the procedure that is in force, with the next code of its day.

    Raises :class:`ReceptionRefused` for a day to come, and for one on which the procedure or a pattern of codes was not in force.
    """
    if received_on > on:
        text = _("Ngày tiếp nhận %(day)s chưa tới. Xem lại ngày.") % {"day": format_date(received_on)}
        raise ReceptionRefused.about(text, "received_on", code="future")
    version = procedure_in_force(procedure, received_on)
    if version is None:
        text = _("Ngày %(day)s thủ tục này chưa hoặc không còn hiệu lực. Xem lại ngày tiếp nhận.")
        raise ReceptionRefused.about(text % {"day": format_date(received_on)}, "received_on")
    with transaction.atomic(), acting(actor, on=on):
        line = _take_code(version, received_on, actor)
        dossier = Dossier(
            code=line.text,
            procedure=version,
            applicant=applicant,
            organisation=organisation,
            address=address,
            phone=phone,
            email=email,
            content=content,
            channel=channel,
            copies=copies,
            received_on=received_on,
            unit=unit or version.unit,
        )
        dossier.full_clean()
        save_row(register_of(Dossier), dossier, actor=actor, on=on)
        give_number_to(issued=line, record=dossier, actor=actor)
    return dossier


def _take_code(procedure: Procedure, day: date, actor: Actor) -> Any:
    """The next number of the day. One that an imported dossier bears already is noted as that dossier's and passed over."""
    pattern = code_pattern(day)
    if pattern is None:
        text = _("Ngày %(day)s chưa có mẫu mã hồ sơ. Ghi ở sổ “Mẫu mã hồ sơ” rồi tiếp nhận.")
        raise ReceptionRefused.about(text % {"day": format_date(day)}, "received_on")
    of_day = f"{day:%y%m%d}"
    text = pattern.pattern.replace(DAY_PLACE, of_day).replace(NUMBER_PLACE, _DIGITS)
    while True:
        line = allocate(
            book=_BOOK.format(day=of_day),
            unit_code=DEPARTMENT,
            on=day,
            pattern=text,
            actor=actor,
            given_to=str(procedure),
        )
        bearer = Dossier.objects.filter(code=line.text).first()
        if bearer is None:
            return line
        give_number_to(issued=line, record=bearer, actor=actor)
