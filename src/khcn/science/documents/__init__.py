"""Papers of this area: the certificate that a task's result is registered, and the minutes of a council's meeting."""

from khcn.science.documents.certificate import CERTIFICATE
from khcn.science.documents.minutes import MINUTES

__all__ = ["CERTIFICATE", "MINUTES"]
