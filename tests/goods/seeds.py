"""Violations of the rules about records of producers."""

from datetime import date

from tests.factories.goods import (
    GoodsRecallFactory,
    LocationFactory,
    LotEntryFactory,
    LotFactory,
    RecallNoticeLotFactory,
    RecallStockFactory,
    ShipmentFactory,
)
from tests.factories.parties import ProducerFactory
from tests.integrity.given import breaks, put

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
