"""Addresses of the JSON interface, under ``api/``."""

from django.urls import URLPattern, URLResolver, include, path

from khcn.kernel.api import endpoints

urlpatterns: list[URLPattern | URLResolver] = [
    *endpoints.page_patterns,
    path("", include((endpoints.addresses(), "api"))),
]
