"""Writes a tree of elements whose names stand in it as in the file, ``prefix:local``."""

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

# The reader of XML takes a carriage return for a line feed, and in attributes all of them for spaces, where they are not
# written as numbers.
_IN_TEXT: Final = {"\r": "&#13;"}
_IN_ATTRIBUTES: Final = {**_IN_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def markup(root: Element) -> str:
    """The text of an element and all in it."""
    parts: list[str] = []
    _append(root, parts.append)
    return "".join(parts)


def _append(element: Element, add: Callable[[str], None]) -> None:
    add(f"<{element.tag}")
    for name, value in element.items():
        add(f' {name}="{escape(value, _IN_ATTRIBUTES)}"')
    if not element.text and not len(element):
        add("/>")
    else:
        add(">")
        if element.text:
            add(escape(element.text, _IN_TEXT))
        for child in element:
            _append(child, add)
        add(f"</{element.tag}>")
    if element.tail:
        add(element.tail)  # what indents
