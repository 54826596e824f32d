"""The pages of the area that need no account."""

from django.urls import reverse

from tests.security.route_shape import ANYONE, NOBODY, Route


def routes(world):
    asked = {
        "kind": "supply",
        "content": "Xin bản để công bố hợp chuẩn",
        "name": "Nguyễn Văn Hỏi",
        "organisation": "",
        "contact": "0209 3870 999",
        "consent": "on",
    }
    return [
        Route("standard-catalogue", reverse("standard-catalogue"), ANYONE, NOBODY),
        Route(
            "standard-catalogue-request",
            reverse("standard-catalogue-request"),
            ANYONE,
            ANYONE,
            asked,
            writes=True,
        ),
    ]
