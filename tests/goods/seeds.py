"""Violations of the rules about records of producers."""

import uuid
from datetime import date

from tests.factories.goods import (
    GoodsRecallFactory,
    LocationFactory,
    LotEntryFactory,
    LotFactory,
    PackageFactory,
    PackageLineFactory,
    RecallNoticeLotFactory,
    RecallStockFactory,
    ShipmentFactory,
)
from tests.factories.parties import ProducerFactory
from tests.integrity.given import AT, breaks, put

DAY = date(2023, 6, 1)
RECEIVED = "/01/09520000000011/10/A1"


@breaks("goods.lot_below_nothing")
def _():
    return LotEntryFactory(kind="sell").lot


@breaks("goods.entry_without_amount")
def _():
    return LotEntryFactory(amount=None)


@breaks("goods.entry_without_amount")
def _():
    return LotEntryFactory(ordinal=None)


@breaks("goods.entry_of_two_producers")
def _():
    return LotEntryFactory(location=LocationFactory())


@breaks("goods.entry_of_two_producers")
def _():
    lot = LotEntryFactory().lot
    return LotEntryFactory(lot=lot, kind="use", into=LotFactory())


@breaks("goods.superfluous_link")
def _():
    lot = LotFactory()
    return LotEntryFactory(lot=lot, into=LotFactory(item=lot.item))


@breaks("goods.superfluous_link")
def _():
    return LotEntryFactory(receiver=ProducerFactory())


@breaks("goods.made_into_received_lot")
def _():
    return LotEntryFactory(lot__source_path=RECEIVED)


@breaks("goods.made_into_received_lot")
def _():
    lot = LotEntryFactory().lot
    return LotEntryFactory(lot=lot, kind="use", into=LotFactory(item=lot.item, source_path=RECEIVED))


@breaks("goods.wrong_without_reason")
def _():
    return LotEntryFactory(wrong_on=DAY)


@breaks("goods.wrong_without_reason")
def _():
    return LotEntryFactory(wrong_reason="Ghi nhầm")


@breaks("goods.shipment_without_arrival")
def _():
    return put(ShipmentFactory(), state="received")


@breaks("goods.shipment_without_arrival")
def _():
    return put(ShipmentFactory(), arrival=LotEntryFactory(kind="receive"))


@breaks("goods.recall_without_scope")
def _():
    return put(GoodsRecallFactory(), state="scoped", scoped_on=DAY)


@breaks("goods.recall_without_scope")
def _():
    return put(RecallStockFactory().recall, state="scoped")


@breaks("goods.recall_without_decision")
def _():
    return put(RecallStockFactory().recall, state="recalled", scoped_on=DAY, recalled_on=DAY)


@breaks("goods.answer_without_count")
def _():
    return put(RecallNoticeLotFactory().notice, state="answered", answered_on=DAY)


@breaks("goods.packed_more_than_lot")
def _():
    return PackageLineFactory().lot


def inner_of(outer, **values):
    """A crate that is on another package, as its row and as the line of the outer one say."""
    inner = PackageFactory(organisation=outer.organisation, inside=outer, packed_on=outer.packed_on)
    line_around(inner, outer)
    return put(inner, **values) if values else inner


def line_around(inner, outer):
    place = LocationFactory(organisation=outer.organisation)
    return PackageLineFactory(package=outer, lot=None, amount=None, inner=inner, location=place)


def sent(**values):
    """A pallet on its way with one shipment, as if it had been sent; `values` say what is otherwise."""
    shipment = ShipmentFactory()
    package = PackageFactory(organisation=shipment.sender, packed_on=DAY)
    put(shipment, package=package)
    return put(
        package,
        **{
            "state": "sent",
            "receiver": shipment.receiver,
            "sent_on": DAY,
            "sent_event": uuid.uuid4(),
            "sent_at": AT,
            **values,
        },
    )


@breaks("goods.package_in_two")
def _():
    inner = inner_of(PackageFactory())
    line_around(inner, PackageFactory(organisation=inner.organisation))
    return inner


@breaks("goods.package_in_two")
def _():
    return put(inner_of(PackageFactory()), inside=None)


@breaks("goods.package_in_two")
def _():
    outer = PackageFactory()
    return PackageFactory(organisation=outer.organisation, inside=outer)


@breaks("goods.package_in_itself")
def _():
    package = PackageFactory()
    line_around(package, package)
    return put(package, inside=package)


@breaks("goods.package_in_itself")
def _():
    outer = PackageFactory()
    inner = inner_of(outer)
    line_around(outer, inner)
    return [put(outer, inside=inner), inner]


@breaks("goods.package_of_two_producers")
def _():
    harvested = LotEntryFactory().lot
    return PackageLineFactory(lot=harvested, location=LocationFactory())


@breaks("goods.package_of_two_producers")
def _():
    package, place = PackageFactory(), LocationFactory()
    return PackageLineFactory(package=package, lot=LotEntryFactory().lot, location=place)


@breaks("goods.package_sent_without_event")
def _():
    return sent(sent_event=None)


@breaks("goods.package_sent_without_event")
def _():
    return put(PackageFactory(), receiver=ProducerFactory())


@breaks("goods.package_days")
def _():
    package = sent()
    put(package.shipments.get(), package=None)
    return put(package, state="received")


@breaks("goods.package_days")
def _():
    package = sent(received_on=date(2023, 5, 1), state="received")
    put(package.shipments.get(), package=None)
    return package


@breaks("goods.package_days")
def _():
    return put(PackageFactory(), state="unpacked")


@breaks("goods.inner_package_apart")
def _():
    return inner_of(sent())


@breaks("goods.inner_package_apart")
def _():
    outer = sent()
    return inner_of(outer, state="sent", receiver=ProducerFactory(), sent_on=DAY)


@breaks("goods.package_unlike_shipments")
def _():
    package = sent()
    put(package.shipments.get(), package=None)
    return package


@breaks("goods.package_unlike_shipments")
def _():
    package = PackageFactory()
    put(ShipmentFactory(), package=package)
    return package
