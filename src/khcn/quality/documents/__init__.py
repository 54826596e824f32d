"""Papers of this area: the decision on a check, the notice of its result, and the notice about a conformity declaration."""

from khcn.quality.documents.checks import DECISION, RESULT
from khcn.quality.documents.declarations import NOTICE

__all__ = ["DECISION", "NOTICE", "RESULT"]
