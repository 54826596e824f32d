"""Routes of traceability: pages for people, the interface for programs, and what a label leads to."""

import re

from django.urls import reverse
from django.utils import timezone

from khcn.trace.models import Subscription
from khcn.trace.urls import epcis_urlpatterns
from tests.security.route_shape import ADMIN, ANYONE, LEADER, NOBODY, STAFF, Route


def trace_routes(world):
    """A party of tenant_b's organisation: its own people and administrators have its keys (the editors are of another division)."""
    party, key = world.party.pk, world.party.api_keys.get(label="thử").pk
    subscription = Subscription.objects.get(query__party=world.party).pk
    issue = {"label": "Máy mới", "until": f"{timezone.localdate():%d/%m/%Y}"}
    change = {**issue, "overlap": "7"}
    at = lambda name, *more: reverse(name, args=[party, *more])  # noqa: E731
    return [
        Route("trace-account-events", reverse("trace-account-events"), {"tenant_b"}, NOBODY, method=""),
        Route("trace-provinces", reverse("trace-provinces"), ADMIN | LEADER, NOBODY, method=""),
        Route("trace-party", at("trace-party"), STAFF, NOBODY),
        Route("trace-key-new", at("trace-key-new"), ADMIN, ADMIN, issue, writes=True),
        Route("trace-key-exchange", at("trace-key-exchange", key), ADMIN, ADMIN, change, writes=True),
        Route(
            "trace-key-subscription-resume",
            at("trace-key-subscription-resume", subscription),
            ADMIN,
            ADMIN,
            {"key": key},
            writes=True,
        ),
        Route(
            "trace-key-subscription-remove",
            at("trace-key-subscription-remove", subscription),
            ADMIN,
            ADMIN,
            writes=True,
        ),
        Route("trace-key-revoke", at("trace-key-revoke", key), ADMIN, ADMIN, writes=True),
    ]


def epcis_routes():
    """The interface for programs knows keys alone: an account of the web application opens nothing there."""
    return [
        Route(each.name, "/epcis/" + re.sub(r"<[^>]+>", "x", str(each.pattern)), NOBODY, NOBODY)
        for each in epcis_urlpatterns
    ]


def resolver_routes():
    """What a label leads to is everybody's, and nothing can be sent there. The address is wrong in its check digit: 400."""
    return [
        Route("resolver", "/01/09521234000038/10/LO-1", ANYONE, NOBODY),
        Route("resolver-description", "/.well-known/gs1resolver", ANYONE, NOBODY),
    ]
