"""URLs of the traceability area: the EPCIS interface under ``epcis/``, and the resolver at the root.

Paths contain whole identifiers with their slashes, so the longer of two patterns comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import include, path, re_path

from khcn.kernel.ui.home_cards import register_card_provider
from khcn.trace.views import (
    account_events,
    capture,
    discovery,
    endpoint,
    events,
    lineage,
    named_queries,
    party_keys,
    party_subscriptions,
    passport,
    provinces,
    resolver,
    subscriptions,
    typed_code,
    value_resources,
)
from khcn.trace.views.label_address import KEY_NAMES

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

epcis_urlpatterns: list[URLPattern] = [
    path("", discovery.top_endpoint, name="epcis-top"),
    path("capture", capture.jobs_endpoint, name="epcis-capture"),
    path("capture/<str:capture_id>", capture.job_endpoint, name="epcis-capture-job"),
    path("events", events.events_endpoint, name="epcis-events"),
    path("events/<path:event_id>", events.event_endpoint, name="epcis-event"),
    path("queries", named_queries.queries_endpoint, name="epcis-queries"),
    path("queries/<str:query_name>", named_queries.query_endpoint, name="epcis-query"),
    path("queries/<str:query_name>/events", named_queries.query_events_endpoint, name="epcis-query-events"),
    path(
        "queries/<str:query_name>/subscriptions",
        subscriptions.subscriptions_endpoint,
        name="epcis-subscriptions",
    ),
    path(
        "queries/<str:query_name>/subscriptions/<str:subscription_id>",
        subscriptions.subscription_endpoint,
        name="epcis-subscription",
    ),
    path("nextPageToken/<path:token>", discovery.token_endpoint, name="epcis-page-token"),
]
for _name, (_list, _events, _one) in value_resources.ENDPOINTS.items():
    epcis_urlpatterns += [
        path(_name, _list, name=f"epcis-{_name}"),
        path(f"{_name}/<path:value>/events", _events, name=f"epcis-{_name}-events"),
        path(f"{_name}/<path:value>", _one, name=f"epcis-{_name}-one"),
    ]
epcis_urlpatterns += [
    path(f"trace/{_name}", _view, name=f"epcis-trace-{_name}") for _name, _view in lineage.ENDPOINTS.items()
]
epcis_urlpatterns.append(path("<path:rest>", endpoint.not_found, name="epcis-nowhere"))

urlpatterns: list[URLPattern] = [
    path("trace-parties/<int:pk>/", party_keys.trace_party, name="trace-party"),
    path("trace-parties/<int:pk>/keys/new/", party_keys.key_new, name="trace-key-new"),
    *(
        path(f"trace-parties/<int:pk>/keys/<int:key>/{_name}/", _view, name=f"trace-key-{_name}")
        for _name, _view in (("exchange", party_keys.key_exchange), ("revoke", party_keys.key_revoke))
    ),
    *(
        path(
            f"trace-parties/<int:pk>/subscriptions/<int:subscription>/{_name}/",
            _view,
            name=f"trace-key-subscription-{_name}",
        )
        for _name, _view in (
            ("resume", party_subscriptions.subscription_resume),
            ("remove", party_subscriptions.subscription_remove),
        )
    ),
    path("provinces/", provinces.provinces, name="trace-provinces"),
    path("events/", account_events.account_events, name="trace-account-events"),
]

# At the root of the server: the interfaces of programs, where their standards say that they are.
root_urlpatterns: list[URLPattern | URLResolver] = [
    path("epcis/", include(epcis_urlpatterns)),
    path("public/code/", typed_code.typed_code, name="typed-code"),
    path("public/schemas/passport-2026-01-23.json", passport.schema, name="passport-schema"),
    path(".well-known/gs1resolver", resolver.description, name="resolver-description"),
    re_path(f"^(?:{'|'.join(KEY_NAMES)})/", resolver.resolve, name="resolver"),
]

register_card_provider(provinces.province_cards)
