"""Papers of this area: the certificate that a task's result is registered, the minutes of a council's meeting and of the opening of a call."""

from khcn.science.documents.certificate import CERTIFICATE
from khcn.science.documents.minutes import MINUTES
from khcn.science.documents.opening import OPENING

__all__ = ["CERTIFICATE", "MINUTES", "OPENING"]
