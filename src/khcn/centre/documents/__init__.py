"""Papers of this area: the certificate of a verification, the slip for instruments received."""

from khcn.centre.documents.certificate import CERTIFICATE
from khcn.centre.documents.slip import SLIP

__all__ = ["CERTIFICATE", "SLIP"]
