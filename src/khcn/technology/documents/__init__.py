"""Papers of this area: the letter with an opinion, the certificate of a registered transfer of technology."""

from khcn.technology.documents.certificate import CERTIFICATE
from khcn.technology.documents.letter import LETTER

__all__ = ["CERTIFICATE", "LETTER"]
