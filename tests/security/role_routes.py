"""Addresses where the administrator sees to the roles of accounts."""

from django.urls import reverse

from tests.security.route_shape import ADMIN, NOBODY, Route


def role_routes(stored):
    """``stored``: a role that an administrator has added."""
    new = {
        "code": "ke-toan",
        "name": "Kế toán",
        "acts_as": "",
        "valid_from": "1/1/2098",
        "valid_to": "1/1/2099",
    }
    changed = {"name": "Văn thư lưu trữ", "valid_from": "1/1/2099", "valid_to": ""}
    return [
        Route("role-list", reverse("role-list"), ADMIN, NOBODY),
        Route("role-new", reverse("role-new"), ADMIN, ADMIN, new, writes=True),
        Route("role-remove", reverse("role-remove", args=[stored]), NOBODY, ADMIN, writes=True),
        Route("role-edit", reverse("role-edit", args=[stored]), ADMIN, ADMIN, changed, writes=True),
    ]
