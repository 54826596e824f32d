"""What the JSON interface offers: a page for people, an OpenAPI document for programs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError

from khcn.kernel.api.endpoints import LARGEST_PAGE, api, refusal_without_session
from khcn.kernel.api.openapi_schema import required_by_schema, schema_filters
from khcn.kernel.api.responses import FORBIDDEN, json_response, problem_response
from khcn.kernel.registers.registry import registers
from khcn.kernel.registers.spec import kinds_of_register_form
from khcn.kernel.screens.column_headings import all_headings
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request


@open_to_outside_accounts
@read_only
def docs(request: Request) -> HttpResponse:
    """For people: every register with its addresses, filters and fields."""
    if request.actor.user_id is None:
        return redirect_to_login(request.get_full_path())
    if request.token is not None:
        return problem_response(
            FORBIDDEN, _("Trang này dành cho người; chương trình đọc openapi.json."), "for_people"
        )
    seen = [each.seen_by(request.actor) for each in registers() if each.may("read", request.actor)]
    shown = [(each, register_page(each)) for each in seen]
    return render(request, "api/docs.html", {"registers": shown, "largest": LARGEST_PAGE})


@open_to_outside_accounts
@read_only
def openapi(request: Request) -> HttpResponse:
    """For programs: the OpenAPI description."""
    if request.actor.user_id is None:
        return refusal_without_session(401, request, AuthenticationError())
    content = zlib.decompress(_description(get_language()))
    return HttpResponse(content, content_type="application/json")


@lru_cache(maxsize=2)
def _description(_language: str | None) -> bytes:
    """The same for everybody until the program is started again. Compressed: of megabytes that are seldom read, a thirtieth."""
    return zlib.compress(json_response(api.get_openapi_schema(path_prefix="/api/")).content)


page_patterns = [path("", docs, name="api-docs"), path("openapi.json", openapi, name="api-openapi")]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field for the page."""

    name: str
    label: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One register for the page."""

    base: str
    fields: tuple[FieldLine, ...]
    filters: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]


def register_page(register: Register) -> RegisterPage:
    """One register for people, in the language of the request."""
    fields = tuple(
        FieldLine(
            name,
            kind.label,
            kind.json_word(),
            required_by_schema(kind),
            tuple((str(value), str(label)) for value, label in kind.field.flatchoices if value),
        )
        for name, kind in kinds_of_register_form(register).items()
    )
    sorts = tuple(
        (heading.sort, heading.heading) for _column, heading in all_headings(register) if heading.sort
    )
    return RegisterPage(
        f"/api/{register.area}/{register.slug}/", fields, tuple(schema_filters(register)), sorts
    )
