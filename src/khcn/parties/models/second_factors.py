"""What a person proves beside the password: codes of an app (RFC 6238), and codes on paper for the day the telephone is lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from khcn.parties.models.accounts import User


class CodeApp(models.Model):
    """The app of an account. The secret is encrypted with the installation's key, and shown at no other moment than enrolment."""

    account = models.OneToOneField(User, models.CASCADE, related_name="code_app")
    secret = models.TextField()
    confirmed_at = models.DateTimeField(null=True)  # None: enrolment was begun, and nothing is asked yet
    last_step = models.BigIntegerField(
        default=0
    )  # of the last code that was taken: none before it, nor itself, is taken again


class RecoveryCode(models.Model):
    """A code on paper. It is good once."""

    account = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("account", "digest"), name="recovery_code_unique")
        ]


class SecurityKey(models.Model):
    """A security key or passkey of an account (WebAuthn). Of its pair of keys the public one is here; the private one never leaves it."""

    account = models.ForeignKey(User, models.CASCADE, related_name="security_keys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    credential = models.BinaryField()  # as `fido2` reads it: identifier and public key
    sign_count = models.PositiveBigIntegerField(default=0)  # of its last use, 0 where it does not count
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    # It came with a count that another use had passed: there may be a copy. It is not taken from then on.
    suspected_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
