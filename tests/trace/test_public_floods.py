"""What strangers send about the goods of others costs their pages little: it is not read."""

from khcn.trace.models import MasterRecord
from khcn.trace.queries import display_names, makers_and_trust
from khcn.trace.queries.display_names import MasterDataNames
from khcn.trace.queries.makers_and_trust import creations_of, first_makers
from khcn.trace.views.public_page import _first_of_each_party
from tests.trace.public_given import (
    NOODLES,
    noodles,
    observed,
    of,
    parties,  # noqa: F401 -- a fixture
    send,
)
from tests.trace.rest_given import OTHER


def test_master_data_of_those_who_are_not_asked_is_not_read(parties, monkeypatch):  # noqa: F811 -- the fixture's value
    noodles(parties)
    read = []
    whole = display_names.vocabularies_of
    monkeypatch.setattr(display_names, "vocabularies_of", lambda body: read.append(body) or whole(body))
    thing = "https://id.gs1.org/01/09521236000011"
    rows = [
        MasterRecord(
            vocabulary="v",
            thing=thing,
            owner=owner,
            body=body,
            body_hash=bytes([number] * 16),
            recorded_at="2026-10-29T00:00Z",
        )
        for number, (owner, body) in enumerate([(7, "x" * 100_000), (7, "{}"), (8, "y" * 100_000)])
    ]
    MasterRecord.objects.bulk_create(rows)
    names = MasterDataNames([thing])
    assert (names.is_in_master_data(thing), names.first_sender(thing)) == (True, 7)
    assert names.value(thing, ("description",), []) == ""
    assert read == []
    assert names.value(thing, ("description",), [8, 9]) == ""
    assert read == []  # longer than any record that is for people


def test_of_many_reports_that_a_thing_was_made_the_first_ones_are_read(parties, monkeypatch):  # noqa: F811
    noodles(parties)
    maker = first_makers(creations_of([NOODLES], []))[NOODLES]
    for number in range(6):
        send(
            parties.stranger,
            observed(60, number, "commissioning", OTHER, action="ADD", quantityList=of(NOODLES)),
        )
    assert len(creations_of([NOODLES], [])) == 7
    monkeypatch.setattr(makers_and_trust, "_MOST_REPORTS", 3)
    monkeypatch.setattr(makers_and_trust, "_MOST_OF_ONE", 2)
    found = creations_of([NOODLES, NOODLES + "X"], [])
    assert (len(found), first_makers(found)[NOODLES]) == (2, maker)


def test_many_steps_of_one_party_push_no_others_off_the_page():
    class Step:
        def __init__(self, party, number):
            self.party, self.number = party, number

    steps = [Step("lạ", number) for number in range(50)] + [
        Step("nhà sản xuất", number) for number in range(3)
    ]
    left = _first_of_each_party(steps, 10)
    assert [(each.party, each.number) for each in left] == [
        *(("lạ", number) for number in range(7)), *(("nhà sản xuất", number) for number in range(3)),
    ]  # fmt: skip
    assert _first_of_each_party(steps, 100) == tuple(steps)
