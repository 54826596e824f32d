"""Open data as files: each table as CSV and as JSON, their columns described for programs, and one page that describes them for people."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.goods.queries.open_data import LICENCE, TABLES
from khcn.goods.views.portal import nowhere_page
from khcn.trace.views.public_page import rendered
from khcn.trace.views.public_views import HTML_UTF8, public_view

if TYPE_CHECKING:
    from khcn.goods.queries.open_data import OpenTable
    from khcn.trace.views.resolver_request import ResolverRequest


_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_METADATA: Final = "application/csvm+json"
_CSVW: Final = "http://www.w3.org/ns/csvw"


def _as_text(value: str) -> str:
    """A value that no spreadsheet takes for a formula: with an apostrophe before it, one more where it has some before a sign already, so
    that who takes one away has the value again.
    """
    return f"'{value}" if _FORMULA.match(value) else value


def _as_value(value: str, kind: str) -> str | bool:
    """A value as JSON has it."""
    return value == "true" if kind == "boolean" else value


def _described(asked: ResolverRequest) -> HttpResponse:
    """The data dictionary, for people."""
    text = rendered(
        "goods/public_data.html", asked.other_language, is_listed=True, tables=TABLES, licence=LICENCE
    )
    return HttpResponse(text, content_type=HTML_UTF8)


def _table_of(asked: ResolverRequest) -> tuple[str, str, OpenTable | None]:
    """The name of the table and the form that are asked for, and the table; None where there is no such table."""
    match = asked.request.resolver_match
    assert match is not None  # noqa: S101 -- Django gives it with the view
    name = match.kwargs["table"]
    return name, match.kwargs.get("form", ""), TABLES.get(name)


def _file(asked: ResolverRequest) -> HttpResponse:
    name, form, table = _table_of(asked)
    if table is None or form not in {"csv", "json"}:
        return nowhere_page(asked)
    rows = list(table.rows())
    if form == "json":
        value = {
            "title": str(table.title),
            "licence": LICENCE,
            "columns": [
                {"name": column, "description": str(words), "datatype": table.kind_of(column)}
                for column, words in table.columns.items()
            ],
            "rows": [{key: _as_value(each, table.kind_of(key)) for key, each in row.items()} for row in rows],
        }
        return HttpResponse(orjson.dumps(value), content_type="application/json")
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(table.columns), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _as_text(value) for key, value in row.items()} for row in rows)
    headers = {
        "Content-Disposition": f'inline; filename="{name}.csv"',
        "Link": f'<{LICENCE}>; rel="license", <{reverse("public-table-metadata", args=[name])}>; rel="describedby"; type="{_METADATA}"',
    }
    return HttpResponse(
        written.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers
    )


def _metadata(asked: ResolverRequest) -> HttpResponse:
    """What the columns of a CSV file hold, for programs: where they look for it by W3C's "CSV on the Web" (tabular data model, 5.3)."""
    name, _form, table = _table_of(asked)
    if table is None:
        return nowhere_page(asked)
    schema: dict[str, Any] = {
        "columns": [
            {
                "name": column,
                "titles": column,
                "dc:description": str(words),
                "datatype": table.kind_of(column),
                "null": "",
            }
            for column, words in table.columns.items()
        ]
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    value = {
        "@context": [_CSVW, {"@language": asked.language}],
        "url": f"{name}.csv",
        "dc:title": str(table.title),
        "dc:license": {"@id": LICENCE},
        "rdfs:comment": _(
            "Ô bắt đầu bằng dấu = + - @, dấu tab hoặc dấu xuống dòng, kể cả khi đã có dấu nháy đơn ở trước, được thêm một dấu nháy đơn "
            "vào đầu để bảng tính không hiểu thành công thức. Khi đọc, bỏ một dấu nháy đơn ấy đi."
        ),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "delimiter": ",", "quoteChar": '"'},
        "tableSchema": schema,
    }
    return HttpResponse(orjson.dumps(value), content_type=_METADATA)


described = public_view(_described)
table_file = public_view(_file)
table_metadata = public_view(_metadata)
