"""Addresses of the JSON interface, under ``api/``."""

from django.urls import URLPattern, URLResolver, include, path

from khcn.kernel.api import docs_pages, endpoints

urlpatterns: list[URLPattern | URLResolver] = [
    *docs_pages.page_patterns,
    path("", include((endpoints.addresses(), "api"))),
]
