"""Routes of traceability: pages for people, and what a label leads to."""

from django.urls import reverse
from django.utils import timezone

from khcn.trace.models import Subscription
from tests.security.rights_shape import OWNER
from tests.security.route_shape import ADMIN, ANYONE, LEADER, NOBODY, STAFF, Route

# By name of an address of the interface for programs, the methods that a party's key opens. It opens nothing else, and
# nothing else opens these: an account of the web application is nobody there. OPTIONS, what a server can do, is everybody's.
_VALUES = ("eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions")
EPCIS_METHODS = {
    "epcis-top": {"get"},
    "epcis-capture": {"get", "post"},
    "epcis-capture-job": {"get"},
    "epcis-events": {"get", "post"},
    "epcis-event": {"get"},
    "epcis-queries": {"get", "post"},
    "epcis-query": {"get", "delete"},
    "epcis-query-events": {"get"},
    "epcis-subscriptions": {"get", "post"},
    "epcis-subscription": {"get", "delete"},
    "epcis-page-token": {"delete"},
    **{f"epcis-{name}{tail}": {"get"} for name in _VALUES for tail in ("", "-events", "-one")},
    **{f"epcis-trace-{name}": {"get"} for name in ("upstream", "downstream", "step-back", "step-forward")},
    "epcis-nowhere": set(),
}


def routes(world):
    """A party of tenant_b's organisation: its own people and administrators have its keys (the editors are of another division)."""
    party, key = world.party.pk, world.party.api_keys.get(label="thử").pk
    subscription = Subscription.objects.get(query__party=world.party).pk
    issue = {"label": "Máy mới", "until": f"{timezone.localdate():%d/%m/%Y}"}
    change = {**issue, "overlap": "7"}
    at = lambda name, *more: reverse(name, args=[party, *more])  # noqa: E731
    keeping = ADMIN | {OWNER, "quality_officer"}
    return [
        Route("trace-account-events", reverse("trace-account-events"), {OWNER}, NOBODY, method=""),
        Route(
            "trace-provinces",
            reverse("trace-provinces"),
            ADMIN | LEADER | {"quality_officer"},
            NOBODY,
            method="",
        ),
        Route("trace-party", at("trace-party"), STAFF | {OWNER}, NOBODY),
        Route("trace-key-new", at("trace-key-new"), keeping, keeping, issue, writes=True),
        Route("trace-key-exchange", at("trace-key-exchange", key), keeping, keeping, change, writes=True),
        Route(
            "trace-key-subscription-resume",
            at("trace-key-subscription-resume", subscription),
            keeping,
            keeping,
            {"key": key},
            writes=True,
        ),
        Route(
            "trace-key-subscription-remove",
            at("trace-key-subscription-remove", subscription),
            keeping,
            keeping,
            writes=True,
        ),
        Route("trace-key-revoke", at("trace-key-revoke", key), keeping, keeping, writes=True),
        *_resolver_routes(),
    ]


def _resolver_routes():
    """What a label leads to is everybody's, and nothing can be sent there. The address is wrong in its check digit: 400."""
    return [
        Route("resolver", "/01/09521234000038/10/LO-1", ANYONE, NOBODY),
        Route("typed-code", reverse("typed-code"), ANYONE, NOBODY),
        Route("passport-schema", reverse("passport-schema"), ANYONE, NOBODY),
        Route("resolver-description", "/.well-known/gs1resolver", ANYONE, NOBODY),
    ]
