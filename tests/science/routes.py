"""The pages of the file of a task, and who opens them."""

from datetime import date

from django.urls import reverse

from tests.factories.science import ProposalCallFactory
from tests.security.route_shape import ANYONE, NOBODY, STAFF, WORKING, Route

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
        Route("public-calls", reverse("public-calls"), ANYONE, NOBODY),
        Route("public-call", reverse("public-call", args=[published_call().code]), ANYONE, NOBODY),
        *_task_pages(task),
    ]


def published_call():
    return ProposalCallFactory(state="published", is_sealed=False, published_on=date(2023, 4, 1))


def _task_pages(task):
    return [
        Route(f"science-task{tab}", reverse(f"science-task{tab}", args=[task]), who, NOBODY)
        for tab in ("", "-dossier", *(f"-{name}" for name in TABS))
        for who in [WORKING if tab in {"", "-general"} else STAFF]
    ]
