"""The pages of the file of a task, and who opens them."""

from django.urls import reverse

from tests.security.route_shape import NOBODY, STAFF, WORKING, Route

TABS = (
    "general",
    "outline",
    "budget",
    "progress",
    "amendments",
    "councils",
    "products",
    "assets",
    "documents",
    "history",
)


def routes(world):
    task = world.records["science.sciencetask"].pk
    return [
        Route(f"science-task{tab}", reverse(f"science-task{tab}", args=[task]), who, NOBODY)
        for tab in ("", "-dossier", *(f"-{name}" for name in TABS))
        for who in [WORKING if tab in {"", "-general"} else STAFF]
    ]
