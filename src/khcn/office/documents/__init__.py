"""Papers of this area: the decision of an appointment, the submission with the list of titles that are proposed."""

from khcn.office.documents.appointment import APPOINTMENT
from khcn.office.documents.emulation import SUBMISSION

__all__ = ["APPOINTMENT", "SUBMISSION"]
