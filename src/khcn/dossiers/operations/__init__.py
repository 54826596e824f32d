"""What people do with dossiers, and the rules for their rows."""

from khcn.dossiers.operations.corrections import correct_outcome, ended_dossiers, why_not_ended
from khcn.dossiers.operations.receiving import receive_dossier, reception_defaults, why_not_receive
from khcn.dossiers.operations.steps import (
    apologise,
    ask_supplement,
    deliver_result,
    guard_of,
    hand_over,
    receive_supplement,
    refuse_dossier,
    resolve_dossier,
    share_defaults,
    stop_dossier,
    withdraw_dossier,
)
from khcn.dossiers.operations.writing import DossierWriter, HandoverWriter, SupplementWriter

__all__ = [
    "DossierWriter",
    "HandoverWriter",
    "SupplementWriter",
    "apologise",
    "ask_supplement",
    "correct_outcome",
    "deliver_result",
    "ended_dossiers",
    "guard_of",
    "hand_over",
    "receive_dossier",
    "receive_supplement",
    "reception_defaults",
    "refuse_dossier",
    "resolve_dossier",
    "share_defaults",
    "stop_dossier",
    "why_not_ended",
    "why_not_receive",
    "withdraw_dossier",
]
