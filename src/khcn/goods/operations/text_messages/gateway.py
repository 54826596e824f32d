"""One request to the gateway, in the form that the settings give it, and what its answer means."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from khcn.goods.operations.outbox.sending import TEMPORARY, answer_in_words
from khcn.trace.operations.webhook_client import DeliveryResult, post

if TYPE_CHECKING:
    from uuid import UUID

LONGEST_WORDS: Final = 200
_NO_ENTRY: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class GatewayVerdict(Enum):
    """What the gateway did with a message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAULT = "fault"  # of the gateway, the way to it or our key: the message is sent again


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """A verdict, in words for people, and the answer itself."""

    verdict: GatewayVerdict
    words: str
    result: DeliveryResult


@sensitive_variables()
def send_text(number: str, text: str, reference: UUID) -> GatewayAnswer:
    """Ask the gateway to send a text to a number (of `mobile_number`). Never raises; must not be called in a transaction."""
    gateway = settings.SMS_GATEWAY
    if gateway is None:
        return _fault(_("máy chủ chưa nối cổng tin nhắn"))
    try:
        secret: str | None = gateway.secret()
    except (OSError, ValueError):
        secret = None
    if secret is None or not (secret.isascii() and secret.isprintable()) or (gateway.asks_key and not secret):
        return _fault(_("máy chủ không đọc được khóa của cổng tin nhắn"))
    values = {
        "phone": f"{gateway.phone_form}{number.removeprefix('+84')}",
        "text": text,
        "sender": gateway.sender,
        "reference": reference.hex,
        "key": secret,
    }
    headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "khcn-sms"}
    if gateway.authorization:
        headers["Authorization"] = filled_in(gateway.authorization, values)
    body = json.dumps(filled_in(json.loads(gateway.body), values), ensure_ascii=False).encode()
    result = post(gateway.url, body, headers, is_of_operator=True)
    return judge(result, secret)


def filled_in(form: Any, values: dict[str, str]) -> Any:
    """A form with its placeholders filled in, in one pass: what is filled in is not read again."""
    if isinstance(form, dict):
        return {name: filled_in(value, values) for name, value in form.items()}
    if isinstance(form, list):
        return [filled_in(each, values) for each in form]
    if not isinstance(form, str):
        return form
    found, rest = "", form
    while rest:
        before, opened, behind = rest.partition("{")
        name, closed, after = behind.partition("}")
        if opened and closed and name in values:
            found, rest = found + before + values[name], after
        else:
            found, rest = found + before + opened, behind
    return found


def judge(result: DeliveryResult, secret: str) -> GatewayAnswer:
    """What an answer means: by the status of HTTP and, where the settings name one, by a field."""
    words = answer_in_words(_readable(result), secret)[:LONGEST_WORDS]
    if result.status is None:
        words = _("không nối được tới cổng, hoặc cổng không trả lời kịp")
    elif result.status in _NO_ENTRY:
        words = _("cổng không nhận khóa: %(words)s") % {"words": words}
    elif result.is_accepted and _is_taken(result.answer):
        return GatewayAnswer(GatewayVerdict.ACCEPTED, "", result)
    elif result.is_accepted or result.status not in TEMPORARY:
        return GatewayAnswer(GatewayVerdict.REFUSED, words or _("cổng trả lời trống"), result)
    return GatewayAnswer(GatewayVerdict.FAULT, words, result)


def _readable(result: DeliveryResult) -> DeliveryResult:
    """An answer of JSON as people read it: its fields one after the other, letters not escaped; any other as it is."""
    try:
        found = json.loads(result.answer)
    except (ValueError, RecursionError):
        return result
    lines = _lines(found, "")
    return replace(result, answer="; ".join(lines).encode()) if lines else result


def _lines(found: Any, name: str) -> list[str]:
    if isinstance(found, dict):
        return [line for key, value in found.items() for line in _lines(value, key)]
    if isinstance(found, list):
        return [line for value in found for line in _lines(value, name)]
    if found is None or found == "":
        return []
    text = found if isinstance(found, str) else json.dumps(found)
    return [f"{name}: {text}" if name else text]


def _is_taken(answer: bytes) -> bool:
    gateway = settings.SMS_GATEWAY
    if gateway is None or not gateway.success_field:
        return True
    found: bool = _field_of(answer, gateway.success_field) == gateway.success_value
    return found


def _field_of(answer: bytes, path: str) -> str | None:
    """A value of the answer as text; None where it is not there, or the answer is no JSON."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found if isinstance(found, str) else json.dumps(found)


def _fault(words: str) -> GatewayAnswer:
    return GatewayAnswer(GatewayVerdict.FAULT, words, DeliveryResult(None, words))
