"""Who asks: an account of each role with a session and a token, and a maker with a key. Made anew at each slice.

What is sent changes accounts as well, so nobody is used again.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

PROGRAM: Final = "program"
STRANGER: Final = "stranger"


@dataclass
class Person:
    """Somebody who sends requests: headers and cookies say who."""

    role: str
    session: str = ""
    token: str = ""


def set_up() -> None:
    """The program on the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    import django  # local: settings first

    django.setup()


def people() -> list[Person]:
    """One of each role, a program of a maker, and nobody."""
    from django.utils import timezone  # local: settings first

    from khcn.kernel.actors import ACCOUNT_ROLES, SYSTEM, acting  # local: settings first
    from khcn.trace.models import TraceParty  # local: settings first
    from khcn.trace.operations.api_keys import issue_key  # local: settings first

    found = [_person(role) for role, _label in ACCOUNT_ROLES]
    with acting(SYSTEM, "fuzz"):
        party = TraceParty.objects.order_by("pk").first()
        if party is None:
            party = TraceParty(name="Hợp tác xã diễn tập", gln="9521234000006")
            party.save()
        key = issue_key(party=party, label="fuzz", actor=SYSTEM, at=timezone.now())
    return [*found, Person(PROGRAM, token=key), Person(STRANGER)]


def _person(role: str) -> Person:
    from django.test import Client  # local: settings first
    from django.utils import timezone  # local: settings first

    from khcn.kernel.actors import EVERYTHING, SYSTEM, Role, acting  # local: settings first
    from khcn.parties.models import OrgUnit, User  # local: settings first
    from khcn.parties.operations.account_tokens import (
        issue_token,
        latest_day_of_token,
    )  # local: settings first

    now = timezone.now()
    with acting(SYSTEM, "fuzz"):
        account = User(
            username=f"fuzz-{role}-{time.time_ns()}",
            full_name=f"Diễn tập {role}",
            role_id=Role(role).value,
            unit=OrgUnit.objects.order_by("pk").last(),
        )
        account.set_unusable_password()
        account.save()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account)
    with acting(account.actor, "fuzz"):
        token = issue_token(
            account=account, name="fuzz", scope=[EVERYTHING], can_write=True,
            until=min(latest_day_of_token(timezone.localdate(now)), timezone.localdate(now) + timedelta(days=30)), form_key=None, at=now,
        )  # fmt: skip
    return Person(role, client.cookies["sessionid"].value, token)
