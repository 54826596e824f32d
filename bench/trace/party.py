"""The parties of the bench, their keys, and the way to reach the interface with one."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting
from khcn.trace.models import TraceParty
from khcn.trace.operations.api_keys import issue_key

if TYPE_CHECKING:
    from collections.abc import Mapping

SENDER, AUTHORITY = "9521234000006", "9521234000013"  # GLN
PATIENCE = 300  # seconds


def party(gln: str) -> TraceParty:
    """The sender of all events, or an authority, who may ask for whole graphs; made when it is not there."""
    names = {SENDER: "Bên gửi sự kiện", AUTHORITY: "Cơ quan hỏi"}
    with acting(SYSTEM, "bench"):
        found, _is_new = TraceParty.objects.get_or_create(
            gln=gln, defaults={"name": names[gln], "is_authority": gln == AUTHORITY}
        )
    return found


def headers_of(sender: TraceParty) -> dict[str, str]:
    """Headers of a request with a new key of the party."""
    secret = issue_key(party=sender, label="bench", actor=SYSTEM, at=timezone.now())
    return {"Authorization": f"Bearer {secret}", "GS1-EPCIS-Version": "2.0.0"}


class Client:
    """One program with one connection that stays open."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = dict(headers)

    def get(self, path: str) -> Any:
        """The JSON of an answer. Raises ConnectionError for any status but 200."""
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise ConnectionError(f"{path}: {answer.status} {content[:500]!r}")
        return json.loads(content)
