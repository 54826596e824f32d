"""Numbers of notices and reminders: those that the books give and those that are typed agree year by year."""

from typing import Final

from khcn.finance.models import AdvanceReminder, YearSettlement
from khcn.kernel.papers.numbers_of_records import declare_numbers

NOTICE_BOOK: Final = "TBQT-SKHCN"
REMINDER_BOOK: Final = "CVTU-SKHCN"
MINUTES_BOOK: Final = "BBBG-SKHCN"  # minutes have a number of their own; no record bears it

declare_numbers(
    {
        NOTICE_BOOK: (YearSettlement, "document_number", "approved_on"),
        REMINDER_BOOK: (AdvanceReminder, "document_number", "sent_on"),
    }
)
