"""The page of the area that needs no account."""

from django.urls import reverse

from tests.security.route_shape import ANYONE, Route


def routes(world):
    asked = {"code": "000.00.15.H03-230914-0001", "status_code": "0000-0000"}
    return [Route("dossier-status", reverse("dossier-status"), ANYONE, ANYONE, asked)]
