"""Applications for licences: how they come in, and what each step brings about beside the new state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.past_days import PastDayWriter, refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire
from khcn.kernel.workflow.models import WorkflowStep
from khcn.radiation.enums import ApplicationKind, LicenceIssuer
from khcn.radiation.models import (
    RadiationApplicationItem,
    RadiationLicence,
    RadiationLicenceApplication,
    RadiationLicenceItem,
)
from khcn.radiation.operations.items import refuse_unless_about_one
from khcn.radiation.operations.licences import note_replaced, refuse_other_predecessor
from khcn.radiation.operations.numbers import refuse_taken_number
from khcn.radiation.operations.rule_values import licence_ends_on, renewal_filed_by
from khcn.radiation.workflow import APPLICATION_FLOW, RECEIVED, UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_FILED = frozenset({"kind", "licence", "received_on"})


def filed_in_words(application: RadiationLicenceApplication) -> str:
    """Whether a renewal came in time, as the page says it; "" for what has no such term.

    Raises ``Refused`` for the renewal of a licence that had lapsed by then or was ended: that is an application for a new one.
    """
    licence = application.licence
    if application.kind != ApplicationKind.RENEWAL or licence is None or licence.expires_on is None:
        return ""
    received_on = application.received_on
    last_day = min(filter(None, (licence.expires_on, licence.ended_on)))
    if received_on > last_day:
        text = _(
            "Giấy phép %(number)s hết hiệu lực ngày %(day)s, trước ngày nhận hồ sơ. Hãy lập hồ sơ cấp mới."
        ) % {
            "number": licence.number,
            "day": format_date(last_day),
        }
        raise Refused.about(text, "licence", code="lapsed")
    by = renewal_filed_by(licence.expires_on)
    if by is None:
        return ""
    words = {"by": format_date(by), "days": (received_on - by).days}
    if received_on <= by:
        return _("Nộp đúng hạn: hạn nộp hồ sơ gia hạn là ngày %(by)s.") % words
    return _("Nộp chậm %(days)d ngày: hạn nộp hồ sơ gia hạn là ngày %(by)s.") % words


class ApplicationWriter(PastDayWriter):
    """An application has come in, and one that is decided stays."""

    def __init__(self) -> None:
        """Its day has come."""
        super().__init__("received_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """The renewal of what has lapsed; of others it is noted whether they came in time."""
        if write.is_new or write.changed & _FILED:
            write.record.filing_note = filed_in_words(write.record)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one with which nothing has been done is deleted."""
        if record.state != RECEIVED:
            state = APPLICATION_FLOW.by_value[record.state]
            raise Refused(
                _("Hồ sơ đang ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label},
                code="decided",
            )


class LicensedItemWriter(RowWriter):
    """A row of a licence or an application names one device or source of the same facility. ``link`` leads to it."""

    def __init__(self, link: str) -> None:
        """``link`` names the licence or the application."""
        self.link = link

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each row by itself."""
        for write in writes:
            try:
                self.refuse(write.record)
            except Refused as refused:
                yield write, refused

    def refuse(self, item: Any) -> None:
        """Raise ``Refused`` for a device or source of another facility, for both and for none."""
        refuse_unless_about_one(item)
        if (item.device or item.source).facility != getattr(item, self.link).facility:
            text = _("Thiết bị, nguồn này của cơ sở khác. Hãy chọn của cơ sở đề nghị.")
            raise Refused.about(text, "device" if item.device is not None else "source")


class ApplicationItemWriter(LicensedItemWriter):
    """What is applied for stays as it is when it is decided."""

    def __init__(self) -> None:
        """Rows of applications."""
        super().__init__("application")

    def refuse(self, item: Any) -> None:
        """The rows of a decided application as well."""
        if item.application.state not in UNDECIDED:
            raise Refused(_decided(item.application), code="decided")
        super().refuse(item)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was decided stays."""
        if record.application.state not in UNDECIDED:
            raise Refused(_decided(record.application), code="decided")


def _decided(application: RadiationLicenceApplication) -> str:
    state = APPLICATION_FLOW.by_value[application.state]
    return _("Hồ sơ đã ở trạng thái “%(state)s” nên không sửa được nữa.") % {"state": state.label}


def decided_applications(keys: Collection[int]) -> set[int]:
    """Those of the applications that are decided."""
    found = RadiationLicenceApplication.objects.filter(pk__in=list(keys)).exclude(state__in=UNDECIDED)
    return set(found.values_list("pk", flat=True))


def _check_day(application: RadiationLicenceApplication, day: date, name: str, on: date) -> None:
    """The day of a step has come and does not stand before the step before it, nor before the application came in."""
    refuse_to_come(day, name, on)
    steps = WorkflowStep.objects.filter(workflow=APPLICATION_FLOW.name, object_id=application.pk)
    days = list(
        steps.order_by("-pk").values_list("effective_on", flat=True)[1:2]
    )  # the first is the step itself
    last = max([application.received_on, *days])
    if day < last:
        text = _("Ngày này đứng trước bước trước đó của hồ sơ, ngày %(day)s. Hãy xem lại ngày.") % {
            "day": format_date(last)
        }
        raise Refused.about(text, name, code="order")


def complete(
    *, application: RadiationLicenceApplication, completed_on: date, actor: Actor, on: date
) -> RadiationLicenceApplication:
    """The dossier and the fee are there; the term of the answer begins. Raises ``Refused`` for a day out of order."""
    _check_day(application, completed_on, "completed_on", on)
    return application


def appraise(
    *,
    application: RadiationLicenceApplication,
    appraised_on: date,
    actor: Actor,
    on: date,
    appraisal: str = "",
) -> RadiationLicenceApplication:
    """The application was appraised, on its papers and where the devices are. Raises ``Refused`` for a day out of order."""
    _check_day(application, appraised_on, "appraised_on", on)
    with transaction.atomic(), acting(actor):
        application.appraisal = appraisal
        application.save()
    return application


def return_application(
    *, application: RadiationLicenceApplication, decided_on: date, reason: str, actor: Actor, on: date
) -> RadiationLicenceApplication:
    """Give an application back to the facility, with the reason. Raises ``Refused`` for a day out of order."""
    _check_day(application, decided_on, "decided_on", on)
    with transaction.atomic(), acting(actor, reason):
        application.decided_on, application.return_reason = decided_on, reason.strip()
        application.save()
    return application


def record_licence(
    *,
    application: RadiationLicenceApplication,
    number: str,
    issued_on: date,
    actor: Actor,
    on: date,
    expires_on: date | None = None,
) -> RadiationLicence:
    """A licence that was signed on paper. Raises ``Refused`` for a taken number and for days out of order."""
    _check_day(application, issued_on, "issued_on", on)
    return _granted(application, number, issued_on, expires_on, actor)


def grant_licence(
    *, application: RadiationLicenceApplication, number: str, actor: Actor, on: date, instead_of: str = ""
) -> RadiationLicence:
    """What the issue of a licence's paper brings about: the licence, valid by the rule of the day. A paper that replaces
    another one corrects it: the licence of that number ends.

    Raises ``TransitionRefused`` where the application has not been appraised.
    """
    with transaction.atomic():
        if instead_of:
            reopen_application(application=application, number=instead_of, notice=number, actor=actor, on=on)
        fire(APPLICATION_FLOW, application, "grant", actor=actor, on=on)
        return _granted(application, number, on, None, actor, from_book=True)


def _granted(
    application: RadiationLicenceApplication,
    number: str,
    issued_on: date,
    expires_on: date | None,
    actor: Actor,
    *,
    from_book: bool = False,
) -> RadiationLicence:
    licence = RadiationLicence(
        number=number.strip(),
        facility=application.facility,
        practice=application.practice,
        kind=application.kind,
        issuer=LicenceIssuer.PROVINCE,
        issued_on=issued_on,
        expires_on=expires_on or licence_ends_on(issued_on),
        supersedes=application.licence,
    )
    refuse_other_predecessor(licence)
    if not from_book:
        refuse_taken_number(licence, {})
    licence.full_clean()
    with transaction.atomic(), acting(actor):
        licence.save()
        for ordinal, item in enumerate(items_asked_for(application), start=1):
            RadiationLicenceItem(
                licence=licence, ordinal=ordinal, device=item.device, source=item.source
            ).save()
        note_replaced([licence.supersedes_id])
        application.granted, application.decided_on = licence, issued_on
        application.save()
    return licence


def items_asked_for(
    application: RadiationLicenceApplication,
) -> list[RadiationApplicationItem | RadiationLicenceItem]:
    """What the licence will cover: what the application names, or, where it names nothing, what the present licence covers."""
    named: list[Any] = list(application.items.select_related("device__kind", "source").order_by("ordinal"))
    if not named and application.licence is not None:
        named = list(application.licence.items.select_related("device__kind", "source").order_by("ordinal"))
    return named


def reopen_application(
    *, application: RadiationLicenceApplication, number: str, notice: str, actor: Actor, on: date
) -> None:
    """What the withdrawal of a licence's paper brings about: the licence has ended, and the application is to be decided anew."""
    licence = application.granted
    if licence is None or licence.number != number:
        return
    note = _("Giấy phép %(number)s bị thu hồi hoặc thay bằng văn bản số %(notice)s.") % {
        "number": number,
        "notice": notice,
    }
    with transaction.atomic(), acting(actor, note):
        earlier, licence.supersedes, licence.ended_on = licence.supersedes_id, None, on
        licence.save()
        note_replaced([earlier])  # in force again, until its own last day
        application.granted = application.decided_on = None
        application.save()
        fire(APPLICATION_FLOW, application, "reopen", actor=actor, on=on, note=note)
