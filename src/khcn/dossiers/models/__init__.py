"""Procedures with their versions, and the dossiers that are settled under them."""

from khcn.dossiers.models.dossiers import Dossier, DossierHandover, DossierQuerySet, SupplementRequest
from khcn.dossiers.models.procedures import (
    DossierCodePattern,
    Procedure,
    ProcedureChange,
    ProcedureComponent,
    ProcedureStep,
)

__all__ = [
    "Dossier",
    "DossierCodePattern",
    "DossierHandover",
    "DossierQuerySet",
    "Procedure",
    "ProcedureChange",
    "ProcedureComponent",
    "ProcedureStep",
    "SupplementRequest",
]
