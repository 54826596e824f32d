"""The values that fields of the national portal are made of, each by its name in the table (`mapping`). Empty ones are left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from khcn.epcis.ids.check import is_restricted_gtin
from khcn.goods.models.parties import trace_party_of
from khcn.goods.operations.entry_events import class_of, moment_of, place_of
from khcn.goods.queries.published import picture_of
from khcn.reference.queries import province_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from khcn.goods.models import Lot, LotEntry, OutboxAccount
    from khcn.goods.operations.outbox.mapping import PortalMapping
    from khcn.trace.models import TraceParty


@dataclass(frozen=True)
class Subject:
    """A lot as it is reported to the portal on a day, by the agreement of its producer."""

    lot: Lot
    account: OutboxAccount | None
    mapping: PortalMapping
    on: date

    @cached_property
    def party(self) -> TraceParty | None:
        """As whom its producer reports."""
        return trace_party_of(self.lot.item.organisation)

    @cached_property
    def entries(self) -> Sequence[LotEntry]:
        """What was done with it and with what was used for it, of the kinds that are sent."""
        rows = self.lot.standing_entries.filter(kind__in=self.mapping.tasks)
        rows = rows.select_related("lot__item", "location__admin_unit", "step", "into")
        return list(rows.order_by("done_on", "pk"))


def _address(subject: Subject) -> str:
    organisation, party = subject.lot.item.organisation, subject.party
    return organisation.address or (party.address if party is not None else "")


def _picture(subject: Subject) -> str:
    shown = picture_of(subject.lot.item)
    return "" if shown is None else f"{settings.PUBLIC_URL}{shown.whole}"


def _tasks(subject: Subject) -> list[dict[str, str]]:
    if subject.party is None:
        return []
    return [_task(each, subject, subject.party) for each in subject.entries]


def _task(entry: LotEntry, subject: Subject, party: TraceParty) -> dict[str, str]:
    at = moment_of(entry).isoformat(timespec="seconds")
    return {
        "congViec": subject.mapping.tasks[entry.kind],
        "moTa": entry.step.name if entry.step is not None else str(entry.get_kind_display()),
        "batDau": at,
        "ketThuc": at,
        "nguoiThucHien": party.name,
        "maTruyVetDiaDiem": place_of(entry.location, party),
        "maTruyVetSanPham": class_of(entry.lot),
    }


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


SOURCES: Final[Mapping[str, Callable[[Subject], Any]]] = {
    "product_name": lambda subject: subject.lot.item.full_name,
    "picture": _picture,
    "producer_name": lambda subject: subject.lot.item.organisation.name,
    "portal_code": lambda subject: subject.account.portal_code if subject.account is not None else "",
    "producer_gln": lambda subject: subject.party.gln if subject.party is not None else "",
    "producer_address": _address,
    "province": lambda subject: province_name(on=subject.on),
    "product_group": lambda subject: subject.lot.item.group.name,
    "tasks": _tasks,
    "made_on": lambda subject: _day(subject.lot.made_on),
    "gtin": lambda subject: subject.lot.trade_number if subject.lot.item.gtin else "",
    "lot_number": lambda subject: subject.lot.number,
    "is_internal": lambda subject: is_restricted_gtin(subject.lot.trade_number),
    "trace_address": lambda subject: settings.PUBLIC_URL + subject.lot.public_path,
    "brand": lambda subject: subject.lot.item.brand,
    "last_day": lambda subject: _day(subject.lot.last_day()),
    "standards": lambda subject: subject.lot.item.standards,
    "illustrative": lambda subject: bool(subject.lot.illustrative or subject.lot.item.illustrative),
}
