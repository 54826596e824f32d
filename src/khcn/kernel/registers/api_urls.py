"""Addresses of the JSON interface, under ``api/``."""

from django.urls import URLPattern, URLResolver, include, path

from khcn.kernel.registers import api

urlpatterns: list[URLPattern | URLResolver] = [
    *api.page_patterns,
    path("", include((api.addresses(), "api"))),
]
