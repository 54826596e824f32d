"""Master data in memory for queries: the places within a place, and the attributes of an id."""

from collections.abc import Iterable, Iterator
from typing import Final

from khcn.epcis.model import Event, Vocabulary


class MasterData:
    """Vocabularies, indexed by id."""

    def __init__(self, vocabularies: Iterable[Vocabulary] = ()) -> None:
        self._children: dict[str, set[str]] = {}
        self._attributes: dict[str, list[tuple[str, str]]] = {}
        for vocabulary in vocabularies:
            for element in vocabulary.elements:
                self._children.setdefault(element.id, set()).update(element.children)
                attributes = self._attributes.setdefault(element.id, [])
                attributes.extend((attribute.name, attribute.text) for attribute in element.attributes)

    def within(self, place: str) -> set[str]:
        """The place and all places within it, directly or not; cycles in the data are harmless."""
        found: set[str] = set()
        waiting = [place]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self._children.get(one, ()))
        return found

    def values(self, identifier: str, attribute: str) -> list[str]:
        """Values of one attribute of one id."""
        return [value for name, value in self._attributes.get(identifier, ()) if name == attribute]

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
