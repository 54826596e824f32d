"""Papers of this area: the licence, the letter by which an application is returned, the certificate of a worker."""

from khcn.radiation.documents.certificate import CERTIFICATE
from khcn.radiation.documents.licence import LICENCE, RETURN_LETTER

__all__ = ["CERTIFICATE", "LICENCE", "RETURN_LETTER"]
