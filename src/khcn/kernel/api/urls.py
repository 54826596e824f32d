"""Addresses of the JSON interface, under ``api/``."""

from django.urls import URLPattern, URLResolver, include, path

from khcn.kernel.api import description, endpoints

urlpatterns: list[URLPattern | URLResolver] = [
    *description.page_patterns,
    path("", include((endpoints.addresses(), "api"))),
]
