"""``/queries/{name}/subscriptions``: subscriptions to the answers of a query by webhook (EPCIS 2.0, 12.8).

An answer is a POST of an ``EPCISQueryDocument`` to ``dest``. Any 2xx accepts it; otherwise it is repeated with growing
delays for about a day. Each delivery has a ``Webhook-Id``, the same at every attempt and in the ``id`` of the document, so
that a receiver can recognise a repetition, and, where the subscriber gave a ``signatureToken``, ``GS1-Signature``: the
HMAC-SHA-256 of the body with that token as key, in hexadecimal. 410 ends the subscription, 413 asks for smaller documents,
``Retry-After`` is respected. A subscription whose receiver fails for days is parked, as its ``deliveries`` show, and has to
be made again. One whose key is revoked, exchanged at once, or expired is stopped: nothing is matched or sent any more. An
exchange with a time for changing over passes the subscriptions to the new key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.trace.operations.subscriptions import (
    create_subscription,
    delete_subscription,
    describe,
    find_subscription,
    subscriptions_after,
)
from khcn.trace.views import negotiation, paging, problems
from khcn.trace.views.endpoint import Operation, endpoint
from khcn.trace.views.named_queries import address, query_of
from khcn.trace.views.request_body import json_object

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.trace.models import Subscription
    from khcn.trace.views.endpoint import Call

SUBSCRIPTION_BYTES: Final = 64 * 1024
_KEY_DIGITS: Final = 18  # fits a 64-bit key


def _subscription_of(call: Call, query_name: str, subscription_id: str) -> Subscription:
    found = find_subscription(query=query_of(call, query_name), name=subscription_id)
    if found is None:
        raise problems.no_such(_("Câu truy vấn này không có đăng ký nào như vậy."))
    return found


def subscribe(call: Call, query_name: str) -> HttpResponse:
    """Subscribe: 201, the URL and the subscription without its token."""
    query = query_of(call, query_name)
    made = create_subscription(
        query=query,
        key=call.key,
        wanted=json_object(call.body()),
        epc_format=call.epc_format.value,
        cbv_format=call.cbv_format.value,
        at=call.at,
    )
    place = f"{address(query)}/subscriptions/{made.name}"
    return call.json(describe(made, at=call.at), status=201, headers={"Location": place})


def list_subscriptions(call: Call, query_name: str) -> HttpResponse:
    """The subscriptions to a query, oldest first."""
    query = query_of(call, query_name)
    found = paging.parameters(call)
    size = paging.page_size(found)
    token = found.get("nextPageToken", "0")
    if not (token.isascii() and token.isdigit() and len(token) <= _KEY_DIGITS):
        raise paging.invalid_page_token()
    subscriptions = subscriptions_after(query=query, last=int(token), size=size + 1)
    following = str(subscriptions[size - 1].pk) if len(subscriptions) > size else None
    return call.json(
        [describe(each, at=call.at) for each in subscriptions[:size]],
        headers=paging.next_page(call, following),
    )


def read_subscription(call: Call, query_name: str, subscription_id: str) -> HttpResponse:
    """One subscription, with the state of its deliveries."""
    return call.json(describe(_subscription_of(call, query_name, subscription_id), at=call.at))


def unsubscribe(call: Call, query_name: str, subscription_id: str) -> HttpResponse:
    """Unsubscribe; waiting deliveries are not sent."""
    delete_subscription(subscription=_subscription_of(call, query_name, subscription_id))
    return call.empty(status=204)


subscriptions_endpoint = endpoint(
    GET=Operation(list_subscriptions),
    POST=Operation(subscribe, takes=negotiation.JSON_TYPES, bytes_limit=SUBSCRIPTION_BYTES),
)
subscription_endpoint = endpoint(GET=Operation(read_subscription), DELETE=Operation(unsubscribe, offers=()))
