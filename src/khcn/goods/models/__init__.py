"""What producers have on record about their goods."""

from khcn.goods.models.certificates import ProductCertificate
from khcn.goods.models.feedback import LabelFeedback
from khcn.goods.models.labels import LabelPrint, LabelVoid
from khcn.goods.models.locations import Location
from khcn.goods.models.lots import Lot, LotEntry
from khcn.goods.models.outbox import (
    OutboxAccount,
    OutboxAttempt,
    OutboxCredential,
    OutboxDispatch,
    OutboxMessage,
)
from khcn.goods.models.packages import Package, PackageLine
from khcn.goods.models.participation import ParticipationRequest
from khcn.goods.models.process_steps import ProcessStep
from khcn.goods.models.recall_messages import RecallMessage
from khcn.goods.models.recall_notices import RecallNotice, RecallNoticeLot
from khcn.goods.models.recalls import GoodsRecall, RecallStock
from khcn.goods.models.scans import LabelScan
from khcn.goods.models.shipments import Shipment
from khcn.goods.models.supervision import PartyFinding
from khcn.goods.models.trade_items import ProductGroup, TradeItem

__all__ = [
    "GoodsRecall",
    "LabelFeedback",
    "LabelPrint",
    "LabelScan",
    "LabelVoid",
    "Location",
    "Lot",
    "LotEntry",
    "OutboxAccount",
    "OutboxAttempt",
    "OutboxCredential",
    "OutboxDispatch",
    "OutboxMessage",
    "Package",
    "PackageLine",
    "ParticipationRequest",
    "PartyFinding",
    "ProcessStep",
    "ProductCertificate",
    "ProductGroup",
    "RecallMessage",
    "RecallNotice",
    "RecallNoticeLot",
    "RecallStock",
    "Shipment",
    "TradeItem",
]
