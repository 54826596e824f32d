"""The steps of a public page as an EPCIS 2.0 document in JSON-LD, which the programs of others read.

Its events say what the page says, and nothing more (`khcn.trace.queries.journey`): no ids of events, quantities, transactions, sources,
destinations or packages. Goods have the id of their label where the page is about them; other goods, packages and places without a number
have an id of this document alone, so that it shows no code of another party.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from khcn.epcis.codec.json_binding.names import CONTEXT_2_0
from khcn.trace.queries.names.attributes_of_making import iso_or_nothing
from khcn.trace.queries.names.step_names import step_uri
from khcn.trace.queries.recalls.recall_terms import RecallScope
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.views.public_json import page_comments, recalled_words
from khcn.trace.views.public_words import iso_minute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from khcn.trace.queries.names.display_names import PlaceName
    from khcn.trace.queries.page_contents import NamedGoods, PublicGoods, PublicStep
    from khcn.trace.queries.recalls.public_recalls import PublicRecall

_MASTER_DATA: Final = "urn:epcglobal:cbv:mda:"
_COMMENT: Final = "http://www.w3.org/2000/01/rdf-schema#comment"
_TRANSFORMATION: Final = "TransformationEvent"
_OF_PACKAGES: Final = frozenset({"AggregationEvent", "AssociationEvent"})
_WRITTEN: Final = frozenset({*_OF_PACKAGES, _TRANSFORMATION, "ObjectEvent", "TransactionEvent"})
"""Types of EPCIS; one of somebody's own has nothing that the page shows."""

_INSIDE: Final = frozenset({RecallScope.CONTENTS, RecallScope.FORMER_PACKAGE})


def events_json(page: PublicGoods, thing: str, at: datetime) -> dict[str, Any]:
    """The document of a page of goods.

    Args:
        page: the page.
        thing: the id of what its label names.
        at: when the document is made.
    """
    return _Writer(page, thing).document(at)


class _Writer:
    """Writes the document of one page."""

    def __init__(self, page: PublicGoods, thing: str) -> None:
        self._page = page
        self._thing = thing
        self._named: dict[str, NamedGoods] = {}

    def document(self, at: datetime) -> dict[str, Any]:
        """The whole document."""
        recalls = [one for one in self._page.recalls if not one.is_of_part and one.scope not in _INSIDE]
        events = [
            self._event(number, step, recalls)
            for number, step in enumerate(self._page.steps)
            if step.event_type in _WRITTEN
        ]
        events += [self._recalled(one) for one in recalls]
        found: dict[str, Any] = {
            "@context": [CONTEXT_2_0],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": at.isoformat(timespec="seconds"),
            "epcisHeader": {"epcisMasterData": {"vocabularyList": self._vocabularies()}},
            "epcisBody": {"eventList": events},
        }
        if sentences := page_comments(self._page):
            found["rdfs:comment"] = sentences
        return found

    def _event(self, number: int, step: PublicStep, recalls: list[PublicRecall]) -> dict[str, Any]:
        found: dict[str, Any] = {"type": step.event_type, **_at(step.at)}
        if step.event_type != _TRANSFORMATION:
            found["action"] = step.action
        if biz_step := step_uri(step.biz_step):
            found["bizStep"] = biz_step
        if place := self._place(step.place):
            found["readPoint"] = place
        goods = self._transformed if step.event_type == _TRANSFORMATION else self._moved
        found |= goods(number, step)
        if step.event_type in _OF_PACKAGES:
            found["parentID"] = self._own_id("package", number)
        if step.event_type == "TransactionEvent":
            found["bizTransactionList"] = [{"bizTransaction": self._own_id("transaction", number)}]
        if step.party:
            found["gs1:organizationName"] = step.party
        for one in recalls:
            if step.own and (one.party, one.since) == (step.party, step.at):
                found["disposition"] = "recalled"
                recalls.remove(one)
                break
        return found

    def _transformed(self, number: int, step: PublicStep) -> dict[str, Any]:
        used = {*step.made_of, *step.used}
        made = [one for one in step.own if one not in step.own_used]
        inputs = [*step.own_used, *self._ids(used)]
        outputs = [*made, *self._ids(one for one in step.goods if one not in used)]
        if not (inputs or outputs):
            outputs = [self._own_id("thing", number)]
        found = {
            **self._lists(inputs, "inputEPCList", "inputQuantityList"),
            **self._lists(outputs, "outputEPCList", "outputQuantityList"),
        }
        if made:
            found["ilmd"] = self._made()
        # EPCIS 2.0, 7.4.6: what has one side alone is joined with the other by an id.
        if not (inputs and outputs):
            found["transformationID"] = self._own_id("transformation", number)
        return found

    def _moved(self, number: int, step: PublicStep) -> dict[str, Any]:
        # What names none of the goods is about a package around them.
        named = [*step.own, *self._ids(step.goods)] or [self._own_id("thing", number)]
        if step.event_type in _OF_PACKAGES:
            return self._lists(named, "childEPCs", "childQuantityList")
        found = self._lists(named, "epcList", "quantityList")
        if step.event_type == "ObjectEvent" and step.action == "ADD" and step.own:
            found["ilmd"] = self._made()
        return found

    def _recalled(self, recall: PublicRecall) -> dict[str, Any]:
        found = {
            "type": "ObjectEvent",
            **_at(recall.since),
            "action": "OBSERVE",
            "disposition": "recalled",
            **self._lists([self._thing], "epcList", "quantityList"),
            "gs1:organizationName": recall.party,
            "rdfs:comment": recall.reason,
        }
        return {name: value for name, value in found.items() if value}

    def _made(self) -> dict[str, str]:
        """What is known of the goods from when they were made (CBV 2.0, 9.2)."""
        page = self._page
        found = {
            "cbvmda:lotNumber": page.lot,
            "cbvmda:productionDate": iso_or_nothing(page.produced_on),
            "cbvmda:bestBeforeDate": iso_or_nothing(page.best_before),
            "cbvmda:itemExpirationDate": iso_or_nothing(page.expires_on),
            "cbvmda:countryOfOrigin": page.origin,
        }
        return {name: value for name, value in found.items() if value}

    def _place(self, place: PlaceName) -> dict[str, str]:
        if not (place.gln or place.name or place.address):
            return {}
        is_named = place.is_confirmed
        found = {
            "id": place.id or self._own_id("place", place.name, place.address),
            "rdfs:label": place.name if is_named else "",
            "gs1:streetAddress": place.address if is_named else "",
        }
        return {name: value for name, value in found.items() if value}

    def _ids(self, goods: Iterable[NamedGoods]) -> list[str]:
        """The ids of other goods in this document; what they are is written in its header."""
        found = {self._own_id("goods", one.name, one.lot, one.is_confirmed): one for one in goods}
        self._named |= found
        return sorted(found)

    def _lists(self, things: Iterable[str], objects: str, lots: str) -> dict[str, Any]:
        """Single objects in one list, lots and other goods by their name in another, without quantities."""
        of_class = {one: one in self._named or is_lot(one) or is_product_class(one) for one in things}
        found = {
            objects: [one for one, is_class in of_class.items() if not is_class],
            lots: [{"epcClass": one} for one, is_class in of_class.items() if is_class],
        }
        return {name: value for name, value in found.items() if value}

    def _own_id(self, *what: object) -> str:
        """An id for something that the page names without its code: the same each time, and of this page alone."""
        return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(map(str, (self._thing, *what)))).urn

    def _vocabularies(self) -> list[dict[str, Any]]:
        """What the goods are called, those of the page and all others."""
        page = self._page
        own = {"descriptionShort": page.name if page.is_name_confirmed else "", "brandName": page.brand}
        records = [_record(self._thing, own)]
        for thing, goods in sorted(self._named.items()):
            name = goods.name if goods.is_confirmed else ""
            records.append(_record(thing, {"descriptionShort": name, "lotNumber": goods.lot}))
            if words := recalled_words(goods):
                records[-1]["attributes"].append({"id": _COMMENT, "attribute": words})
        return [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": records}]


def _record(thing: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": thing,
        "attributes": [
            {"id": _MASTER_DATA + name, "attribute": value} for name, value in attributes.items() if value
        ],
    }


def _at(moment: datetime) -> dict[str, str]:
    """When an event was, as its page says: to the minute."""
    written = iso_minute(moment)
    return {"eventTime": written, "eventTimeZoneOffset": written[-6:]}
