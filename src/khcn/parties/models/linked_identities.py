"""Who the person of an account is at an identity provider, and what was used and must not be used again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from khcn.parties.models.accounts import User

LONGEST_SUBJECT = 255


class LinkedIdentity(models.Model):
    """The identity (issuer and subject) by which the person signs in beside the password (docs/adr/0037).

    Never an address of mail or a name: those change hands.
    """

    account = models.ForeignKey(User, models.CASCADE, related_name="linked_identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("issuer", "subject"), name="linked_identity_unique"),
            models.UniqueConstraint(fields=("account", "issuer"), name="linked_identity_one_of_issuer"),
        ]

    @property
    def is_own(self) -> bool:
        """Whether the owner of the account has linked it."""
        return self.linked_by_id == self.account_id


class UsedOnce(models.Model):
    """The digest of something that is good once: the answer of a provider, a logout, a challenge of a security key."""

    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField(db_index=True)  # afterwards it is refused as too old anyway
