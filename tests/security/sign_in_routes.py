"""Addresses by which people sign in and out, prove who they are, and see to what they prove it by."""

from django.urls import reverse

from tests.security.route_shape import ADMIN, ANYONE, NOBODY, STAFF, Route


def sign_in_routes(other):
    """``other``: an account that the administrator sees to."""
    wrong = {"old_password": "x", "new_password1": "y", "new_password2": "z"}
    return [
        Route("login", reverse("login"), ANYONE, ANYONE, {"username": "ai", "password": "đó"}),
        Route("logout", reverse("logout"), NOBODY, STAFF),
        Route("password_change", reverse("password_change"), STAFF, STAFF, wrong),
        Route("account-sessions-end", reverse("account-sessions-end", args=[other]), NOBODY, ADMIN),
        Route("second-factor-code", reverse("second-factor-code"), NOBODY, ANYONE, {"proof": "x"}),
        Route("password-forgotten", reverse("password-forgotten"), ANYONE, ANYONE, {"username": "ai"}),
        Route("password-reset", reverse("password-reset", args=["MQ", "x-y"]), ANYONE, ANYONE, wrong),
        Route("provider-start", reverse("provider-start"), NOBODY, ANYONE),
        Route("provider-return", reverse("provider-return"), ANYONE, NOBODY),
        Route("provider-logout", reverse("provider-logout"), NOBODY, ANYONE, {"logout_token": "x"}),
        Route("identity", reverse("identity"), STAFF, NOBODY),
        Route("identity-link", reverse("identity-link"), NOBODY, STAFF),
        Route("identity-remove", reverse("identity-remove"), NOBODY, STAFF),
        Route("account-identity", reverse("account-identity", args=[other]), NOBODY, ADMIN, {"subject": "x"}),
        Route("proof", reverse("proof"), STAFF, STAFF, {"proof": "x"}),
        Route("second-factor", reverse("second-factor"), STAFF, STAFF, {"do": "begin", "password": "x"}),
        Route("security-key-new", reverse("security-key-new"), NOBODY, STAFF, {"name": "x"}),
        Route("security-key-add", reverse("security-key-add"), NOBODY, STAFF, {"credential": "x"}),
        Route("security-key-remove", reverse("security-key-remove", args=[1]), NOBODY, STAFF),
        Route("session-list", reverse("session-list"), STAFF, NOBODY),
        Route("session-end", reverse("session-end"), NOBODY, STAFF, {"session": "x"}),
    ]
