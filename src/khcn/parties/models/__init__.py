"""Who is who: the department's units, organisations and persons, and the accounts with their roles."""

from khcn.parties.models.account_roles import AccountRole
from khcn.parties.models.account_sessions import AccountSession, FailureCount
from khcn.parties.models.account_tokens import AccountToken
from khcn.parties.models.accounts import ROLES_OF_TWO_PERSONS, User, roles_of_two_persons
from khcn.parties.models.linked_identities import LinkedIdentity, UsedOnce
from khcn.parties.models.mergers import Merger
from khcn.parties.models.password_issues import PasswordIssue
from khcn.parties.models.people import (
    Organisation,
    OrganisationKind,
    OrgUnit,
    OrgUnitSuccession,
    Person,
    UnitKind,
)
from khcn.parties.models.refusal_counts import RefusalCount
from khcn.parties.models.rights_decisions import VERB_LABELS, Delegation, RoleAssignment, RoleRight
from khcn.parties.models.second_factors import CodeApp, RecoveryCode, SecurityKey
from khcn.parties.models.sign_ins import SignInFailure

__all__ = [
    "ROLES_OF_TWO_PERSONS",
    "VERB_LABELS",
    "AccountRole",
    "AccountSession",
    "AccountToken",
    "CodeApp",
    "Delegation",
    "FailureCount",
    "LinkedIdentity",
    "Merger",
    "OrgUnit",
    "OrgUnitSuccession",
    "Organisation",
    "OrganisationKind",
    "PasswordIssue",
    "Person",
    "RecoveryCode",
    "RefusalCount",
    "RoleAssignment",
    "RoleRight",
    "SecurityKey",
    "SignInFailure",
    "UnitKind",
    "UsedOnce",
    "User",
    "roles_of_two_persons",
]
