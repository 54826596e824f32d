"""Extension fields as ordered trees with namespaces, and texts that remember their original spelling."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Self


class Respelled(str):
    """A text in its standard spelling that was written in another one: a CBV word as a URI, a URI as a CURIE.

    It behaves like the plain text; `written` is the original spelling, used for lossless output, and by the event hash if
    `literal` is set: a CURIE in an XML attribute, which has no meaning in XML.
    """

    __slots__ = ("literal", "written")

    literal: bool
    written: str

    def __new__(cls, text: str, written: str, *, literal: bool = False) -> Self:
        made = super().__new__(cls, text)
        made.written = written
        made.literal = literal
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, bool]]:
        return (str(self), self.written), {"literal": self.literal}


class Kind(Enum):
    """The JSON type of the text of an extension."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"


class Shape(Enum):
    """The JSON or XML form of an extension in its parent."""

    SINGLE = "single"
    LISTED = "listed"  # one element of a JSON array
    EMPTY_LIST = "empty list"
    EMPTY_OBJECT = "empty object"
    LISTED_EMPTY_OBJECT = "empty object in a list"
    ATTRIBUTE = "attribute"  # XML attribute; in JSON a name after "@"


def _none() -> "Extensions":
    return NO_EXTENSIONS


@dataclass(frozen=True, slots=True)
class Extension:
    """A field that is not EPCIS's own: a name with its text, its children, or both (XML attributes with text).

    `name` is in Clark notation, ``{namespace}local``, or plain where it has no namespace.
    """

    name: str
    text: str = ""
    children: "Extensions" = field(default_factory=_none)
    kind: Kind = field(default=Kind.STRING, compare=False)
    shape: Shape = field(default=Shape.SINGLE, compare=False)
    prefix: str = field(default="", compare=False)
    written: str = field(default="", compare=False)  # the name with its namespace in another spelling

    @property
    def namespace(self) -> str:
        return self.name[1:].partition("}")[0] if self.name.startswith("{") else ""

    @property
    def local_name(self) -> str:
        return self.name.partition("}")[2] if self.name.startswith("{") else self.name

    def walk(self) -> Iterator["Extension"]:
        """This extension and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


class Extensions(tuple[Extension, ...]):
    """Extensions in their original order; equal when each name has the same sequence of values.

    The order of different names has no meaning in JSON, so it is ignored; an empty array equals none.
    """

    __slots__ = ()

    def _by_name(self) -> list[Extension]:
        return sorted(
            (one for one in self if one.shape is not Shape.EMPTY_LIST), key=lambda extension: extension.name
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Extensions):
            return NotImplemented
        return self._by_name() == other._by_name()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(tuple(self._by_name()))

    def named(self, name: str) -> Iterator[Extension]:
        """Those of one name in Clark notation."""
        return (extension for extension in self if extension.name == name)


NO_EXTENSIONS: Final = Extensions()
