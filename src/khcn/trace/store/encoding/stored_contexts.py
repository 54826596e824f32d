"""What of the `@context` of a document is stored with each of its events: they mean the same in any other document."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from khcn.epcis.codec.json_binding import json_text
from khcn.epcis.errors import DocumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.epcis.model import Document, Event

_STANDARD_CONTEXT: Final = "epcis-context.jsonld"
"""How the URLs of the EPCIS context end; every answer declares it for the whole document."""
_CONTEXT_PARTS: Final = 20
_CONTEXT_TEXT: Final = 2_000  # characters of one prefix, URL or namespace
_MEANINGS_FOLLOWED: Final = 3
_SMALL_CONTEXT: Final = 1_000  # characters that are stored with each event as they are
# What a context may say besides its terms (JSON-LD 1.1, 9.15).
_KEYWORDS: Final = frozenset(
    {"@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab"}
)


def _own_parts(context: str | None) -> list[Any]:
    """The parts of a JSON-LD context beyond the EPCIS one."""
    value = None if context is None else json_text.loads(context)
    parts = value if isinstance(value, list) else [value]
    return [
        part
        for part in parts
        if part and not (isinstance(part, str) and part.partition("?")[0].endswith(_STANDARD_CONTEXT))
    ]


def context_stored_with_events(document: Document) -> str | None:
    """The text of the context that is stored with the events of a document, so that each is self-contained; None where the
    EPCIS context is enough.
    """
    shared = _own_parts(document.context)
    return json_text.dumps(shared).decode() if shared else None


def refuse_large_context(document: Document) -> None:
    """Raise DocumentError where what a document declares for all of its events has many parts, or a text that is too long to be
    stored again with each of them.
    """
    parts = _own_parts(document.context)
    if len(parts) <= _CONTEXT_PARTS and all(len(text) <= _CONTEXT_TEXT for text in _texts(parts)):
        return
    vi = (
        f"Khai báo @context (không gian tên) của tài liệu có hơn {_CONTEXT_PARTS} phần, hoặc có địa chỉ dài hơn "
        f"{_CONTEXT_TEXT} ký tự. Bỏ phần không dùng rồi gửi lại."
    )
    en = f"the context of the document has more than {_CONTEXT_PARTS} parts, or a text of more than {_CONTEXT_TEXT} characters"
    raise DocumentError([Problem("CONTEXT_SIZE", "/@context", vi, en)])


def self_contained(document: Document) -> list[Event]:
    """The events of a document, each with the document's own prefixes.

    Everything else in the document (sender, header, extension fields) is not stored.
    """
    shared = _own_parts(document.context)
    if not shared:
        return list(document.events)
    contexts: dict[str | None, str] = {}
    found = []
    for event in document.events:
        context = contexts.get(event.context)
        if context is None:
            parts = [*shared, *(part for part in _own_parts(event.context) if part not in shared)]
            context = contexts[event.context] = json_text.dumps(parts).decode()
        found.append(event if event.context == context else replace(event, context=context))
    return found


def needed_context(context: str, tree: Any) -> str:
    """Of a context the parts that a tree needs, "" for none: a context of many prefixes is not stored again with each event.

    A term is needed where a name or a text in the tree, or in the meaning of a needed term, is it or begins with it and a
    colon; the meaning of a meaning's meaning is looked up no further. Contexts that are named by a URL stay, as nobody here reads what they declare.
    """
    if len(context) <= _SMALL_CONTEXT:
        return context
    parts = _parts_of(context)
    needed: set[str] = set()
    found = _beginnings(tree)
    for _round in range(_MEANINGS_FOLLOWED):
        new = {term for part in parts if isinstance(part, dict) for term in part.keys() & found} - needed
        needed |= new
        found = {
            each
            for part in parts
            if isinstance(part, dict)
            for term in part.keys() & new
            for each in _beginnings(part[term])
        }
    return _narrowed(context, frozenset(needed))


def _beginnings(tree: Any) -> set[str]:
    """All names and texts in a tree, up to their first colon."""
    return {text.partition(":")[0].removeprefix("@") for text in _texts(tree)}


def _texts(tree: Any) -> Iterator[str]:
    """All names and texts in a tree."""
    left = [tree]
    while left:
        match left.pop():
            case dict() as members:
                left += [*members, *members.values()]
            case list() as items:
                left += items
            case str() as text:
                yield text


@functools.lru_cache(maxsize=8)
def _parts_of(context: str) -> tuple[Any, ...]:
    value = json_text.loads(context)
    return tuple(value) if isinstance(value, list) else (value,)


@functools.lru_cache(maxsize=64)
def _narrowed(context: str, needed: frozenset[str]) -> str:
    narrowed = [
        {term: meaning for term, meaning in part.items() if term in needed or term in _KEYWORDS}
        if isinstance(part, dict)
        else part
        for part in _parts_of(context)
    ]
    left = [part for part in narrowed if part]
    return json_text.dumps(left).decode() if left else ""
