"""What people do with the registers of the Centre, and the rules for their rows."""

from khcn.centre.operations.activities import (
    TaskWorkWriter,
    VisitWriter,
    complete_process,
    drop_process,
    liquidate_contract,
    terminate_contract,
    why_process_is_over,
)
from khcn.centre.operations.corrections import (
    correct_process_end,
    correct_withdrawal,
    take_back_end,
    take_back_finish,
    take_back_return,
    take_up_again,
    why_process_is_tried,
    why_standard_is_in_use,
)
from khcn.centre.operations.orders import (
    ItemWriter,
    ResultWriter,
    finish_order,
    hand_over_order,
    orders_taken_further,
)
from khcn.centre.operations.production import BatchWriter, ProductWriter, SaleWriter
from khcn.centre.operations.rule_values import valid_until
from khcn.centre.operations.standards import CalibrationWriter, why_standard_is_withdrawn, withdraw_standard
from khcn.centre.operations.verifications import (
    CERTIFICATE_BOOK,
    InstrumentWriter,
    VerificationWriter,
    note_certificate,
    take_certificate_back,
    typed_certificates,
)
from khcn.centre.operations.writers import LeadingDayWriter

__all__ = [
    "CERTIFICATE_BOOK",
    "BatchWriter",
    "CalibrationWriter",
    "InstrumentWriter",
    "ItemWriter",
    "LeadingDayWriter",
    "ProductWriter",
    "ResultWriter",
    "SaleWriter",
    "TaskWorkWriter",
    "VerificationWriter",
    "VisitWriter",
    "complete_process",
    "correct_process_end",
    "correct_withdrawal",
    "drop_process",
    "finish_order",
    "hand_over_order",
    "liquidate_contract",
    "note_certificate",
    "orders_taken_further",
    "take_back_end",
    "take_back_finish",
    "take_back_return",
    "take_certificate_back",
    "take_up_again",
    "terminate_contract",
    "typed_certificates",
    "valid_until",
    "why_process_is_over",
    "why_process_is_tried",
    "why_standard_is_in_use",
    "why_standard_is_withdrawn",
    "withdraw_standard",
]
