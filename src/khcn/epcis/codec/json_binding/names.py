"""Names of extensions: JSON-LD contexts and XML namespaces, CURIEs and Clark notation."""

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Final, Self

from khcn.epcis.cbv import MASTER_DATA, PREFIXES
from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.errors import DocumentError, Problem

CONTEXT_2_0: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
"""The JSON-LD context of EPCIS 2.0 by its version, which documents that are made here name."""

NO_NAMESPACE = ""


MOST_MEANINGS: Final = 3
"""So many declarations lead from a prefix to its URI at most: a prefix by another prefix by another prefix."""
MOST_ADDED: Final = 20_000
"""Characters that other prefixes add to those of one context: its size says nothing of what they stand for, and each may be named
by thousands."""

_TOO_LONG: Final = Problem(
    "CONTEXT_SIZE",
    "/@context",
    "Các tiền tố khai báo qua nhau trong @context thay cho quá nhiều chữ. Ghi thẳng địa chỉ của từng tiền tố.",
    "prefixes of the context that are defined by each other stand for too long texts",
)


def prefixes_of(context: Json, outer: MutableMapping[str, str] | None = None) -> dict[str, str]:
    """The prefixes that a JSON-LD context declares, later ones over earlier ones.

    Only plain declarations count (a term with a URI); contexts named by a URL are not fetched. The URI may begin with another prefix
    (JSON-LD 1.1, IRI Expansion within a Context), of the same part, an earlier one, `outer`, or the EPCIS context.

    Raises:
        DocumentError: they stand for texts that are far longer than what is written.
    """
    room = MOST_ADDED
    found: dict[str, str] = {}
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, dict):
            own: dict[str, str] = {}
            for term, value in part.items():
                meaning = value.get("@id") if isinstance(value, dict) else value
                if isinstance(meaning, str) and not term.startswith("@") and ":" in meaning:
                    own[term] = meaning
            # not one dict of all: a document may declare as many for its events as it has events
            known = ChainMap(own, found, {} if outer is None else outer, PREFIXES)
            for term, meaning in own.items():
                found[term] = _whole(meaning, known, room)
                room -= max(len(found[term]) - len(meaning), 0)
    return found


def _whole(meaning: str, known: Mapping[str, str], room: int) -> str:
    """The URI of a prefix; what goes round in a circle, or through too many others, stays as it is written."""
    found = meaning
    for _declaration in range(MOST_MEANINGS):
        prefix, _colon, rest = found.partition(":")
        if prefix not in known or rest.startswith("//"):
            return found
        if len(known[prefix]) + len(rest) - len(meaning) > room:
            raise DocumentError([_TOO_LONG])
        found = known[prefix] + rest
    return meaning


def canonical_namespace(uri: str) -> str:
    """The unique spelling of a namespace: that of CBV master data ends in a colon in JSON-LD, but not in XML."""
    return MASTER_DATA if uri == MASTER_DATA + ":" else uri


class Names:
    """Converts JSON names to Clark notation under declared prefixes; caches the results."""

    def __init__(self, prefixes: MutableMapping[str, str], *, literal: bool = False) -> None:
        self.prefixes = prefixes
        self.literal = literal
        """Whether CURIEs among the values are texts of their own (they come from XML)."""
        self._known: dict[str, tuple[str, str]] = {}
        self._written: dict[str, str] = {}

    def within(self, context: Json) -> "Names":
        """The names where a further context applies (an event's own)."""
        own = prefixes_of(context, self.prefixes)
        # Not one dict of both: the document may declare as many as it has events.
        return Names(ChainMap(own, self.prefixes) if own else self.prefixes, literal=self.literal)

    def resolve(self, name: str) -> tuple[str, str]:
        """The Clark name and the prefix of a JSON name.

        ``ext:field`` becomes ``{https://…/}field``; a whole URI is cut after its last slash, hash or colon; a prefix
        that nothing declares stays a plain name.
        """
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._resolve(name)
        return known

    def _resolve(self, name: str) -> tuple[str, str]:
        prefix, colon, local = name.partition(":")
        if not colon:
            return _plain(name), NO_NAMESPACE
        uri = self.prefixes.get(prefix) or PREFIXES.get(prefix)
        if uri and not local.startswith("//"):
            return f"{{{canonical_namespace(uri)}}}{local}", prefix
        cut = max(name.rfind("/"), name.rfind("#")) + 1 or name.rfind(":") + 1
        if (local.startswith("//") or prefix == "urn") and 0 < cut < len(name):
            return f"{{{name[:cut]}}}{name[cut:]}", NO_NAMESPACE
        return _plain(name), NO_NAMESPACE

    def written(self, name: str) -> str:
        """The Clark name as the document's own declaration has it, where `resolve` gives another; else empty."""
        known = self._written.get(name)
        if known is None:
            known = self._written[name] = self._as_written(name)
        return known

    def _as_written(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        uri = self.prefixes.get(prefix) if colon else None
        if uri is None and name.startswith("{"):
            return name
        return f"{{{uri}}}{local}" if uri and canonical_namespace(uri) != uri else ""

    def expand(self, value: str) -> str:
        """A value whose prefix the context declares, as the whole URI; any other value as it is."""
        prefix, colon, local = value.partition(":")
        if colon and not local.startswith("//"):
            uri = self.prefixes.get(prefix)
            if uri:
                return uri + local
        return value


def _plain(name: str) -> str:
    """A name without a namespace; one that begins with a brace would else be read as a name with one."""
    return f"{{}}{name}" if name.startswith("{") else name


def json_name(name: str, prefix: str) -> str:
    """The reverse of `Names.resolve`."""
    if not name.startswith("{"):
        return name
    namespace, _, local = name[1:].partition("}")
    return f"{prefix}:{local}" if prefix else namespace + local


class FreePrefixes:
    """Prefixes that nothing else has, as near as possible to those that are wanted."""

    def __init__(self, taken: Iterable[str], outer: Self | None = None) -> None:
        self._taken, self._outer = set(taken), outer
        self._next: dict[str, int] = {}

    def within(self) -> "FreePrefixes":
        """Those of a part; what is taken in it stays free elsewhere."""
        return FreePrefixes((), self)

    def is_taken(self, prefix: str) -> bool:
        """Whether something here or outside has it."""
        return prefix in self._taken or (self._outer is not None and self._outer.is_taken(prefix))

    def number_after(self, wanted: str) -> int:
        """The first number that may be free behind a prefix."""
        return self._next.get(wanted) or (2 if self._outer is None else self._outer.number_after(wanted))

    def take(self, wanted: str) -> str:
        """`wanted`, or with a number where it is taken; taken from now on."""
        candidate = wanted
        while self.is_taken(candidate):
            count = self.number_after(wanted)
            candidate, self._next[wanted] = f"{wanted}-{count}", count + 1
        self._taken.add(candidate)
        return candidate
