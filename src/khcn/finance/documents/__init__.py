"""Papers of this area: the approved settlement of a year, the asset that is handed over, the advances that are to be cleared."""

from khcn.finance.documents.handover import MINUTES
from khcn.finance.documents.reminder import REMINDER
from khcn.finance.documents.settlement import NOTICE

__all__ = ["MINUTES", "NOTICE", "REMINDER"]
