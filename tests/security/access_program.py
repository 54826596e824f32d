"""For the test of restored access: what opens the system without a password, made in one installation and tried in another.

Usage: KHCN_DATA=… python -m tests.security.access_program make FOLDER-OF-BACKUPS | try SECRETS
"""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- after set-up
from django.core.management import call_command  # noqa: E402 -- the same
from django.db import connection  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from khcn.kernel.actors import SYSTEM, Role, acting  # noqa: E402 -- the same
from khcn.kernel.audit.log_verification import verify_log  # noqa: E402 -- the same
from khcn.kernel.audit.models import ChangeEntry  # noqa: E402 -- the same
from khcn.parties.operations.account_tokens import issue_token  # noqa: E402 -- the same
from khcn.reference.operations import enter_shipped_rules  # noqa: E402 -- the same
from khcn.trace.operations.api_keys import issue_key  # noqa: E402 -- the same
from khcn.web.feed import renew_feed  # noqa: E402 -- the same
from tests.factories.trace import TracePartyFactory  # noqa: E402 -- the same
from tests.web.conftest import account  # noqa: E402 -- the same

HOST = {"host": "127.0.0.1"}
# Pages name their style sheets without those having been collected into the data folder.
settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def make():
    """A person who is signed in, with a token and a calendar; a party with a key."""
    if connection.vendor == "postgresql":
        call_command("migrate", verbosity=0)
    enter_shipped_rules(actor=SYSTEM)
    user, at = account(Role.OFFICER), timezone.now()
    client = Client(headers=HOST)
    client.force_login(user)
    assert client.get("/my-work/").status_code == 200
    with acting(user.actor):
        token = issue_token(
            account=user, name="Bảng theo dõi", scope=["*"], can_write=True, form_key=None, at=at,
            until=timezone.localdate(at) + timedelta(days=30),
        )  # fmt: skip
        feed = renew_feed(user_id=user.pk)
    party = TracePartyFactory(name="HTX Miến", gln="8938500000019")
    key = issue_key(party=party, label="máy cân", actor=SYSTEM, at=at)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"user": user.username, "session": session, "token": token, "feed": feed, "key": key}


def tried(made):
    """Status of the answer to each, and what the log says of their end. Nothing may be wrong with the log itself."""
    client = Client(headers=HOST)
    client.cookies[settings.SESSION_COOKIE_NAME] = made["session"]

    def bearer(address, secret):
        return Client(headers={**HOST, "Authorization": f"Bearer {secret}"}).get(address).status_code

    found = {
        "session": client.get("/my-work/").status_code,
        "token": bearer("/api/reference/legal-documents/", made["token"]),
        "key": bearer("/epcis/events", made["key"]),
        "feed": Client(headers=HOST).get(f"/calendar/{made['feed']}.ics").status_code,
    }
    assert verify_log().findings == []
    entries = ChangeEntry.objects.filter(reason__contains="trở về một thời điểm trước").order_by("pk")
    return found, sorted(f"{each.model} {each.action}" for each in entries)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        made = make()
        found = made, tried(made)
        call_command("backup", sys.argv[2], unencrypted=True)
    else:
        found = tried(json.loads(sys.argv[2]))
    print(json.dumps(found))  # noqa: T201
