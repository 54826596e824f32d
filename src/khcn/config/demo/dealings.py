"""What no workbook holds of the goods of the demonstration: they go from one party to another, one lot is recalled, labels are printed and copied.

The files are in ``demo/goods``. Each part is done once; again it changes nothing.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from khcn.goods.enums import EntryKind, LabelLayout, LogisticKind, RecallStart
from khcn.goods.models import (
    GoodsRecall,
    LabelPrint,
    Location,
    Lot,
    LotEntry,
    Package,
    PackageLine,
    ProcessStep,
    RecallNoticeLot,
    Shipment,
)
from khcn.goods.operations import receive, settle, void_labels
from khcn.goods.operations.recall_notices import counts_in_words
from khcn.goods.operations.recall_stocks import latest_stocks
from khcn.goods.operations.supervision import look_at_reports
from khcn.goods.workflow import COMING, DIFFERS
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_rows
from khcn.kernel.text.language import in_vietnamese
from khcn.trace.models import CopiedCode, TraceParty
from khcn.trace.operations.scan_buffer import ScanBuffer
from khcn.trace.operations.scan_writing import write_scans

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from khcn.kernel.registers.record_model import Record

_SETTLED: Final = "Đồng ý số bên nhận đếm"
"""What a row of the diary says of a sender that agrees with what the receiver counted."""

_REASON: Final = "Dữ liệu dùng thử"


def deal(*, folder: Path, on: date) -> None:
    """Let goods go from one party to another, and recall one lot, as the files of a folder say."""
    with transaction.atomic(), acting(SYSTEM, _REASON, on=on):
        with (folder / "diary.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        if not _lot(rows[0]).entries.exists():
            _take_steps(rows, on)
        _recall(tomllib.loads((folder / "recall.toml").read_text("utf-8")), on)
        _pack(tomllib.loads((folder / "packages.toml").read_text("utf-8")))


def write_marked(records: Sequence[Record], on: date) -> None:
    """Write new rows of one register as a form does, marked as invented."""
    for each in records:
        each.illustrative = ["*"]
        each.full_clean()
    save_rows(register_of(type(records[0])), records, actor=SYSTEM, on=on)


def _mark(records: Iterable[Record]) -> None:
    """What an operation has written is invented too."""
    for each in records:
        each.illustrative = ["*"]
        each.save()


# ------------------------------------------------------------------------------------------ from one party to another


@in_vietnamese
def _take_steps(rows: Sequence[Mapping[str, str]], on: date) -> None:
    """The rows in their order; entries that follow one another are written together."""
    kinds = {str(label): value for value, label in EntryKind.choices}
    entries: list[LotEntry] = []
    for row in rows:
        is_settled = row["Việc đã làm"] == _SETTLED
        kind = "" if is_settled else kinds[row["Việc đã làm"]]
        if not is_settled and kind != EntryKind.RECEIVE:
            entries.append(_entry(row, kind))
            continue
        _write_entries(entries, on)
        entries = []
        if is_settled:
            differing = _shipment(row, state=DIFFERS)
            settle(shipment=differing, reason=row["Ghi chú"], actor=SYSTEM, on=_day(row))
        else:
            _receive(row, on)
    _write_entries(entries, on)


def _write_entries(entries: Sequence[LotEntry], on: date) -> None:
    if entries:
        write_marked(entries, on)
        _mark(Shipment.objects.filter(entry__in=entries))


def _receive(row: Mapping[str, str], on: date) -> None:
    """The receiver has a lot, an entry and, of goods that are new to it, a product of its own from now on."""
    shipment = receive(
        shipment=_shipment(row, state=COMING),
        received_on=_day(row),
        received_amount=Decimal(row["Số lượng"]),
        location=_place(row),
        actor=SYSTEM,
        on=on,
    )
    arrival: Any = shipment.arrival
    _mark([each for each in (arrival.lot.item, arrival.lot, arrival) if not each.illustrative])


def _entry(row: Mapping[str, str], kind: str) -> LotEntry:
    return LotEntry(
        lot=_lot(row),
        kind=kind,
        done_on=_day(row),
        done_at=time.fromisoformat(row["Lúc"]) if row["Lúc"] else None,
        location=_place(row),
        amount=Decimal(row["Số lượng"]) if row["Số lượng"] else None,
        into=_lot(row, "Dùng cho lô") if row["Dùng cho lô"] else None,
        partner=TraceParty.objects.get(name=row["Giao cho"]) if row["Giao cho"] else None,
        step=ProcessStep.objects.get(code=row["Công đoạn"]) if row["Công đoạn"] else None,
        note=row["Ghi chú"],
    )


def _place(row: Mapping[str, str]) -> Location:
    return Location.objects.get(code=row["Địa điểm"])


def _lot(row: Mapping[str, str], column: str = "Lô hàng") -> Lot:
    """Of whose lots with a number one is meant, the place says: sender and receiver have one each."""
    return Lot.objects.get(number=row[column], item__organisation=_place(row).organisation)


def _shipment(row: Mapping[str, str], *, state: str) -> Shipment:
    side = "receiver" if state == COMING else "sender"
    return Shipment.objects.get(lot_number=row["Lô hàng"], state=state, **{side: _place(row).organisation})


def _day(row: Mapping[str, str]) -> date:
    day, month, year = row["Ngày làm"].split("/")
    return date(int(year), int(month), int(day))


# ------------------------------------------------------------------------------------------ a recall that is over


def _recall(given: Mapping[str, Any], on: date) -> None:
    """All who have the lot are informed, destroy what is left and say so."""
    if GoodsRecall.objects.filter(code=given["code"]).exists():
        return
    maker = Location.objects.get(code=given["place"]).organisation
    lot = Lot.objects.get(number=given["lot"], item__organisation=maker)
    recall = GoodsRecall(
        **{name: given[name] for name in ("code", "title", "reason", "opened_on")},
        begins_with=RecallStart.LOT,
        lot=lot,
    )
    write_marked([recall], on)
    _do(recall, "scope", given["opened_on"])
    _do(recall, "pause", given["opened_on"], reason=given["pause_reason"])
    _do(recall, "submit", given["opened_on"], **given["decision"])
    _do(recall, "recall", given["opened_on"])
    _answer(recall, given["opened_on"])
    lots: Any = Lot.objects.with_amount().filter(number=lot.number).order_by("pk")  # with an annotation
    write_marked(
        [
            LotEntry(
                lot=each,
                kind=EntryKind.DESTROY,
                done_on=given["destroyed_on"],
                location=each.entries.latest("done_on").location,
                amount=each.amount,
            )
            for each in lots
            if each.amount > 0
        ],
        on,
    )
    _do(recall, "review", given["destroyed_on"])
    _answer(recall, given["destroyed_on"])
    _do(recall, "close", given["closed_on"])
    lots = RecallNoticeLot.objects.filter(notice__recall=recall)
    _mark([*recall.stocks.all(), *recall.notices.all(), *lots])


def _answer(recall: GoodsRecall, on: date) -> None:
    """Everybody has counted what the diaries say."""
    stocks = latest_stocks(recall)
    for notice in recall.notices.order_by("pk"):
        counts = {path: row.remaining for (path, gln), row in stocks.items() if gln == notice.party.gln}
        _do(notice, "answer", on, counted=counts_in_words(notice, counts))


def _do(record: Any, name: str, on: date, **values: Any) -> None:
    """Press the button of an action on a day."""
    register = register_of(type(record))
    action = action_to_run(register, name)
    if action is None:
        raise LookupError(name)
    run(action, register, record.pk, values, actor=SYSTEM, on=on)
    record.refresh_from_db()


# ------------------------------------------------------------------------------------------ crates and a pallet


def _pack(given: Mapping[str, Any]) -> None:
    """Crates on a pallet go to a shop that confirms it as a whole; one more crate waits."""
    place = Location.objects.get(code=given["place"])
    lot = Lot.objects.get(number=given["lot"], item__organisation=place.organisation)
    if lot.package_lines.exists():
        return
    there = given["pallet"]
    day = given["packed_on"]
    crates = _crates(lot, place, there["crates"], Decimal(given["amount"]), day)
    _do(
        crates[0],
        "put-onto-new",
        day,
        kind=LogisticKind.PALLET,
        count=len(crates),
        packed_on=day,
        location=place,
    )
    pallet: Any = crates[0].inside
    partner = TraceParty.objects.get(name=there["receiver"])
    _do(pallet, "send", there["sent_on"], partner=partner, sent_on=there["sent_on"], location=place)
    received_at = Location.objects.get(code=there["received_at"])
    _do(pallet, "receive", there["received_on"], received_on=there["received_on"], location=received_at)
    _crates(lot, place, 1, Decimal(given["waiting_amount"]), given["waiting_packed_on"])
    shipments = list(pallet.shipments.select_related("entry", "arrival__lot__item"))
    arrivals: list[Any] = [each.arrival for each in shipments]
    received = [each for arrival in arrivals for each in (arrival, arrival.lot, arrival.lot.item)]
    packages = Package.objects.filter(organisation=place.organisation)
    lines = PackageLine.objects.filter(package__in=packages)
    _mark([*packages, *lines, *shipments, *(each.entry for each in shipments)])
    _mark([each for each in received if not each.illustrative])


def _crates(lot: Lot, place: Location, count: int, amount: Decimal, day: date) -> list[Package]:
    """Some crates that are alike."""
    _do(
        lot,
        "pack",
        day,
        kind=LogisticKind.BOX,
        count=count,
        amount=amount,
        packed_on=day,
        location=place,
    )
    return list(Package.objects.order_by("-pk")[:count])[::-1]


# ------------------------------------------------------------------------------------------ labels


def numbered_labels(*, folder: Path, on: date) -> tuple[str, str]:
    """The paths of two labels of one printing: of one that is void, and of one that was looked up in so many places that the department has
    a finding to look at.
    """
    given = tomllib.loads((folder / "labels.toml").read_text("utf-8"))
    lot = Lot.objects.get(number=given["lot"], source_path="")
    with acting(SYSTEM, _REASON, on=on):
        printing = lot.label_prints.first() or _print(lot, given, on)
        serials = printing.serials
        thing = f"/01/{lot.trade_number}/21/{serials[given['copied'] - 1]}"
        if not CopiedCode.objects.filter(pk=thing).exists():
            scans = ScanBuffer()
            for number in range(1, given["looked_up_in_places"] + 1):  # networks for documentation (RFC 3849)
                address = f"2001:db8:{number}::1"
                scans.note(path=lot.public_path, thing=thing, address=address, day=on)
            write_scans(scans)
            look_at_reports(actor=SYSTEM, on=on)
    void, copied = (f"{lot.public_path}/21/{serials[given[name] - 1]}" for name in ("torn", "copied"))
    return void, copied


def _print(lot: Lot, given: Mapping[str, Any], on: date) -> LabelPrint:
    printing = LabelPrint(
        lot=lot,
        printed_on=given["printed_on"],
        layout=LabelLayout.SHEET_24,
        copies=given["copies"],
        has_serials=True,
    )
    write_marked([printing], on)
    torn = str(given["torn"])
    void = void_labels(
        printed=printing,
        first=torn,
        last=torn,
        reason=given["torn_reason"],
        actor=SYSTEM,
        on=given["torn_on"],
    )
    _mark([void])
    return printing
