"""What a telephone sends about one entry of a diary."""

import hashlib
import json
import uuid
from datetime import timedelta

from django.utils import timezone

DATA = "/api/goods/phone-diary/"
ENTRIES = f"{DATA}entries/"


def sent_entry(lot, location, account, /, *, photos=(), key=None, ahead=timedelta(0), **values):
    """A harvest of 12,5 as the app sends it; ``values`` replace some of it. ``ahead``: of the telephone's clock."""
    now = timezone.localtime() + ahead
    entry = {
        "lot": lot.pk,
        "kind": "harvest",
        "done_on": "2022-05-10",
        "done_at": None,
        "location": location.pk,
        "amount": "12.5",
        "into": None,
        "receiver": None,
        "note": "",
    }
    listed = [{"id": str(uuid.uuid4()), "sha256": hashlib.sha256(each).hexdigest()} for each in photos]
    return {
        "version": 1,
        "id": str(key or uuid.uuid4()),
        "account": account.pk,
        "sent_at": now.isoformat(),
        "typed_at": (now - timedelta(hours=3)).isoformat(),
        "entry": {**entry, **values},
        "photos": listed,
    }


def send(client, content):
    return client.post(ENTRIES, json.dumps(content), content_type="application/json")


def send_photo(client, record, photo, content):
    address = f"{ENTRIES}{record}/photos/{photo}/"
    return client.post(address, content, content_type="image/jpeg")
