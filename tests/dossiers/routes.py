"""The page of the area that needs no account."""

from django.urls import reverse

from khcn.dossiers.queries import status_code
from tests.security.route_shape import ANYONE, Route


def routes(world):
    code = world.records["dossiers.dossier"].code
    asked = {"code": code, "status_code": status_code(code)}
    return [Route("dossier-status", reverse("dossier-status"), ANYONE, ANYONE, asked)]
