"""What producers do with their records, and the rules for their rows."""

from khcn.goods.operations.certificates import check_certificate, checked_certificates, why_not_checked
from khcn.goods.operations.diary import (
    DiaryWriter,
    declare_wrong,
    lock_goods_of,
    why_not_declared_wrong,
)
from khcn.goods.operations.feedback import receive_feedback
from khcn.goods.operations.labels import (
    LabelPrintWriter,
    all_labels,
    reprint_labels,
    restore_labels,
    void_labels,
    why_not_by_label,
    why_not_restored,
)
from khcn.goods.operations.lot_days import LotWriter, correct_lot_days, why_lot_days_not_corrected
from khcn.goods.operations.numbers import (
    LocationWriter,
    TradeItemWriter,
    items_in_events,
    lots_in_events,
)
from khcn.goods.operations.participation import (
    ParticipationWriter,
    compared_with_record,
    confirm_participation,
    organisation_on_record,
    receive_participation,
    refuse_participation,
    why_not_decided,
)
from khcn.goods.operations.processes import steps_in_entries
from khcn.goods.operations.publication import (
    publish_lot,
    why_not_published,
    why_not_withdrawn,
    withdraw_publication,
)
from khcn.goods.operations.shipments import (
    SOME_CAME,
    bring_back,
    coming_in_words,
    count_again,
    receive,
    received_today,
    refuse,
    settle,
    why_not_brought_back,
    why_not_received,
    why_not_settled,
)

__all__ = [
    "SOME_CAME",
    "DiaryWriter",
    "LabelPrintWriter",
    "LocationWriter",
    "LotWriter",
    "ParticipationWriter",
    "TradeItemWriter",
    "all_labels",
    "bring_back",
    "check_certificate",
    "checked_certificates",
    "coming_in_words",
    "compared_with_record",
    "confirm_participation",
    "correct_lot_days",
    "count_again",
    "declare_wrong",
    "items_in_events",
    "lock_goods_of",
    "lots_in_events",
    "organisation_on_record",
    "publish_lot",
    "receive",
    "receive_feedback",
    "receive_participation",
    "received_today",
    "refuse",
    "refuse_participation",
    "reprint_labels",
    "restore_labels",
    "settle",
    "steps_in_entries",
    "void_labels",
    "why_lot_days_not_corrected",
    "why_not_brought_back",
    "why_not_by_label",
    "why_not_checked",
    "why_not_decided",
    "why_not_declared_wrong",
    "why_not_published",
    "why_not_received",
    "why_not_restored",
    "why_not_settled",
    "why_not_withdrawn",
    "withdraw_publication",
]
