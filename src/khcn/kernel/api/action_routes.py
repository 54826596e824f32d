"""The operations that a register's actions add to the JSON interface: method, path, view, and what OpenAPI says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.actions import Bulk
from khcn.kernel.api import actions, openapi_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest, HttpResponse

    from khcn.kernel.registers.spec import Register

Route = tuple[str, str, "Callable[..., HttpResponse]", openapi_schema.OperationDescription]


def action_routes(register: Register) -> Iterator[Route]:
    """What is offered on a record, one operation for each action, and one more where it takes records together."""
    if not register.actions:
        return
    base = f"/{register.area}/{register.slug}/"

    def offered(request: HttpRequest, pk: int) -> HttpResponse:
        seen = register.seen_by(request.actor)  # type: ignore[attr-defined]
        return actions.list_actions(seen, request, pk)  # type: ignore[arg-type]

    yield "get", f"{base}{{int:pk}}/actions/", offered, openapi_schema.describe_action(register, None)
    for action in register.actions:
        described = openapi_schema.describe_action(register, action)
        yield "post", f"{base}{{int:pk}}/actions/{action.name}/", _one(register, action.name), described
        if action.bulk is Bulk.TOGETHER:
            described = openapi_schema.describe_together(register, action)
            yield "post", f"{base}actions/{action.name}/", _together(register, action.name), described


def _one(register: Register, name: str) -> Callable[[HttpRequest, int], HttpResponse]:
    def carried_out(request: HttpRequest, pk: int) -> HttpResponse:
        seen = register.seen_by(request.actor)  # type: ignore[attr-defined]
        return actions.run_action(seen, name, request, pk)  # type: ignore[arg-type]

    return carried_out


def _together(register: Register, name: str) -> Callable[[HttpRequest], HttpResponse]:
    def carried_out(request: HttpRequest) -> HttpResponse:
        seen = register.seen_by(request.actor)  # type: ignore[attr-defined]
        return actions.run_action_together(seen, name, request)  # type: ignore[arg-type]

    return carried_out
