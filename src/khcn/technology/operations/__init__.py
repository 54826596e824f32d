"""What people do with the registers of technology and S&T information, and the rules for their rows."""

from khcn.technology.operations.contracts import (
    ContractWriter,
    acted_contracts,
    close_contract,
    decided_contracts,
    end_contract,
    record_registration,
    register,
    take_back_end,
    take_back_registration,
    take_up_contract,
    withdraw_registration,
)
from khcn.technology.operations.corrections import correct_contract, correct_opinion, why_still_open
from khcn.technology.operations.information import (
    DistributionWriter,
    MediaItemWriter,
    MediaPlanWriter,
    PublicationWriter,
)
from khcn.technology.operations.numbers import CERTIFICATE_BOOK, LETTER_BOOK
from khcn.technology.operations.opinions import (
    OpinionWriter,
    acted_opinions,
    answer,
    close_opinion,
    decided_opinions,
    record_answer,
    take_back_answer,
    take_up_opinion,
    why_without_conclusion,
    withdraw_answer,
)

__all__ = [
    "CERTIFICATE_BOOK",
    "LETTER_BOOK",
    "ContractWriter",
    "DistributionWriter",
    "MediaItemWriter",
    "MediaPlanWriter",
    "OpinionWriter",
    "PublicationWriter",
    "acted_contracts",
    "acted_opinions",
    "answer",
    "close_contract",
    "close_opinion",
    "correct_contract",
    "correct_opinion",
    "decided_contracts",
    "decided_opinions",
    "end_contract",
    "record_answer",
    "record_registration",
    "register",
    "take_back_answer",
    "take_back_end",
    "take_back_registration",
    "take_up_contract",
    "take_up_opinion",
    "why_still_open",
    "why_without_conclusion",
    "withdraw_answer",
    "withdraw_registration",
]
