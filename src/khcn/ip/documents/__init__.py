"""Papers of this area: the decision about a round of initiatives, the certificate of an initiative, the decision about prizes."""

from khcn.ip.documents.initiatives import CERTIFICATE, DECISION
from khcn.ip.documents.prizes import PRIZES

__all__ = ["CERTIFICATE", "DECISION", "PRIZES"]
