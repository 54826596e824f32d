"""What a stranger reports about the goods of others takes no part of the limits of their public page."""

import pytest

from khcn.trace.queries import journey
from tests.trace.public_given import (
    NOODLES,
    NOODLES_GTIN,
    lot,
    noodles,
    observed,
    of,
    page,
    parties,  # noqa: F401 -- a fixture
    reported,
    send,
    serial,
    steps,
    transformed,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER

LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
PACKET = f"{LOT}/21/A1"
MANY = [lot("09521236000011", f"X{number}") for number in range(20)]
RECALL = {"quantityList": of(NOODLES), "disposition": "recalled"}


@pytest.fixture
def chain(parties, monkeypatch):  # noqa: F811 -- the fixture's value
    noodles(parties)
    monkeypatch.setattr(journey, "MAX_EDGE_ENDS", 16)
    return parties


@pytest.mark.parametrize("path", [LOT, PACKET])
def test_inputs_that_a_stranger_names_hide_neither_the_steps_nor_a_recall(chain, visitor, path):  # noqa: F811 -- the fixture's value
    before = steps(page(visitor, path))
    assert len(before) >= 3
    send(chain.stranger, transformed(60, 1, MANY, [NOODLES], gln=OTHER))
    html = page(visitor, path)
    assert (steps(html), "rất nhiều nguồn" in html, "THU HỒI" in html) == (before, False, False)
    send(chain.grower, observed(61, 20, "holding", GROWER, **RECALL))
    assert "THU HỒI" in page(visitor, path)


def test_inputs_under_one_transformation_id_are_followed(chain, visitor):  # noqa: F811 -- the fixture's value
    made, raw = lot("09521234000044", "T1"), lot("09521234000044", "R1")
    shared = {"transformationID": "urn:uuid:11111111-0000-4000-9000-000000000001"}
    send(
        chain.grower,
        transformed(60, 2, [raw], [], outputQuantityList=None, **shared),
        transformed(61, 3, [], [made], inputQuantityList=None, **shared),
    )
    path = made.removeprefix("https://id.gs1.org")
    before = steps(page(visitor, path))
    send(chain.stranger, transformed(62, 1, MANY, [made], gln=OTHER))
    assert steps(page(visitor, path)) == before
    # what the maker himself reports may still be too much for a page
    send(chain.grower, transformed(63, 4, MANY, [made]))
    assert "rất nhiều nguồn" in page(visitor, path)


@pytest.mark.parametrize("path", [LOT, PACKET])
def test_old_events_of_a_stranger_hide_none_of_the_makers(chain, visitor, monkeypatch, path):  # noqa: F811 -- the fixture's value
    before = steps(page(visitor, path))
    monkeypatch.setattr(journey, "MAX_EVENTS", 12)
    about = {"quantityList": of(NOODLES), "epcList": [serial("A1")]}
    sent = [observed(60 + number, 1, "inspecting", OTHER, **about) for number in range(15)]
    send(chain.stranger, *sent)
    shown = steps(page(visitor, path))
    of_others = [step for step in shown if step[1] == "01/09/2026" and step not in before]
    assert [step for step in shown if step not in of_others] == before
    assert bool(of_others) is (path == PACKET)


LACKS = "nên trang không hiện hết các bước"
BOXES = [f"https://id.gs1.org/8004/9521234T{number}" for number in range(6)]


def packed_and_seen(speaker, number, box, thing):
    inside = {"childQuantityList": of(thing)} if thing == NOODLES else {"childEPCs": [thing]}
    packed = reported(number, "AggregationEvent", 12, action="ADD", bizStep="packing", parentID=box, **inside)
    send(speaker, packed, observed(number + 50, 20, "storing", speaker.party.gln, epcList=[box]))


@pytest.mark.parametrize("limit", ["MAX_CONTAINERS", "MAX_EVENTS"])
@pytest.mark.parametrize(("path", "thing"), [(LOT, NOODLES), (PACKET, serial("A1"))])
def test_what_is_left_out_of_what_trusted_parties_report_is_on_the_page(
    chain,
    visitor,  # noqa: F811 -- the fixture's value
    monkeypatch,
    path,
    thing,
    limit,
):
    """Reports of a stranger leave out nothing of the maker's; of a lot they are not shown, so their number is no reason for the notice."""
    monkeypatch.setattr(journey, "MAX_EDGE_ENDS", 1000)
    packed_and_seen(chain.grower, 100, BOXES[0], thing)
    before = steps(page(visitor, path))
    assert ("Lưu kho", "20/09/2026") in before
    most = {"MAX_CONTAINERS": 2, "MAX_EVENTS": 12}[limit]
    if limit != "MAX_EVENTS":
        for number, box in enumerate(BOXES[1:3]):
            packed_and_seen(chain.stranger, 200 + number, box, thing)
        before = steps(page(visitor, path))
        with monkeypatch.context() as patched:
            patched.setattr(journey, limit, most)
            html = page(visitor, path)
            assert LACKS in html if path == PACKET else steps(html) == before
            assert LACKS not in html if path == LOT else set(steps(html)) == set(before)
    for number, box in enumerate(BOXES[3:]):
        packed_and_seen(chain.grower, 300 + number, box, thing)
        more = [
            observed(400 + 10 * number + each, 21, "inspecting", GROWER, epcList=[box]) for each in range(9)
        ]
        send(chain.grower, *more)
    assert LACKS not in page(visitor, path)
    monkeypatch.setattr(journey, limit, most)
    html = page(visitor, path)
    assert LACKS in html
    assert LACKS in str(visitor.get(path, headers={"Accept": "application/ld+json"}).json())
    assert ("Đóng gói", "12/09/2026") in steps(html)
