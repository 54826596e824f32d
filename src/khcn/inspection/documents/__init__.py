"""Papers of this area: the decision on an inspection, its conclusion, and the decision to sanction."""

from khcn.inspection.documents.inspection import CONCLUSION, DECISION
from khcn.inspection.documents.sanction import SANCTION_DECISION

__all__ = ["CONCLUSION", "DECISION", "SANCTION_DECISION"]
