"""Who is who: the department's units, organisations and persons, and the accounts with their roles."""

from khcn.parties.models.accounts import VERB_LABELS, Delegation, RoleAssignment, RoleRight, User
from khcn.parties.models.mergers import Merger
from khcn.parties.models.people import (
    Organisation,
    OrganisationKind,
    OrgUnit,
    OrgUnitSuccession,
    Person,
    UnitKind,
)
from khcn.parties.models.sign_ins import SignInFailure

__all__ = [
    "VERB_LABELS",
    "Delegation",
    "Merger",
    "OrgUnit",
    "OrgUnitSuccession",
    "Organisation",
    "OrganisationKind",
    "Person",
    "RoleAssignment",
    "RoleRight",
    "SignInFailure",
    "UnitKind",
    "User",
]
