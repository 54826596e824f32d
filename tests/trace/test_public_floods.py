"""What strangers send about the goods of others costs their pages little: it is not read."""

from datetime import UTC, datetime

import pytest

from khcn.epcis.extensions import Extension
from khcn.trace.models import MasterRecord
from khcn.trace.queries.makers import makers_and_trust
from khcn.trace.queries.makers.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.names import display_names
from khcn.trace.queries.names.display_names import MasterDataNames
from khcn.trace.views.public_page import _first_of_each_party
from tests.trace.public_given import (
    commissioned,
    lot,
    parties,  # noqa: F401 -- a fixture
    send,
)
from tests.trace.rest_given import GROWER, OTHER

AT_ONCE = datetime(2026, 10, 29, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_record_that_is_too_long_to_be_for_people_is_not_read(monkeypatch):
    read = []
    monkeypatch.setattr(display_names, "vocabularies_of", lambda text: read.append(text) or [])
    thing = "https://id.gs1.org/01/09521236000011"
    MasterRecord.objects.bulk_create(
        MasterRecord(
            vocabulary="v",
            thing=thing,
            owner=owner,
            body="x" * size,
            body_hash=bytes([owner] * 16),
            recorded_at=AT_ONCE,
        )
        for owner, size in ((7, 100_000), (8, 32_768))
    )
    names = MasterDataNames([thing])
    assert (names.is_in_master_data(thing), names.first_sender(thing)) == (True, 7)
    assert names.value(thing, ("description",), [7, 8]) == ""
    assert [len(each) for each in read] == [32_768]


def test_of_many_reports_that_a_thing_was_made_the_first_ones_of_each_party_are_read(parties, monkeypatch):  # noqa: F811 -- the fixture's value
    made = lot("09521236000011", "NHIEU")
    send(parties.grower, commissioned(50, 19, made, GROWER))
    for number in range(6):
        send(parties.stranger, commissioned(60 + number, 20, made, OTHER))
    maker = first_makers(creations_of([made], []))[made]
    assert len(creations_of([made], [])) == 7
    monkeypatch.setattr(makers_and_trust, "_MOST_OF_ONE", 2)
    found = creations_of([made, made + "X"], [])
    assert (len(found), first_makers(found)) == (3, {made: maker})


def test_a_flood_of_records_leaves_the_names_of_those_who_are_trusted(monkeypatch):
    thing = "https://id.gs1.org/01/09521236000011"
    named = '{"vocabularyList": []}'
    monkeypatch.setattr(display_names, "_MOST_RECORDS", 3)
    monkeypatch.setattr(display_names, "vocabularies_of", lambda text: [Named(text)])
    bodies = [(8, named), *((7, f"{number}") for number in range(5))]
    MasterRecord.objects.bulk_create(
        MasterRecord(
            vocabulary="v",
            thing=thing,
            owner=owner,
            body=body,
            body_hash=bytes([number] * 16),
            recorded_at=AT_ONCE,
        )
        for number, (owner, body) in enumerate(bodies)
    )
    names = MasterDataNames([thing])
    assert (names.first_sender(thing), names.value(thing, ("description",), [9, 8, 7])) == (8, named)


class Named:
    """A vocabulary with one element, which is called as its text."""

    def __init__(self, text):
        self.elements = [self]
        self.attributes = (Extension(name="gs1:description", text=text),)


def test_many_steps_of_one_party_push_no_others_off_the_page():
    class Step:
        def __init__(self, party, number):
            self.party, self.number, self.made_of = party, number, ()

    steps = [Step("lạ", number) for number in range(50)] + [
        Step("nhà sản xuất", number) for number in range(3)
    ]
    left = _first_of_each_party(steps, 10)
    assert [(each.party, each.number) for each in left] == [
        *(("lạ", number) for number in range(7)), *(("nhà sản xuất", number) for number in range(3)),
    ]  # fmt: skip
    assert _first_of_each_party(steps, 100) == tuple(steps)
