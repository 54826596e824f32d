"""The books of decisions and conclusions, and the columns in which records bear their numbers."""

from typing import Final

from khcn.inspection.models import AdministrativeViolation, Inspection
from khcn.kernel.papers.numbers_of_records import declare_numbers

DECISION_BOOK: Final = "QĐ-TTr"
CONCLUSION_BOOK: Final = "KL-TTr"
SANCTION_BOOK: Final = "QĐ-XPHC"
declare_numbers(
    {
        DECISION_BOOK: (Inspection, "decision_number", "decided_on"),
        CONCLUSION_BOOK: (Inspection, "conclusion_number", "concluded_on"),
        SANCTION_BOOK: (AdministrativeViolation, "decision_number", "decided_on"),
    }
)
