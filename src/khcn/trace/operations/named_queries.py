"""Named queries (EPCIS 2.0, 8.2.4; ``/queries``). Each party has its own names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NoReturn

from django.db import IntegrityError, transaction

from khcn.epcis import QueryError, parse_query
from khcn.epcis.codec.json_binding import json_text
from khcn.epcis.store import DEFAULT_PER_PAGE
from khcn.kernel.audit.row_locks import lock_rows
from khcn.trace.models import NamedQuery, Subscription
from khcn.trace.store import DjangoEventStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from khcn.epcis import EventQuery
    from khcn.epcis.store import Page
    from khcn.trace.models import TraceParty
    from khcn.trace.store import Viewer

LONGEST_NAME: Final = 200
LONGEST_QUERY: Final = 256 * 1024  # characters of a definition
MAX_QUERIES: Final = 1000  # of a party


UNNAMED: Final = "SimpleEventQuery"
"""The query name in answers to queries without a name."""

_PREDEFINED: Final = frozenset({UNNAMED, "SimpleMasterDataQuery"})
"""The queries that every EPCIS service has (EPCIS 2.0, 8.2.7)."""


class NameTakenError(Exception):
    """The party already has a query of that name."""


def _refuse(kind: str, parameter: str, vi: str, en: str) -> NoReturn:
    raise QueryError(kind, parameter, vi, en)


def _check_name(name: object) -> str:
    if (
        not isinstance(name, str)
        or not 1 <= len(name) <= LONGEST_NAME
        or name != name.strip()
        or not name.isprintable()
        or "/" in name
        or name in {".", ".."}
    ):
        _refuse(
            "QueryValidationException",
            "name",
            f"Tên câu truy vấn có từ 1 đến {LONGEST_NAME} ký tự in được, không có dấu / và khoảng trắng ở hai đầu.",
            f"a name has 1 to {LONGEST_NAME} printable characters, no slash and no blanks at its ends",
        )
    if name in _PREDEFINED:
        _refuse(
            "QueryValidationException",
            "name",
            f"“{name}” là tên của câu truy vấn có sẵn theo chuẩn EPCIS. Đặt tên khác.",
            f"{name} is the name of a query that EPCIS defines",
        )
    return name


def _has_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_nul(each) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\0" in value


def _parse_definition(parameters: object, prefixes: Mapping[str, str]) -> EventQuery:
    """The typed query of the ``query`` member of a definition.

    Raises:
        QueryError: ``QueryValidationException`` where it is not an object, or has a page token;
            ``QueryParameterException`` as `khcn.epcis.parse_query`.
    """
    if not isinstance(parameters, dict):
        _refuse(
            "QueryValidationException",
            "query",
            'query phải là một đối tượng, ví dụ {"EQ_bizStep": ["shipping"]}.',
            "query is no object",
        )
    if "nextPageToken" in parameters:
        _refuse(
            "QueryParameterException",
            "nextPageToken",
            "nextPageToken chỉ đi cùng một lần đọc kết quả, không lưu trong câu truy vấn.",
            "nextPageToken belongs to one reading of an answer, not to a kept query",
        )
    return parse_query(parameters, prefixes)


def create_query(
    *, party: TraceParty, name: object, parameters: object, prefixes: Mapping[str, str], at: datetime
) -> NamedQuery:
    """Store a query under a name.

    Args:
        party: the owner of the query.
        name: a name that the party does not use yet.
        parameters: names and values, as JSON values.
        prefixes: for extension names in it, beside those of its own ``@context``.
        at: when.

    Raises:
        QueryError: the name or the query is invalid, or the party has too many queries.
        NameTakenError: the name is in use.
    """
    checked = _check_name(name)
    _parse_definition(parameters, prefixes)
    if _has_nul(parameters):  # PostgreSQL can neither store nor compare it
        _refuse(
            "QueryValidationException",
            "query",
            "Câu truy vấn không được chứa ký tự NUL.",
            "the query holds the character NUL",
        )
    text = json_text.dumps(parameters).decode()
    if len(text) > LONGEST_QUERY:
        _refuse(
            "QueryValidationException",
            "query",
            f"Câu truy vấn dài quá {LONGEST_QUERY} ký tự.",
            f"the query is longer than {LONGEST_QUERY} characters",
        )
    if NamedQuery.objects.filter(party=party).count() >= MAX_QUERIES:
        _refuse(
            "QueryValidationException",
            "name",
            f"Đã có {MAX_QUERIES} câu truy vấn; xóa bớt rồi tạo lại.",
            f"there are {MAX_QUERIES} named queries already",
        )
    try:
        with transaction.atomic():
            return NamedQuery.objects.create(
                party=party, name=checked, parameters=text, prefixes=dict(prefixes), created_at=at
            )
    except IntegrityError as error:
        raise NameTakenError(checked) from error


def find_query(*, party: TraceParty, name: str) -> NamedQuery | None:
    """The party's query of that name."""
    return NamedQuery.objects.filter(party=party, name=name).first()


def queries_after(*, party: TraceParty, name: str, size: int) -> list[NamedQuery]:
    """Queries of the party after a name, ordered by name."""
    return list(NamedQuery.objects.filter(party=party, name__gt=name).order_by("name")[:size])


@transaction.atomic
def delete_query(*, query: NamedQuery) -> bool:
    """Delete a query with its subscriptions and their deliveries; False where it is deleted already."""
    # locks in the same order as the worker: the subscriptions, then their deliveries
    lock_rows(Subscription.objects.filter(query=query))
    removed, _each = NamedQuery.objects.filter(pk=query.pk).delete()
    return bool(removed)


def definition_of(query: NamedQuery) -> dict[str, Any]:
    """The query as it was sent: ``name`` and ``query``."""
    return {"name": query.name, "query": json_text.loads(query.parameters)}


def typed_query(query: NamedQuery) -> EventQuery:
    """The stored query as conditions."""
    return _parse_definition(json_text.loads(query.parameters), query.prefixes)


def answer_named_query(
    *, query: NamedQuery, viewer: Viewer, per_page: int | None, most: int, token: str | None
) -> Page:
    """A page of the events that a named query finds and the viewer may see.

    Args:
        query: the stored query.
        viewer: who asks.
        per_page: size of the page; None: as in the query itself, or the default of the store.
        most: the maximum size of a page.
        token: where the page starts; None: at the beginning.

    Raises:
        QueryError: the answer is too large or the query too complex, or the token is invalid.
    """
    asked = typed_query(query)
    size = min(per_page or asked.per_page or DEFAULT_PER_PAGE, most)
    return DjangoEventStore(viewer).query(replace(asked, per_page=size, next_page_token=token))
