"""What the division of technology has on record about projects, contracts, enterprises and S&T information."""

from khcn.technology.models.information import (
    MediaItem,
    MediaPlan,
    Publication,
    PublicationDistribution,
    StatisticsReport,
)
from khcn.technology.models.projects import InvestmentProject, TechnologyOpinion
from khcn.technology.models.transfers import EnterpriseCertificate, TransferContract

__all__ = [
    "EnterpriseCertificate",
    "InvestmentProject",
    "MediaItem",
    "MediaPlan",
    "Publication",
    "PublicationDistribution",
    "StatisticsReport",
    "TechnologyOpinion",
    "TransferContract",
]
