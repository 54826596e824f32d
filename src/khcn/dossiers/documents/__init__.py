"""The forms of the one-stop counter: six of TT 01/2018/TT-VPCP, from 2025 the seven of TT 03/2025/TT-VPCP."""

from khcn.dossiers.documents.book import BOOK
from khcn.dossiers.documents.slips import APOLOGY, PROCESS, RECEIPT, REFUSAL, STOP, SUPPLEMENT

__all__ = ["APOLOGY", "BOOK", "PROCESS", "RECEIPT", "REFUSAL", "STOP", "SUPPLEMENT"]
