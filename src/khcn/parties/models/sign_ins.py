"""Wrong passwords, as long as they count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SignInFailure(models.Model):
    """One wrong password: with a name and from a network, or in a browser that had signed in as this person before.

    Digests only: people type passwords where the name belongs, and an address is personal data. ``browser`` is the number that
    the cookie of the browser has for this person, or names the account in whose session the password was asked for; such a failure
    has neither name nor network, because it counts for nobody else.
    """

    at = models.DateTimeField(db_index=True)
    name = models.CharField(max_length=32, blank=True)
    network = models.CharField(max_length=32, blank=True)
    browser = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("name", "at"), name="sign_in_failure_name"),
            models.Index(fields=("network", "at"), name="sign_in_failure_network"),
            models.Index(fields=("browser", "at"), name="sign_in_failure_browser"),
        ]
