"""The pages about personal data, and who opens them."""

from django.urls import reverse

from tests.security.route_shape import ADMIN, CLERKS, LEADER, NOBODY, OFFICE, Route


def routes(world):
    identity = world.identity.pk
    at = lambda name, *args: reverse(f"privacy-{name}", args=args)  # noqa: E731
    why = {"reason": "trả lời yêu cầu số 3"}
    return [
        Route("privacy-inventory", at("inventory"), OFFICE | ADMIN | LEADER, NOBODY),
        Route("privacy-retention", at("retention"), OFFICE | ADMIN | LEADER, NOBODY),
        Route("privacy-about", at("about"), OFFICE | ADMIN, OFFICE | ADMIN, {**why, "who": "Nguyễn Văn A"}),
        Route("privacy-identity", at("identity", identity), CLERKS | LEADER, NOBODY),
        Route("privacy-identity-number", at("identity-number", identity), OFFICE | ADMIN, OFFICE | ADMIN, why),
    ]  # fmt: skip
