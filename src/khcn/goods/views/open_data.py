"""Open data as files: each table as CSV and as JSON, and one page that describes their columns and the licence."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import orjson
from django.http import HttpResponse

from khcn.goods.queries.open_data import LICENCE, TABLES
from khcn.goods.views.portal import nowhere_page
from khcn.trace.views.public_page import rendered
from khcn.trace.views.public_views import HTML_UTF8, public_view

if TYPE_CHECKING:
    from khcn.trace.views.resolver_request import ResolverRequest


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _as_text(value: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _described(asked: ResolverRequest) -> HttpResponse:
    """The data dictionary, for people."""
    text = rendered(
        "goods/public_data.html", asked.other_language, is_listed=True, tables=TABLES, licence=LICENCE
    )
    return HttpResponse(text, content_type=HTML_UTF8)


def _file(asked: ResolverRequest) -> HttpResponse:
    match = asked.request.resolver_match
    assert match is not None  # noqa: S101 -- Django gives it with the view
    table = TABLES.get(match.kwargs["table"])
    if table is None or match.kwargs["form"] not in {"csv", "json"}:
        return nowhere_page(asked)
    rows = list(table.rows())
    if match.kwargs["form"] == "json":
        value = {
            "title": str(table.title),
            "licence": LICENCE,
            "columns": [{"name": name, "description": str(words)} for name, words in table.columns.items()],
            "rows": rows,
        }
        return HttpResponse(orjson.dumps(value), content_type="application/json")
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(table.columns), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _as_text(value) for key, value in row.items()} for row in rows)
    name = f"{match.kwargs['table']}.csv"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Link": f'<{LICENCE}>; rel="license"'}
    return HttpResponse(
        written.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers
    )


described = public_view(_described)
table_file = public_view(_file)
