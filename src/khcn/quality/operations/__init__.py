"""What people do with the registers of metrology, quality and standards, and the rules for their rows."""

from khcn.quality.operations.checks import (
    CheckWriter,
    cancel,
    decide,
    decided_checks,
    finish,
    record_carried_out,
    record_decision,
    report,
    withdraw_decision,
)
from khcn.quality.operations.declarations import (
    REGULATIONS,
    DeclarationWriter,
    accept,
    decided_declarations,
    record_notice,
    return_dossier,
    withdraw_notice,
)
from khcn.quality.operations.numbers import DECISION_BOOK, NOTICE_BOOK, RESULT_BOOK
from khcn.quality.operations.standards import StandardWriter
from khcn.quality.operations.steps_back import (
    take_back_check,
    take_back_declaration,
    take_back_support,
    why_no_step,
)
from khcn.quality.operations.subjects import (
    HandlingWriter,
    OfCheckWriter,
    PlaceWriter,
    check_of_row,
    closed_subjects,
)
from khcn.quality.operations.supports import (
    SupportWriter,
    begun_supports,
    enter_data,
    publish,
    sign_contract,
    stop,
    survey,
    train,
)

__all__ = [
    "DECISION_BOOK",
    "NOTICE_BOOK",
    "REGULATIONS",
    "RESULT_BOOK",
    "CheckWriter",
    "DeclarationWriter",
    "HandlingWriter",
    "OfCheckWriter",
    "PlaceWriter",
    "StandardWriter",
    "SupportWriter",
    "accept",
    "begun_supports",
    "cancel",
    "check_of_row",
    "closed_subjects",
    "decide",
    "decided_checks",
    "decided_declarations",
    "enter_data",
    "finish",
    "publish",
    "record_carried_out",
    "record_decision",
    "record_notice",
    "report",
    "return_dossier",
    "sign_contract",
    "stop",
    "survey",
    "take_back_check",
    "take_back_declaration",
    "take_back_support",
    "train",
    "why_no_step",
    "withdraw_decision",
    "withdraw_notice",
]
