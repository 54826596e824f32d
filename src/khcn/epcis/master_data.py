"""Master data in memory for queries: the places within a place, and the attributes of an id."""

from collections.abc import Iterable, Iterator
from typing import Final

from khcn.epcis.cbv import MASTER_DATA
from khcn.epcis.ids.canonical import canonical
from khcn.epcis.model import Event, Vocabulary

DESCRIBED_FIELDS: Final = ("readPoint", "bizLocation", "bizTransaction", "source", "destination", "epcClass")
"""The fields of events whose ids master data may describe; extensions beside them."""


def spellings(attribute: str) -> tuple[str, ...]:
    """The names that an attribute may have: those of CBV master data have ``#`` before the local name in XML, a colon in JSON-LD.

    >>> spellings("urn:epcglobal:cbv:mda:city")
    ('urn:epcglobal:cbv:mda#city', 'urn:epcglobal:cbv:mda:city')
    """
    local = attribute.removeprefix(MASTER_DATA)
    if local == attribute or local[:1] not in {":", "#"}:
        return (attribute,)
    return f"{MASTER_DATA}#{local[1:]}", f"{MASTER_DATA}:{local[1:]}"


def name_of(identifier: str) -> str:
    """By what master data are found: an identifier in canonical form, any other text as it is."""
    return canonical(identifier) or identifier


class MasterData:
    """Vocabularies, indexed by id in any spelling."""

    def __init__(self, vocabularies: Iterable[Vocabulary] = ()) -> None:
        self._children: dict[str, set[str]] = {}
        self._attributes: dict[str, list[tuple[str, str]]] = {}
        for vocabulary in vocabularies:
            for element in vocabulary.elements:
                self._children.setdefault(name_of(element.id), set()).update(map(name_of, element.children))
                attributes = self._attributes.setdefault(name_of(element.id), [])
                attributes.extend((attribute.name, attribute.text) for attribute in element.attributes)

    def within(self, place: str) -> set[str]:
        """The place and all places within it, directly or not, by their names; cycles in the data are harmless."""
        found: set[str] = set()
        waiting = [name_of(place)]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self._children.get(one, ()))
        return found

    def values(self, identifier: str, attribute: str) -> list[str]:
        """Values of one attribute of one id."""
        names = spellings(attribute)
        return [value for name, value in self._attributes.get(name_of(identifier), ()) if name in names]

    @staticmethod
    def ids_of(event: Event, field: str) -> Iterator[str]:
        """Ids in a field of an event that master data can describe; an extension is given by its Clark name."""
        if field.startswith("{"):
            yield from (extension.text for extension in event.extensions.named(field))
        elif field == "readPoint" and event.read_point is not None:
            yield event.read_point.id
        elif field == "bizLocation" and event.biz_location is not None:
            yield event.biz_location.id
        elif field == "bizTransaction":
            yield from (one.biz_transaction for one in event.biz_transactions)
        elif field in {"source", "destination"}:
            yield from (party.id for party in (event.sources if field == "source" else event.destinations))
        elif field == "epcClass":
            for _, quantities in event.quantity_fields():
                yield from (quantity.epc_class for quantity in quantities)


NO_MASTER_DATA: Final = MasterData()
