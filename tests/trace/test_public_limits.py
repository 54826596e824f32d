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
