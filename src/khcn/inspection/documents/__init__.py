"""Papers of this area: the decision on an inspection, its conclusion, and the decision to sanction."""

from khcn.inspection.documents.inspection import CHECK_CONCLUSION, CHECK_DECISION, CONCLUSION, DECISION
from khcn.inspection.documents.sanction import SANCTION_DECISION

__all__ = ["CHECK_CONCLUSION", "CHECK_DECISION", "CONCLUSION", "DECISION", "SANCTION_DECISION"]
