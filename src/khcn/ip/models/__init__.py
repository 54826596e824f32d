"""Initiatives, assets of intellectual property and their users, contests with entries and scores."""

from khcn.ip.models.assets import IpAsset, IpAssetControl, IpAssetUser, IpEvent, IpGuidance
from khcn.ip.models.contests import (
    ContestCriterion,
    ContestEdition,
    ContestEntry,
    ContestJuror,
    ContestScore,
)
from khcn.ip.models.initiatives import Initiative, InitiativeAuthor, InitiativeRound

__all__ = [
    "ContestCriterion",
    "ContestEdition",
    "ContestEntry",
    "ContestJuror",
    "ContestScore",
    "Initiative",
    "InitiativeAuthor",
    "InitiativeRound",
    "IpAsset",
    "IpAssetControl",
    "IpAssetUser",
    "IpEvent",
    "IpGuidance",
]
