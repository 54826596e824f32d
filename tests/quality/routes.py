"""The pages of the area beside its registers: two need no account, the board of supported parties is for the department."""

from django.urls import reverse

from tests.security.route_shape import ANYONE, NOBODY, STAFF, Route


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
        *(Route(name, reverse(name), STAFF, NOBODY) for name in ("support-board", "support-board-file")),
    ]
