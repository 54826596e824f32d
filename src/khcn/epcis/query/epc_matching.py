"""Matching of identifiers and EPC patterns (EPCIS 2.0, 8.2.7.1.1), in any spelling of both."""

from functools import partial
from typing import Final

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids import digital_link, epc
from khcn.epcis.ids.canonical import canonical
from khcn.epcis.text_cache import TextCache

_PATTERN: Final = "urn:epc:idpat:"
_CACHED: Final = 8192  # of each length of prefix


def same_identifier(one: str, other: str) -> bool:
    """Whether two texts name the same thing: equal as they are, or in canonical form."""
    if one == other:
        return True
    known = canonical(one)
    return known is not None and known == canonical(other)


def _as_urn(identifier: str, prefix_length: int) -> str | None:
    """An identifier as EPC URN, if it has one with a company prefix of this length."""
    if epc.is_epc_urn(identifier):
        return identifier
    try:
        link = digital_link.parse(identifier, digital_link.LENIENT)
        return epc.to_urn(link, prefix_length)
    except IdentifierError:
        return None


_URNS: Final = {
    length: TextCache(partial(_as_urn, prefix_length=length), _CACHED)
    for length in range(epc.SHORTEST_PREFIX, epc.LONGEST_PREFIX + 1)
}


def _components(urn: str) -> tuple[str, list[str]]:
    _, _, _, scheme, rest = urn.split(":", 4)
    return scheme, rest.split(".")


def matches_pattern(identifier: str, pattern: str) -> bool:
    """Whether an identifier matches a pure identity, a class, or a pattern.

    A pattern is ``urn:epc:idpat:scheme:a.b.*`` with asterisks at the end; it matches every EPC of that scheme with
    the same parts before them, and the class itself. Anything else matches by identity.

    >>> matches_pattern("https://id.gs1.org/01/09521234220312/21/7", "urn:epc:idpat:sgtin:9521234.022031.*")
    True
    """
    if same_identifier(identifier, pattern):
        return True
    if not pattern.startswith(_PATTERN) or pattern.count(":") < 4:  # noqa: PLR2004 - parts of the URN
        return False
    scheme, wanted = _components(pattern)
    prefix = wanted[0]
    if prefix == epc.ANY:
        return any(_fits(identifier, scheme, wanted, length) for length in _URNS)
    return _fits(identifier, scheme, wanted, len(prefix))


def _fits(identifier: str, scheme: str, wanted: list[str], prefix_length: int) -> bool:
    known = _URNS.get(prefix_length)  # a pattern may begin with a prefix of any length
    urn = _as_urn(identifier, prefix_length) if known is None else known[identifier]
    if urn is None or urn.count(":") < 4:  # noqa: PLR2004 - parts of the URN
        return False
    found_scheme, found = _components(urn)
    if found_scheme != scheme:
        return False
    fixed = [part for part in wanted if part != epc.ANY]
    return len(found) >= len(wanted) and found[: len(fixed)] == fixed
