"""Numbers of answers and certificates: those that the books give and those that are typed agree year by year."""

from typing import Final

from khcn.kernel.papers.numbers_of_records import declare_numbers
from khcn.technology.models import TechnologyOpinion, TransferContract

LETTER_BOOK: Final = "CVCN-SKHCN"
CERTIFICATE_BOOK: Final = "GCNCGCN-SKHCN"

declare_numbers(
    {
        LETTER_BOOK: (TechnologyOpinion, "answer_number", "answered_on"),
        CERTIFICATE_BOOK: (TransferContract, "certificate_number", "registered_on"),
    }
)
