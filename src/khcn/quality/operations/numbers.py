"""The books of the decisions and notices of this area, and the columns in which records bear their numbers."""

from typing import Final

from khcn.kernel.papers.numbers_of_records import declare_numbers
from khcn.quality.models import ConformityDeclaration, StateCheck

DECISION_BOOK: Final = "QĐ-KTr"
RESULT_BOOK: Final = "TB-KTr"  # no record bears its numbers
NOTICE_BOOK: Final = "TB-CBHC"
declare_numbers(
    {
        DECISION_BOOK: (StateCheck, "decision_number", "decided_on"),
        NOTICE_BOOK: (ConformityDeclaration, "notice_number", "notified_on"),
    }
)
