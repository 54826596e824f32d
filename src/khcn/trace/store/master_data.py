"""Reads and writes master data: the places within a place, and the attributes of an id.

What counts in the answer to a query is asked for by its viewer (docs/adr/0028): which places are within a place by the word of
those whose the place is, and of authorities; attributes as far as the viewer sees them, that is its own and those of
authorities, and for an authority all. A viewer that is no party, the program itself, reads all.
"""

from __future__ import annotations

import hashlib
import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

import orjson
from django.db import transaction
from django.db.models import Q

from khcn.epcis.codec.json_binding import encode, json_text
from khcn.epcis.master_data import spellings
from khcn.epcis.model import Document, Vocabulary
from khcn.epcis.store import thing_of
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import MasterRecord, TraceParty
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.stored_contexts import needed_context
from khcn.trace.store.encoding.stored_texts import STANDARD, as_written, vocabularies_of
from khcn.trace.store.statements.declarations import all_authorities

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from khcn.trace.store.visibility import Viewer

_LOCATION: Final = re.compile(r"https://id\.gs1\.org/(?:414|417)/(\d{13})(?![^/])")
_CHUNK: Final = 500
_NAMES: Final = 50  # attributes in one statement
_HASH_BYTES: Final = 16


def _vocabularies(bodies: Iterable[str]) -> list[Vocabulary]:
    return [vocabulary for body in bodies for vocabulary in vocabularies_of(body)]


def records_about(things: Collection[str]) -> list[Vocabulary]:
    """All records about some things, in the order of capture; a later record adds to an earlier one.

    Args:
        things: identifiers in any spelling.
    """
    names = sorted({thing_of(one) for one in things})
    found: list[tuple[int, str]] = []
    for part in chunks(names, _CHUNK):
        records = MasterRecord.objects.filter(thing__in=part)
        found += records.values_list("pk", "body")
    return _vocabularies(body for _, body in sorted(found))


def places_within(places: Iterable[str], viewer: Viewer) -> list[Vocabulary]:
    """The records about places that count, about all places within them, and so on; cycles in the data are harmless."""
    owners = None if viewer.party is None else CodeOwners()
    found: list[Vocabulary] = []
    seen: set[str] = set()
    waiting = {thing_of(place) for place in places}
    while waiting:
        seen |= waiting
        records = records_about(waiting) if owners is None else _records_of_owners(waiting, owners)
        found += records
        children = (
            thing_of(child)
            for vocabulary in records
            for element in vocabulary.elements
            for child in element.children
        )
        waiting = set(children) - seen
    return found


def _records_of_owners(places: Collection[str], owners: CodeOwners) -> list[Vocabulary]:
    """The records about places by the parties whose these are, by authorities, or, about a place of nobody known, by the first."""
    found: list[tuple[int, str]] = []
    authorities = all_authorities()
    for part in chunks(sorted(places), _CHUNK):
        rows = MasterRecord.objects.filter(thing__in=part).order_by("pk")
        by_place: dict[str, list[tuple[int, int, str]]] = {}
        for pk, place, owner, body in rows.values_list("pk", "thing", "owner", "body"):
            by_place.setdefault(place, []).append((pk, owner, body))
        parties = _parties_at(by_place)
        for place, records in by_place.items():
            counted = owners.of(place) | parties.get(place, set()) or {records[0][1]}
            found += [(pk, body) for pk, owner, body in records if owner in counted or owner in authorities]
    return _vocabularies(body for _, body in sorted(found))


def _parties_at(places: Iterable[str]) -> dict[str, set[int]]:
    """The parties that the department has entered with the GLN of a place, or of a larger one that this is a part of."""
    numbers = {place: match[1] for place in places if (match := _LOCATION.match(place)) is not None}
    known = TraceParty.objects.filter(gln__in=set(numbers.values()))
    by_number: dict[str, set[int]] = {}  # one GLN may be in the registers of two provinces
    for gln, party in known.values_list("gln", "pk"):
        by_number.setdefault(gln, set()).add(party)
    return {place: by_number[number] for place, number in numbers.items() if number in by_number}


def with_attributes(names: Collection[str], viewer: Viewer) -> list[Vocabulary]:
    """The records that the viewer sees with one of some attributes (and perhaps others), in the order of capture."""
    seen = Q() if viewer.sees_all else Q(owner__in={viewer.party, *all_authorities()})
    found: dict[int, str] = {}
    spelt = {one for name in names for one in spellings(name)}
    written = [text for name in sorted(spelt) if (text := as_written(name)) is not None]
    for part in chunks(written, _NAMES):
        wanted = reduce(or_, (Q(body__contains=text) for text in part))
        found.update(MasterRecord.objects.filter(seen, wanted).values_list("pk", "body"))
    return _vocabularies(body for _, body in sorted(found.items()))


def write_master_data(
    vocabularies: Iterable[Vocabulary], *, owner: int, at: datetime, context: str = STANDARD
) -> None:
    """Add master data records; a record that the party has already sent in the same words is not stored again.

    Args:
        vocabularies: of a document's header.
        owner: the party that captures them.
        at: when.
        context: the document's JSON-LD context (`Document.context`), for the prefixes of fields of its own.
    """
    records = []
    for vocabulary in vocabularies:
        for element in vocabulary.elements:
            body = _vocabulary_body(Vocabulary(vocabulary.type, (element,)), context)
            records.append(
                MasterRecord(
                    vocabulary=vocabulary.type,
                    thing=thing_of(element.id),
                    owner=owner,
                    body=body,
                    body_hash=hash_of_body(body),
                    recorded_at=at,
                )
            )
    with transaction.atomic():
        MasterRecord.objects.bulk_create(records, batch_size=500, ignore_conflicts=True)


def hash_of_body(body: str) -> bytes:
    """By what a record is known to be in the same words as an earlier one (`MasterRecord.body_hash`)."""
    return hashlib.sha256(body.encode()).digest()[:_HASH_BYTES]


def _vocabulary_body(vocabulary: Vocabulary, context: str) -> str:
    """A vocabulary as a document of its own, with the context of the document it came in."""
    document = Document(master_data=(vocabulary,), context=context)
    tree = encode.encode_document(document)
    del tree["@context"]
    needed = needed_context(context, tree) or STANDARD
    return json_text.dumps({"@context": orjson.Fragment(needed), **tree}).decode()
